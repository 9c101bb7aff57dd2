"""LLRP: status and events, as a reader builds them; the status also as the driver reads it.

What the driver makes of events is in `llrp_events`, of tag reports in `llrp_reports`.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct

import msgspec

from device_drivers.llrp_wire import (
    Malformed,
    Message,
    MessageType,
    ParameterType,
    find,
    read_text,
    text,
    tlv,
    unpack,
)

_STATUS = Struct(">H")
_MICROS = Struct(">Q")
_GPI = Struct(">HB")  # port, level in the top bit


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
    M_UnexpectedMessage = 112  # LLRP 1.1
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


def uptime_notification(message_id: int, uptime_us: int, *events: bytes) -> bytes:
    """Build a READER_EVENT_NOTIFICATION as a reader does that has no UTC clock: stamped since it started."""
    stamp = tlv(ParameterType.Uptime, _MICROS.pack(uptime_us))
    body = tlv(ParameterType.ReaderEventNotificationData, stamp, *events)
    return Message(type=MessageType.READER_EVENT_NOTIFICATION, message_id=message_id, body=body).to_bytes()


def gpi_event(port: int, *, high: bool) -> bytes:
    """Build the event of a general purpose input that changed."""
    return tlv(ParameterType.GPIEvent, _GPI.pack(port, high << 7))


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
