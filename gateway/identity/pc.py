"""The protocol control word of a Gen2 tag: what its UII is, before anyone looks into it (ISO/IEC 18000-63)."""

from __future__ import annotations

import msgspec

TOGGLE = 0x0100  # bit 17h of the bank: 0 GS1 EPC, 1 ISO with an AFI


class ProtocolControl(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The sixteen bits of StoredPC, taken apart."""

    words: int  # length of the UII in 16-bit words, without PC and CRC
    user_memory: bool  # UMI: the tag holds user data
    extended: bool  # XI: an XPC word follows
    iso: bool  # T: the low byte is an AFI and the UII is no EPC
    low: int  # AFI where `iso`, else attribute bits


def parse_pc(word: int) -> ProtocolControl:
    """The parts of a StoredPC word."""
    return ProtocolControl(
        words=word >> 11 & 0x1F,
        user_memory=bool(word & 0x0400),
        extended=bool(word & 0x0200),
        iso=bool(word & TOGGLE),
        low=word & 0xFF,
    )


def stored_pc(uii: bytes, afi: int | None = None) -> int:
    """The PC word of a tag that holds `uii`: GS1's without an AFI, ISO's with one."""
    length = (len(uii) + 1) // 2 << 11
    return length if afi is None else length | TOGGLE | afi
