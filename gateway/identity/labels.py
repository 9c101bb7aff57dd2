"""Who a bar code says it is."""

from __future__ import annotations

import re

from gateway.model import AssetKind, Identity

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # the symbology identifier of ISO/IEC 15424
_SSCC = re.compile(r"(?:\(00\)|00)(\d{18})")


def read_label(text: str) -> Identity | None:
    """Who a label is, from its text as scanned (see `Label`); None for a text without anything in it."""
    said = _AIM.sub("", text, count=1) if text.startswith("]") else text
    said = said.strip(" \t\r\n\x1d")
    if not said:
        return None
    found = _SSCC.fullmatch(said)
    if found and _check_digit(found[1][:-1]) == found[1][-1]:
        return _sscc(found[1])
    return Identity(
        key=f"urn:tierview:label:{said.encode('utf-8', 'surrogatepass').hex().upper()}",
        scheme="raw",
        kind=AssetKind.OTHER,
        reason="not a label form that is known",
    )


def _sscc(digits: str) -> Identity:
    link = f"https://id.gs1.org/00/{digits}"
    return Identity(key=link, scheme="sscc", kind=AssetKind.PALLET, digital_link=link, element_string=f"(00){digits}")


def _check_digit(body: str) -> str:
    weighed = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(body)))
    return str(-weighed % 10)
