"""LLRP: READER_EVENT_NOTIFICATION: how a reader tells of its health, and of what its inputs see."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

import msgspec

from device_drivers.llrp_answers import ConnectionAttempt, ROSpecEventType
from device_drivers.llrp_wire import Malformed, Parameter, ParameterType, find, parameters, read_text, unpack
from gateway.model import Measurement, Micros, Notice

_ATTEMPT = Struct(">H")
_ANTENNA = Struct(">BH")  # event, antenna
_ROSPEC = Struct(">BII")  # event, ROSpec, the one that took its place
_MICROS = Struct(">Q")
_PERCENT = Struct(">B")
_GPI = Struct(">HB")  # port, level in the top bit
_ANTENNA_CONNECTED = 1

ATTEMPT_NOTICES: dict[int, tuple[str, str, bool]] = {  # name, text, fault
    ConnectionAttempt.Success: ("connection_accepted", "the reader accepted the connection", False),
    ConnectionAttempt.FailedReaderInitiatedConnectionExists: (
        "reader_in_use",
        "the reader is connected to another host that it called itself; it serves one at a time",
        True,
    ),
    ConnectionAttempt.FailedClientInitiatedConnectionExists: (
        "reader_in_use",
        "another program is connected to the reader; it serves one at a time",
        True,
    ),
    ConnectionAttempt.FailedOtherReason: ("connection_refused", "the reader refused the connection", True),
    ConnectionAttempt.AnotherConnectionAttempted: (
        "another_connection_attempted",
        "another program tried to connect to the reader and was turned away",
        False,
    ),
}
ROSPEC_NOTICES: dict[int, tuple[str, bool]] = {  # name, fault
    ROSpecEventType.Start: ("rospec_started", False),
    ROSpecEventType.End: ("rospec_ended", False),
    ROSpecEventType.Preemption: ("rospec_preempted", True),
}


def antenna_notice(antenna: int, *, connected: bool, seen_us: Micros | None = None) -> Notice:
    """Say that an antenna (1-based) is or is not connected."""
    if connected:
        text = f"antenna {antenna} is connected"
        return Notice(name="antenna_connected", text=text, antenna=antenna, seen_us=seen_us)
    text = f"antenna {antenna} is not connected: check its cable"
    return Notice(name="antenna_disconnected", text=text, fault=True, antenna=antenna, seen_us=seen_us)


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """One READER_EVENT_NOTIFICATION."""

    told: tuple[Notice | Measurement, ...]  # stamped where the reader's clock is UTC, or can be made so
    uptime_us: int | None = None  # since the reader started, where it has no UTC clock
    attempt: int | None = None  # ConnectionAttempt
    ended_rospec: int | None = None  # the id of the ROSpec that ended or was preempted
    antenna: tuple[int, bool] | None = None  # number, connected

    @classmethod
    def of(cls, body: bytes, started_us: Micros | None = None) -> Notification:
        """Read a notification's body; raises Malformed.

        `started_us` is when a reader without UTC clock was started, None where that is not known.
        """
        data = find(body, 0, len(body), ParameterType.ReaderEventNotificationData)
        if data is None:
            raise Malformed("expected ReaderEventNotificationData in a notification")
        events = list(parameters(body, data.fields, data.end))
        first = {event.type: event for event in reversed(events)}
        utc_us = _field(_MICROS, body, first.get(ParameterType.UTCTimestamp))
        uptime_us = _field(_MICROS, body, first.get(ParameterType.Uptime))
        seen_us = utc_us
        if seen_us is None and uptime_us is not None and started_us is not None:
            seen_us = started_us + uptime_us
        return cls(
            told=tuple(MEANINGS[event.type](body, event, seen_us) for event in events if event.type in MEANINGS),
            uptime_us=uptime_us,
            attempt=_field(_ATTEMPT, body, first.get(ParameterType.ConnectionAttemptEvent)),
            ended_rospec=_ended_rospec(body, first.get(ParameterType.ROSpecEvent)),
            antenna=_changed_antenna(body, first.get(ParameterType.AntennaEvent)),
        )


def _field(layout: Struct, body: bytes, parameter: Parameter | None) -> int | None:
    return None if parameter is None else unpack(layout, body, parameter)[0]


def _ended_rospec(body: bytes, event: Parameter | None) -> int | None:
    if event is None:
        return None
    kind, rospec_id, _ = unpack(_ROSPEC, body, event)
    return None if kind == ROSpecEventType.Start else rospec_id


def _changed_antenna(body: bytes, event: Parameter | None) -> tuple[int, bool] | None:
    if event is None:
        return None
    state, antenna = unpack(_ANTENNA, body, event)
    return antenna, state == _ANTENNA_CONNECTED


def _input(body: bytes, event: Parameter, seen_us: Micros | None) -> Measurement:
    port, level = unpack(_GPI, body, event)
    return Measurement(name=f"gpi_{port}", value=bool(level & 0x80), seen_us=seen_us)


def _attempt(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    (status,) = unpack(_ATTEMPT, body, event)
    other = ("connection_refused", f"the reader refused the connection with status {status}", True)
    name, text, fault = ATTEMPT_NOTICES.get(status, other)
    return Notice(name=name, text=text, fault=fault, seen_us=seen_us)


def _close(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    return Notice(name="connection_closed", text="the reader closes the connection", seen_us=seen_us)


def _antenna(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    state, antenna = unpack(_ANTENNA, body, event)
    return antenna_notice(antenna, connected=state == _ANTENNA_CONNECTED, seen_us=seen_us)


def _rospec(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    kind, rospec_id, _ = unpack(_ROSPEC, body, event)
    name, fault = ROSPEC_NOTICES.get(kind, ("rospec_event", False))
    text = f"ROSpec {rospec_id}: {name.removeprefix('rospec_')}"
    return Notice(name=name, text=text, fault=fault, seen_us=seen_us)


def _buffer_filling(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    (percent,) = unpack(_PERCENT, body, event)
    text = f"the reader's report buffer is {percent} % full"
    return Notice(name="buffer_filling", text=text, fault=True, seen_us=seen_us)


def _buffer_overflow(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    text = "the reader's report buffer ran over: reads were lost"
    return Notice(name="buffer_overflow", text=text, fault=True, seen_us=seen_us)


def _exception(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    message, behind = read_text(body, event.fields, event.end)
    where = find(body, behind, event.end, ParameterType.AntennaID)
    antenna = 0 if where is None else unpack(_ATTEMPT, body, where)[0]
    text = f"the reader reports: {message}"
    return Notice(name="reader_exception", text=text, fault=True, antenna=antenna, seen_us=seen_us)


MEANINGS: dict[int, Callable[[bytes, Parameter, Micros | None], Notice | Measurement]] = {
    ParameterType.GPIEvent: _input,
    ParameterType.ConnectionAttemptEvent: _attempt,
    ParameterType.ConnectionCloseEvent: _close,
    ParameterType.AntennaEvent: _antenna,
    ParameterType.ROSpecEvent: _rospec,
    ParameterType.ReportBufferLevelWarningEvent: _buffer_filling,
    ParameterType.ReportBufferOverflowErrorEvent: _buffer_overflow,
    ParameterType.ReaderExceptionEvent: _exception,
}
