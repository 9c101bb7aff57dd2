"""The reader's side of LLRP on the wire: what it says. What it is told to do: `llrp_rospec`.

Written apart from the driver's codec on purpose: two readings of the standard that must agree are
a test of both. Numbers and layouts: LLRP 1.0.1, sections 14 to 17. All integers are big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.model import Micros

HEADER = struct.Struct(">HII")  # 3 bits reserved, 3 bits version, 10 bits type; length; message id
LLRP_1_0_1, LLRP_1_1 = 1, 2

SUCCESS = 0
PARAMETER_ERROR = 100
FIELD_ERROR = 101
MISSING_PARAMETER = 103
UNSUPPORTED_MESSAGE = 109
UNSUPPORTED_VERSION = 110
UNEXPECTED_MESSAGE = 112  # LLRP 1.1
UNSUPPORTED_PARAMETER = 209
INVALID = 300
OUT_OF_RANGE = 301

CONNECTED = 0
CLIENT_ALREADY_CONNECTED = 2

# TagReportContentSelector, section 14.2.1.1: flags from the most significant bit
ROSPEC_ID, SPEC_INDEX, INVENTORY_ID, ANTENNA_ID, CHANNEL = 0x8000, 0x4000, 0x2000, 0x1000, 0x0800
PEAK_RSSI, FIRST_SEEN, LAST_SEEN, SEEN_COUNT = 0x0400, 0x0200, 0x0100, 0x0080
C1G2_CRC, C1G2_PC = 0x80, 0x40  # C1G2EPCMemorySelector


class Refused(Exception):
    """The reader does not do what was asked: an LLRP status code and its words."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(text)


