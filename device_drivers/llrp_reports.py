"""LLRP tag reports: RO_ACCESS_REPORT to TagReads, fast where a reader repeats one layout, right for any.

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
from gateway.model import Output, TagRead

TAG_REPORT_DATA = int(ParameterType.TagReportData)
EPC_96 = int(ParameterType.EPC_96)
EPC_DATA = int(ParameterType.EPCData)
ANTENNA_ID = int(ParameterType.AntennaID)
PEAK_RSSI = int(ParameterType.PeakRSSI)
FIRST_SEEN_UTC = int(ParameterType.FirstSeenTimestampUTC)
LAST_SEEN_UTC = int(ParameterType.LastSeenTimestampUTC)
TAG_SEEN_COUNT = int(ParameterType.TagSeenCount)
C1G2_PC = int(ParameterType.C1G2_PC)

VALUE_FORMATS = {  # of the TVs that a TagRead keeps; PeakRSSI is in dBm, the stamps in microseconds UTC
    ANTENNA_ID: "H",
    PEAK_RSSI: "b",
    FIRST_SEEN_UTC: "Q",
    LAST_SEEN_UTC: "Q",
    TAG_SEEN_COUNT: "H",
    C1G2_PC: "H",
}
MAX_LAYOUTS = 64  # one per length of a TagReportData; a reader uses one to three

_U16 = Struct(">H")
_EPC_DATA_HEADER_BYTES = 6  # type, length, count of bits
_NOT_SAID: tuple[Any, ...] = (0, None, None, None, 1)  # antenna, RSSI, time, PC, count; see TagRead


class Layout:
    """What one length of TagReportData looks like: where its constants and its values stand."""

    def __init__(self, data: bytes | bytearray, report: Parameter, fields: list[Parameter]) -> None:
        """Learn from a report whose every byte is covered by `fields`."""
        formats: list[str] = []
        places: dict[int, int] = {}  # parameter type -> index in the unpacked record
        constant_from = report.start
        for parameter in fields:
            value_from = _value_from(parameter)
            kind, size = _kind(parameter), parameter.end - value_from
            places[kind] = 2 * len(places) + 1
            formats.append(f"{value_from - constant_from}s{VALUE_FORMATS.get(kind) or f'{size}s'}")
            constant_from = parameter.end
        struct = Struct(">" + "".join(formats))
        self.size = struct.size
        self.unpack_from = struct.unpack_from
        self.constants = self.unpack_from(data, report.start)[::2]
        self.pick = _picker(places, 2 * len(places))


class ReportReader:
    """Reads the reports of one connection, remembering the layouts it has met."""

    def __init__(self) -> None:
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
                    epc, antenna, rssi, seen, pc, count = layout.pick(record + _NOT_SAID)
                    rssi = rssi if rssi is None else float(rssi)
                    reads.append(TagRead(epc=epc, antenna=antenna, rssi_dbm=rssi, seen_us=seen, pc=pc, count=count))
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
            reads.append(_tag_read(data, report, fields))
            self._learn(data, report, fields)
        return report.end

    def _learn(self, data: bytes | bytearray, report: Parameter, fields: list[Parameter]) -> None:
        kinds = {_kind(parameter) for parameter in fields}
        if fields[-1].end != report.end or len(kinds) != len(fields):
            return  # an unknown TV hides the rest, or a parameter comes twice: walk each of these
        if len(self._layouts) >= MAX_LAYOUTS:
            self._layouts.clear()
        self._layouts[report.end - report.start] = Layout(data, report, fields)


def ro_access_report(message_id: int, reads: Iterable[TagRead]) -> bytes:
    """Build a report as a simulated reader sends it: parameters in the standard's order."""
    body = b"".join(tag_report_data(read) for read in reads)
    return Message(type=MessageType.RO_ACCESS_REPORT, message_id=message_id, body=body).to_bytes()


def tag_report_data(read: TagRead) -> bytes:
    """Build one TagReportData; a TID has no place in it."""
    values = (
        (ANTENNA_ID, read.antenna or None),
        (PEAK_RSSI, None if read.rssi_dbm is None else round(read.rssi_dbm)),
        (FIRST_SEEN_UTC, read.seen_us),
        (TAG_SEEN_COUNT, read.count),
        (C1G2_PC, read.pc),
    )
    parts = [tv(kind, Struct(f">{VALUE_FORMATS[kind]}").pack(value)) for kind, value in values if value is not None]
    return tlv(TAG_REPORT_DATA, _epc(read.epc), *parts)


def _epc(epc: bytes) -> bytes:
    if len(epc) == TV_BYTES[EPC_96] - 1:
        return tv(EPC_96, epc)
    return tlv(EPC_DATA, _U16.pack(len(epc) * 8), epc)


def _kind(parameter: Parameter) -> int:
    """Return the parameter's type, the same for both forms of EPC."""
    return EPC_96 if parameter.type == EPC_DATA else parameter.type


def _value_from(parameter: Parameter) -> int:
    return parameter.start + _EPC_DATA_HEADER_BYTES if parameter.type == EPC_DATA else parameter.fields


def _picker(places: dict[int, int], record_fields: int) -> itemgetter[Any]:
    """Return what picks EPC, antenna, RSSI, time, PC and count out of a record with `_NOT_SAID` behind it."""
    seen = places.get(FIRST_SEEN_UTC, places.get(LAST_SEEN_UTC))
    wanted = (places.get(ANTENNA_ID), places.get(PEAK_RSSI), seen, places.get(C1G2_PC), places.get(TAG_SEEN_COUNT))
    found = [record_fields + n if place is None else place for n, place in enumerate(wanted)]
    picker: itemgetter[Any] = itemgetter(places[EPC_96], *found)
    return picker


def _tag_read(data: bytes | bytearray, report: Parameter, fields: list[Parameter]) -> TagRead:
    values: dict[int, Any] = {}
    for parameter in fields:
        kind = _kind(parameter)
        if kind in VALUE_FORMATS:
            values.setdefault(kind, _value(data, parameter))
        elif kind == EPC_96:
            values.setdefault(kind, _epc_bytes(data, parameter))
    if EPC_96 not in values:
        raise Malformed("expected an EPC in a tag report")
    rssi = values.get(PEAK_RSSI)
    return TagRead(
        epc=values[EPC_96],
        antenna=values.get(ANTENNA_ID, 0),
        rssi_dbm=None if rssi is None else float(rssi),
        seen_us=values.get(FIRST_SEEN_UTC, values.get(LAST_SEEN_UTC)),
        pc=values.get(C1G2_PC),
        count=values.get(TAG_SEEN_COUNT, 1),
    )


def _value(data: bytes | bytearray, parameter: Parameter) -> int:
    size = parameter.end - parameter.fields
    signed = parameter.type == PEAK_RSSI
    return int.from_bytes(data[parameter.fields : parameter.fields + size], "big", signed=signed)


def _epc_bytes(data: bytes | bytearray, parameter: Parameter) -> bytes:
    value_from = _value_from(parameter)
    epc = bytes(data[value_from : parameter.end])
    bits = int.from_bytes(data[value_from - 2 : value_from], "big") if parameter.type == EPC_DATA else len(epc) * 8
    if value_from > parameter.end or (bits + 7) // 8 != len(epc):
        raise Malformed(f"an EPC of {bits} bits came in {len(epc)} bytes")
    return epc
