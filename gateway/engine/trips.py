"""Events -> what happened to a shipment. Pure, and the same for any order of arrival.

A trip keeps what was seen of its assets at its stops, sorted by time, and its actuals are one walk over
that list. So an event that arrives late simply takes its place in the list and the walk is made again.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from gateway.model import Actual, EventKind, LocationEvent, Micros, Seen, Shipment, Stop, Trip

Lineage: TypeAlias = Callable[[str], Sequence[str]]  # a place's code -> itself and the places it is part of

EARLY_US = 12 * 3600 * 1_000_000  # an event this long before the first window may still belong to the shipment
MOST_SEEN = 256  # per trip; beyond that the oldest middle is of no use to the walk


def new_trip(shipment: Shipment) -> Trip:
    """A trip of which nothing has been seen."""
    return Trip(shipment=shipment, actuals=tuple(Actual(stop=i) for i in range(len(shipment.stops))))


def replanned(trip: Trip, shipment: Shipment) -> Trip:
    """The same trip under a changed plan: what was seen at places that are still stops is kept."""
    places = {stop.place for stop in shipment.stops}
    return _walked(shipment, tuple(seen for seen in trip.seen if seen.place in places))


def with_event(trip: Trip, event: LocationEvent, lineage: Lineage) -> Trip:
    """The trip with an event taken in; the same object where the event tells it nothing."""
    news = [seen for seen in _told(trip.shipment, event, lineage) if seen not in trip.seen]
    if not news or len(trip.seen) >= MOST_SEEN:
        return trip
    seen = list(trip.seen)
    for item in news:
        bisect.insort(seen, item, key=_order)
    return _walked(trip.shipment, tuple(seen))


def _order(seen: Seen) -> tuple[int, bool, str]:
    return (seen.at_us, seen.kind == "arrived", seen.event_id)  # out of one place before into the next


def _told(shipment: Shipment, event: LocationEvent, lineage: Lineage) -> list[Seen]:
    """What an event says about the stops: it entered one, left one, or both."""
    if event.kind in (EventKind.LOADED, EventKind.UNLOADED):
        return []
    entered, left = _entered_and_left(event, lineage)
    told = []
    for stop in {stop.place for stop in shipment.stops}:
        named = event.shipment == shipment.shipment_id
        seen = partial(Seen, event_id=event.event_id, place=stop, at_us=event.at_us, named=named)
        # A pallet that went elsewhere does not take the shipment with it; one that came proves the arrival.
        if stop in left and (named or event.asset == shipment.assets[0]):
            told.append(seen(kind="departed"))
        if stop in entered:
            told.append(seen(kind="arrived"))
    return told


def _entered_and_left(event: LocationEvent, lineage: Lineage) -> tuple[set[str], set[str]]:
    here = set(lineage(event.place))
    if event.kind is EventKind.LEFT:
        return set(), here
    if event.kind is EventKind.MOVED:
        before = set(lineage(event.previous_place)) if event.previous_place else set()
        return here - before, before - here
    return here, set()


def _walked(shipment: Shipment, seen: tuple[Seen, ...]) -> Trip:
    """Follow what was seen along the stops, never backwards but for a return to the stop just left."""
    walk = _Walk(shipment.stops)
    for item in seen:
        if item.kind == "departed":
            walk.depart(item)
        else:
            walk.arrive(item)
    actuals = tuple(
        Actual(stop=i, arrived_us=walk.arrived.get(i), departed_us=walk.departed.get(i))
        for i in range(len(shipment.stops))
    )
    return Trip(shipment=shipment, actuals=actuals, seen=seen, findings=tuple(sorted(walk.findings)))


class _Walk:
    """Where the walk stands: the stop last reached, and what is known so far."""

    def __init__(self, stops: Sequence[Stop]) -> None:
        self._stops = stops
        self._at = 0
        self.arrived: dict[int, int] = {}
        self.departed: dict[int, int] = {}
        self.findings: set[str] = set()

    def depart(self, seen: Seen) -> None:
        stop = self._find(seen.place, self._at)
        if stop is None:
            if self._find(seen.place, 0) is not None and seen.place != self._stops[self._at].place:
                self.findings.add("arrived_before_it_departed")
            return
        if stop < len(self._stops) - 1:  # leaving the last stop is the next shipment's matter
            self.departed[stop] = seen.at_us
            self._at = stop

    def arrive(self, seen: Seen) -> None:
        here = seen.place == self._stops[self._at].place
        if here and self._at not in self.departed:
            return  # it is at this stop already
        onward = self._find(seen.place, self._at + 1)
        if onward is not None and self._under_way(seen):
            if self._impossibly_early(seen):
                self.findings.add("arrived_long_before_its_departure")
            self.arrived[onward] = seen.at_us
            self._at = onward
        elif here:
            del self.departed[self._at]  # it came back before it got anywhere

    def _under_way(self, seen: Seen) -> bool:
        """Whether it can have come on this trip: so it was said, it was seen to leave, or it could have by its plan."""
        planned = self._stops[0].departure
        return seen.named or bool(self.departed or self.arrived) or planned is None or seen.at_us >= planned.open_us

    def _impossibly_early(self, seen: Seen) -> bool:
        planned = self._stops[0].departure
        return not self.departed and planned is not None and seen.at_us < planned.open_us - EARLY_US

    def _find(self, place: str, start: int) -> int | None:
        return next((i for i in range(start, len(self._stops)) if self._stops[i].place == place), None)


def first_open_us(shipment: Shipment) -> Micros:
    """The earliest planned moment of a shipment."""
    return min(window.open_us for stop in shipment.stops for window in (stop.arrival, stop.departure) if window)
