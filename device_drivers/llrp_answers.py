"""LLRP: what a reader says of itself: status, capabilities, events. Read by the driver, built by simulated readers.

Tag reports, which come by the thousand, are in `llrp_reports`.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct

import msgspec

from device_drivers.llrp_wire import (
    Malformed,
    Message,
    MessageType,
    Parameter,
    ParameterType,
    find,
    parameters,
    read_text,
    text,
    tlv,
    unpack,
)

_STATUS = Struct(">H")
_GENERAL = Struct(">HHII")  # antennas, flags, IANA enterprise number of the maker, model
_PAIR = Struct(">HH")
_POWER = Struct(">Hh")  # index, 0.01 dBm
_HOPPING = Struct(">B")  # top bit
_HOP_TABLE = Struct(">BBH")  # id, reserved, count of frequencies
_LLRP_CAPABILITIES = Struct(">BBHIIIII")
_C1G2_CAPABILITIES = Struct(">BH")
_RF_MODE = Struct(">IBBBBIIIII")
_MICROS = Struct(">Q")
HAS_UTC_CLOCK = 0x4000  # GeneralDeviceCapabilities' flags
HOLDS_REPORTS = 0x08  # LLRPCapabilities' flags: SupportsEventAndReportHolding


class StatusCode(IntEnum):
    """Section 14.2.1."""

    M_Success = 0
    M_ParameterError = 100
    M_FieldError = 101
    M_UnexpectedParameter = 102
    M_MissingParameter = 103
    M_DuplicateParameter = 104
    M_OverflowParameter = 105
    M_OverflowField = 106
    M_UnknownParameter = 107
    M_UnknownField = 108
    M_UnsupportedMessage = 109
    M_UnsupportedVersion = 110
    M_UnsupportedParameter = 111
    P_ParameterError = 200
    P_FieldError = 201
    P_UnexpectedParameter = 202
    P_MissingParameter = 203
    P_DuplicateParameter = 204
    P_OverflowParameter = 205
    P_OverflowField = 206
    P_UnknownParameter = 207
    P_UnknownField = 208
    P_UnsupportedParameter = 209
    A_Invalid = 300
    A_OutOfRange = 301
    R_DeviceError = 401


class ConnectionAttempt(IntEnum):
    """ConnectionAttemptEvent's status, section 13.2.6.12."""

    Success = 0
    FailedReaderInitiatedConnectionExists = 1
    FailedClientInitiatedConnectionExists = 2
    FailedOtherReason = 3
    AnotherConnectionAttempted = 4


class ROSpecEventType(IntEnum):
    """Section 13.2.6.4."""

    Start = 0
    End = 1
    Preemption = 2


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """LLRPStatus: how a request went."""

    code: int = StatusCode.M_Success
    description: str = ""

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return self.code == StatusCode.M_Success

    def __str__(self) -> str:
        word = StatusCode(self.code).name if self.code in StatusCode.__members__.values() else "unknown status"
        return f"{word} ({self.code})" + (f": {self.description}" if self.description else "")

    def to_bytes(self) -> bytes:
        """Build the LLRPStatus parameter."""
        return tlv(ParameterType.LLRPStatus, _STATUS.pack(self.code), text(self.description))

    @classmethod
    def of(cls, body: bytes) -> Status:
        """Read the LLRPStatus of a response's body; raises Malformed where there is none."""
        parameter = find(body, 0, len(body), ParameterType.LLRPStatus)
        if parameter is None:
            raise Malformed("expected an LLRPStatus in a response")
        (code,) = unpack(_STATUS, body, parameter)
        description, _ = read_text(body, parameter.fields + _STATUS.size, parameter.end)
        return cls(code=code, description=description)


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """The part of GET_READER_CAPABILITIES_RESPONSE that we use."""

    antennas: int = 0
    maker: int = 0  # IANA private enterprise number: 25882 Impinj, 161 Motorola and Zebra
    model: int = 0
    firmware: str = ""
    powers_dbm: tuple[tuple[int, float], ...] = ()  # TransmitPowerLevelTable: index, dBm
    hop_table: int | None = None  # the first one's id; None: fixed frequencies

    @classmethod
    def of(cls, body: bytes) -> Capabilities:
        """Read a response's body; what a reader leaves out keeps its default. Raises Malformed."""
        general = find(body, 0, len(body), ParameterType.GeneralDeviceCapabilities)
        regulatory = find(body, 0, len(body), ParameterType.RegulatoryCapabilities)
        powers, hop_table = _uhf_band(body, regulatory) if regulatory else ((), None)
        if general is None:
            return cls(powers_dbm=powers, hop_table=hop_table)
        antennas, _, maker, model = unpack(_GENERAL, body, general)
        firmware, _ = read_text(body, general.fields + _GENERAL.size, general.end)
        return cls(
            antennas=antennas,
            maker=maker,
            model=model,
            firmware=firmware.rstrip("\0"),
            powers_dbm=powers,
            hop_table=hop_table,
        )

    def to_bytes(self, message_id: int) -> bytes:
        """Build a whole response with every parameter that the protocol demands, for a simulated reader."""
        body = Status().to_bytes() + self._general() + _llrp_capabilities() + self._regulatory()
        body += tlv(ParameterType.C1G2LLRPCapabilities, _C1G2_CAPABILITIES.pack(0, 0))
        kind = MessageType.GET_READER_CAPABILITIES_RESPONSE
        return Message(type=kind, message_id=message_id, body=body).to_bytes()

    def _general(self) -> bytes:
        gen2 = [_PAIR.pack(antenna, 1) + b"\x01" for antenna in range(1, self.antennas + 1)]
        return tlv(
            ParameterType.GeneralDeviceCapabilities,
            _GENERAL.pack(self.antennas, HAS_UTC_CLOCK, self.maker, self.model),
            text(self.firmware),
            tlv(ParameterType.ReceiveSensitivityTableEntry, _PAIR.pack(1, 0)),
            tlv(ParameterType.GPIOCapabilities, _PAIR.pack(0, 0)),
            *(tlv(ParameterType.PerAntennaAirProtocol, protocols) for protocols in gen2),
        )

    def _regulatory(self) -> bytes:
        powers = [_POWER.pack(index, round(dbm * 100)) for index, dbm in self.powers_dbm]
        if self.hop_table is None:
            frequencies = _HOPPING.pack(0) + tlv(ParameterType.FixedFrequencyTable, _STATUS.pack(0))
        else:
            hops = tlv(ParameterType.FrequencyHopTable, _HOP_TABLE.pack(self.hop_table, 0, 0))
            frequencies = _HOPPING.pack(0x80) + hops
        mode = tlv(ParameterType.C1G2UHFRFModeTableEntry, _RF_MODE.pack(0, 0, 0, 0, 0, 40_000, 1500, 6250, 25_000, 0))
        band = tlv(
            ParameterType.UHFBandCapabilities,
            *(tlv(ParameterType.TransmitPowerLevelTableEntry, power) for power in powers),
            tlv(ParameterType.FrequencyInformation, frequencies),
            tlv(ParameterType.C1G2UHFRFModeTable, mode),
        )
        return tlv(ParameterType.RegulatoryCapabilities, _PAIR.pack(0, 0), band)


