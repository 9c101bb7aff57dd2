"""LLRP tag reports: RO_ACCESS_REPORT to TagReads, fast where a reader repeats one layout, right for any.

A time is the first that the tag was seen, in UTC; where there is none, the last; where the reader has no
UTC clock, its time since it started, made UTC by `ReportReader.started_us`. RSSI is Impinj's, to 0.01 dBm,
where it comes.

A reader writes the same parameters in the same order into each TagReportData, so the bytes between
the values (types, lengths) are constant. The first report of each length is walked; its layout is
kept as one Struct whose fields alternate constant, value, constant, value. Later reports are unpacked
in one go and believed where every constant is the same; otherwise they are walked, and learnt anew.
`test_report_reading_is_fast` measures it.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from struct import Struct
from typing import Any

from device_drivers.llrp_custom import IMPINJ_PEAK_RSSI, IMPINJ_TID, impinj_peak_rssi, impinj_tid, kind_and_value
from device_drivers.llrp_wire import (
    TV_BYTES,
    Malformed,
    Message,
    MessageType,
    Parameter,
    ParameterType,
    parameter_at,
    parameters,
    tlv,
    tv,
)
from gateway.model import Micros, Output, TagRead

TAG_REPORT_DATA = int(ParameterType.TagReportData)
EPC_96 = int(ParameterType.EPC_96)
EPC_DATA = int(ParameterType.EPCData)
ANTENNA_ID = int(ParameterType.AntennaID)
PEAK_RSSI = int(ParameterType.PeakRSSI)
FIRST_SEEN_UTC = int(ParameterType.FirstSeenTimestampUTC)
LAST_SEEN_UTC = int(ParameterType.LastSeenTimestampUTC)
FIRST_SEEN_UPTIME = int(ParameterType.FirstSeenTimestampUptime)
LAST_SEEN_UPTIME = int(ParameterType.LastSeenTimestampUptime)
TAG_SEEN_COUNT = int(ParameterType.TagSeenCount)
C1G2_PC = int(ParameterType.C1G2_PC)

CUSTOM = int(ParameterType.Custom)

VALUE_FORMATS = {  # of the numbers that a TagRead keeps; stamps in microseconds, UTC or since the reader started
    ANTENNA_ID: "H",
    PEAK_RSSI: "b",  # dBm
    IMPINJ_PEAK_RSSI: "h",  # 0.01 dBm
    FIRST_SEEN_UTC: "Q",
    LAST_SEEN_UTC: "Q",
    FIRST_SEEN_UPTIME: "Q",
    LAST_SEEN_UPTIME: "Q",
    TAG_SEEN_COUNT: "H",
    C1G2_PC: "H",
}
SIGNED = (PEAK_RSSI, IMPINJ_PEAK_RSSI)
STAMPS = (FIRST_SEEN_UTC, LAST_SEEN_UTC, FIRST_SEEN_UPTIME, LAST_SEEN_UPTIME)  # the first that is there counts
MAX_LAYOUTS = 64  # one per length of a TagReportData; a reader uses one to three

_U16 = Struct(">H")
_EPC_DATA_HEADER_BYTES = 6  # type, length, count of bits
_NOT_SAID: tuple[Any, ...] = (0, None, None, None, 1, b"")  # antenna, RSSI, time, PC, count, TID; see TagRead
_CDBM_A_DBM = 100


class Layout:
    """What one length of TagReportData looks like: where its constants and its values stand."""

    def __init__(self, data: bytes | bytearray, report: Parameter, fields: list[Parameter]) -> None:
        """Learn from a report whose every byte is covered by `fields`, no kind among them twice."""
        formats: list[str] = []
        places: dict[int, int] = {}  # kind of parameter -> index in the unpacked record
        constant_from = report.start
        for parameter in fields:
            kind, value_from = _kind_and_value(data, parameter)
            places[kind] = 2 * len(places) + 1
            form = VALUE_FORMATS.get(kind) or f"{parameter.end - value_from}s"
            formats.append(f"{value_from - constant_from}s{form}")
            constant_from = parameter.end
        struct = Struct(">" + "".join(formats))
        self.size = struct.size
        self.unpack_from = struct.unpack_from
        self.constants = self.unpack_from(data, report.start)[::2]
        self.pick = _picker(places, 2 * len(places))
        self.rssi_units = _CDBM_A_DBM if IMPINJ_PEAK_RSSI in places else 1
        self.since_start = FIRST_SEEN_UTC not in places and LAST_SEEN_UTC not in places


class ReportReader:
    """Reads the reports of one connection, remembering the layouts it has met."""

    def __init__(self) -> None:
        self.started_us: Micros | None = None  # when a reader without UTC clock was started; None: not known
        self._layouts: dict[int, Layout] = {}

    def read(self, data: bytes | bytearray, start: int, end: int) -> list[Output]:
        """Return the tags of one RO_ACCESS_REPORT's body; other parameters in it are passed over.

        Raises Malformed where parameters do not fit in each other, or a report has no EPC.
        """
        reads: list[Output] = []
        layouts = self._layouts
        while start + 4 <= end:
            layout = layouts.get(data[start + 2] << 8 | data[start + 3])
            if layout is not None and start + layout.size <= end:
                record = layout.unpack_from(data, start)
                if record[::2] == layout.constants:
                    epc, antenna, rssi, seen, pc, count, tid = layout.pick(record + _NOT_SAID)
                    if rssi is not None:
                        rssi = rssi / layout.rssi_units
                    if layout.since_start:
                        seen = self._utc(seen)
                    reads.append(
                        TagRead(epc=epc, antenna=antenna, rssi_dbm=rssi, seen_us=seen, pc=pc, count=count, tid=tid)
                    )
                    start += layout.size
                    continue
            start = self._walk(data, start, end, reads)
        if start != end:
            raise Malformed(f"expected a parameter header, got {end - start} bytes")
        return reads

    def _walk(self, data: bytes | bytearray, start: int, end: int, reads: list[Output]) -> int:
        report = parameter_at(data, start, end)
        if report is None:
            raise Malformed("expected a TLV parameter in a report, got an unknown TV")
        if report.type == TAG_REPORT_DATA:
            fields = list(parameters(data, report.fields, report.end))
            reads.append(self._tag_read(data, fields))
            self._learn(data, report, fields)
        return report.end

    def _tag_read(self, data: bytes | bytearray, fields: list[Parameter]) -> TagRead:
        values: dict[int, Any] = {}
        for parameter in fields:
            kind, value_from = _kind_and_value(data, parameter)
            if kind in VALUE_FORMATS:
                value = int.from_bytes(data[value_from : parameter.end], "big", signed=kind in SIGNED)
                values.setdefault(kind, value)
            elif kind == EPC_96:
                values.setdefault(kind, _epc_bytes(data, parameter))
            elif kind == IMPINJ_TID:
                values.setdefault(kind, bytes(data[value_from : parameter.end]))
        if EPC_96 not in values:
            raise Malformed("expected an EPC in a tag report")
        return TagRead(
            epc=values[EPC_96],
            antenna=values.get(ANTENNA_ID, 0),
            rssi_dbm=_rssi_dbm(values),
            seen_us=self._seen_us(values),
            pc=values.get(C1G2_PC),
            count=values.get(TAG_SEEN_COUNT, 1),
            tid=values.get(IMPINJ_TID, b""),
        )

    def _seen_us(self, values: dict[int, Any]) -> Micros | None:
        stamp = next((kind for kind in STAMPS if kind in values), None)
        if stamp in (FIRST_SEEN_UPTIME, LAST_SEEN_UPTIME):
            return self._utc(values[stamp])
        return None if stamp is None else values[stamp]

    def _utc(self, uptime_us: int | None) -> Micros | None:
        return None if uptime_us is None or self.started_us is None else self.started_us + uptime_us

    def _learn(self, data: bytes | bytearray, report: Parameter, fields: list[Parameter]) -> None:
        kinds = {_kind_and_value(data, parameter)[0] for parameter in fields}
        if fields[-1].end != report.end or len(kinds) != len(fields):
            return  # an unknown TV hides the rest, or a parameter comes twice: walk each of these
        if len(self._layouts) >= MAX_LAYOUTS:
            self._layouts.clear()
        self._layouts[report.end - report.start] = Layout(data, report, fields)


def ro_access_report(message_id: int, reads: Iterable[TagRead], *, impinj: bool = False) -> bytes:
    """Build a report as a simulated reader sends it: parameters in the standard's order."""
    body = b"".join(tag_report_data(read, impinj=impinj) for read in reads)
    return Message(type=MessageType.RO_ACCESS_REPORT, message_id=message_id, body=body).to_bytes()


