"""What was seen of an asset -> how far each of its trips has come. Pure, and the same for any order of arrival.

An asset may have several trips planned: a trailer that shuttles has many in a day. Each trip keeps all sightings
that may be its own, so one sighting stands with several trips. Here they are walked together, in the order of
the times at which things happened: each sighting is had by one trip (and by those that go with it on the same
trailer), and what one trip has had, no other has. When late data comes the walk is made again from its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TypeAlias

import msgspec

from gateway.model import Actual, Micros, Seen, Shipment, Trip

When: TypeAlias = tuple[Micros, bool, str]

EARLY_US = 12 * 3600 * 1_000_000  # an event this long before the first window may still belong to the shipment


def walk_together(trips: Iterable[Trip]) -> list[Trip]:
    """The trips of one asset with their actuals, in the order given."""
    return [walk.walked() for walk in _walks(trips)]


def without(leaving: Trip, trips: Iterable[Trip]) -> list[Trip]:
    """The other trips once one of them is let go: what it alone had must not become theirs."""
    walks = {walk.trip.shipment.shipment_id: walk for walk in _walks(trips)}
    had = walks.pop(leaving.shipment.shipment_id).taken
    return [_stripped(walk.trip, had - walk.taken) for walk in walks.values()]


def _stripped(trip: Trip, of: set[When]) -> Trip:
    return msgspec.structs.replace(trip, seen=tuple(seen for seen in trip.seen if in_order(seen) not in of))


def _walks(trips: Iterable[Trip]) -> list[Walk]:
    walks = [Walk(trip) for trip in trips]
    sightings = sorted(((seen, walk) for walk in walks for seen in walk.trip.seen), key=_when)
    for _, same in groupby(sightings, key=_when):
        open_to_it = [(seen, walk) for seen, walk in same if seen.named or not walk.is_over]
        if not open_to_it:
            continue
        _, owner = min(open_to_it, key=lambda pair: pair[1].claim(pair[0]))
        for seen, walk in open_to_it:
            if walk is owner or (walk.goes_with(owner) and walk.advances(seen)):
                walk.take(seen)
    return walks


def in_order(seen: Seen) -> When:
    """The order of sightings: out of one place before into the next."""
    return seen.at_us, seen.kind == "arrived", seen.event_id


def _when(sighting: tuple[Seen, Walk]) -> When:
    return in_order(sighting[0])


class Walk:
    """One trip along its stops, never backwards but for a return to the stop just left."""

    def __init__(self, trip: Trip) -> None:
        self.trip = trip
        self._stops = trip.shipment.stops
        self._at = 0  # the stop last reached
        self.taken: set[When] = set()
        self.arrived: dict[int, int] = {}
        self.departed: dict[int, int] = {}
        self.findings: set[str] = set()

    @property
    def is_over(self) -> bool:
        """Whether the last stop was reached."""
        return len(self._stops) - 1 in self.arrived

    def advances(self, seen: Seen) -> bool:
        """Whether this would bring it on: out of a stop for the first time, or into a further one."""
        if seen.kind == "departed":
            stop = self._find(seen.place, self._at)
            return stop is not None and stop < len(self._stops) - 1 and stop not in self.departed
        here = seen.place == self._stops[self._at].place and self._at not in self.departed
        return not here and self._find(seen.place, self._at + 1) is not None and self._under_way(seen)

    def claim(self, seen: Seen) -> tuple[bool, bool, int, Micros, str]:
        """By which of several trips a sighting is had: the least. The one it brings on, and of these the one
        that set out last; before any did, the one that is planned first."""
        left_us = max(self.departed.values(), default=0)
        shipment = self.trip.shipment
        return (not self.advances(seen), not self.departed, -left_us, first_open_us(shipment), shipment.shipment_id)

    def goes_with(self, other: Walk) -> bool:
        """Whether two shipments set out together: from one place, in windows that overlap."""
        ours, theirs = self._stops[0], other._stops[0]
        if ours.place != theirs.place or ours.departure is None or theirs.departure is None:
            return False
        latest_open_us = max(ours.departure.open_us, theirs.departure.open_us)
        return latest_open_us <= min(ours.departure.close_us, theirs.departure.close_us)

    def take(self, seen: Seen) -> None:
        """Go on by a sighting."""
        self.taken.add(in_order(seen))
        if seen.kind == "departed":
            self._depart(seen)
        else:
            self._arrive(seen)

    def walked(self) -> Trip:
        """The trip with what came of it."""
        actuals = tuple(
            Actual(stop=i, arrived_us=self.arrived.get(i), departed_us=self.departed.get(i))
            for i in range(len(self._stops))
        )
        return msgspec.structs.replace(self.trip, actuals=actuals, findings=tuple(sorted(self.findings)))

    def _depart(self, seen: Seen) -> None:
        stop = self._find(seen.place, self._at)
        if stop is None:
            if self._find(seen.place, 0) is not None and seen.place != self._stops[self._at].place:
                self.findings.add("arrived_before_it_departed")
            return
        if stop < len(self._stops) - 1:  # leaving the last stop is the next shipment's matter
            self.departed[stop] = seen.at_us
            self._at = stop

    def _arrive(self, seen: Seen) -> None:
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


def last_close_us(shipment: Shipment) -> Micros:
    """The latest planned moment of a shipment."""
    return max(window.close_us for stop in shipment.stops for window in (stop.arrival, stop.departure) if window)