def response(kind: int, message_id: int, status: Status | None = None) -> bytes:
    """Build a response that carries a status only, success where none is given."""
    return Message(type=kind, message_id=message_id, body=(status or Status()).to_bytes()).to_bytes()


def keepalive(message_id: int) -> bytes:
    """Build a KEEPALIVE."""
    return Message(type=MessageType.KEEPALIVE, message_id=message_id).to_bytes()


def event_notification(message_id: int, at_us: int, *events: bytes) -> bytes:
    """Build a READER_EVENT_NOTIFICATION from event parameters, stamped with the reader's UTC clock."""
    stamp = tlv(ParameterType.UTCTimestamp, _MICROS.pack(at_us))
    body = tlv(ParameterType.ReaderEventNotificationData, stamp, *events)
    return Message(type=MessageType.READER_EVENT_NOTIFICATION, message_id=message_id, body=body).to_bytes()


def connection_attempt_event(status: int) -> bytes:
    """Build the event with which a reader greets, or turns away, a client."""
    return tlv(ParameterType.ConnectionAttemptEvent, _STATUS.pack(status))


def connection_close_event() -> bytes:
    """Build the event with which a reader says goodbye."""
    return tlv(ParameterType.ConnectionCloseEvent)


def antenna_event(antenna: int, *, connected: bool) -> bytes:
    """Build the event of an antenna that was plugged in or lost."""
    return tlv(ParameterType.AntennaEvent, Struct(">BH").pack(connected, antenna))


def rospec_event(kind: int, rospec_id: int) -> bytes:
    """Build the event of a ROSpec that started or ended."""
    return tlv(ParameterType.ROSpecEvent, Struct(">BII").pack(kind, rospec_id, 0))


def buffer_warning_event(percent: int) -> bytes:
    """Build the event of a report buffer that fills up."""
    return tlv(ParameterType.ReportBufferLevelWarningEvent, bytes((percent,)))


def buffer_overflow_event() -> bytes:
    """Build the event of a report buffer that has lost reports."""
    return tlv(ParameterType.ReportBufferOverflowErrorEvent)


def reader_exception_event(message: str) -> bytes:
    """Build the event of a fault inside the reader."""
    return tlv(ParameterType.ReaderExceptionEvent, text(message))


def _llrp_capabilities() -> bytes:
    return tlv(ParameterType.LLRPCapabilities, _LLRP_CAPABILITIES.pack(HOLDS_REPORTS, 1, 0, 1, 32, 1, 0, 0))


def _uhf_band(body: bytes, regulatory: Parameter) -> tuple[tuple[tuple[int, float], ...], int | None]:
    unpack(_PAIR, body, regulatory)
    band = find(body, regulatory.fields + _PAIR.size, regulatory.end, ParameterType.UHFBandCapabilities)
    if band is None:
        return (), None
    entries = list(parameters(body, band.fields, band.end))
    levels = [entry for entry in entries if entry.type == ParameterType.TransmitPowerLevelTableEntry]
    powers = [unpack(_POWER, body, level) for level in levels]
    hops = [_hop_table(body, entry) for entry in entries if entry.type == ParameterType.FrequencyInformation]
    return tuple((index, value / 100) for index, value in powers), next(iter(hops), None)


def _hop_table(body: bytes, frequencies: Parameter) -> int | None:
    (flags,) = unpack(_HOPPING, body, frequencies)
    table = find(body, frequencies.fields + _HOPPING.size, frequencies.end, ParameterType.FrequencyHopTable)
    return unpack(_HOP_TABLE, body, table)[0] if flags & 0x80 and table else None
