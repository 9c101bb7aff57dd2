"""Figures from facts: each a value with its unit, its definition, and how much it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from gateway.config.kpis import Kpis, OtifName
from gateway.kpi.carbon import DEFINITION as CARBON
from gateway.kpi.carbon import ShipmentCarbon, carbon_of
from gateway.kpi.facts import Call, Facts, Visit
from gateway.kpi.otif import Share, on_time_in_full, sentence, total
from gateway.kpi.spread import percentile, variation
from gateway.model import Micros
from gateway.places import PlaceIndex

HOUR_US = 3600 * 1_000_000
LEAD = "Lead time of shipments that arrived: from the first departure to the last arrival"
DWELL = "Time of vehicles at stops, from coming to leaving; each visit once, those that ended"
GATE_WAIT = "Time of vehicles from a gate to a door of the same site; each visit once"
READ = "Share of planned units, of shipments that arrived, that were read at the last stop."
PERCENTS = (50, 80, 95)


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number."""

    kpi: str  # a stable word
    value: float | None  # None: nothing to count
    unit: str  # %, h, kg, g/tkm, or a currency's code
    definition: str
    lane: str = ""  # empty: all
    place: str = ""
    tier: str = ""
    good: float | None = None  # of a share, its numerator ...
    counted: float | None = None  # ... and denominator; otherwise how many values it rests on
    shipments: int  # in the window, that it was looked for in


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How figures are counted, now."""

    now_us: Micros
    names: tuple[OtifName, ...]
    rules: Kpis
    places: PlaceIndex
    zones: Callable[[str], str]  # of a place, its time zone


class _Counted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one shipment adds, counted once for all of its groups."""

    shares: tuple[Share, ...]  # of on time in full, by the measure's names
    carbon: ShipmentCarbon | None  # None: it has not arrived


_ByShipment: TypeAlias = Mapping[int, _Counted]  # by the id() of its facts


def figures(facts: Sequence[Facts], measure: Measure) -> list[Figure]:
    """All figures over these shipments, then the same lane by lane, then dwell by place and by tier."""
    by_lane: dict[str, list[Facts]] = defaultdict(list)
    for one in facts:
        by_lane[one.lane].append(one)
    counted = {id(one): _count(one, measure) for one in facts}
    found = _group("", facts, measure, counted)
    for lane in sorted(lane for lane in by_lane if lane):
        found += _group(lane, by_lane[lane], measure, counted)
    return found + _dwells(facts, measure)


def _count(one: Facts, measure: Measure) -> _Counted:
    rules, zone = measure.rules, measure.zones(one.shipment.stops[-1].place)
    shares = (on_time_in_full(name, one, zone, measure.now_us, rules.unloading_s) for name in measure.names)
    carbon = carbon_of(one.shipment, rules.carbon, measure.places) if _came(one) else None
    return _Counted(shares=tuple(shares), carbon=carbon)


def _group(lane: str, facts: Sequence[Facts], measure: Measure, by_shipment: _ByShipment) -> list[Figure]:
    counted = [by_shipment[id(one)] for one in facts]
    visits = _visits(call for one in facts for call in one.calls)
    found = [
        *_otif(counted, measure),
        *_lead(facts),
        *_spread("dwell", DWELL, [_hours(v.from_us, v.until_us) for v in visits if v.until_us is not None]),
        *_spread("gate_wait", GATE_WAIT, _gate_waits(visits)),
        *_detention(visits, measure.rules),
        _read_rate(facts),
        *_emitted([one.carbon for one in counted if one.carbon is not None]),
    ]
    return [msgspec.structs.replace(figure, lane=lane, shipments=len(facts)) for figure in found]


def _otif(counted: Sequence[_Counted], measure: Measure) -> Iterable[Figure]:
    for at, name in enumerate(measure.names):
        shares = [one.shares[at] for one in counted]
        yield _share(f"otif_{name}", total(shares), sentence(name, measure.rules.unloading_s))


def _lead(facts: Sequence[Facts]) -> list[Figure]:
    hours = [
        _hours(one.departed_us, one.arrived_us)
        for one in facts
        if one.departed_us is not None and one.arrived_us is not None and not one.doubted
    ]
    spread = variation(hours)
    told = f"Coefficient of variation of it: standard deviation by mean. {LEAD}."
    varied = _figure("lead_time_variation", spread, "%", told, counted=len(hours))
    return [*_spread("lead_time", LEAD, hours), varied]


