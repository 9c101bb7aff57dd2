"""The frames of ThingMagic (JADAK) modules: numbers, Frame, commands, and tag records by their metadata flags.

Documents: the makers' Mercury API in C (`serial_reader_l3.c`), SparkFun's library for the M6E Nano, and the bench log
of an M5e in erossi/m5e_rfid.

    command  FF  length  operation  data  CRC           answer  FF  length  operation  status (2)  data  CRC

The length counts data only. The CRC is ThingMagic's own: polynomial 0x1021 by nibbles, begun with ones, over all from
the length on. A tag record has those fields, in the order of their flags, that its flags name; behind them stand the
bits of PC, EPC and the tag's own CRC, and these.

Pure: used by the driver and by simulated modules.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Sequence
from enum import IntEnum, IntFlag
from struct import Struct

import msgspec

from device_drivers.framing import Refused
from gateway.model import TagRead

BEGIN = 0xFF
COMMAND_BYTES = 5  # of a command without data
ANSWER_BYTES = 7  # of an answer without data
MOST_FRAME_BYTES = 255 + ANSWER_BYTES


class Operation(IntEnum):
    """The operations that are met on the line; an answer repeats its command's."""

    VERSION = 0x03
    BOOT_FIRMWARE = 0x04
    SET_BAUD_RATE = 0x06
    BOOT_BOOTLOADER = 0x09
    CURRENT_PROGRAM = 0x0C
    READ_SINGLE = 0x21
    READ_MULTIPLE = 0x22
    READ_DATA = 0x28
    GET_BUFFER = 0x29
    CLEAR_BUFFER = 0x2A
    MULTI_PROTOCOL = 0x2F
    GET_ANTENNAS = 0x61
    GET_READ_POWER = 0x62
    GET_PROTOCOL = 0x63
    GET_REGION = 0x67
    GET_POWER_MODE = 0x68
    GET_OPTION = 0x6A
    GET_PROTOCOL_OPTION = 0x6B
    GET_REGIONS = 0x71
    GET_TEMPERATURE = 0x72
    SET_ANTENNAS = 0x91
    SET_READ_POWER = 0x92
    SET_PROTOCOL = 0x93
    SET_REGION = 0x97
    SET_POWER_MODE = 0x98
    SET_OPTION = 0x9A
    SET_PROTOCOL_OPTION = 0x9B


class Status(IntEnum):
    """The status words that mean something to the driver."""

    OK = 0x0000
    UNKNOWN_OPERATION = 0x0101  # also: the bootloader runs, which knows few
    WRONG_PARAMETER = 0x0105
    NO_TAGS = 0x0400
    CHANNEL_OCCUPIED = 0x0501
    ANTENNA_NOT_CONNECTED = 0x0503
    TOO_HOT = 0x0504
    REFLECTED_POWER = 0x0505
    NOT_SO_MANY_TAGS = 0x0600
    BUFFER_FULL = 0x0601


class Metadata(IntFlag):
    """Which fields a tag record has, in this order (TMR_TRD_MetadataFlag)."""

    READ_COUNT = 0x0001
    RSSI = 0x0002
    ANTENNA = 0x0004
    FREQUENCY = 0x0008
    TIMESTAMP = 0x0010
    PHASE = 0x0020
    PROTOCOL = 0x0040
    DATA = 0x0080
    GPIO = 0x0100
    GEN2_Q = 0x0200
    GEN2_LF = 0x0400
    GEN2_TARGET = 0x0800
    BRAND = 0x1000


WANTED = Metadata.READ_COUNT | Metadata.RSSI | Metadata.ANTENNA | Metadata.PROTOCOL | Metadata.TIMESTAMP
REGIONS = {
    "north_america": 0x01,
    "india": 0x04,
    "japan": 0x05,
    "china": 0x06,
    "eu": 0x08,  # EU3: the lower band by ETSI EN 302 208
    "korea": 0x09,
    "australia": 0x0B,
    "new_zealand": 0x0C,
    "north_america_narrow": 0x0D,
}
GEN2 = 0x05
STREAM_OPTION = 0x10  # metadata flags follow
STREAM_TAG, STREAM_STATUS, STREAM_END = 0x01, 0x02, 0x00  # kinds of messages while reading continuously
LIST_OF_ANTENNAS, STREAMING, MANY_TAGS = 0x03, 0x08, 0x10  # search flags
SEARCH_MS = 1000
READ_FILTER = 0x0C  # the option that, set, reports each tag once only

