"""EDIFACT DESADV (D.96A to D.07A and later, EANCOM, GLOBAL automotive) as a despatch advice.

Code lists: UN/EDIFACT 2005 (times), 3035 (parties), 7405 (identities), 7143 (part numbers), 6063 (quantities),
UN/ECE Recommendation 19 (8067, modes). Segments that say nothing of a plan are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from gateway.plans.edi.advice import PREFERENCE, Advice, Bound, Event, Goods, Numbering, Part, Partner, Timed, Unit
from gateway.plans.edi.dates import edifact_period
from gateway.plans.edi.labels import packing_label, sscc
from gateway.plans.edi.segment import Message, Segment
from gateway.plans.fault import Cell

KIND = "DESADV"

_PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "SF": "ship_from",
        "PW": "ship_from",  # despatch party
        "CZ": "consignor",
        "SU": "supplier",
        "SE": "seller",
        "ST": "ship_to",
        "DP": "ship_to",  # delivery party
        "CN": "consignee",
        "BY": "buyer",
        "CA": "carrier",
        "UC": "ultimate_consignee",
    }
)
# The surest first: what is expected before what is scheduled, and that before what was asked for.
_TIMES: Mapping[str, tuple[Event, Bound, int]] = MappingProxyType(
    {
        "133": ("departure", "", 0),  # estimated departure of the means of transport
        "11": ("departure", "", 1),  # despatch
        "189": ("departure", "", 2),  # scheduled departure
        "200": ("departure", "", 3),  # pick-up
        "10": ("departure", "", 4),  # requested shipment
        "234": ("departure", "from", 5),  # earliest, latest collection
        "235": ("departure", "until", 5),
        "132": ("arrival", "", 0),  # estimated arrival of the means of transport
        "17": ("arrival", "", 1),  # estimated delivery
        "191": ("arrival", "", 2),  # expected delivery
        "232": ("arrival", "", 3),  # scheduled arrival
        "64": ("arrival", "from", 4),  # earliest, latest delivery
        "63": ("arrival", "until", 4),
        "2": ("arrival", "", 5),  # requested delivery
    }
)
_NUMBERED_BY: Mapping[str, Numbering] = MappingProxyType(
    {"SA": "shipper", "MF": "shipper", "IN": "consignee", "BP": "consignee"}
)
_MODES = MappingProxyType({"1": "sea", "2": "rail", "3": "road", "4": "air", "8": "barge"})
_CANCELLATIONS = frozenset({"1", "3"})  # 1225: cancellation, deletion


def read_desadv(message: Message) -> Advice:
    """Take one DESADV apart. Raises nothing: what it does not say is empty."""
    begin = next((segment for segment in message.segments if segment.tag == "BGM"), message.segments[0])
    head = list(_before(message.segments, "CPS"))
    transport = next((segment for segment in head if segment.tag == "TDT"), None)
    units, goods = _packing(message.segments)
    return Advice(
        is_cancelled=begin.at(3) in _CANCELLATIONS,
        shipment_id=Cell(name=begin.where, text=begin.at(2) if begin.tag == "BGM" else ""),
        partners=(*_partners(head), *_carrier(transport)),
        times=tuple(_times(head)),
        equipment=tuple(_equipment(message.segments, transport)),
        units=units,
        goods=goods,
        mode=_MODES.get((transport.at(3) if transport else "")[:1], ""),
        trip=transport.at(2) if transport else "",
    )


def _before(segments: tuple[Segment, ...], tag: str) -> Iterator[Segment]:
    for segment in segments:
        if segment.tag == tag:
            return
        yield segment


def _partners(head: list[Segment]) -> Iterator[Partner]:
    """NAD, with the places (LOC) behind it: a dock is a name of its party's place, where the party's own is none."""
    for index, segment in enumerate(head):
        part = _PARTS.get(segment.at(1))
        if segment.tag != "NAD" or part is None:
            continue
        said = [segment.at(2), segment.at(4), segment.at(3)]
        docks = [(other.where, other.at(2)) for other in _group(head[index + 1 :]) if other.tag == "LOC"]
        names = [(segment.where, text) for text in said] + docks
        cells = tuple(Cell(name=where, text=text) for where, text in names if text)
        yield Partner(part=part, names=cells or (Cell(name=segment.where),))


def _group(rest: list[Segment]) -> Iterator[Segment]:
    for segment in rest:
        if segment.tag not in ("LOC", "RFF", "DTM", "CTA", "COM"):
            return
        yield segment


def _carrier(transport: Segment | None) -> Iterator[Partner]:
    """C040 of TDT: by its code, else by its name."""
    if transport is not None:
        names = (transport.at(5), transport.at(5, 3))
        cells = tuple(Cell(name=transport.where, text=text) for text in names if text)
        if cells:
            yield Partner(part="carrier", names=cells)


def _times(head: list[Segment]) -> Iterator[Timed]:
    for segment in head:
        meaning = _TIMES.get(segment.at(1))
        if segment.tag == "DTM" and meaning is not None and segment.at(1, 1):
            event, bound, rank = meaning
            opens, closes = edifact_period(segment.where, segment.at(1, 1), segment.at(1, 2))
            yield Timed(event=event, bound=bound, rank=rank, opens=opens, closes=closes)


def _equipment(segments: tuple[Segment, ...], transport: Segment | None) -> Iterator[tuple[Cell, ...]]:
    """EQD; where there is none, the plate of the truck."""
    said = [segment for segment in segments if segment.tag == "EQD" and segment.at(2)]
    for segment in said:
        yield (Cell(name=segment.where, text=segment.at(2)),)
    if not said and transport is not None and transport.at(3)[:1] in ("3", ""):
        plate = transport.at(8) or transport.at(8, 3)
        if plate:
            yield (Cell(name=transport.where, text=plate),)


def _packing(segments: tuple[Segment, ...]) -> tuple[tuple[Unit, ...], tuple[Goods, ...]]:
    """CPS, its labels (GIN), and its lines: LIN with PIA and QTY."""
    keys: dict[str, int] = {}
    outer: dict[int, int] = {}
    labels: dict[int, list[Cell]] = {}
    goods: list[Goods] = []
    for index, segment in enumerate(segments):
        key = len(outer)
        if segment.tag == "CPS":
            keys[segment.at(1)] = key + 1
            outer[key + 1] = keys.get(segment.at(2), 0) if segment.at(2) != segment.at(1) else 0
        elif segment.tag == "GIN":
            labels.setdefault(key, []).extend(_labels(segment))
        elif segment.tag == "LIN":
            goods.append(_line(segment, segments[index + 1 : index + 100], key))
    units = (Unit(key=key, outer=outer.get(key, 0), labels=tuple(labels.get(key, ()))) for key in (0, *outer))
    return tuple(unit for unit in units if unit.key or unit.labels), tuple(goods)


def _labels(segment: Segment) -> Iterator[Cell]:
    """GIN: five composites, each one number or a range of two."""
    for element in range(2, 7):
        for component in (0, 1):
            text = segment.at(element, component)
            label = sscc(text) if segment.at(1) == "BJ" else packing_label(text) if segment.at(1) == "ML" else ""
            if text and label:
                yield Cell(name=segment.where, text=label)


def _line(first: Segment, rest: tuple[Segment, ...], within: int) -> Goods:
    numbers = [(first, first.at(3), first.at(3, 1))]
    quantity = Cell(name=first.where)
    unit = Cell(name=first.where)
    for segment in rest:
        if segment.tag in ("LIN", "CPS", "UNT"):
            break
        if segment.tag == "PIA":
            numbers += [(segment, segment.at(element), segment.at(element, 1)) for element in range(2, 7)]
        elif segment.tag == "QTY" and segment.at(1) == "12":  # despatched
            quantity = Cell(name=segment.where, text=segment.at(1, 1).replace(",", "."))
            unit = Cell(name=segment.where, text=segment.at(1, 2))
    said = [(number, text, _NUMBERED_BY.get(kind, "")) for number, text, kind in numbers if text]
    nothing: tuple[Segment, str, Numbering] = (first, "", "")
    where, text, by = min(said, key=lambda one: PREFERENCE.index(one[2]), default=nothing)
    return Goods(number=Cell(name=where.where, text=text), numbered_by=by, quantity=quantity, unit=unit, within=within)
