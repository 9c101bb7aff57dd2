"""Rung 3, lane and hour: as shrunk, and besides as late as is usual at this stop of the lane, and at this hour.

Each stop of a lane has a sketch of how late trips leave it and one of how late they come. A trip that is as late as
is usual here will be as late as is usual there, so that a stretch to which the plan gives too little time shows. Each
pair of hours of a weekday class has a sketch of what that leaves over. What counts are medians, drawn towards rung 2
by n / (n + PRIOR), so that one odd trip does not tell; all legs of a trip in a pair of hours count as one.
"""

from __future__ import annotations

from collections import Counter

from gateway.eta.bands import MINUTE_S, band
from gateway.eta.learned import Learned
from gateway.eta.memory import MOST_CELLS
from gateway.eta.shrunk import Shrunk
from gateway.eta.sketch import Sketch
from gateway.eta.words import Leg, Travelled

PRIOR_TRIPS_OF_STOP = 5.0
PRIOR_TRIPS_OF_HOUR = 10.0
LEAST_HORIZON_S = 5 * MINUTE_S  # shorter legs say more of the device than of the lane


class Usual:
    """The medians as they stand, worked out once each."""

    def __init__(self, learned: Learned, shrunk: Shrunk) -> None:
        self._learned = learned
        self._shrunk = shrunk
        self._medians: dict[tuple[str, str], tuple[float, float]] = {}
        self._shifts: dict[tuple[str, str, str], float] = {}

    def say(self, leg: Leg) -> float | None:
        """Seconds late at the stop ahead; None: this lane is new."""
        late_s = self._shrunk.say(leg)
        if late_s is None or leg.lane not in self._learned.memories:
            return None
        return late_s + self.of_stop(leg) + self.of_hour(leg)

    def of_stop(self, leg: Leg) -> float:
        """Seconds that a trip is later at this stop than rung 2 says, if it was as late as usual before."""
        before_s, trips_before = self._usual(leg.lane, _left(leg.origin))
        there_s, trips_there = self._usual(leg.lane, _came(leg.place))
        trips = min(trips_before, trips_there)
        if trips == 0:
            return 0.0
        said_s = self._shrunk.line(waiting=leg.waiting, number=band(leg.horizon_s)).at(before_s)
        return (there_s - said_s) * trips / (trips + PRIOR_TRIPS_OF_STOP)

    def _usual(self, lane: str, cell: str) -> tuple[float, float]:
        """The median lateness in a cell, and of how many trips."""
        key = (lane, cell)
        if key not in self._medians:
            spread = self._learned.known(lane).stops.get(cell, Sketch()).spread()
            self._medians[key] = spread.median, spread.weight
        return self._medians[key]

    def of_hour(self, leg: Leg) -> float:
        """Seconds that trips are later at this hour than rung 2 and the stop say."""
        key = (leg.lane, "hour", leg.hours)
        if key not in self._shifts:
            sketch = self._learned.known(leg.lane).hours.get(leg.hours)
            self._shifts[key] = shift(sketch, PRIOR_TRIPS_OF_HOUR)
        return self._shifts[key]


def shift(sketch: Sketch | None, prior_trips: float) -> float:
    """The median of a sketch, drawn towards none by how few trips it holds."""
    if sketch is None:
        return 0.0
    spread = sketch.spread()
    return spread.median * spread.weight / (spread.weight + prior_trips)


def learn(learned: Learned, trips: list[list[Travelled]]) -> None:
    """Take in the legs of each trip, after `shrunk.learn` has: by stop, then by hour what the stops leave over."""
    shrunk = Shrunk(learned)
    for legs in trips:
        lates = {_came(item.leg.place): item.late_s for item in legs}
        lates |= {_left(item.leg.origin): item.leg.late_s for item in legs}
        for cell, late_s in lates.items():
            _add(learned.of(legs[0].leg.lane).stops, cell, late_s, 1.0)
    usual = Usual(learned, shrunk)
    for legs in trips:
        told = [item for item in legs if item.leg.horizon_s >= LEAST_HORIZON_S]
        of_hours = Counter(item.leg.hours for item in told)
        for item in told:
            left_s = item.late_s - (shrunk.say(item.leg) or 0.0) - usual.of_stop(item.leg)
            _add(learned.of(item.leg.lane).hours, item.leg.hours, left_s, 1 / of_hours[item.leg.hours])


def _came(place: str) -> str:
    return f"to {place}"


def _left(place: str) -> str:
    return f"from {place}"


def _add(cells: dict[str, Sketch], key: str, value: float, weight: float) -> None:
    if key in cells or len(cells) < MOST_CELLS:
        cells.setdefault(key, Sketch()).add(value, weight)
