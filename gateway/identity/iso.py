"""ISO tags (PC toggle bit set): six-bit text under an application family identifier, ISO 17363 to 17367.

The automotive industry's tags are these (VDA 5500 series, JAIF B-21): the text begins with an ANSI
MH10.8.2 data identifier, then issuing agency, company and number.

The key of a text with one of the known data identifiers is `urn:jaif:id:obj:TEXT`, the form that
GS1's own EPCIS 2.0 examples use for such objects, so partners know it. A text without one is no
JAIF name; its key says the AFI, because without it equal texts may name different things.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

import msgspec

from gateway.identity.bits import BitReader, BitWriter, Undecodable
from gateway.identity.data_identifiers import JAIF, KINDS, identifier_of, jaif_key
from gateway.identity.fields import six_bit_character
from gateway.model import AssetKind

OTHER = "urn:tierview:iso:"

EOT = 0x21  # ends the text; EOT and the separators are control characters, not the signs of their ASCII codes
_CONTROLS = {EOT: "\x04", 0x1E: "\x1d", 0x1F: "\x1e", 0x23: "\x1c", 0x24: "\x1f"}  # EOT, GS, RS, FS, US
_CODES = {character: code for code, character in _CONTROLS.items()}
# `$` and `#` cannot be written: their codes are taken by controls. `^` and `_` likewise.
_WRITABLE = {six_bit_character(code): code for code in range(64) if code not in _CONTROLS} | _CODES

# AFI (ISO/IEC 15961-2 register): scheme and kind. Even ones from A4 are the same with hazardous goods.
FAMILIES = {
    0x90: ("iso3779", AssetKind.OTHER),  # VIN
    0xA1: ("iso17367", AssetKind.PART),
    0xA2: ("iso17365", AssetKind.PALLET),
    0xA3: ("iso17364", AssetKind.RTI),
    0xA4: ("iso17367", AssetKind.PART),
    0xA5: ("iso17366", AssetKind.OTHER),  # product packaging
    0xA6: ("iso17366", AssetKind.OTHER),
    0xA7: ("iso17365", AssetKind.PALLET),
    0xA8: ("iso17364", AssetKind.RTI),
    0xA9: ("iso17363", AssetKind.CONTAINER),
    0xAA: ("iso17363", AssetKind.CONTAINER),
}


class IsoName(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an ISO tag says."""

    text: str
    afi: int
    scheme: str
    kind: AssetKind
    key: str


def decode(uii: bytes, afi: int) -> IsoName:
    """The name on an ISO tag; Undecodable when its AFI is of another family or its text is none."""
    family = FAMILIES.get(afi)
    if family is None:
        raise Undecodable("afi", f"the application family {afi:02X} is not of ISO 17363 to 17367")
    text = read_text(uii)
    if not text:
        raise Undecodable("empty", "the tag has no text before its end mark")
    kind = KINDS.get(identifier_of(text))
    key = jaif_key(text) if kind else f"{OTHER}{afi:02X}:{quote(text, safe='+')}"
    return IsoName(text=text, afi=afi, scheme=family[0], kind=kind or family[1], key=key)


def read_text(uii: bytes) -> str:
    """The characters up to the end mark; without one, up to the padding (spaces, or zeros as `@`)."""
    reader, found = BitReader(uii), ""
    while reader.left >= 6:
        code = reader.take(6)
        if code == EOT:
            return found
        found += _CONTROLS.get(code) or six_bit_character(code)
    return found.rstrip(" @")


def encode(text: str) -> bytes:
    """The UII of a text: six-bit codes, end mark, and padding `100000...` to whole words.

    Raises Undecodable (`characters`) for a character that the six-bit table does not hold.
    """
    writer = BitWriter()
    for character in text:
        code = _WRITABLE.get(character)
        if code is None or code == EOT:
            raise Undecodable("characters", f"{character!r} is not in the six-bit table")
        writer.put(code, 6)
    writer.put(EOT, 6)
    padding = -writer.bits % 16
    writer.put(0b100000100000100000 >> (18 - padding), padding)
    return writer.words()


def text_of(key: str) -> str | None:
    """The text that a key of this file stands for, or None for any other key."""
    if key.startswith(JAIF):
        return unquote(key.removeprefix(JAIF))
    if key.startswith(OTHER):
        return unquote(key.removeprefix(OTHER).partition(":")[2])
    return None
