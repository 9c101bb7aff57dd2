"""LLRP: ADD_ROSPEC, the one reading job that the driver gives a reader.

LLRP 1.0.1, sections 11 (ROSpec), 13.2.1 (reports) and 15.2.1 (Gen2).
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Literal

import msgspec

from device_drivers.llrp_wire import Message, MessageType, ParameterType, tlv

ALL_ANTENNAS = 0  # an antenna id of 0 means all of them (section 10.2.4)
C1G2 = 1  # AirProtocols: EPCglobal Class 1 Gen 2
DISABLED = 0  # ROSpecState: the only one that ADD_ROSPEC may carry

# TagReportContentSelector's flags (section 13.2.1.1), most significant bit first
ENABLE_ANTENNA_ID = 0x1000
ENABLE_PEAK_RSSI = 0x0400
ENABLE_FIRST_SEEN = 0x0200
ENABLE_SEEN_COUNT = 0x0080
REPORT_CONTENT = ENABLE_ANTENNA_ID | ENABLE_PEAK_RSSI | ENABLE_FIRST_SEEN | ENABLE_SEEN_COUNT
ENABLE_PC_BITS = 0x40  # C1G2EPCMemorySelector: the PC word says whether an EPC is GS1's or ISO's

NULL_TRIGGER = 0
STARTS = {"immediate": 1, "command": NULL_TRIGGER, "gpi": 3}  # ROSpecStartTrigger; immediate: when enabled
STOP_BY_DURATION = 1  # ROSpecStopTrigger
STOP_BY_GPI = 2
N_TAGS_OR_END_OF_AISPEC = 1  # ROReportSpec

EPC_BANK = 1 << 6  # C1G2TagInventoryMask's memory bank in the top two bits
EPC_BIT = 32  # behind CRC and PC
SELECT_OTHERS_NOT = 0  # C1G2TagInventoryStateUnawareFilterAction: (match, no match) is (select, unselect)
SELECT_TOO = 1  # (select, do nothing): a second filter adds to the first

_U8 = Struct(">B")
_U16 = Struct(">H")
_TRIGGER = Struct(">BI")  # type, duration in ms
_GPI_TRIGGER = Struct(">HBI")  # port, level in the top bit, time-out in ms (0: none)
_ROSPEC = Struct(">IBB")  # id, priority, state
_INVENTORY = Struct(">HB")  # InventoryParameterSpecID, air protocol
_TRANSMITTER = Struct(">HHH")  # hop table, channel, index of the power level
_SINGULATION = Struct(">BHI")  # session in the top two bits, tag population, transit time in ms
_RF_CONTROL = Struct(">HH")  # mode index, Tari (0: the mode's own)
_MASK = Struct(">BHH")  # bank, first bit, count of bits
_REPORT = Struct(">BH")  # trigger, N


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """RFTransmitter: a level of the reader's table, and the channel parameters that must come with it."""

    index: int
    dbm: float  # what the table says this level is
    hop_table: int = 0  # of a hopping region; 0: a fixed frequency
    channel: int = 1