def tag_report_data(read: TagRead, *, impinj: bool = False) -> bytes:
    """Build one TagReportData; its TID, and RSSI finer than a dBm, only as Impinj's own parameters."""
    rssi_dbm = read.rssi_dbm
    values = (
        (ANTENNA_ID, read.antenna or None),
        (PEAK_RSSI, None if rssi_dbm is None else round(rssi_dbm)),
        (FIRST_SEEN_UTC, read.seen_us),
        (TAG_SEEN_COUNT, read.count),
        (C1G2_PC, read.pc),
    )
    parts = [tv(kind, Struct(f">{VALUE_FORMATS[kind]}").pack(value)) for kind, value in values if value is not None]
    if impinj and rssi_dbm is not None:
        parts.append(impinj_peak_rssi(round(rssi_dbm * _CDBM_A_DBM)))
    if impinj and read.tid:
        parts.append(impinj_tid(read.tid))
    return tlv(TAG_REPORT_DATA, _epc(read.epc), *parts)


def _epc(epc: bytes) -> bytes:
    if len(epc) == TV_BYTES[EPC_96] - 1:
        return tv(EPC_96, epc)
    return tlv(EPC_DATA, _U16.pack(len(epc) * 8), epc)


def _kind_and_value(data: bytes | bytearray, parameter: Parameter) -> tuple[int, int]:
    """Return the kind of a parameter, the same for both forms of EPC, and where its value begins."""
    if parameter.type == EPC_DATA:
        return EPC_96, parameter.start + _EPC_DATA_HEADER_BYTES
    return kind_and_value(data, parameter) if parameter.type == CUSTOM else (parameter.type, parameter.fields)