_WIDTHS = {  # of the fields without a length of their own
    Metadata.READ_COUNT: 1,
    Metadata.RSSI: 1,
    Metadata.ANTENNA: 1,
    Metadata.FREQUENCY: 3,
    Metadata.TIMESTAMP: 4,
    Metadata.PHASE: 2,
    Metadata.PROTOCOL: 1,
    Metadata.GPIO: 1,
    Metadata.GEN2_Q: 1,
    Metadata.GEN2_LF: 1,
    Metadata.GEN2_TARGET: 1,
    Metadata.BRAND: 2,
}
_WORD = Struct(">H")
_TAG_OPERATION_FAILED = 0x8000  # in the place of the embedded data's length
_XPC_FOLLOWS, _XPC_2_FOLLOWS = 0x0200, 0x8000  # in the PC word, and in the first XPC word
_PROGRAM_BYTES = 20  # of a VERSION answer: bootloader, hardware, date and version of the firmware, protocols
_OPERATIONS = frozenset(Operation)


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One frame; `status` is None in a command."""

    operation: int
    status: int | None = None
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the line."""
        status = b"" if self.status is None else _WORD.pack(self.status)
        body = bytes((len(self.data), self.operation)) + status + self.data
        return bytes((BEGIN,)) + body + _WORD.pack(crc(body))

    @classmethod
    def from_bytes(cls, data: bytes | bytearray, at: int = 0) -> Frame | None:
        """Return the frame that begins at `at`, or None while it is not all there; raises Refused.

        It is taken for an answer, and only where that does not fit for a command, so that no answer is cut short.
        """
        if data[at] != BEGIN:
            raise Refused("no_frame", f"expected {BEGIN:02X} to begin a frame, got {data[at]:02X}")
        if len(data) < at + 3:
            return None
        length, operation = data[at + 1], data[at + 2]
        if operation not in _OPERATIONS:
            raise Refused("no_frame", f"expected an operation's number, got {operation:02X}")
        end = at + ANSWER_BYTES + length
        if len(data) < end:
            return None
        if _fits(data, at, end):
            (status,) = _WORD.unpack_from(data, at + 3)
            return cls(operation=operation, status=status, data=bytes(data[at + 5 : end - 2]))
        if _fits(data, at, end - 2):
            return cls(operation=operation, data=bytes(data[at + 3 : end - 4]))
        came = _WORD.unpack_from(data, end - 2)[0]
        raise Refused("checksum", f"expected CRC {crc(data[at + 1 : end - 2]):04X}, got {came:04X}")

    @property
    def size(self) -> int:
        """How many bytes it has on the line."""
        return len(self.data) + (COMMAND_BYTES if self.status is None else ANSWER_BYTES)


def command(operation: Operation, data: bytes = b"") -> bytes:
    """Build a command."""
    return Frame(operation=operation, data=data).to_bytes()


def set_antennas(antennas: Sequence[int]) -> bytes:
    """Read at these antennas in turn; each sends and hears by one port."""
    return command(Operation.SET_ANTENNAS, b"\x02" + bytes(port for antenna in antennas for port in (antenna, antenna)))


def set_read_power(dbm: float) -> bytes:
    """Set the transmit power of reading; the line carries hundredths of a dBm."""
    return command(Operation.SET_READ_POWER, _WORD.pack(round(dbm * 100)))


def read_continuously() -> bytes:
    """Read until told to stop, and tell each tag at once."""
    flags = _WORD.pack(LIST_OF_ANTENNAS | STREAMING | MANY_TAGS)
    search = bytes((Operation.READ_MULTIPLE, STREAM_OPTION)) + flags + _WORD.pack(SEARCH_MS) + _WORD.pack(WANTED)
    head = b"\0\0\x01" + bytes((Operation.READ_MULTIPLE,)) + b"\0\0" + bytes((GEN2, len(search) - 1))
    return command(Operation.MULTI_PROTOCOL, head + search)


def stop_reading() -> bytes:
    """End `read_continuously`."""
    return command(Operation.MULTI_PROTOCOL, b"\0\0\x02")


def search_once() -> bytes:
    """Read for SEARCH_MS and keep the tags in the module's buffer."""
    return command(Operation.READ_MULTIPLE, b"\0" + _WORD.pack(LIST_OF_ANTENNAS | MANY_TAGS) + _WORD.pack(SEARCH_MS))