class Antenna(msgspec.Struct, frozen=True, kw_only=True):
    """AntennaConfiguration: a port that reads, and how."""

    number: int = ALL_ANTENNAS  # 1-based
    power: Power | None = None  # None: the reader's own
    sensitivity: int | None = None  # index in the reader's table; None: the reader's own


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """When the ROSpec runs; the input's fields count only where it starts it."""

    start: Literal["immediate", "command", "gpi"] = "immediate"
    port: int = 1  # 1-based input
    level: bool = True  # what the input changes to
    read_ms: int = 0  # how long it runs then; 0: until the input changes back


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What the one ROSpec that we add shall do."""

    antennas: Sequence[Antenna]
    session: int  # Gen2 session, 0 to 3
    tag_population: int
    rf_mode: int | None  # ModeIdentifier of the reader's C1G2UHFRFModeTable; None: the reader's own
    report_every: int  # tags a report
    trigger: Trigger
    prefixes: Sequence[str] = ()  # hex digits that an EPC may begin with; none: any
    vendor_content: bytes = b""  # Custom parameters of the ROReportSpec


def add_rospec(rospec_id: int, inventory: Inventory) -> Message:
    """Add a disabled ROSpec."""
    boundary = tlv(ParameterType.ROBoundarySpec, _start(inventory.trigger), _stop(inventory.trigger))
    head = _ROSPEC.pack(rospec_id, 0, DISABLED)
    rospec = tlv(ParameterType.ROSpec, head, boundary, _ai_spec(inventory), _report_spec(inventory))
    return Message(type=MessageType.ADD_ROSPEC, body=rospec)


def _start(trigger: Trigger) -> bytes:
    kind = _U8.pack(STARTS[trigger.start])
    event = _gpi_trigger(trigger.port, level=trigger.level) if trigger.start == "gpi" else b""
    return tlv(ParameterType.ROSpecStartTrigger, kind, event)


def _stop(trigger: Trigger) -> bytes:
    if trigger.start != "gpi":
        return tlv(ParameterType.ROSpecStopTrigger, _TRIGGER.pack(NULL_TRIGGER, 0))
    if trigger.read_ms:
        return tlv(ParameterType.ROSpecStopTrigger, _TRIGGER.pack(STOP_BY_DURATION, trigger.read_ms))
    back = _gpi_trigger(trigger.port, level=not trigger.level)
    return tlv(ParameterType.ROSpecStopTrigger, _TRIGGER.pack(STOP_BY_GPI, 0), back)


def _gpi_trigger(port: int, *, level: bool) -> bytes:
    return tlv(ParameterType.GPITriggerValue, _GPI_TRIGGER.pack(port, level << 7, 0))


def _ai_spec(inventory: Inventory) -> bytes:
    command = _inventory_command(inventory)
    configurations = b"".join(_antenna_configuration(antenna, command) for antenna in inventory.antennas)
    return tlv(
        ParameterType.AISpec,
        _U16.pack(len(inventory.antennas)),
        *(_U16.pack(antenna.number) for antenna in inventory.antennas),
        tlv(ParameterType.AISpecStopTrigger, _TRIGGER.pack(NULL_TRIGGER, 0)),
        tlv(ParameterType.InventoryParameterSpec, _INVENTORY.pack(1, C1G2), configurations),
    )


def _antenna_configuration(antenna: Antenna, command: bytes) -> bytes:
    receiver = transmitter = b""
    if antenna.sensitivity is not None:
        receiver = tlv(ParameterType.RFReceiver, _U16.pack(antenna.sensitivity))
    if antenna.power is not None:
        power = antenna.power
        transmitter = tlv(ParameterType.RFTransmitter, _TRANSMITTER.pack(power.hop_table, power.channel, power.index))
    return tlv(ParameterType.AntennaConfiguration, _U16.pack(antenna.number), receiver, transmitter, command)


def _inventory_command(inventory: Inventory) -> bytes:
    control = b""
    if inventory.rf_mode is not None:
        control = tlv(ParameterType.C1G2RFControl, _RF_CONTROL.pack(inventory.rf_mode, 0))
    singulation = tlv(
        ParameterType.C1G2SingulationControl, _SINGULATION.pack(inventory.session << 6, inventory.tag_population, 0)
    )
    filters = [_filter(prefix, first=not number) for number, prefix in enumerate(inventory.prefixes)]
    return tlv(ParameterType.C1G2InventoryCommand, _U8.pack(0), *filters, control, singulation)


def _filter(prefix: str, *, first: bool) -> bytes:
    bits = len(prefix) * 4
    mask = _MASK.pack(EPC_BANK, EPC_BIT, bits) + bytes.fromhex(prefix + "0" * (len(prefix) % 2))
    action = _U8.pack(SELECT_OTHERS_NOT if first else SELECT_TOO)
    return tlv(
        ParameterType.C1G2Filter,
        _U8.pack(0),  # truncation is the reader's to choose
        tlv(ParameterType.C1G2TagInventoryMask, mask),
        tlv(ParameterType.C1G2TagInventoryStateUnawareFilterAction, action),
    )


def _report_spec(inventory: Inventory) -> bytes:
    epc_memory = tlv(ParameterType.C1G2EPCMemorySelector, _U8.pack(ENABLE_PC_BITS))
    content = tlv(ParameterType.TagReportContentSelector, _U16.pack(REPORT_CONTENT), epc_memory)
    trigger = _REPORT.pack(N_TAGS_OR_END_OF_AISPEC, inventory.report_every)
    return tlv(ParameterType.ROReportSpec, trigger, content, inventory.vendor_content)
