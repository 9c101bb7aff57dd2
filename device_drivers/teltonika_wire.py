"""Frames of Teltonika trackers over TCP: Codec 8, 8 Extended and 16, and the texts of Codec 12, 13 and 14.

Document: "Codec", "Teltonika Data Sending Protocols" (Teltonika Telematics Wiki). A frame is four zero bytes, the
length of its data (u32), the data, and the CRC-16/IBM of the data (u32; polynomial 0xA001 reflected, start 0). The
data are the codec's number (u8), a count (u8), that many records or one text, and the count again. All numbers are
big-endian.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import msgspec

from device_drivers.framing import Refused

PREAMBLE = b"\x00\x00\x00\x00"
HEADER_BYTES = 9  # preamble, length, codec
CRC_BYTES = 4
LEAST_DATA_BYTES = 3  # codec, count, count
MOST_DATA_BYTES = 8192  # the document says 1280
MOST_FRAME_BYTES = len(PREAMBLE) + 4 + MOST_DATA_BYTES + CRC_BYTES

IMEI_BYTES = 15
HANDSHAKE_BYTES = 2 + IMEI_BYTES
HANDSHAKE = re.compile(rb"\x00\x0f([0-9]{15})")
HANDSHAKE_BEGINS = re.compile(rb"\x00(?:\x0f[0-9]{0,14})?")
ACCEPT, REFUSE = b"\x01", b"\x00"

RESPONSE, REFUSED_COMMAND = 0x06, 0x11  # kinds of text that a device sends


class Layout(NamedTuple):
    """How the I/O elements of a codec are written."""

    id_bytes: int
    count_bytes: int
    has_generation: bool = False  # Codec 16: why the record was made
    has_variable: bool = False  # Codec 8 Extended: values with a length of their own


RECORDS = {0x08: Layout(1, 1), 0x8E: Layout(2, 2, has_variable=True), 0x10: Layout(2, 1, has_generation=True)}
TEXTS: dict[int, int] = {0x0C: 0, 0x0D: 4, 0x0E: 8}  # bytes before the text: none, a time, an IMEI
_HEADER = re.compile(rb"\x00{6}..[\x08\x8e\x10\x0c\x0d\x0e]", re.DOTALL)


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One AVL record, in the wire's units."""

    at_ms: int
    priority: int  # 0 low, 1 high, 2 panic
    lat: float  # degrees; without satellites, where the device last was sure
    lon: float
    alt_m: int
    course_deg: int
    satellites: int
    speed_kmh: int
    event_io: int  # the element that made the device send; 0: none
    io: tuple[tuple[int, bytes], ...]


