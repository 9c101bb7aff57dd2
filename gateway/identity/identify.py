"""Who a tag says it is: the one door from EPC bytes to an Identity."""

from __future__ import annotations

from functools import lru_cache

from gateway.identity import binary, gs1, iso
from gateway.identity.bits import Undecodable
from gateway.identity.pc import TOGGLE
from gateway.model import AssetKind, Identity

RAW = "urn:tierview:raw:"
CACHED = 65_536  # identities kept: about 50 MB when full; a tag met again costs a look-up, not a decoding


@lru_cache(maxsize=CACHED)
def identify(epc: bytes, pc: int | None = None) -> Identity:
    """Who this tag is, from its EPC/UII bytes and, where the reader said it, its StoredPC word.

    Never raises. With the toggle bit set the ISO reading is the only one, since an ISO text can begin
    with the bits of an EPC header; without a PC word the EPC header decides. What decodes as
    neither keeps its bytes: scheme `raw`, key `urn:tierview:raw:HEX`, and the reason.
    """
    try:
        if pc is not None and pc & TOGGLE:
            return _iso(epc, pc & 0xFF)
        return _epc(epc)
    except Undecodable as why:
        return Identity(key=f"{RAW}{epc.hex().upper()}", scheme="raw", kind=AssetKind.OTHER, reason=str(why))


def _epc(epc: bytes) -> Identity:
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


def _iso(uii: bytes, afi: int) -> Identity:
    name = iso.decode(uii, afi)
    return Identity(key=name.key, scheme=name.scheme, kind=name.kind)
