"""Who a tag says it is: the one door from EPC bytes to an Identity."""

from __future__ import annotations

from functools import lru_cache

from gateway.identity import binary, gs1, iso, plus
from gateway.identity.bits import Undecodable
from gateway.identity.pc import EXTENDED, TOGGLE, split_xpc
from gateway.model import AssetKind, Identity

RAW = "urn:tierview:raw:"
_PLUS = frozenset(bytes((header,)) for header in plus.BY_HEADER)
CACHED = 65_536  # identities kept: about 50 MB when full; a tag met again costs a look-up, not a decoding


@lru_cache(maxsize=CACHED)
def identify(epc: bytes, pc: int | None = None) -> Identity:
    """Who this tag is, from its EPC/UII bytes and, where the reader said it, its StoredPC word.

    Never raises. With the toggle bit set the ISO reading is the only one, since an ISO text can begin
    with the bits of an EPC header; without a PC word the EPC header decides. An XPC word that the reader
    left before the EPC is taken off. What decodes as neither keeps its bytes: scheme `raw`, key
    `urn:tierview:raw:HEX`, and the reason.
    """
    try:
        if pc is None:
            return _epc(epc)
        if pc & EXTENDED:
            epc = split_xpc(epc, pc)[0]
        return _iso(epc, pc & 0xFF) if pc & TOGGLE else _epc(epc)
    except Undecodable as why:
        return Identity(key=f"{RAW}{epc.hex().upper()}", scheme="raw", kind=AssetKind.OTHER, reason=str(why))


def _epc(epc: bytes) -> Identity:
    if epc[:1] in _PLUS:
        return _plus(epc)
    tag = binary.decode(epc)
    elements = gs1.elements(tag)
    return Identity(
        key=gs1.epc_uri(tag),
        scheme=tag.scheme.name,
        kind=tag.scheme.kind,
        tag_uri=gs1.tag_uri(tag),
        digital_link=gs1.digital_link(elements),
        element_string=gs1.element_string(elements),
    )


def _plus(epc: bytes) -> Identity:
    """Its key is the Digital Link on GS1's own host, whichever host the tag names: the same thing, one key."""
    tag = plus.decode(epc)
    said = tag.elements if tag.date is None else (*tag.elements, tag.date)
    return Identity(
        key=str(gs1.digital_link(tag.elements)),
        scheme=tag.scheme.name,
        kind=tag.scheme.kind,
        digital_link=gs1.digital_link(tag.elements, tag.hostname, tag.date),
        element_string=gs1.element_string(said),
    )


def _iso(uii: bytes, afi: int) -> Identity:
    name = iso.decode(uii, afi)
    return Identity(key=name.key, scheme=name.scheme, kind=name.kind)
