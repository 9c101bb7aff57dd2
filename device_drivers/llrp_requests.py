"""LLRP: what the client says to a reader. Each function returns one whole frame."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

import msgspec

from device_drivers.llrp_wire import Message, MessageType, ParameterType, tlv

ALL_ROSPECS = 0  # an id of 0 means all of them (section 10)
ALL_ANTENNAS = 0  # an antenna id of 0 means all of them (section 10.2.4)
C1G2 = 1  # AirProtocols: EPCglobal Class 1 Gen 2
DISABLED = 0  # ROSpecState: the only one that ADD_ROSPEC may carry

# EventNotificationState's event types (section 13.2.5.2) that tell of the reader's health
ROSPEC_EVENT = 2
REPORT_BUFFER_FILL_WARNING = 3
READER_EXCEPTION_EVENT = 4
ANTENNA_EVENT = 8
HEALTH_EVENTS = (ROSPEC_EVENT, REPORT_BUFFER_FILL_WARNING, READER_EXCEPTION_EVENT, ANTENNA_EVENT)

# TagReportContentSelector's flags (section 13.2.1.1), most significant bit first
ENABLE_ANTENNA_ID = 0x1000
ENABLE_PEAK_RSSI = 0x0400
ENABLE_FIRST_SEEN = 0x0200
ENABLE_SEEN_COUNT = 0x0080
REPORT_CONTENT = ENABLE_ANTENNA_ID | ENABLE_PEAK_RSSI | ENABLE_FIRST_SEEN | ENABLE_SEEN_COUNT
ENABLE_PC_BITS = 0x40  # C1G2EPCMemorySelector: the PC word says whether an EPC is GS1's or ISO's

NULL_TRIGGER = 0
IMMEDIATE_TRIGGER = 1  # ROSpecStartTrigger: starts when enabled
PERIODIC_TRIGGER = 1  # KeepaliveSpec
N_TAGS_OR_END_OF_AISPEC = 1  # ROReportSpec

_U8 = Struct(">B")
_U16 = Struct(">H")
_U32 = Struct(">I")
_TRIGGER = Struct(">BI")  # type, duration or period in ms
_ROSPEC = Struct(">IBB")  # id, priority, state
_INVENTORY = Struct(">HB")  # InventoryParameterSpecID, air protocol
_TRANSMITTER = Struct(">HHH")  # hop table, channel, index of the power level
_SINGULATION = Struct(">BHI")  # session in the top two bits, tag population, transit time in ms
_RF_CONTROL = Struct(">HH")  # mode index, Tari (0: the mode's own)
_REPORT = Struct(">BH")  # trigger, N
_STATE = Struct(">HB")  # event type, on in the top bit


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """RFTransmitter: a level of the reader's table, and the channel parameters that must come with it."""

    index: int
    dbm: float  # what the table says this level is
    hop_table: int = 0  # of a hopping region; 0: a fixed frequency
    channel: int = 1


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What the one ROSpec that we add shall do."""

    antennas: Sequence[int]  # 1-based; empty: all
    session: int  # Gen2 session, 0 to 3
    tag_population: int
    rf_mode: int | None  # ModeIdentifier of the reader's C1G2UHFRFModeTable; None: the reader's own
    power: Power | None  # None: the reader's own
    report_every: int  # tags a report
    immediate: bool  # start when enabled; False: wait for START_ROSPEC


def get_reader_capabilities(message_id: int) -> bytes:
    """Ask for everything the reader says of itself."""
    return _message(MessageType.GET_READER_CAPABILITIES, message_id, _U8.pack(0))


def set_reader_config(message_id: int, *, keepalive_ms: int, hold_reports: bool) -> bytes:
    """Set the keep-alive period, the events of `HEALTH_EVENTS`, and whether reports wait after a reconnect."""
    states = [tlv(ParameterType.EventNotificationState, _STATE.pack(event, 0x80)) for event in HEALTH_EVENTS]
    return _message(
        MessageType.SET_READER_CONFIG,
        message_id,
        _U8.pack(0),  # do not restore factory settings
        tlv(ParameterType.ReaderEventNotificationSpec, *states),
        tlv(ParameterType.KeepaliveSpec, _TRIGGER.pack(PERIODIC_TRIGGER, keepalive_ms)),
        tlv(ParameterType.EventsAndReports, _U8.pack(0x80 if hold_reports else 0)),
    )


def add_rospec(message_id: int, rospec_id: int, inventory: Inventory) -> bytes:
    """Add a disabled ROSpec that inventories until it is stopped."""
    start = IMMEDIATE_TRIGGER if inventory.immediate else NULL_TRIGGER
    boundary = tlv(
        ParameterType.ROBoundarySpec,
        tlv(ParameterType.ROSpecStartTrigger, _U8.pack(start)),
        tlv(ParameterType.ROSpecStopTrigger, _TRIGGER.pack(NULL_TRIGGER, 0)),
    )
    head = _ROSPEC.pack(rospec_id, 0, DISABLED)
    rospec = tlv(ParameterType.ROSpec, head, boundary, _ai_spec(inventory), _report_spec(inventory.report_every))
    return _message(MessageType.ADD_ROSPEC, message_id, rospec)


def delete_rospec(message_id: int, rospec_id: int) -> bytes:
    """Delete a ROSpec, or all."""
    return _message(MessageType.DELETE_ROSPEC, message_id, _U32.pack(rospec_id))


def enable_rospec(message_id: int, rospec_id: int) -> bytes:
    """Let a ROSpec's start trigger fire."""
    return _message(MessageType.ENABLE_ROSPEC, message_id, _U32.pack(rospec_id))


