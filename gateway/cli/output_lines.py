"""What `tierview replay --driver` prints for each output of a driver: a stable interface for machines.

Fields may be added; those below keep their names and meanings. `kind` stands first. Bytes are lower-case hex.
A null is "the device did not say"; an empty text is nothing said. Numbers have the units of their names.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from gateway.model import Fix, Label, Measurement, Notice, Packing, Passage, Rejected, TagRead
from gateway.replay.capture import Said
from gateway.web.http.times import iso, iso_or_none


class TagReadLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag="tag_read"):
    epc: str  # the EPC/UII bank from word 2, hex
    antenna: int  # from 1; 0 where the device has one antenna or does not say
    rssi_dbm: float | None
    pc: str | None  # the PC word, four hex digits
    tid: str  # hex; empty where not read
    seen: str | None  # by the device's clock: ISO 8601, UTC, microseconds, Z
    seen_us: int | None  # the same in microseconds since 1970
    count: int  # reads that this one stands for


class LabelLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag="label"):
    text: str  # as the bar code says it; FNC1 is the character GS
    seen: str | None
    seen_us: int | None


class FixLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag="fix"):
    lat: float  # degrees, WGS 84, north positive
    lon: float  # degrees, east positive
    speed_mps: float | None
    course_deg: float | None
    alt_m: float | None
    accuracy_m: float | None
    satellites: int | None
    asset: str  # who the payload says it is
    seen: str | None
    seen_us: int | None


class MeasurementLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag="measurement"):
    name: str
    value: float | bool | str
    unit: str  # UN/ECE Recommendation 20
    asset: str
    seen: str | None
    seen_us: int | None


class PassageLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag="passage"):
    asset: str
    place: str
    direction: Literal["in", "out"]
    shipment: str
    seen: str | None
    seen_us: int | None


class PackingLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag="packing"):
    asset: str
    parent: str
    action: Literal["ADD", "DELETE"]
    place: str
    seen: str | None
    seen_us: int | None


class NoticeLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag="notice"):
    name: str  # a stable word
    text: str  # for people
    fault: bool  # someone should look
    antenna: int  # 0: the device as a whole
    seen: str | None
    seen_us: int | None


class RejectedLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag="rejected"):
    reason: str  # a stable word: checksum, truncated, length, unfinished, ...
    text: str  # what was expected and what came
    data: str  # the bytes, hex


Line: TypeAlias = (
    TagReadLine | LabelLine | FixLine | MeasurementLine | PassageLine | PackingLine | NoticeLine | RejectedLine
)


def line_of(said: Said) -> Line:
    """What a device said, as its line."""
    match said:
        case TagRead():
            return _tag_read(said)
        case Label():
            return LabelLine(**_alike(said))
        case Fix():
            return FixLine(**_alike(said))
        case Measurement():
            return MeasurementLine(**_alike(said))
        case Passage():
            return PassageLine(**_alike(said))
        case Packing():
            return PackingLine(**_alike(said))
        case Notice():
            return NoticeLine(**_alike(said))
        case Rejected():
            return RejectedLine(reason=said.reason, text=said.text, data=said.data.hex())


def _alike(reading: Label | Fix | Measurement | Passage | Packing | Notice) -> dict[str, Any]:
    return {**msgspec.structs.asdict(reading), "seen": iso_or_none(reading.seen_us)}


def _tag_read(read: TagRead) -> TagReadLine:
    return TagReadLine(
        epc=read.epc.hex(),
        antenna=read.antenna,
        rssi_dbm=read.rssi_dbm,
        pc=None if read.pc is None else f"{read.pc:04x}",
        tid=read.tid.hex(),
        seen=None if read.seen_us is None else iso(read.seen_us),
        seen_us=read.seen_us,
        count=read.count,
    )