def _detention(visits: Sequence[Visit], rules: Kpis) -> list[Figure]:
    free_h = rules.free_s / 3600
    over = [max(0.0, _hours(v.from_us, v.until_us) - free_h) for v in visits if v.until_us is not None]
    said = f"Time of vehicles at stops beyond {free_h:g} h free at each visit, those that ended"
    cost = sum(over) * rules.rate_per_h if rules.rate_per_h else None
    priced = f"{said}, at {rules.rate_per_h:g} {rules.currency} an hour." if rules.rate_per_h else f"{said}: no rate."
    return [
        _figure("detention", sum(over) if over else None, "h", f"{said}.", counted=len(over)),
        _figure("detention_cost", cost if over else None, rules.currency, priced, counted=len(over)),
    ]


def _read_rate(facts: Sequence[Facts]) -> Figure:
    units = [unit for one in facts if _came(one) for unit in one.units]
    return _share("read_rate", Share(good=sum(u.read_us is not None for u in units), counted=len(units)), READ)


def _emitted(found: Sequence[ShipmentCarbon]) -> list[Figure]:
    """The sum, and how much a tonne and kilometre emits; `good` of `counted` shipments have a number."""
    known = [(kg, tkm) for one in found if (kg := one.kg_co2e) is not None and (tkm := one.tkm) is not None]
    kg, tkm = sum(kg for kg, _ in known), sum(tkm for _, tkm in known)
    left = len(found) - len(known)
    said = f"{CARBON} Not in it: {left} whose mass, mode or distance is not known." if left else CARBON
    base = _figure("co2e", kg if known else None, "kg", said, counted=len(found))
    each = _figure("co2e_intensity", 1000 * kg / tkm if tkm else None, "g/tkm", said, counted=len(found))
    return [msgspec.structs.replace(figure, good=len(known)) for figure in (base, each)]


def _dwells(facts: Sequence[Facts], measure: Measure) -> list[Figure]:
    """By place, then by tier."""
    by_place: dict[str, set[Visit]] = defaultdict(set)
    by_tier: dict[str, set[Visit]] = defaultdict(set)
    for one in facts:
        for call in one.calls:
            if call.visit.until_us is not None:
                by_place[call.place].add(call.visit)
                by_tier[measure.places.tier(call.place).value].add(call.visit)
    found = []
    for groups, key in ((by_place, "place"), (by_tier, "tier")):
        for name, visits in sorted(groups.items()):
            spread = _spread("dwell", DWELL, [_hours(v.from_us, v.until_us) for v in visits])
            found += [msgspec.structs.replace(f, shipments=len(facts), **{key: name}) for f in spread]
    return found


def _spread(kpi: str, what: str, hours: Sequence[float]) -> list[Figure]:
    said = "{what}; {percent} of 100 are shorter."
    return [
        _figure(
            f"{kpi}_p{percent}",
            percentile(hours, percent),
            "h",
            said.format(what=what, percent=percent),
            counted=len(hours),
        )
        for percent in PERCENTS
    ]


def _gate_waits(visits: Iterable[Visit]) -> list[float]:
    return [_hours(v.gate_us, v.door_us) for v in visits if v.gate_us is not None and v.door_us is not None]


def _visits(calls: Iterable[Call]) -> list[Visit]:
    """Each once: a trailer with five shipments waits once."""
    return list(dict.fromkeys(call.visit for call in calls))


def _share(kpi: str, share: Share, definition: str) -> Figure:
    return Figure(
        kpi=kpi,
        value=share.value,
        unit="%",
        definition=definition,
        good=share.good,
        counted=share.counted,
        shipments=0,
    )


def _figure(kpi: str, value: float | None, unit: str, definition: str, *, counted: int) -> Figure:
    rounded = None if value is None else round(value, 3)
    return Figure(kpi=kpi, value=rounded, unit=unit, definition=definition, counted=counted, shipments=0)


def _came(one: Facts) -> bool:
    return one.arrived_us is not None


def _hours(from_us: Micros | None, until_us: Micros | None) -> float:
    assert from_us is not None
    assert until_us is not None
    return (until_us - from_us) / HOUR_US
