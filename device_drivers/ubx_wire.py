"""What a u-blox receiver says on one line: UBX frames, with NMEA sentences and RTCM 3 frames between them.

Documents: "u-blox 8 / M8 Receiver description including protocol specification" (UBX-13003221), chapter 32, and "F9
HPG Interface Description" (UBX-21022436); RTCM 10403.3 for the frame of RTCM 3 alone. A UBX frame is B5 62, class,
id, the length of the payload (u16, little-endian), the payload, and an 8-bit Fletcher checksum of all from the class.
"""

from __future__ import annotations

import re
from functools import reduce
from itertools import accumulate
from operator import xor

import msgspec

from device_drivers.framing import Refused

SYNC = b"\xb5\x62"
HEADER_BYTES = 6
CHECKSUM_BYTES = 2
MOST_PAYLOAD_BYTES = 9216  # raw measurements of 255 signals are 8176
MOST_SENTENCE_BYTES = 512
RTCM = 0xD3
RTCM_HEADER_BYTES = 3
RTCM_CRC_BYTES = 3
MOST_FRAME_BYTES = HEADER_BYTES + MOST_PAYLOAD_BYTES + CHECKSUM_BYTES

_BEGINS = re.compile(rb"\xb5(?:\x62|\Z)|\xd3(?:[\x00-\x03]|\Z)|\$(?:[A-Z]|\Z)")
_SENTENCE = re.compile(rb"\$([A-Z][\x20-\x23\x25-\x29\x2b-\x7e]*)(?:\*([0-9A-F]{2}))?\r\n")
_SENTENCE_BEGINS = re.compile(rb"\$(?:[A-Z][\x20-\x23\x25-\x29\x2b-\x7e]*(?:\*[0-9A-F]{0,2})?\r?)?")


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message of any protocol on the line; only UBX has a class, an id and a payload."""

    end: int
    kind: bytes = b""  # class and id; empty: NMEA or RTCM
    payload: bytes = b""


def fletcher(data: bytes) -> bytes:
    """The two checksum bytes of UBX."""
    sums = list(accumulate(data))
    return bytes(((sums[-1] if sums else 0) & 0xFF, sum(sums) & 0xFF))


def _crc24_table() -> tuple[int, ...]:
    def of(byte: int) -> int:
        crc = byte << 16
        for _ in range(8):
            crc = crc << 1 ^ (0x1864CFB if crc & 0x800000 else 0)
        return crc & 0xFFFFFF

    return tuple(map(of, range(256)))


_CRC24 = _crc24_table()


def crc24q(data: bytes) -> int:
    """The checksum of RTCM 3 (CRC-24Q)."""
    crc = 0
    for byte in data:
        crc = (crc << 8 & 0xFFFFFF) ^ _CRC24[crc >> 16 ^ byte]
    return crc


def ubx(kind: bytes, payload: bytes) -> bytes:
    """The frame of a UBX message."""
    body = kind + len(payload).to_bytes(2, "little") + payload
    return SYNC + body + fletcher(body)


def frame_at(buffer: bytearray, at: int) -> Frame | None:
    """The message that begins here; None while it is not all there; raises Refused."""
    first = buffer[at]
    if first == SYNC[0]:
        return _ubx_at(buffer, at)
    if first == RTCM:
        return _rtcm_at(buffer, at)
    if first == ord("$"):
        return _sentence_at(buffer, at)
    raise Refused("noise", "expected UBX, NMEA or RTCM 3, came other bytes: check the baud rate")


def seek(buffer: bytearray, at: int) -> int:
    """The first place from `at` on where a message may begin, or where it cannot be told yet."""
    found = _BEGINS.search(buffer, at)
    return found.start() if found else len(buffer)


def _ubx_at(buffer: bytearray, at: int) -> Frame | None:
    if buffer[at + 1 : at + 2] not in (b"", SYNC[1:]):
        raise Refused("noise", "expected B5 62, came B5 and another byte")
    if len(buffer) < at + HEADER_BYTES:
        return None
    size = int.from_bytes(buffer[at + 4 : at + HEADER_BYTES], "little")
    if size > MOST_PAYLOAD_BYTES:
        raise Refused("length", f"expected at most {MOST_PAYLOAD_BYTES} bytes of payload, came {size}")
    end = at + HEADER_BYTES + size + CHECKSUM_BYTES
    if len(buffer) < end:
        return None
    body, came = bytes(buffer[at + 2 : end - CHECKSUM_BYTES]), bytes(buffer[end - CHECKSUM_BYTES : end])
    counted = fletcher(body)
    if came != counted:
        raise Refused("checksum", f"expected UBX checksum {counted.hex(' ')}, came {came.hex(' ')}")
    return Frame(end=end, kind=body[:2], payload=body[4:])


def _rtcm_at(buffer: bytearray, at: int) -> Frame | None:
    if len(buffer) < at + 2:
        return None
    if buffer[at + 1] > 3:
        raise Refused("noise", "expected six zero bits behind D3, came others")
    if len(buffer) < at + RTCM_HEADER_BYTES:
        return None
    size = int.from_bytes(buffer[at + 1 : at + 3], "big")
    end = at + RTCM_HEADER_BYTES + size + RTCM_CRC_BYTES
    if len(buffer) < end:
        return None
    came, counted = int.from_bytes(buffer[end - 3 : end], "big"), crc24q(bytes(buffer[at : end - 3]))
    if came != counted:
        raise Refused("checksum", f"expected RTCM checksum {counted:06X}, came {came:06X}")
    return Frame(end=end)


def _sentence_at(buffer: bytearray, at: int) -> Frame | None:
    closed = _SENTENCE.match(buffer, at, at + MOST_SENTENCE_BYTES)
    if closed is None:
        if len(buffer) - at < MOST_SENTENCE_BYTES and _SENTENCE_BEGINS.fullmatch(buffer, at):
            return None
        raise Refused("noise", "expected an NMEA sentence behind $, came other bytes")
    if closed[2] is not None and int(closed[2], 16) != reduce(xor, closed[1]):
        raise Refused("checksum", f"expected NMEA checksum {reduce(xor, closed[1]):02X}, came {closed[2].decode()}")
    return Frame(end=closed.end())