@dataclass(frozen=True, kw_only=True)
class TagSeen:
    """One tag in the field of one antenna, as the reader's radio knows it."""

    epc: bytes
    antenna: int
    rssi_dbm: float
    seen_us: Micros
    pc: int
    count: int = 1
    tid: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a ROSpec wants in its reports and when."""

    every: int  # tags to a report; 0: none until asked by GET_REPORT
    content: int = 0xFFFF  # TagReportContentSelector flags; all where the client does not select
    memory: int = 0  # C1G2EPCMemorySelector flags
    impinj: frozenset[int] = frozenset()  # subtypes of the ImpinjEnable... parameters that are on


@dataclass(frozen=True, kw_only=True)
class Change:
    """A GPITriggerValue: an input that changes to a level."""

    port: int
    high: bool


@dataclass(frozen=True, kw_only=True)
class Select:
    """A C1G2Filter on the EPC bank."""

    pointer: int  # first bit
    bits: int
    mask: bytes
    action: int  # C1G2TagInventoryStateUnawareFilterAction


@dataclass(frozen=True, kw_only=True)
class Rospec:
    """As much of a ROSpec as this reader carries out."""

    rospec_id: int
    starts_at_once: bool  # immediate trigger: runs when enabled; else by START_ROSPEC or an input
    antennas: frozenset[int]  # empty: all
    report: Report
    starts_on: Change | None = None
    stops_on: Change | None = None
    stops_after_ms: int = 0  # 0: never
    selects: tuple[Select, ...] = ()  # none: all tags


def frame(kind: int, message_id: int, body: bytes = b"", version: int = LLRP_1_0_1) -> bytes:
    """One message."""
    return HEADER.pack(version << 10 | kind, HEADER.size + len(body), message_id) + body


def tlv(kind: int, body: bytes) -> bytes:
    """One parameter with a length."""
    return struct.pack(">HH", kind, 4 + len(body)) + body


def status(code: int = SUCCESS, text: str = "") -> bytes:
    """LLRPStatus."""
    words = text.encode()
    return tlv(287, struct.pack(">HH", code, len(words)) + words)


def utc(now_us: Micros) -> bytes:
    """UTCTimestamp."""
    return tlv(128, struct.pack(">Q", now_us))


def uptime(since_start_us: Micros) -> bytes:
    """Uptime: how a reader without UTC clock stamps."""
    return tlv(129, struct.pack(">Q", since_start_us))


def notification(stamp: bytes, what: bytes) -> bytes:
    """The body of a READER_EVENT_NOTIFICATION that holds one event parameter."""
    return tlv(246, stamp + what)


def connection_attempt(outcome: int) -> bytes:
    """The first thing a reader says: whether this client has it."""
    return tlv(256, struct.pack(">H", outcome))


def antenna_event(antenna: int, *, connected: bool) -> bytes:
    """An antenna was plugged in or came off."""
    return tlv(255, struct.pack(">BH", connected, antenna))


def input_event(port: int, *, high: bool) -> bytes:
    """A general purpose input changed."""
    return tlv(248, struct.pack(">HB", port, high << 7))


def rospec_event(rospec_id: int, *, started: bool) -> bytes:
    """A ROSpec began or ended."""
    return tlv(249, struct.pack(">BII", not started, rospec_id, 0))


def input_state(port: int, *, on: bool, high: bool) -> bytes:
    """GPIPortCurrentState; what an input that is off sees is not known."""
    return tlv(225, struct.pack(">HBB", port, on << 7, high if on else 2))


OVERFLOW = tlv(251, b"")  # ReportBufferOverflowErrorEvent


def tag_report(seen: TagSeen, rospec: Rospec, started_us: Micros | None = None) -> bytes:
    """One TagReportData with just the fields that the ROSpec selected, in the standard's order.

    `started_us` is when a reader without UTC clock started.
    """
    wants = rospec.report.content
    first, last, since_us = (2, 4, 0) if started_us is None else (3, 5, started_us)
    fields = [_epc(seen.epc)]
    fields += [struct.pack(">BI", 0x80 | 9, rospec.rospec_id)] if wants & ROSPEC_ID else []
    fields += [struct.pack(">BH", 0x80 | 14, 1)] if wants & SPEC_INDEX else []
    fields += [struct.pack(">BH", 0x80 | 10, 1)] if wants & INVENTORY_ID else []
    fields += [struct.pack(">BH", 0x80 | 1, seen.antenna)] if wants & ANTENNA_ID else []
    fields += [struct.pack(">Bb", 0x80 | 6, round(seen.rssi_dbm))] if wants & PEAK_RSSI else []
    fields += [struct.pack(">BH", 0x80 | 7, 1)] if wants & CHANNEL else []
    fields += [struct.pack(">BQ", 0x80 | first, seen.seen_us - since_us)] if wants & FIRST_SEEN else []
    fields += [struct.pack(">BQ", 0x80 | last, seen.seen_us - since_us)] if wants & LAST_SEEN else []
    fields += [struct.pack(">BH", 0x80 | 8, seen.count)] if wants & SEEN_COUNT else []
    fields += [struct.pack(">BH", 0x80 | 12, seen.pc)] if rospec.report.memory & C1G2_PC else []
    fields += [_impinj(57, struct.pack(">h", round(seen.rssi_dbm * 100)))] if 53 in rospec.report.impinj else []
    tid = struct.pack(">H", len(seen.tid) // 2) + seen.tid
    fields += [_impinj(55, tid)] if seen.tid and 51 in rospec.report.impinj else []
    return tlv(240, b"".join(fields))


def _impinj(subtype: int, value: bytes) -> bytes:
    return tlv(1023, struct.pack(">II", 25882, subtype) + value)


def _epc(epc: bytes) -> bytes:
    """EPC-96 where it fits, else EPCData with its length in bits."""
    if len(epc) == 12:
        return bytes([0x80 | 13]) + epc
    return tlv(241, struct.pack(">H", len(epc) * 8) + epc)


def parameters(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each TLV parameter in turn; Refused where lengths do not add up."""
    at = 0
    while at < len(data):
        if len(data) - at < 4:
            raise Refused(PARAMETER_ERROR, f"{len(data) - at} bytes are left where a parameter should begin")
        kind, length = struct.unpack_from(">HH", data, at)
        if length < 4 or at + length > len(data):
            raise Refused(PARAMETER_ERROR, f"parameter {kind} says it has {length} bytes, {len(data) - at} are left")
        yield kind & 0x3FF, data[at + 4 : at + length]
        at += length
