"""The frames of M100, QM100, R200 and YRM100 modules: numbers, Frame, and tag notices both ways.

Document: the makers' "UHF RFID reader module protocol" (for M5Stack's Unit UHF RFID among others).

    BB  type  command  length (u16)  parameters  checksum  7E

The length counts the parameters; the checksum is the low byte of the sum from type to the last
parameter. BB and 7E occur inside too, so frames are cut by length and then checked.

Pure: used by the driver and by simulated modules.
"""

from __future__ import annotations

from binascii import crc_hqx
from enum import IntEnum
from struct import Struct

import msgspec

from device_drivers.framing import Refused
from gateway.model import TagRead

BEGIN = 0xBB
END = 0x7E
HEADER_BYTES = 5
FRAME_BYTES = 7  # of a frame without parameters
MAX_PARAMETER_BYTES = 512  # ours: the longest answer is a memory bank of some 250 bytes with its EPC


class FrameType(IntEnum):
    """Who speaks, and why."""

    COMMAND = 0
    RESPONSE = 1
    NOTICE = 2


class Command(IntEnum):
    """The commands that the driver uses; a response repeats its command's number."""

    INFO = 0x03
    SET_REGION = 0x07
    SINGLE_POLL = 0x22
    MULTI_POLL = 0x27
    STOP_POLL = 0x28
    SET_POWER = 0xB6
    ERROR = 0xFF


class ErrorCode(IntEnum):
    """The first parameter of an ERROR response."""

    READ_FAILED = 0x09
    WRITE_FAILED = 0x10
    KILL_FAILED = 0x12
    LOCK_FAILED = 0x13
    NO_TAG = 0x15  # said after every round that met none
    ACCESS_DENIED = 0x16
    COMMAND_WRONG = 0x17


class Info(IntEnum):
    """What INFO may ask for; the answer repeats it before its ASCII text."""

    HARDWARE = 0
    SOFTWARE = 1
    MAKER = 2


REGIONS = {"china_900": 1, "us": 2, "eu": 3, "china_800": 4, "korea": 6}
MAX_ROUNDS = 10_000  # of one MULTI_POLL, by the maker's manual

_HEADER = Struct(">BBBH")
_TAG = Struct(">bH")  # RSSI in dBm, PC
_TAG_CRC_BYTES = 2


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One frame, taken out of its begin, length, checksum and end."""

    type: int
    command: int
    parameters: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the line."""
        head = _HEADER.pack(BEGIN, self.type, self.command, len(self.parameters))
        return head + self.parameters + bytes((_checksum(head[1:] + self.parameters), END))

    @classmethod
    def from_bytes(cls, data: bytes | bytearray, at: int = 0) -> Frame | None:
        """Return the frame that begins at `at`, or None while it is not all there; raises Refused."""
        if data[at] != BEGIN:
            raise Refused("no_frame", f"expected {BEGIN:02X} to begin a frame, got {data[at]:02X}")
        if len(data) < at + HEADER_BYTES:
            return None
        _, kind, command, length = _HEADER.unpack_from(data, at)
        if kind > FrameType.NOTICE or length > MAX_PARAMETER_BYTES:
            raise Refused("no_frame", f"expected a frame's header, got type {kind:02X} and length {length}")
        end = at + FRAME_BYTES + length
        if len(data) < end:
            return None
        if data[end - 1] != END:
            raise Refused("truncated", f"expected {END:02X} after {length} parameter bytes, got {data[end - 1]:02X}")
        checksum = _checksum(data[at + 1 : end - 2])
        if data[end - 2] != checksum:
            raise Refused("checksum", f"expected checksum {checksum:02X}, got {data[end - 2]:02X}")
        return cls(type=kind, command=command, parameters=bytes(data[at + HEADER_BYTES : end - 2]))

    @property
    def size(self) -> int:
        """How many bytes it has on the line."""
        return FRAME_BYTES + len(self.parameters)


def command(number: Command, parameters: bytes = b"") -> bytes:
    """Build a command."""
    return Frame(type=FrameType.COMMAND, command=number, parameters=parameters).to_bytes()


def info(what: Info) -> bytes:
    """Ask what the module is."""
    return command(Command.INFO, bytes((what,)))


def set_region(region: str) -> bytes:
    """Choose the band plan, by a name in `REGIONS`."""
    return command(Command.SET_REGION, bytes((REGIONS[region],)))


def set_power(dbm: float) -> bytes:
    """Set the transmit power; the line carries hundredths of a dBm."""
    return command(Command.SET_POWER, round(dbm * 100).to_bytes(2, "big"))


def multi_poll(rounds: int = MAX_ROUNDS) -> bytes:
    """Inventory for so many rounds."""
    return command(Command.MULTI_POLL, b"\x22" + rounds.to_bytes(2, "big"))


def stop_poll() -> bytes:
    """End a MULTI_POLL."""
    return command(Command.STOP_POLL)


def no_tag() -> bytes:
    """Build what a module says after a round without tags."""
    return Frame(type=FrameType.RESPONSE, command=Command.ERROR, parameters=bytes((ErrorCode.NO_TAG,))).to_bytes()


def tag_notice(read: TagRead) -> bytes:
    """Build the notice of one tag; a read without RSSI goes as -128 dBm, one without PC as a plain GS1 EPC."""
    pc = len(read.epc) // 2 << 11 if read.pc is None else read.pc
    rssi_dbm = -128 if read.rssi_dbm is None else round(read.rssi_dbm)
    tag = _TAG.pack(rssi_dbm, pc) + read.epc
    return Frame(
        type=FrameType.NOTICE, command=Command.SINGLE_POLL, parameters=tag + gen2_crc(tag[1:]).to_bytes(2, "big")
    ).to_bytes()


def tag_of(frame: Frame) -> TagRead:
    """Read a tag notice; raises Refused where it is too short or the tag's own CRC does not fit."""
    parameters = frame.parameters
    if len(parameters) < _TAG.size + _TAG_CRC_BYTES:
        raise Refused("length", f"expected RSSI, PC, EPC and CRC in a tag notice, got {len(parameters)} bytes")
    rssi_dbm, pc = _TAG.unpack_from(parameters)
    expected = gen2_crc(parameters[1:-_TAG_CRC_BYTES])
    came = int.from_bytes(parameters[-_TAG_CRC_BYTES:], "big")
    if came != expected:
        raise Refused("tag_crc", f"expected the tag's CRC {expected:04X}, got {came:04X}")
    return TagRead(epc=parameters[_TAG.size : -_TAG_CRC_BYTES], pc=pc, rssi_dbm=float(rssi_dbm))


def gen2_crc(data: bytes) -> int:
    """Return the CRC-16 that a Gen2 tag keeps over its PC and EPC: polynomial 0x1021, all ones in and out."""
    return crc_hqx(data, 0xFFFF) ^ 0xFFFF


def _checksum(data: bytes | bytearray) -> int:
    return sum(data) & 0xFF
