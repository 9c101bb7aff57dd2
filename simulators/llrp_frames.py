"""The reader's side of LLRP 1.0.1 on the wire: frames out, ROSpecs in.

Written apart from the driver's codec on purpose: two readings of the standard that must agree are
a test of both. Numbers and layouts: LLRP 1.0.1, sections 14 to 17. All integers are big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.model import Micros

HEADER = struct.Struct(">HII")  # 3 bits reserved, 3 bits version, 10 bits type; length; message id
VERSION = 1 << 10  # 1.0.1

SUCCESS = 0
PARAMETER_ERROR = 100
FIELD_ERROR = 101
MISSING_PARAMETER = 103
UNSUPPORTED_MESSAGE = 109
UNSUPPORTED_VERSION = 110
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
    rssi_dbm: int
    seen_us: Micros
    pc: int
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a ROSpec wants in its reports and when."""

    every: int  # tags to a report; 0: none until asked by GET_REPORT
    content: int = 0xFFFF  # TagReportContentSelector flags; all where the client does not select
    memory: int = 0  # C1G2EPCMemorySelector flags


@dataclass(frozen=True, kw_only=True)
class Rospec:
    """As much of a ROSpec as this reader carries out."""

    rospec_id: int
    starts_at_once: bool  # immediate trigger: runs when enabled; else by START_ROSPEC
    antennas: frozenset[int]  # empty: all
    report: Report


def frame(kind: int, message_id: int, body: bytes = b"") -> bytes:
    """One message."""
    return HEADER.pack(VERSION | kind, HEADER.size + len(body), message_id) + body


def tlv(kind: int, body: bytes) -> bytes:
    """One parameter with a length."""
    return struct.pack(">HH", kind, 4 + len(body)) + body


def status(code: int = SUCCESS, text: str = "") -> bytes:
    """LLRPStatus."""
    words = text.encode()
    return tlv(287, struct.pack(">HH", code, len(words)) + words)


def event(now_us: Micros, what: bytes, message_id: int = 0) -> bytes:
    """READER_EVENT_NOTIFICATION that holds one event parameter."""
    return frame(63, message_id, tlv(246, tlv(128, struct.pack(">Q", now_us)) + what))


def connection_attempt(now_us: Micros, outcome: int) -> bytes:
    """The first thing a reader says: whether this client has it."""
    return event(now_us, tlv(256, struct.pack(">H", outcome)))


def antenna_event(now_us: Micros, antenna: int, *, connected: bool) -> bytes:
    """An antenna was plugged in or came off."""
    return event(now_us, tlv(255, struct.pack(">BH", connected, antenna)))


def rospec_event(now_us: Micros, rospec_id: int, *, started: bool) -> bytes:
    """A ROSpec began or ended."""
    return event(now_us, tlv(249, struct.pack(">BII", not started, rospec_id, 0)))


def tag_report(seen: TagSeen, rospec: Rospec) -> bytes:
    """One TagReportData with just the fields that the ROSpec selected, in the standard's order."""
    wants = rospec.report.content
    fields = [_epc(seen.epc)]
    fields += [struct.pack(">BI", 0x80 | 9, rospec.rospec_id)] if wants & ROSPEC_ID else []
    fields += [struct.pack(">BH", 0x80 | 14, 1)] if wants & SPEC_INDEX else []
    fields += [struct.pack(">BH", 0x80 | 10, 1)] if wants & INVENTORY_ID else []
    fields += [struct.pack(">BH", 0x80 | 1, seen.antenna)] if wants & ANTENNA_ID else []
    fields += [struct.pack(">Bb", 0x80 | 6, seen.rssi_dbm)] if wants & PEAK_RSSI else []
    fields += [struct.pack(">BH", 0x80 | 7, 1)] if wants & CHANNEL else []
    fields += [struct.pack(">BQ", 0x80 | 2, seen.seen_us)] if wants & FIRST_SEEN else []
    fields += [struct.pack(">BQ", 0x80 | 4, seen.seen_us)] if wants & LAST_SEEN else []
    fields += [struct.pack(">BH", 0x80 | 8, seen.count)] if wants & SEEN_COUNT else []
    fields += [struct.pack(">BH", 0x80 | 12, seen.pc)] if rospec.report.memory & C1G2_PC else []
    return tlv(240, b"".join(fields))


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


def read_rospec(data: bytes, antennas: int) -> Rospec:
    """The ROSpec in an ADD_ROSPEC body; Refused where a strict reader refuses it."""
    found = dict(parameters(data))
    body = found.get(177)
    if body is None or len(body) < 6:
        raise Refused(MISSING_PARAMETER, "ADD_ROSPEC has no ROSpec")
    rospec_id, _, state = struct.unpack_from(">IBB", body)
    if rospec_id == 0:
        raise Refused(FIELD_ERROR, "ROSpecID 0 means all and names none")
    if state != 0:
        raise Refused(FIELD_ERROR, f"a new ROSpec must be Disabled (0), this one says {state}")
    parts = dict(parameters(body[6:]))
    if 178 not in parts or 183 not in parts:
        raise Refused(MISSING_PARAMETER, "a ROSpec needs a ROBoundarySpec and an AISpec")
    return Rospec(
        rospec_id=rospec_id,
        starts_at_once=_starts_at_once(parts[178]),
        antennas=_antennas(parts[183], antennas),
        report=_report(parts.get(237)),
    )


def _starts_at_once(boundary: bytes) -> bool:
    parts = dict(parameters(boundary))
    if 179 not in parts or 182 not in parts:
        raise Refused(MISSING_PARAMETER, "a ROBoundarySpec needs a start and a stop trigger")
    start, stop = parts[179][0], parts[182][0]
    if start not in (0, 1) or stop != 0:
        raise Refused(UNSUPPORTED_PARAMETER, f"start trigger {start} with stop trigger {stop} is not supported")
    return start == 1


def _antennas(aispec: bytes, most: int) -> frozenset[int]:
    count = int.from_bytes(aispec[:2], "big")
    wanted = frozenset(struct.unpack_from(f">{count}H", aispec, 2))
    if any(antenna > most for antenna in wanted):
        raise Refused(OUT_OF_RANGE, f"this reader has {most} antennas, the AISpec names {sorted(wanted)}")
    if not any(kind == 186 for kind, _ in parameters(aispec[2 + 2 * count :])):
        raise Refused(MISSING_PARAMETER, "an AISpec needs an InventoryParameterSpec")
    return frozenset() if 0 in wanted else wanted


def _report(body: bytes | None) -> Report:
    if body is None:
        return Report(every=0)
    trigger, count = struct.unpack_from(">BH", body)
    selector = dict(parameters(body[3:])).get(238)
    if selector is None:
        raise Refused(MISSING_PARAMETER, "a ROReportSpec needs a TagReportContentSelector")
    memory = dict(parameters(selector[2:])).get(348, b"\0")[0]
    return Report(every=count if trigger else 0, content=int.from_bytes(selector[:2], "big"), memory=memory)
