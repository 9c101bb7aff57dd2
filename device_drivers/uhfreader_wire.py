"""The frames of UHFReader18 and UHFReader288 readers: numbers, Frame, tags of an inventory, and what a reader is.

Documents: the makers' "UHFReader18 User's Manual" and the public driver wabson/chafon-rfid (MIT), which reads both.

    length  address  command  [status, in answers]  data  CRC-16, low byte first

The length counts all behind it. The CRC has polynomial 0x1021 reflected (0x8408), starts with ones and is not inverted.
A frame has no mark at its begin: length, a command and a status that exist, and the CRC tell it from noise.

Pure: used by the driver and by simulated readers.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from device_drivers.framing import Refused
from gateway.model import TagRead

LEAST_LENGTH = 4  # of a command without data: address, command, CRC
MOST_FRAME_BYTES = 256
COMMAND_AT, STATUS_AT = 2, 3  # from the frame's begin
ANYONE = 0xFF  # the address that every reader answers to
MOST_EPC_BYTES = 62  # 31 words: the most the PC word's length can say


class Command(IntEnum):
    """The commands that are met on the line; an answer repeats its command's number."""

    INVENTORY = 0x01
    READER_INFO = 0x21
    SET_FREQUENCY = 0x22
    SET_ADDRESS = 0x24
    SET_INVENTORY_TIME = 0x25
    SET_BAUD_RATE = 0x28
    SET_POWER = 0x2F
    SET_WORK_MODE_18 = 0x35
    SET_BUZZER = 0x40
    SET_WORK_MODE_288 = 0x76


class Status(IntEnum):
    """How a command ended."""

    OK = 0x00
    FINISHED = 0x01  # an inventory ended before its time was up
    TIME_IS_UP = 0x02
    MORE_FOLLOWS = 0x03
    MEMORY_FULL = 0x04  # the reader kept no more tags of this round
    ANTENNA_FAULT = 0xF8
    COMMAND_FAILED = 0xF9
    TAG_TOO_WEAK = 0xFA
    NO_TAG = 0xFB
    TAG_ERROR = 0xFC
    WRONG_LENGTH = 0xFD
    UNKNOWN_COMMAND = 0xFE
    WRONG_PARAMETER = 0xFF


TYPES = {0x09: "UHFReader18", 0x0C: "UHFReader288", 0x0F: "UHFReader86", 0x10: "UHFReader86"}  # of READER_INFO
BANDS = {
    0b0001: "China 920",
    0b0010: "US",
    0b0011: "Korea",
    0b0100: "EU",
    0b0110: "Ukraine",
    0b0111: "Peru",
    0b1000: "China 840",
    0b1001: "EU 3",
    0b1010: "Taiwan",
    0b1100: "US 3",
}
_COMMANDS = frozenset(Command)
_STATUSES = frozenset(Status)


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One frame, taken out of its length and CRC; the `body` of an answer begins with its status."""

    address: int
    command: int
    body: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the line."""
        head = bytes((LEAST_LENGTH + len(self.body), self.address, self.command)) + self.body
        return head + crc(head).to_bytes(2, "little")

    @classmethod
    def from_bytes(cls, data: bytes | bytearray, at: int = 0) -> Frame | None:
        """Return the answer that begins at `at`, or None while it is not all there; raises Refused.

        A command without data, as the echo of another host's, is read too: it has nothing in the status' place.
        """
        length = data[at]
        if length < LEAST_LENGTH:
            raise Refused("no_frame", f"expected a frame's length of {LEAST_LENGTH} or more, got {length}")
        if len(data) <= at + COMMAND_AT:
            return None
        if data[at + COMMAND_AT] not in _COMMANDS:
            raise Refused("no_frame", f"expected a command's number, got {data[at + COMMAND_AT]:02X}")
        if length > LEAST_LENGTH and len(data) > at + STATUS_AT and data[at + STATUS_AT] not in _STATUSES:
            raise Refused("no_frame", f"expected a status, got {data[at + STATUS_AT]:02X}")
        end = at + 1 + length
        if len(data) < end:
            return None
        expected, came = crc(data[at : end - 2]), int.from_bytes(data[end - 2 : end], "little")
        if came != expected:
            raise Refused("checksum", f"expected CRC {expected:04X}, got {came:04X}")
        return cls(address=data[at + 1], command=data[at + COMMAND_AT], body=bytes(data[at + 3 : end - 2]))

    @property
    def size(self) -> int:
        """How many bytes it has on the line."""
        return 1 + LEAST_LENGTH + len(self.body)


class ReaderInfo(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a reader says of itself."""

    type: int
    version: tuple[int, int]
    band: int
    power_dbm: int

    @classmethod
    def from_data(cls, data: bytes) -> ReaderInfo:
        """Read the data of a READER_INFO answer; raises Refused where it is too short."""
        if len(data) < 8:
            raise Refused("length", f"expected 8 bytes of reader information or more, got {len(data)}")
        highest, lowest = data[4], data[5]  # channel in the low six bits, half of the band's number in the high two
        band = (highest >> 6) << 2 | lowest >> 6
        return cls(type=data[2], version=(data[0], data[1]), band=band, power_dbm=data[6])


def command(number: Command, data: bytes = b"", address: int = ANYONE) -> bytes:
    """Build a command."""
    return Frame(address=address, command=number, body=data).to_bytes()


def inventory_288(antenna: int, q: int, session: int, scan_time_s: float) -> bytes:
    """Data of an INVENTORY by one antenna of a UHFReader288; a UHFReader18 takes none."""
    mask_none = bytes((0x01, 0, 0, 0))  # EPC memory, from bit 0, no bits
    return bytes((q, session)) + mask_none + bytes((0, 0x80 + antenna - 1, round(scan_time_s * 10)))


def tags_18(data: bytes) -> list[TagRead]:
    """Read the tags of a UHFReader18's inventory answer; raises Refused where lengths contradict."""
    return _tags(data, 0, None, trailing=0) if data else []


def tags_288(data: bytes, rssi_offset_db: float | None) -> list[TagRead]:
    """Read the tags of a UHFReader288's inventory answer: antenna mask, then tags each with a raw RSSI byte."""
    if not data:
        return []
    mask = data[0]
    antenna = mask.bit_length() if mask.bit_count() == 1 else 0
    return _tags(data[1:], antenna, rssi_offset_db, trailing=1)


def _tags(data: bytes, antenna: int, rssi_offset_db: float | None, *, trailing: int) -> list[TagRead]:
    reads: list[TagRead] = []
    at = 1
    for _ in range(data[0] if data else 0):
        end = at + 1 + data[at] if at < len(data) else 0
        if not 1 < end - at <= 1 + MOST_EPC_BYTES or end + trailing > len(data):
            raise Refused("length", f"expected {data[0]} tags, each with its length, in {len(data)} bytes")
        raw = data[end] if trailing and rssi_offset_db is not None else None
        rssi_dbm = None if raw is None or rssi_offset_db is None else raw + rssi_offset_db
        reads.append(TagRead(epc=data[at + 1 : end], antenna=antenna, rssi_dbm=rssi_dbm))
        at = end + trailing
    if data and at != len(data):
        raise Refused("length", f"expected {data[0]} tags to fill {len(data)} bytes, they fill {at}")
    return reads


def crc(data: bytes | bytearray) -> int:
    """Return the CRC of a frame's bytes before it."""
    value = 0xFFFF
    for byte in data:
        value = value >> 8 ^ _TABLE[(value ^ byte) & 0xFF]
    return value


def _table_entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value


_TABLE = tuple(_table_entry(value) for value in range(256))
