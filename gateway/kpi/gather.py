"""Plans and what was seen -> facts, as somebody may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from gateway.access import Sight
from gateway.kpi.facts import Facts, Sighting, Visit, begins_us, due_us
from gateway.kpi.visits import EARLY_US, calls_of, units_of, visits_of
from gateway.model import Actual, LocationEvent, Micros, Shipment
from gateway.places import PlaceIndex

READ_AFTER_US = 7 * 24 * 3600 * 1_000_000  # units that are read later than this after the window's end did not come


class Planned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A plan that counts, with what happened to it."""

    shipment: Shipment
    actuals: tuple[Actual, ...]
    doubted: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which shipments count: those due from a time on and before another, of a lane, a party, a place."""

    from_us: Micros
    until_us: Micros
    lane: str = ""
    party: str = ""
    place: str = ""

    def counts(self, shipment: Shipment, sight: Sight, places: PlaceIndex) -> bool:
        """Whether this shipment does, as far as whoever looks can know."""
        if not (self.from_us <= due_us(shipment) < self.until_us and sight.shipment(shipment)):
            return False
        if self.party and self.party not in shipment.parties.values():
            return False
        if self.lane and self.lane != lane_of(shipment, sight):
            return False
        stops = shown_stops(shipment, sight)
        if shipment.stops[-1].place not in stops:
            return False  # when it is due is hidden: whoever could choose by it would find it
        return not self.place or any(places.is_within(stop, self.place) for stop in stops)


def shown_stops(shipment: Shipment, sight: Sight) -> frozenset[str]:
    """The stops that whoever looks sees: all, or its own places where the route is hidden from it."""
    stops = frozenset(stop.place for stop in shipment.stops)
    return stops & sight.places if "route" in sight.hidden(shipment) else stops


def shown_actuals(shipment: Shipment, actuals: Sequence[Actual], shown: Collection[str]) -> tuple[Actual, ...]:
    """What happened at the stops that are shown; no departure where the first is not: a lead time would tell it."""
    from_first = shipment.stops[0].place in shown
    return tuple(
        Actual(stop=one.stop, arrived_us=one.arrived_us, departed_us=one.departed_us if from_first else None)
        if shipment.stops[one.stop].place in shown
        else Actual(stop=one.stop)
        for one in actuals
    )


def lane_of(shipment: Shipment, sight: Sight) -> str:
    """The lane, or nothing where the route is hidden."""
    return "" if "route" in sight.hidden(shipment) else shipment.lane


def sites(planned: Iterable[Planned], places: PlaceIndex) -> list[str]:
    """The places at which events matter: all at the sites of the stops."""
    outer = {places.site(stop.place) for one in planned for stop in one.shipment.stops}
    known = [place.code for place in places if places.site(place.code) in outer]
    return sorted(set(known) | outer)


def span(planned: Sequence[Planned]) -> tuple[Micros, Micros]:
    """From when until when events matter."""
    first_us = min(begins_us(one.shipment) for one in planned) - EARLY_US
    return first_us, max(due_us(one.shipment) for one in planned) + READ_AFTER_US


def sighting(event: LocationEvent, read_points: Mapping[str, str]) -> Sighting:
    """Of an event, what figures need; `read_points` are the places of read points by their names."""
    return Sighting(
        asset=event.asset,
        asset_kind=event.asset_kind,
        kind=event.kind,
        place=event.place,
        previous=event.previous_place,
        read_at=read_points.get(event.read_point, ""),
        at_us=event.at_us,
    )


def facts_of(planned: Iterable[Planned], seen: Iterable[Sighting], sight: Sight, places: PlaceIndex) -> list[Facts]:
    """The facts of each plan. What was seen may come in any order."""
    by_asset: dict[str, list[Sighting]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: one.at_us):
        by_asset[one.asset].append(one)
    visits: dict[str, list[Visit]] = {}
    found = []
    for plan in planned:
        shipment = plan.shipment
        lead = shipment.assets[0]
        if lead not in visits:
            visits[lead] = visits_of(by_asset.get(lead, ()), places)
        shown = shown_stops(shipment, sight)
        calls = calls_of(shipment, plan.actuals, visits[lead], places)
        found.append(
            Facts(
                shipment=shipment,
                actuals=shown_actuals(shipment, plan.actuals, shown),
                lane=lane_of(shipment, sight),
                units=units_of(shipment, plan.actuals, by_asset, places),
                calls=tuple(call for call in calls if call.place in shown),
                doubted=plan.doubted,
            )
        )
    return found
