"""What a trip means downstream: which places wait for what it carries, and when that runs out there. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from gateway.engine.cover import Stock, Stocks
from gateway.engine.promises import next_stop
from gateway.engine.subjects import Trips
from gateway.engine.trips import Lineage
from gateway.engine.walk import first_open_us
from gateway.model import (
    AtRisk,
    Estimate,
    Expected,
    Impact,
    Micros,
    Onward,
    Shipment,
    Stop,
    Tier,
    Trip,
    TripStatus,
)

MOST_PARTS = 50  # of an impact, the first to run out first; the others are counted
MOST_ONWARD = 10  # shipments that follow, likewise
NEWS_US = 10 * 60 * 1_000_000  # an expectation that moves by less than this makes no other version of an alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A stop that a trip has yet to reach."""

    place: str
    expected_us: Micros | None  # as likely sooner as later; None: nobody can say
    latest_us: Micros | None  # nine in ten are there by then


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A part that a stop waits for; `stock` is what is known of it there."""

    ahead: Ahead
    expected: Expected
    place: str
    stock: Stock | None

    @property
    def runs_out_us(self) -> Micros | None:
        return None if self.stock is None else self.stock.runs_out_us


def stops_ahead(trip: Trip) -> list[Ahead]:
    """The stops that a trip has yet to reach, with when it is expected there: without an estimate as planned."""
    first = next_stop(trip)
    if first is None:
        return []
    estimates = {estimate.stop: estimate for estimate in trip.estimates}
    stops = trip.shipment.stops
    return [_ahead(stops[index], estimates.get(index)) for index in range(first, len(stops))]


def waiting(trip: Trip, ahead: list[Ahead], stocks: Stocks, lineage: Lineage) -> Iterator[Waiting]:
    """What is used at, in or around the stops ahead of what a trip carries; the rest waits at the last stop.

    A part is named with the outer one of the stop and the place that uses it: whoever owns that owns both.
    """
    around = [(stop, frozenset(lineage(stop.place))) for stop in ahead]
    for expected in trip.shipment.expected if ahead else ():
        used = False
        for stock in stocks.of(expected.part):
            stop, place = _serves(stock.place, around, lineage)
            if stop is not None:
                used = True
                yield Waiting(ahead=stop, expected=expected, place=place, stock=stock)
        if not used:
            yield Waiting(ahead=ahead[-1], expected=expected, place=ahead[-1].place, stock=None)


def onward_of(trip: Trip, trips: Trips, lineage: Lineage) -> list[Shipment]:
    """The next shipment of each of its assets that leaves from its last stop and has not begun; the first first."""
    begins_us, last = first_open_us(trip.shipment), trip.shipment.stops[-1].place
    found: dict[str, Shipment] = {}
    for asset in trip.shipment.assets:
        others = (other for other in trips.of(asset) if other is not trip and other.status is TripStatus.PLANNED)
        nexts = [other.shipment for other in others if _leaves(other.shipment, last, lineage)]
        soonest = min((one for one in nexts if first_open_us(one) >= begins_us), key=_when_it_leaves, default=None)
        if soonest is not None and soonest.shipment_id != trip.shipment.shipment_id:
            found[soonest.shipment_id] = soonest
    return sorted(found.values(), key=_when_it_leaves)[:MOST_ONWARD]


def impact_of(
    trip: Trip, onward: Iterable[Shipment], stocks: Stocks, lineage: Lineage, tier_of: Callable[[str], Tier]
) -> Impact | None:
    """Who waits for a trip, and for what; None where nobody does any more."""
    ahead = stops_ahead(trip)
    if not ahead:
        return None
    found = sorted(waiting(trip, ahead, stocks, lineage), key=_first_to_run_out)
    return Impact(
        shipment=trip.shipment.shipment_id,
        places=tuple(stop.place for stop in ahead),
        tiers=tuple(tier_of(stop.place) for stop in ahead),
        parts=tuple(map(_at_risk, found[:MOST_PARTS])),
        more_parts=max(0, len(found) - MOST_PARTS),
        expected_us=ahead[-1].expected_us,
        onward=tuple(_onward(shipment, tier_of) for shipment in onward),
    )


def newer(held: Impact | None, found: Impact | None) -> Impact | None:
    """Of what an alert says and what was found since the one to keep: estimates move all the time."""
    if held is None or found is None:
        return found or held
    if held.expected_us is None or found.expected_us is None or abs(found.expected_us - held.expected_us) >= NEWS_US:
        return found
    return held if replace(found, expected_us=held.expected_us) == held else found


def _leaves(shipment: Shipment, place: str, lineage: Lineage) -> bool:
    first = shipment.stops[0].place
    return place in lineage(first) or first in lineage(place)


def _when_it_leaves(shipment: Shipment) -> tuple[Micros, str]:
    return first_open_us(shipment), shipment.shipment_id


def _onward(shipment: Shipment, tier_of: Callable[[str], Tier]) -> Onward:
    places = tuple(stop.place for stop in shipment.stops[1:])
    return Onward(
        shipment=shipment.shipment_id,
        lane=shipment.lane,
        places=places,
        tiers=tuple(map(tier_of, places)),
        parties=tuple(sorted(set(shipment.parties.values()))),
    )


def _ahead(stop: Stop, estimate: Estimate | None) -> Ahead:
    if estimate is not None:
        return Ahead(place=stop.place, expected_us=estimate.p50_us, latest_us=estimate.p90_us)
    due_us = None if stop.arrival is None else stop.arrival.close_us
    return Ahead(place=stop.place, expected_us=due_us, latest_us=due_us)


def _serves(place: str, around: list[tuple[Ahead, frozenset[str]]], lineage: Lineage) -> tuple[Ahead | None, str]:
    """The first stop that brings something to a place, and the outer one of both."""
    outward = lineage(place)
    for stop, places in around:
        if place in places:
            return stop, place
        if stop.place in outward:
            return stop, stop.place
    return None, ""


def _first_to_run_out(one: Waiting) -> tuple[bool, Micros, str, str, str]:
    runs_out_us = one.runs_out_us
    return runs_out_us is None, runs_out_us or 0, one.place, one.expected.part, one.expected.unit


def _at_risk(one: Waiting) -> AtRisk:
    expected = one.expected
    return AtRisk(
        part=expected.part,
        place=one.place,
        quantity=expected.quantity,
        unit=expected.unit,
        runs_out_us=one.runs_out_us,
    )
