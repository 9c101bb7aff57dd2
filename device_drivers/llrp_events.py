"""LLRP: READER_EVENT_NOTIFICATION to Notices: how a reader tells of its health."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from device_drivers.llrp_answers import ConnectionAttempt, ROSpecEventType
from device_drivers.llrp_wire import Malformed, Parameter, ParameterType, find, parameters, read_text, unpack
from gateway.model import Micros, Notice

_ATTEMPT = Struct(">H")
_ANTENNA = Struct(">BH")  # event, antenna
_ROSPEC = Struct(">BII")  # event, ROSpec, the one that took its place
_MICROS = Struct(">Q")
_PERCENT = Struct(">B")
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


def connection_attempt(body: bytes) -> int | None:
    """Return the status of the connection attempt that a notification tells of, None where it tells of none."""
    data = _data(body)
    event = find(body, data.fields, data.end, ParameterType.ConnectionAttemptEvent)
    return None if event is None else unpack(_ATTEMPT, body, event)[0]


def ended_rospec(body: bytes) -> int | None:
    """Return the id of the ROSpec that a notification says has ended or was preempted, None where it does not."""
    data = _data(body)
    event = find(body, data.fields, data.end, ParameterType.ROSpecEvent)
    if event is None:
        return None
    kind, rospec_id, _ = unpack(_ROSPEC, body, event)
    return None if kind == ROSpecEventType.Start else rospec_id


def notices(body: bytes) -> list[Notice]:
    """Return what a notification tells, stamped with the reader's clock where that is UTC; raises Malformed."""
    data = _data(body)
    events = list(parameters(body, data.fields, data.end))
    stamps = [unpack(_MICROS, body, event)[0] for event in events if event.type == ParameterType.UTCTimestamp]
    seen_us = next(iter(stamps), None)
    return [NOTICES[event.type](body, event, seen_us) for event in events if event.type in NOTICES]


def _data(body: bytes) -> Parameter:
    data = find(body, 0, len(body), ParameterType.ReaderEventNotificationData)
    if data is None:
        raise Malformed("expected ReaderEventNotificationData in a notification")
    return data


def _attempt(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    (status,) = unpack(_ATTEMPT, body, event)
    other = ("connection_refused", f"the reader refused the connection with status {status}", True)
    name, text, fault = ATTEMPT_NOTICES.get(status, other)
    return Notice(name=name, text=text, fault=fault, seen_us=seen_us)


def _close(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    return Notice(name="connection_closed", text="the reader closes the connection", seen_us=seen_us)


def _antenna(body: bytes, event: Parameter, seen_us: Micros | None) -> Notice:
    state, antenna = unpack(_ANTENNA, body, event)
    if state == _ANTENNA_CONNECTED:
        text = f"antenna {antenna} is connected"
        return Notice(name="antenna_connected", text=text, antenna=antenna, seen_us=seen_us)
    text = f"antenna {antenna} is not connected: check its cable"
    return Notice(name="antenna_disconnected", text=text, fault=True, antenna=antenna, seen_us=seen_us)


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


NOTICES: dict[int, Callable[[bytes, Parameter, Micros | None], Notice]] = {
    ParameterType.ConnectionAttemptEvent: _attempt,
    ParameterType.ConnectionCloseEvent: _close,
    ParameterType.AntennaEvent: _antenna,
    ParameterType.ROSpecEvent: _rospec,
    ParameterType.ReportBufferLevelWarningEvent: _buffer_filling,
    ParameterType.ReportBufferOverflowErrorEvent: _buffer_overflow,
    ParameterType.ReaderExceptionEvent: _exception,
}