class Text(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a device answers to a command."""

    kind: Literal["response", "refused"]
    text: str


class BadData(ValueError):
    """The checksum is right and yet the data are not what the document says."""


class Cursor:
    """Reads big-endian numbers, never beyond the end; raises BadData."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self._data):
            raise BadData(f"expected {size} more bytes at {self.at}, came {len(self._data) - self.at}")
        taken = self._data[self.at : end]
        self.at = end
        return taken

    def number(self, size: int, *, signed: bool = False) -> int:
        return int.from_bytes(self.take(size), "big", signed=signed)


def _crc_table() -> tuple[int, ...]:
    def of(byte: int) -> int:
        for _ in range(8):
            byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
        return byte

    return tuple(map(of, range(256)))


_CRC = _crc_table()


def crc16(data: bytes) -> int:
    """CRC-16/IBM (also /ARC)."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xFF]
    return crc


def frame(data: bytes) -> bytes:
    """The frame around some data."""
    return PREAMBLE + len(data).to_bytes(4, "big") + data + crc16(data).to_bytes(CRC_BYTES, "big")


def handshake(imei: str) -> bytes:
    """What a tracker says first."""
    return len(imei).to_bytes(2, "big") + imei.encode("ascii")


def data_at(buffer: bytearray, at: int) -> tuple[int, bytes] | None:
    """The end and the data of the frame that begins here; None while it is not all there; raises Refused."""
    head = buffer[at : at + HEADER_BYTES]
    if any(head[:4]):
        raise Refused("preamble", f"expected four zero bytes, came {head.lstrip(PREAMBLE[:1])[0]:02x} among them")
    if len(head) < HEADER_BYTES:
        return None
    length = int.from_bytes(head[4:8], "big")
    if not LEAST_DATA_BYTES <= length <= MOST_DATA_BYTES:
        raise Refused("length", f"expected {LEAST_DATA_BYTES} to {MOST_DATA_BYTES} bytes of data, came {length}")
    if head[8] not in RECORDS and head[8] not in TEXTS:
        raise Refused("codec", f"expected codec 8, 8 Extended, 12, 13, 14 or 16, came {head[8]:#04x}")
    end = at + 8 + length + CRC_BYTES
    if len(buffer) < end:
        return None
    data = bytes(buffer[at + 8 : end - CRC_BYTES])
    came, counted = int.from_bytes(buffer[end - CRC_BYTES : end], "big"), crc16(data)
    if came != counted:
        raise Refused("checksum", f"expected CRC {counted:04X}, came {came:04X}")
    return end, data


def seek_frame(buffer: bytearray, at: int) -> int:
    """The first place from `at` on where a frame may begin, or where it cannot be told yet."""
    found = _HEADER.search(buffer, at)
    if found:
        return found.start()
    undecided = range(max(at, len(buffer) - HEADER_BYTES + 1), len(buffer))
    return next((place for place in undecided if not any(buffer[place : place + 6])), len(buffer))


def seek_handshake(buffer: bytearray, at: int) -> int:
    """The same of the handshake."""
    found = HANDSHAKE.search(buffer, at)
    if found:
        return found.start()
    undecided = range(max(at, len(buffer) - HANDSHAKE_BYTES + 1), len(buffer))
    return next((place for place in undecided if HANDSHAKE_BEGINS.fullmatch(buffer, place)), len(buffer))


def records_of(data: bytes) -> list[Record]:
    """The records of some data of a codec in RECORDS; raises BadData."""
    layout, count = RECORDS[data[0]], data[1]
    cursor = Cursor(data[:-1])
    cursor.take(2)
    found = [_record(cursor, layout) for _ in range(count)]
    if cursor.at != len(data) - 1:
        raise BadData(f"expected {count} records in {len(data) - 3} bytes, they end after {cursor.at - 2}")
    if data[-1] != count:
        raise BadData(f"expected the count {count} again, came {data[-1]}")
    return found


def text_of(data: bytes) -> Text:
    """The text of some data of a codec in TEXTS; raises BadData."""
    cursor = Cursor(data[:-1])
    cursor.take(2)
    kind = cursor.number(1)
    if kind not in (RESPONSE, REFUSED_COMMAND):
        raise BadData(f"expected a response (6) or a refusal (17), came {kind}")
    said = cursor.take(cursor.number(4))[TEXTS[data[0]] :]
    return Text(kind="response" if kind == RESPONSE else "refused", text=said.decode("utf-8", "replace"))


def _record(cursor: Cursor, layout: Layout) -> Record:
    at_ms, priority = cursor.number(8), cursor.number(1)
    lon, lat = cursor.number(4, signed=True) / 1e7, cursor.number(4, signed=True) / 1e7
    alt_m, course_deg = cursor.number(2, signed=True), cursor.number(2)
    satellites, speed_kmh = cursor.number(1), cursor.number(2)
    event_io = cursor.number(layout.id_bytes)
    if layout.has_generation:
        cursor.take(1)
    cursor.take(layout.count_bytes)  # the total: the counts below say it again
    return Record(
        at_ms=at_ms,
        priority=priority,
        lat=lat,
        lon=lon,
        alt_m=alt_m,
        course_deg=course_deg,
        satellites=satellites,
        speed_kmh=speed_kmh,
        event_io=event_io,
        io=tuple(_elements(cursor, layout)),
    )


def _elements(cursor: Cursor, layout: Layout) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for size in (1, 2, 4, 8):
        count = cursor.number(layout.count_bytes)
        found += [(cursor.number(layout.id_bytes), cursor.take(size)) for _ in range(count)]
    if layout.has_variable:
        count = cursor.number(layout.count_bytes)
        found += [(cursor.number(layout.id_bytes), cursor.take(cursor.number(2))) for _ in range(count)]
    return found
