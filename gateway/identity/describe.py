"""What `tierview decode` prints: one tag, all its spellings. A stable interface for machines."""

from __future__ import annotations

import re

import msgspec

from gateway.identity import binary, iso, plus
from gateway.identity.bits import Undecodable
from gateway.identity.data_identifiers import parts_of
from gateway.identity.gs1 import ID
from gateway.identity.identify import identify
from gateway.identity.labels import read_label
from gateway.identity.pc import parse_pc, split_xpc, stored_pc, xpc_says
from gateway.model import AssetKind, Identity

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
    text: str | None = None  # what the ISO tag or the label says
    agency: str | None = None  # of a number behind a data identifier: who issued the company's number
    company: str | None = None  # likewise: the company's number
    item: str | None = None  # likewise: part number or kind of container
    serial: str | None = None  # likewise
    xpc: str | None = None  # the XPC word in hex, where the reader left it before the EPC
    says: tuple[str, ...] = ()  # what the XPC word says: hazardous, nonremovable, ...
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


def describe_label(text: str) -> Described:
    """All that a bar code says, from its text as scanned. Never raises: a fault stands in `reason`."""
    identity = read_label(text) or Identity(
        key="", scheme="invalid", kind=AssetKind.OTHER, reason="empty: no text came"
    )
    return _with_parts(
        Described(
            hex=text,
            scheme=identity.scheme,
            kind=identity.kind,
            key=identity.key or None,
            epc_uri=identity.key if identity.key.startswith(ID) else None,
            digital_link=identity.digital_link,
            element_string=identity.element_string,
            text=text,
            reason=identity.reason or None,
        ),
        iso.text_of(identity.key),
    )


def _described(epc: bytes, pc: int | None) -> Described:
    identity = identify(epc, pc)
    family = parse_pc(pc) if pc is not None else None
    proper, xpc = (epc, None) if pc is None else split_xpc(epc, pc)
    text = iso.text_of(identity.key)
    return _with_parts(
        Described(
            hex=epc.hex().upper(),
            pc=None if pc is None else f"{pc:04X}",
            scheme=identity.scheme,
            kind=identity.kind,
            key=identity.key,
            epc_uri=identity.key if identity.key.startswith(ID) else None,
            tag_uri=identity.tag_uri,
            digital_link=identity.digital_link,
            element_string=identity.element_string,
            filter=None if identity.reason or (family and family.iso) else _filter(proper),
            afi=f"{family.low:02X}" if family and family.iso else None,
            text=text,
            xpc=None if xpc is None else f"{xpc:04X}",
            says=() if xpc is None else xpc_says(xpc),
            reason=identity.reason or None,
        ),
        text,
    )


def _with_parts(said: Described, text: str | None) -> Described:
    """With the number behind a data identifier taken apart, where there is one."""
    parts = parts_of(text) if text else None
    if parts is None:
        return said
    return msgspec.structs.replace(
        said, agency=parts.agency, company=parts.company, item=parts.item or None, serial=parts.serial
    )


def _filter(epc: bytes) -> int | None:
    if epc[0] in plus.BY_HEADER:
        return plus.decode(epc).filter
    tag = binary.decode(epc)
    return tag.filter if tag.scheme.filter_bits else None
