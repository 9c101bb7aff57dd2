"""X12 856 (003040 to 008010, AIAG and VICS) as a despatch advice.

Code lists: X12 374 (times), 98 (parties), 66 (their ids), 88 (marks), 235 (part numbers), 355 (units), 91 (modes).
The hierarchy is HL: shipment, order, tare, pack, item in any nesting. Segments that say nothing of a plan are
passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.plans.edi.advice import PREFERENCE, Advice, Bound, Event, Goods, Numbering, Part, Partner, Timed, Unit
from gateway.plans.edi.dates import x12_period, x12_time
from gateway.plans.edi.labels import packing_label, sscc
from gateway.plans.edi.segment import Message, Segment
from gateway.plans.fault import Cell

KIND = "856"

_PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "SF": "ship_from",
        "SH": "consignor",  # shipper
        "SU": "supplier",  # supplier or manufacturer
        "VN": "supplier",  # vendor
        "SE": "seller",
        "ST": "ship_to",
        "CN": "consignee",
        "BY": "buyer",
        "CA": "carrier",
        "UC": "ultimate_consignee",
    }
)
# The surest first: what is estimated before what is scheduled or promised, and that before what was asked for.
_TIMES: Mapping[str, tuple[Event, Bound, int]] = MappingProxyType(
    {
        "011": ("departure", "", 0),  # shipped
        "068": ("departure", "", 1),  # current schedule ship
        "079": ("departure", "", 2),  # promised for shipment
        "010": ("departure", "", 3),  # requested ship
        "037": ("departure", "from", 4),  # ship not before, no later than
        "038": ("departure", "until", 4),
        "017": ("arrival", "", 0),  # estimated delivery
        "371": ("arrival", "", 1),  # estimated arrival
        "067": ("arrival", "", 2),  # current schedule delivery
        "069": ("arrival", "", 3),  # promised for delivery
        "064": ("arrival", "from", 4),  # do not deliver before, after
        "063": ("arrival", "until", 4),
        "002": ("arrival", "", 5),  # delivery requested
    }
)
_NUMBERED_BY: Mapping[str, Numbering] = MappingProxyType(
    {
        **dict.fromkeys(("VP", "VN", "VC", "MG", "MF"), "shipper"),
        **dict.fromkeys(("BP", "IN", "PI", "PN"), "consignee"),
    }
)
_NO_NUMBERS = frozenset({"PO", "LT", "SN", "EC", "CR", "RC", "PL", "PR", "RY", "DR"})  # order, lot, serial, revision
_SSCC_MARKS = frozenset({"GM", "AA", "E1", "E2", "E3"})
_ASSET_MARKS = MappingProxyType({"GI": "(8004)", "GS": "(8003)"})  # GIAI, GRAI: their application identifiers
_MODES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("M", "J", "FL", "LT", "MB", "MP", "E", "SR", "TT", "VA", "PT", "HH", "SC", "L", "P"), "road"),
        **dict.fromkeys(("R", "RC", "PR", "PG", "ST"), "rail"),
        **dict.fromkeys(("O", "Q", "S", "SS", "VE", "N", "Y1", "Y2", "RO"), "sea"),
        **dict.fromkeys(("A", "AC", "AE", "AF", "PA", "FA"), "air"),
        **dict.fromkeys(("B", "W", "VL"), "barge"),
    }
)
_CANCELLATIONS = frozenset({"01", "03"})  # 353: cancellation, delete


@dataclass(frozen=True, slots=True)
class _Level:
    """One HL loop: what it is, which one it is in, and its segments."""

    key: int
    outer: int
    code: str  # S, O, T, P, I
    segments: list[Segment] = field(default_factory=list)


def read_asn(message: Message) -> Advice:
    """Take one 856 apart. Raises nothing: what it does not say is empty."""
    begin = next((segment for segment in message.segments if segment.tag == "BSN"), message.segments[0])
    heading, levels = _hierarchy(message.segments)
    head = heading + [segment for level in levels if level.code == "S" for segment in level.segments]
    route = next((segment for segment in head if segment.tag == "TD5"), None)
    everywhere = head + [segment for level in levels if level.code == "O" for segment in level.segments]
    return Advice(
        is_cancelled=begin.at(1) in _CANCELLATIONS,
        shipment_id=Cell(name=begin.where, text=begin.at(2) if begin.tag == "BSN" else ""),
        partners=(*_partners(everywhere), *_carrier(route)),
        times=tuple(_times(head)),
        equipment=tuple(_equipment(head)),
        units=tuple(Unit(key=level.key, outer=level.outer, labels=tuple(_labels(level))) for level in levels),
        goods=tuple(goods for level in levels for goods in _goods(level)),
        mode=_MODES.get(route.at(4), "") if route else "",
    )


def _hierarchy(segments: tuple[Segment, ...]) -> tuple[list[Segment], list[_Level]]:
    heading: list[Segment] = []
    levels: list[_Level] = []
    keys: dict[str, int] = {}
    for segment in segments:
        if segment.tag == "HL":
            key = len(levels) + 1
            outer = keys.get(segment.at(2), 0)  # an id that comes later, or is its own, is none
            keys[segment.at(1)] = key
            levels.append(_Level(key, outer, segment.at(3)))
        elif levels:
            levels[-1].segments.append(segment)
        else:
            heading.append(segment)
    return heading, levels


def _partners(segments: list[Segment]) -> Iterator[Partner]:
    """N1 by its id, else by its name. Of a D-U-N-S number with four digits more, the first nine name the company."""
    for segment in segments:
        part = _PARTS.get(segment.at(1))
        if segment.tag != "N1" or part is None:
            continue
        number = segment.at(4)
        company = number[:9] if segment.at(3) == "9" and len(number) == 13 else ""
        texts = (number, company, segment.at(2))
        cells = tuple(Cell(name=segment.where, text=text) for text in texts if text)
        yield Partner(part=part, names=cells or (Cell(name=segment.where),))


def _carrier(route: Segment | None) -> Iterator[Partner]:
    """TD5: by its code, else by its name."""
    if route is not None:
        cells = tuple(Cell(name=route.where, text=text) for text in (route.at(3), route.at(5)) if text)
        if cells:
            yield Partner(part="carrier", names=cells)


def _times(head: list[Segment]) -> Iterator[Timed]:
    for segment in head:
        meaning = _TIMES.get(segment.at(1))
        if segment.tag != "DTM" or meaning is None:
            continue
        event, bound, rank = meaning
        if segment.at(2):
            opens = closes = x12_time(segment.where, segment.at(2), segment.at(3), segment.at(4))
        else:
            opens, closes = x12_period(segment.where, segment.at(6))
        yield Timed(event=event, bound=bound, rank=rank, opens=opens, closes=closes)


def _equipment(head: list[Segment]) -> Iterator[tuple[Cell, ...]]:
    """TD3: a container is its owner's letters and its number; a trailer goes by its number, or by both."""
    for segment in head:
        owner, number = segment.at(2), segment.at(3)
        if segment.tag == "TD3" and number:
            yield tuple(Cell(name=segment.where, text=text) for text in (number, owner + number) if text)


