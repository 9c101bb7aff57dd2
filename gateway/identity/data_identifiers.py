"""ANSI MH10.8.2 data identifiers, as the automotive labels and tags carry them, and who issued the number behind.

    25S UN 123456789 4711      a part by its serial number: agency, company, number
    37S UN 123456789 P100+77   likewise, part number and serial number parted by `+`
    25B UN 123456789 KLT6428+5 a returnable transport item: type and serial number
    1J  UN 123456789 A4711     a licence plate of a transport unit; 1J to 6J say what kind of unit

Sources: ANSI MH10.8.2 and JAIF B-21 by their published examples; the agencies of ISO/IEC 15459-2. Beyond the
captured tags this is by document only: a text that does not fit keeps its key and has no parts.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import msgspec

from gateway.model import AssetKind

JAIF = "urn:jaif:id:obj:"

KINDS = {
    "25S": AssetKind.PART,
    "37S": AssetKind.PART,
    "25B": AssetKind.RTI,
    "55B": AssetKind.RTI,
    "7B": AssetKind.CONTAINER,
    **{f"{level}J": AssetKind.PALLET for level in range(1, 7)},  # licence plates of transport units
}
_IDENTIFIER = re.compile(r"\d{0,3}[A-Z]")


class Agency(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who gives companies their numbers, and how long such a number is."""

    name: str
    company: int  # characters of the company's number


AGENCIES = {
    "UN": Agency(name="Dun & Bradstreet", company=9),
    "OD": Agency(name="Odette", company=4),
    "LE": Agency(name="EDIFICE", company=3),
}


class Parts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A number taken apart."""

    identifier: str  # 25S, 37S, 25B, 1J, ...
    agency: str  # issuing agency code: UN, OD, LE
    company: str  # its number for the company: for UN the D-U-N-S number
    item: str = ""  # part number or kind of container, where a `+` parts it from the serial number
    serial: str


def identifier_of(text: str) -> str:
    """The data identifier that a text begins with; empty where it begins with none."""
    match = _IDENTIFIER.match(text)
    return match.group() if match else ""


def jaif_key(text: str) -> str:
    """The key of the thing that a text with one of these identifiers names."""
    return JAIF + quote(text, safe="+")


def parts_of(text: str) -> Parts | None:
    """The parts of a text with a known identifier and a known agency; None for any other."""
    identifier = identifier_of(text)
    rest = text[len(identifier) :]
    agency = AGENCIES.get(rest[:2])
    if identifier not in KINDS or agency is None or len(rest) <= 2 + agency.company:
        return None
    company, number = rest[2 : 2 + agency.company], rest[2 + agency.company :]
    item, plus, serial = number.rpartition("+")
    if not plus:
        item, serial = "", number
    return Parts(identifier=identifier, agency=rest[:2], company=company, item=item, serial=serial)
