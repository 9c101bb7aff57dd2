"""What `tierview decode` prints: one tag, all its spellings. A stable interface for machines."""

from __future__ import annotations

import re

import msgspec

from gateway.identity import binary, iso
from gateway.identity.bits import Undecodable
from gateway.identity.gs1 import ID
from gateway.identity.identify import identify
from gateway.identity.pc import parse_pc, stored_pc

_BETWEEN = re.compile(r"[\s:-]+")
_LONGEST_BYTES = 62  # the length field of the PC word counts up to 31 words


class Described(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One tag, decoded. Every field is always there; null where it does not apply.

    New fields may be added; those below keep their names and meanings.
    """

    hex: str  # the EPC in upper case; what was typed where it is no hex
    pc: str | None = None  # the PC word in upper case, where it was given
    scheme: str  # sgtin-96, ..., iso17364; raw: decodes as nothing; invalid: what was typed is no hex
    kind: str | None = None  # part, pallet, rti, container, place, other
    key: str | None = None  # the name under which tierview knows the asset
    epc_uri: str | None = None  # urn:epc:id:...
    tag_uri: str | None = None  # urn:epc:tag:...
    digital_link: str | None = None  # https://id.gs1.org/...; null where the scheme is no GS1 key
    element_string: str | None = None  # (01)...(21)...; likewise
    filter: int | None = None  # the EPC's filter value; null for schemes without one
    afi: str | None = None  # the application family in hex, where the PC word says ISO
    text: str | None = None  # what the ISO tag says
    reason: str | None = None  # why it did not decode: a stable word, a colon, and the fault


def describe(hex_text: str, pc_text: str = "") -> Described:
    """All that a tag says, from its EPC and its PC word (empty: not known) as people write them.

    Spaces, colons, hyphens and a leading 0x are allowed. Never raises: a fault stands in `reason`.
    """
    try:
        epc = parse_hex(hex_text)
        pc = parse_pc_text(pc_text) if pc_text.strip() else None
    except Undecodable as fault:
        return Described(hex=hex_text, pc=pc_text or None, scheme="invalid", reason=str(fault))
    return _described(epc, pc)


def parse_hex(text: str) -> bytes:
    """The bytes that a person wrote in hex; Undecodable (`hex`) says what is wrong with it."""
    digits = _BETWEEN.sub("", text)
    if digits[:2] in ("0x", "0X"):
        digits = digits[2:]
    strange = re.search(r"[^0-9A-Fa-f]", digits)
    if not digits:
        raise Undecodable("hex", "expected hex digits, got nothing")
    if strange:
        raise Undecodable("hex", f"expected only hex digits, got {strange.group()!r} in {text!r}")
    if len(digits) % 2:
        raise Undecodable("hex", f"expected two digits for each byte, got {len(digits)} digits in {text!r}")
    if len(digits) > 2 * _LONGEST_BYTES:
        raise Undecodable("hex", f"expected at most {_LONGEST_BYTES} bytes, got {len(digits) // 2}")
    return bytes.fromhex(digits)


def parse_pc_text(text: str) -> int:
    """The PC word that a person wrote: four hex digits; Undecodable (`pc`) otherwise."""
    try:
        word = parse_hex(text)
    except Undecodable as fault:
        raise Undecodable("pc", f"the PC word is four hex digits such as {stored_pc(bytes(12)):04X}: {fault}") from None
    if len(word) != 2:
        raise Undecodable("pc", f"the PC word is four hex digits such as {stored_pc(bytes(12)):04X}, not {text!r}")
    return int.from_bytes(word, "big")


def _described(epc: bytes, pc: int | None) -> Described:
    identity = identify(epc, pc)
    family = parse_pc(pc) if pc is not None else None
    return Described(
        hex=epc.hex().upper(),
        pc=None if pc is None else f"{pc:04X}",
        scheme=identity.scheme,
        kind=identity.kind,
        key=identity.key,
        epc_uri=identity.key if identity.key.startswith(ID) else None,
        tag_uri=identity.tag_uri,
        digital_link=identity.digital_link,
        element_string=identity.element_string,
        filter=_filter(epc) if identity.tag_uri else None,
        afi=f"{family.low:02X}" if family and family.iso else None,
        text=iso.text_of(identity.key),
        reason=identity.reason or None,
    )


def _filter(epc: bytes) -> int | None:
    tag = binary.decode(epc)
    return tag.filter if tag.scheme.filter_bits else None
