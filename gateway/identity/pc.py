"""The protocol control word of a Gen2 tag: what its UII is, before anyone looks into it (ISO/IEC 18000-63)."""

from __future__ import annotations

import msgspec

TOGGLE = 0x0100  # bit 17h of the bank: 0 GS1 EPC, 1 ISO with an AFI
EXTENDED = 0x0200  # XI, bit 16h: the tag has an XPC_W1 word

# Bits of XPC_W1 (ISO/IEC 18000-63, table of the XPC words): what a tag tells of itself.
_XPC_BITS = {
    0x8000: "extended",  # XEB: an XPC_W2 follows
    0x0080: "battery_assisted",
    0x0040: "computed_response",
    0x0020: "sensor_alarm",  # SA, once SLI
    0x0010: "notification",
    0x0008: "untraceable",
    0x0004: "killable",
    0x0002: "nonremovable",
    0x0001: "hazardous",
}


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


def xpc_says(word: int) -> tuple[str, ...]:
    """What an XPC_W1 word says, as stable words in the order of its bits."""
    return tuple(name for bit, name in _XPC_BITS.items() if word & bit)


def split_xpc(epc: bytes, pc: int) -> tuple[bytes, int | None]:
    """The EPC proper, and the XPC_W1 that some readers leave glued before it.

    The PC word counts the words of the EPC alone: one word more, on a tag that says it has an XPC, is that.
    """
    words = pc >> 11 & 0x1F
    if pc & EXTENDED and len(epc) == 2 * (words + 1):
        return epc[2:], int.from_bytes(epc[:2], "big")
    return epc, None