def start_rospec(message_id: int, rospec_id: int) -> bytes:
    """Start a ROSpec whose start trigger is Null."""
    return _message(MessageType.START_ROSPEC, message_id, _U32.pack(rospec_id))


def enable_events_and_reports(message_id: int) -> bytes:
    """Ask for what the reader held since the last connection. There is no response to it."""
    return _message(MessageType.ENABLE_EVENTS_AND_REPORTS, message_id)


def keepalive_ack(message_id: int) -> bytes:
    """Answer a KEEPALIVE; readers close the connection after some that were not answered."""
    return _message(MessageType.KEEPALIVE_ACK, message_id)


def _message(kind: MessageType, message_id: int, *parts: bytes) -> bytes:
    return Message(type=kind, message_id=message_id, body=b"".join(parts)).to_bytes()


def _ai_spec(inventory: Inventory) -> bytes:
    antennas = tuple(inventory.antennas) or (ALL_ANTENNAS,)
    configuration = b"".join(_antenna_configuration(antenna, inventory) for antenna in antennas)
    return tlv(
        ParameterType.AISpec,
        _U16.pack(len(antennas)),
        *(_U16.pack(antenna) for antenna in antennas),
        tlv(ParameterType.AISpecStopTrigger, _TRIGGER.pack(NULL_TRIGGER, 0)),
        tlv(ParameterType.InventoryParameterSpec, _INVENTORY.pack(1, C1G2), configuration),
    )


def _antenna_configuration(antenna: int, inventory: Inventory) -> bytes:
    power, mode = inventory.power, inventory.rf_mode
    transmitter = control = b""
    if power is not None:
        channel = _TRANSMITTER.pack(power.hop_table, power.channel, power.index)
        transmitter = tlv(ParameterType.RFTransmitter, channel)
    if mode is not None:
        control = tlv(ParameterType.C1G2RFControl, _RF_CONTROL.pack(mode, 0))
    singulation = tlv(
        ParameterType.C1G2SingulationControl, _SINGULATION.pack(inventory.session << 6, inventory.tag_population, 0)
    )
    command = tlv(ParameterType.C1G2InventoryCommand, _U8.pack(0), control, singulation)
    return tlv(ParameterType.AntennaConfiguration, _U16.pack(antenna), transmitter, command)


def _report_spec(report_every: int) -> bytes:
    epc_memory = tlv(ParameterType.C1G2EPCMemorySelector, _U8.pack(ENABLE_PC_BITS))
    content = tlv(ParameterType.TagReportContentSelector, _U16.pack(REPORT_CONTENT), epc_memory)
    return tlv(ParameterType.ROReportSpec, _REPORT.pack(N_TAGS_OR_END_OF_AISPEC, report_every), content)
