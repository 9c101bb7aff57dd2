"""Units of EDI as common codes of UN/ECE Recommendation 20: X12's own codes, and codes that it has given up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CODES: Mapping[str, str] = MappingProxyType(
    {
        # Recommendation 20 before revision 4, and so the directories up to D.01B
        **dict.fromkeys(("PCE", "NMB", "UN"), "C62"),
        # X12 355
        "PC": "C62",
        "LB": "LBR",
        "KG": "KGM",
        "FT": "FOT",
        "MR": "MTR",
        "GA": "GLL",
        "LT": "LTR",
        "YD": "YRD",
        "IN": "INH",
    }
)


def common_code(unit: str) -> str:
    """The common code of a unit of EDI; one that is none of these as it came, for the check of plans to judge."""
    return _CODES.get(unit, unit)
