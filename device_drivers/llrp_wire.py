"""LLRP 1.0.1 and 1.1 on the wire: numbers, the message header, and the walk over parameters.

Document: EPCglobal Low Level Reader Protocol 1.0.1, sections 16 (messages) and 17 (parameters); all
numbers are big-endian. What LLRP 1.1 adds (version 2 in a header): messages 46, 47, 56 and 57, TVs 19 and 20.

    message    3 bits reserved, 3 bits version, 10 bits type; u32 length with these 10 bytes; u32 id; parameters
    TLV        6 bits reserved, 10 bits type (>= 128); u16 length with these 4 bytes; fields; parameters
    TV         1 bit set, 7 bits type; fields of the length the type has: an unknown one cannot be skipped

Pure: used by the driver, which is the client, and by simulated readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from struct import Struct

import msgspec

HEADER = Struct(">HII")  # version and type, length, message id
HEADER_BYTES = 10
MAX_MESSAGE_BYTES = 1 << 20  # ours: the protocol allows 4 GiB, readers send tens of KiB
VERSION_1_0_1 = 1
VERSION_1_1 = 2


class MessageType(IntEnum):
    """Section 16.1; a response is its request's type plus 10, but for CLOSE_CONNECTION."""

    GET_READER_CAPABILITIES = 1
    GET_READER_CONFIG = 2
    SET_READER_CONFIG = 3
    CLOSE_CONNECTION_RESPONSE = 4
    GET_READER_CAPABILITIES_RESPONSE = 11
    GET_READER_CONFIG_RESPONSE = 12
    SET_READER_CONFIG_RESPONSE = 13
    CLOSE_CONNECTION = 14
    ADD_ROSPEC = 20
    DELETE_ROSPEC = 21
    START_ROSPEC = 22
    STOP_ROSPEC = 23
    ENABLE_ROSPEC = 24
    DISABLE_ROSPEC = 25
    ADD_ROSPEC_RESPONSE = 30
    DELETE_ROSPEC_RESPONSE = 31
    START_ROSPEC_RESPONSE = 32
    STOP_ROSPEC_RESPONSE = 33
    ENABLE_ROSPEC_RESPONSE = 34
    DISABLE_ROSPEC_RESPONSE = 35
    GET_ROSPECS_RESPONSE = 36
    GET_SUPPORTED_VERSION = 46
    SET_PROTOCOL_VERSION = 47
    ADD_ACCESSSPEC_RESPONSE = 50
    DELETE_ACCESSSPEC_RESPONSE = 51
    ENABLE_ACCESSSPEC_RESPONSE = 52
    DISABLE_ACCESSSPEC_RESPONSE = 53
    GET_ACCESSSPECS_RESPONSE = 54
    GET_SUPPORTED_VERSION_RESPONSE = 56
    SET_PROTOCOL_VERSION_RESPONSE = 57
    RO_ACCESS_REPORT = 61
    KEEPALIVE = 62
    READER_EVENT_NOTIFICATION = 63
    ENABLE_EVENTS_AND_REPORTS = 64
    KEEPALIVE_ACK = 72
    ERROR_MESSAGE = 100
    CUSTOM_MESSAGE = 1023


class ParameterType(IntEnum):
    """Section 17.1: below 128 TV, from 128 on TLV."""

    AntennaID = 1
    FirstSeenTimestampUTC = 2
    FirstSeenTimestampUptime = 3
    LastSeenTimestampUTC = 4
    LastSeenTimestampUptime = 5
    PeakRSSI = 6
    ChannelIndex = 7
    TagSeenCount = 8
    ROSpecID = 9
    C1G2_PC = 12
    EPC_96 = 13
    UTCTimestamp = 128
    Uptime = 129
    GeneralDeviceCapabilities = 137
    ReceiveSensitivityTableEntry = 139
    PerAntennaAirProtocol = 140
    GPIOCapabilities = 141
    LLRPCapabilities = 142
    RegulatoryCapabilities = 143
    UHFBandCapabilities = 144
    TransmitPowerLevelTableEntry = 145
    FrequencyInformation = 146
    FrequencyHopTable = 147
    FixedFrequencyTable = 148
    ROSpec = 177
    ROBoundarySpec = 178
    ROSpecStartTrigger = 179
    GPITriggerValue = 181
    ROSpecStopTrigger = 182
    AISpec = 183
    AISpecStopTrigger = 184
    InventoryParameterSpec = 186
    KeepaliveSpec = 220
    AntennaProperties = 221
    AntennaConfiguration = 222
    RFReceiver = 223
    RFTransmitter = 224
    GPIPortCurrentState = 225
    EventsAndReports = 226
    ROReportSpec = 237
    TagReportContentSelector = 238
    TagReportData = 240
    EPCData = 241
    RFSurveyReportData = 242
    ReaderEventNotificationSpec = 244
    EventNotificationState = 245
    ReaderEventNotificationData = 246
    GPIEvent = 248
    ROSpecEvent = 249
    ReportBufferLevelWarningEvent = 250
    ReportBufferOverflowErrorEvent = 251
    ReaderExceptionEvent = 252
    AntennaEvent = 255
    ConnectionAttemptEvent = 256
    ConnectionCloseEvent = 257
    LLRPStatus = 287
    FieldError = 288
    ParameterError = 289
    C1G2LLRPCapabilities = 327
    C1G2UHFRFModeTable = 328
    C1G2UHFRFModeTableEntry = 329
    C1G2InventoryCommand = 330
    C1G2Filter = 331
    C1G2TagInventoryMask = 332
    C1G2TagInventoryStateUnawareFilterAction = 334
    C1G2RFControl = 335
    C1G2SingulationControl = 336
    C1G2EPCMemorySelector = 348
    Custom = 1023


