"""LLRP: what the client says to a reader, but for ADD_ROSPEC, which is in `llrp_rospec`.

Each function returns a message; who sends it gives it its id and version.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct

from device_drivers.llrp_wire import VERSION_1_1, Message, MessageType, ParameterType, tlv

ALL_ROSPECS = 0  # an id of 0 means all of them (section 10)

# EventNotificationState's event types (section 13.2.5.2)
GPI_EVENT = 1
ROSPEC_EVENT = 2
REPORT_BUFFER_FILL_WARNING = 3
READER_EXCEPTION_EVENT = 4
ANTENNA_EVENT = 8
HEALTH_EVENTS = (ROSPEC_EVENT, REPORT_BUFFER_FILL_WARNING, READER_EXCEPTION_EVENT, ANTENNA_EVENT)

PERIODIC_TRIGGER = 1  # KeepaliveSpec
GPI_ENABLED = 0x80  # GPIPortCurrentState's config
GPI_UNKNOWN = 2  # GPIPortState: what it is, is the reader's to say

_U8 = Struct(">B")
_U32 = Struct(">I")
_KEEPALIVE = Struct(">BI")  # type, period in ms
_STATE = Struct(">HB")  # event type, on in the top bit
_GET_CONFIG = Struct(">HBHH")  # antenna, what, GPI, GPO; 0: all
_GPI = Struct(">HBB")  # port, enabled in the top bit, state


def get_supported_version() -> Message:
    """Ask which versions the reader speaks; LLRP 1.1, whose version this message has."""
    return Message(type=MessageType.GET_SUPPORTED_VERSION, version=VERSION_1_1)


def set_protocol_version(version: int) -> Message:
    """Go over to a version; LLRP 1.1, whose version this message has."""
    return Message(type=MessageType.SET_PROTOCOL_VERSION, version=VERSION_1_1, body=_U8.pack(version))


def get_reader_capabilities() -> Message:
    """Ask for everything the reader says of itself."""
    return Message(type=MessageType.GET_READER_CAPABILITIES, body=_U8.pack(0))


def get_reader_config() -> Message:
    """Ask for everything that is set and plugged in."""
    return Message(type=MessageType.GET_READER_CONFIG, body=_GET_CONFIG.pack(0, 0, 0, 0))


def set_reader_config(*, keepalive_ms: int, hold_reports: bool) -> Message:
    """Set the keep-alive period, the events of `HEALTH_EVENTS`, and whether reports wait after a reconnect."""
    return _configure(
        _notify(HEALTH_EVENTS),
        tlv(ParameterType.KeepaliveSpec, _KEEPALIVE.pack(PERIODIC_TRIGGER, keepalive_ms)),
        tlv(ParameterType.EventsAndReports, _U8.pack(0x80 if hold_reports else 0)),
    )


def enable_inputs(ports: int) -> Message:
    """Turn the general purpose inputs from 1 on, which some readers have off, on with their events."""
    states = [_GPI.pack(port, GPI_ENABLED, GPI_UNKNOWN) for port in range(1, ports + 1)]
    inputs = [tlv(ParameterType.GPIPortCurrentState, state) for state in states]
    return _configure(_notify((GPI_EVENT,)), *inputs)


def delete_rospec(rospec_id: int) -> Message:
    """Delete a ROSpec, or all."""
    return Message(type=MessageType.DELETE_ROSPEC, body=_U32.pack(rospec_id))


def enable_rospec(rospec_id: int) -> Message:
    """Let a ROSpec's start trigger fire."""
    return Message(type=MessageType.ENABLE_ROSPEC, body=_U32.pack(rospec_id))


def start_rospec(rospec_id: int) -> Message:
    """Start a ROSpec whose start trigger is Null."""
    return Message(type=MessageType.START_ROSPEC, body=_U32.pack(rospec_id))


def enable_events_and_reports() -> Message:
    """Ask for what the reader held since the last connection. There is no response to it."""
    return Message(type=MessageType.ENABLE_EVENTS_AND_REPORTS)


def keepalive_ack() -> Message:
    """Answer a KEEPALIVE; readers close the connection after some that were not answered."""
    return Message(type=MessageType.KEEPALIVE_ACK)


def _configure(*parts: bytes) -> Message:
    keep_settings = _U8.pack(0)  # do not restore factory settings
    return Message(type=MessageType.SET_READER_CONFIG, body=keep_settings + b"".join(parts))


def _notify(events: Iterable[int]) -> bytes:
    states = [tlv(ParameterType.EventNotificationState, _STATE.pack(event, 0x80)) for event in events]
    return tlv(ParameterType.ReaderEventNotificationSpec, *states)