def _picker(places: dict[int, int], record_fields: int) -> itemgetter[Any]:
    """Return what picks EPC, antenna, RSSI, time, PC, count and TID out of a record with `_NOT_SAID` behind it."""
    rssi = places.get(IMPINJ_PEAK_RSSI, places.get(PEAK_RSSI))
    seen = next((places[kind] for kind in STAMPS if kind in places), None)
    rest = (places.get(C1G2_PC), places.get(TAG_SEEN_COUNT), places.get(IMPINJ_TID))
    wanted = (places.get(ANTENNA_ID), rssi, seen, *rest)
    found = [record_fields + n if place is None else place for n, place in enumerate(wanted)]
    picker: itemgetter[Any] = itemgetter(places[EPC_96], *found)
    return picker


def _rssi_dbm(values: dict[int, Any]) -> float | None:
    if IMPINJ_PEAK_RSSI in values:
        return float(values[IMPINJ_PEAK_RSSI] / _CDBM_A_DBM)
    return float(values[PEAK_RSSI]) if PEAK_RSSI in values else None


def _epc_bytes(data: bytes | bytearray, parameter: Parameter) -> bytes:
    _, value_from = _kind_and_value(data, parameter)
    epc = bytes(data[value_from : parameter.end])
    bits = int.from_bytes(data[value_from - 2 : value_from], "big") if parameter.type == EPC_DATA else len(epc) * 8
    if value_from > parameter.end or (bits + 7) // 8 != len(epc):
        raise Malformed(f"an EPC of {bits} bits came in {len(epc)} bytes")
    return epc