TV_BYTES = {  # type -> length with the type byte: sections 17.2.7 and 17.3; 19 and 20 (XPC_W1, XPC_W2) from LLRP 1.1
    **{1: 3, 2: 9, 3: 9, 4: 9, 5: 9, 6: 2, 7: 3, 8: 3, 9: 5, 10: 3, 11: 3, 12: 3, 13: 13, 14: 3},
    **{15: 3, 16: 5, 17: 3, 18: 5, 19: 3, 20: 3},
}
LEAST_TLV_TYPE = 128
TLV_HEADER_BYTES = 4
TLV_HEADER = Struct(">HH")  # type, length


class Malformed(ValueError):
    """These bytes are not what their headers say; its text says what was expected and what came."""


class Parameter(msgspec.Struct, frozen=True, gc=False):
    """Where one parameter stands in its message: `start` is its first byte, `fields` the first after its header."""

    type: int
    start: int
    fields: int
    end: int


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One whole message."""

    type: int
    message_id: int = 0
    body: bytes = b""
    version: int = VERSION_1_0_1

    def to_bytes(self) -> bytes:
        """Return the frame, header and body."""
        head = HEADER.pack(self.version << 10 | self.type, HEADER_BYTES + len(self.body), self.message_id)
        return head + self.body

    @classmethod
    def from_bytes(cls, data: bytes) -> Message:
        """Take one whole frame apart; raises Malformed where its length field disagrees with its length."""
        if len(data) < HEADER_BYTES:
            raise Malformed(f"expected a header of {HEADER_BYTES} bytes, got {len(data)}")
        first, length, message_id = HEADER.unpack_from(data)
        if length != len(data):
            raise Malformed(f"expected {length} bytes as the header says, got {len(data)}")
        return cls(type=first & 0x3FF, message_id=message_id, body=data[HEADER_BYTES:], version=first >> 10 & 7)


def tlv(kind: int, *parts: bytes) -> bytes:
    """Build a TLV parameter from its fields and sub-parameters."""
    value = b"".join(parts)
    return TLV_HEADER.pack(kind, TLV_HEADER_BYTES + len(value)) + value


def tv(kind: int, value: bytes) -> bytes:
    """Build a TV parameter; its value must have the length that the type has."""
    if len(value) != TV_BYTES[kind] - 1:
        raise ValueError(f"TV parameter {kind} takes {TV_BYTES[kind] - 1} bytes, got {len(value)}")
    return bytes((0x80 | kind,)) + value


def text(value: str) -> bytes:
    """Build a utf8v field: u16 count of bytes, then UTF-8."""
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def parameter_at(data: bytes | bytearray, start: int, end: int) -> Parameter | None:
    """Return the parameter that starts at `start`, which must end by `end`; None for an unknown TV.

    Raises Malformed where no parameter can start so, or where it runs over the end.
    """
    first = data[start]
    if first & 0x80:
        size = TV_BYTES.get(first & 0x7F)
        if size is None:
            return None
        parameter = Parameter(first & 0x7F, start, start + 1, start + size)
    else:
        if start + TLV_HEADER_BYTES > end:
            raise Malformed(f"expected a parameter header, got {end - start} bytes")
        kind, length = TLV_HEADER.unpack_from(data, start)
        if not LEAST_TLV_TYPE <= kind <= ParameterType.Custom or length < TLV_HEADER_BYTES:
            raise Malformed(f"expected a parameter, got type {kind} with length {length}")
        parameter = Parameter(kind, start, start + TLV_HEADER_BYTES, start + length)
    if parameter.end > end:
        raise Malformed(f"parameter {parameter.type} runs {parameter.end - end} bytes over its end")
    return parameter


def parameters(data: bytes | bytearray, start: int, end: int) -> Iterator[Parameter]:
    """Walk the parameters between two offsets; ends early at an unknown TV, as nothing behind it can be found.

    Raises Malformed like `parameter_at`.
    """
    while start < end:
        parameter = parameter_at(data, start, end)
        if parameter is None:
            return
        yield parameter
        start = parameter.end


def find(data: bytes | bytearray, start: int, end: int, kind: int) -> Parameter | None:
    """Return the first parameter of a type between two offsets, not looking inside others."""
    return next((parameter for parameter in parameters(data, start, end) if parameter.type == kind), None)


def unpack(layout: Struct, data: bytes | bytearray, parameter: Parameter) -> tuple[int, ...]:
    """Unpack a parameter's leading fields; raises Malformed where it is too short for them."""
    if parameter.fields + layout.size > parameter.end:
        short = f"parameter {parameter.type} has {parameter.end - parameter.fields} bytes of {layout.size}"
        raise Malformed(short)
    return layout.unpack_from(data, parameter.fields)


def read_text(data: bytes | bytearray, start: int, end: int) -> tuple[str, int]:
    """Read a utf8v field; return it and the offset behind it. Bytes that are no UTF-8 are replaced."""
    if start + 2 > end:
        raise Malformed("expected a text's length, got the end")
    stop = start + 2 + int.from_bytes(data[start : start + 2], "big")
    if stop > end:
        raise Malformed(f"a text runs {stop - end} bytes over its parameter")
    return bytes(data[start + 2 : stop]).decode("utf-8", "replace"), stop
