"""Labels of handling units as EDI writes them, in the spellings by which tags are known."""

from __future__ import annotations

import re

from gateway.identity.data_identifiers import jaif_key

_SSCC = re.compile(r"(?:\(?00\)?)?(\d{18})", re.ASCII)
_PLATE = re.compile(r"[1-6]J[A-Z0-9+\-./ ]{3,40}", re.ASCII)  # ISO/IEC 15459 with its data identifier


def sscc(text: str) -> str:
    """An SSCC with or without its application identifier, as an element string; other text as it came."""
    match = _SSCC.fullmatch(text)
    return f"(00){match[1]}" if match else text


def packing_label(text: str) -> str:
    """The key of a licence plate, or an SSCC; empty for the numbers that mean something at their sender alone."""
    if _PLATE.fullmatch(text):
        return jaif_key(text)
    return sscc(text) if _SSCC.fullmatch(text) else ""