def _labels(level: _Level) -> Iterator[Cell]:
    """MAN, and AIAG's REF*LS."""
    for segment in level.segments:
        for element in (1, 4) if segment.tag == "MAN" else ():
            mark, texts = segment.at(element), (segment.at(element + 1), segment.at(element + 2))
            for text in filter(None, texts):
                if mark in _SSCC_MARKS:
                    yield Cell(name=segment.where, text=sscc(text))
                elif mark in _ASSET_MARKS:
                    yield Cell(name=segment.where, text=_ASSET_MARKS[mark] + text)
        if segment.tag == "REF" and segment.at(1) == "LS" and packing_label(segment.at(2)):
            yield Cell(name=segment.where, text=packing_label(segment.at(2)))


def _goods(level: _Level) -> Iterator[Goods]:
    """Each LIN with the SN1 behind it. SN1 alone above an item counts once more what is below it."""
    line: Segment | None = None
    for segment in level.segments:
        if segment.tag == "LIN":
            if line is not None:
                yield _line(level, line, None)
            line = segment
        elif segment.tag == "SN1" and (line is not None or level.code == "I"):
            yield _line(level, line, segment)
            line = None
    if line is not None:
        yield _line(level, line, None)


def _line(level: _Level, line: Segment | None, shipped: Segment | None) -> Goods:
    number, numbered_by = _number(line) if line is not None else ("", "")
    first = line or shipped
    where = "" if first is None else first.where
    counted = where if shipped is None else shipped.where
    return Goods(
        number=Cell(name=where, text=number),
        numbered_by=numbered_by,
        quantity=Cell(name=counted, text=shipped.at(2) if shipped is not None else ""),
        unit=Cell(name=counted, text=shipped.at(3) if shipped is not None else ""),
        within=level.key,
    )


def _number(line: Segment) -> tuple[str, Numbering]:
    """The shipper's own number before the consignee's, and that before GS1's."""
    said = [
        (line.at(element + 1), _NUMBERED_BY.get(line.at(element), ""))
        for element in range(2, 31, 2)
        if line.at(element + 1) and line.at(element) not in _NO_NUMBERS
    ]
    return min(said, key=lambda one: PREFERENCE.index(one[1]), default=("", ""))
