"""Which name, once entered, mends which fault."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.quality.names import NameKind

MENDED_BY: Mapping[str, NameKind] = MappingProxyType(
    {
        "unknown_place": "place",
        "bad_place_gln": "place",
        "bad_locode": "place",
        "unknown_party": "party",
        "bad_party_gln": "party",
        "bad_duns": "party",
        "unknown_unit": "unit",
        "bad_part_number": "part",
        "unknown_asset": "asset",
        "bad_asset": "asset",
    }
)


def reasons_for(kind: NameKind) -> tuple[str, ...]:
    """The faults that a name of this kind mends."""
    return tuple(reason for reason, mended_by in MENDED_BY.items() if mended_by == kind)