def get_buffer() -> bytes:
    """Ask for the next tags of the buffer."""
    return command(Operation.GET_BUFFER, _WORD.pack(WANTED) + b"\0")


def version_text(data: bytes) -> str:
    """Say in words what a VERSION answer tells; raises Refused where it is too short."""
    if len(data) < _PROGRAM_BYTES:
        raise Refused("length", f"expected {_PROGRAM_BYTES} bytes of version or more, got {len(data)}")
    bootloader, hardware, date, firmware = (data[at : at + 4].hex(".") for at in (0, 4, 8, 12))
    day = f"{data[8]:02x}{data[9]:02x}-{data[10]:02x}-{data[11]:02x}" if date != "00.00.00.00" else "unknown date"
    return f"firmware {firmware} of {day}, hardware {hardware}, bootloader {bootloader}"


def tag_record(data: bytes, at: int, flags: int) -> tuple[TagRead, int]:
    """Read the tag record that begins at `at` and has the fields of `flags`; returns it and where it ends.

    Raises Refused where it is too short, has a field that is not known, or the tag's own CRC does not fit.
    """
    if flags & ~sum(Metadata):
        raise Refused("unknown_field", f"expected known metadata flags, got {flags:04X}")
    values: dict[Metadata, bytes] = {}
    for field in Metadata:
        if flags & field:
            values[field], at = _field(data, at, field)
    length, at = _take(data, at, 2)
    tag, at = _take(data, at, (_WORD.unpack(length)[0] + 7) // 8)
    rssi, antenna = values.get(Metadata.RSSI), values.get(Metadata.ANTENNA)
    pc, epc = _gen2(tag) if values.get(Metadata.PROTOCOL, bytes((GEN2,)))[0] == GEN2 else (None, tag[:-2])
    read = TagRead(
        epc=epc,
        pc=pc,
        antenna=0 if antenna is None else antenna[0] >> 4 or 16,  # the sending port; 16 does not fit and goes as 0
        rssi_dbm=None if rssi is None else float(int.from_bytes(rssi, "big", signed=True)),
        count=max(1, values.get(Metadata.READ_COUNT, b"\1")[0]),
    )
    return read, at


def _field(data: bytes, at: int, field: Metadata) -> tuple[bytes, int]:
    if field is not Metadata.DATA:
        return _take(data, at, _WIDTHS[field])
    length, at = _take(data, at, 2)
    (bits,) = _WORD.unpack(length)
    return _take(data, at, 2 if bits == _TAG_OPERATION_FAILED else (bits + 7) // 8)


def _take(data: bytes, at: int, count: int) -> tuple[bytes, int]:
    end = at + count
    if end > len(data):
        raise Refused("length", f"expected a tag record of {end} bytes or more, got {len(data)}")
    return data[at:end], end


def _gen2(tag: bytes) -> tuple[int, bytes]:
    """PC word and EPC; extended PC words between them are passed over."""
    if len(tag) < 4:
        raise Refused("length", f"expected PC, EPC and CRC of a tag, got {len(tag)} bytes")
    (pc,) = _WORD.unpack_from(tag)
    if pc & _XPC_FOLLOWS and len(tag) >= 6:  # which words the CRC then covers is not known here
        return pc, tag[6 if _WORD.unpack_from(tag, 2)[0] & _XPC_2_FOLLOWS else 4 : -2]
    expected, came = crc_hqx(tag[:-2], 0xFFFF) ^ 0xFFFF, _WORD.unpack_from(tag, len(tag) - 2)[0]
    if came != expected:
        raise Refused("tag_crc", f"expected the tag's CRC {expected:04X}, got {came:04X}")
    return pc, tag[2:-2]


def _fits(data: bytes | bytearray, at: int, end: int) -> bool:
    return bool(_WORD.unpack_from(data, end - 2)[0] == crc(data[at + 1 : end - 2]))


def crc(data: bytes | bytearray) -> int:
    """Return ThingMagic's CRC: as CCITT's table by nibbles, but the nibble joins after the shift."""
    value = 0xFFFF
    for byte in data:
        value = ((value << 4 | byte >> 4) & 0xFFFF) ^ _TABLE[value >> 12]
        value = ((value << 4 | byte & 15) & 0xFFFF) ^ _TABLE[value >> 12]
    return value


_TABLE = tuple(crc_hqx(bytes((nibble,)), 0) for nibble in range(16))
