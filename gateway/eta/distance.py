"""Rung 4, remaining distance: as far as it is still, at the lane's median pace.

The pace is in seconds a kilometre as the crow flies, so that the bends of the road are in it. Plans need not hold:
this is the rung for a trip whose schedule says little, and for a lane on which only the GPS tells anything.
"""

from __future__ import annotations

from gateway.eta.learned import Learned
from gateway.eta.sketch import Sketch
from gateway.eta.words import Leg, Travelled

LEAST_M = 300.0  # nearer than this, the crow says nothing about the road
LEAST_TRIPS = 3.0
ALL = "all"


class Distance:
    """The paces as they stand, worked out once each."""

    def __init__(self, learned: Learned) -> None:
        self._learned = learned
        self._paces: dict[str, float | None] = {}

    def say(self, leg: Leg) -> float | None:
        """Seconds late at the stop ahead; None: no position, or too few trips of this lane."""
        pace = self.pace(leg.lane)
        if leg.crow_m is None or pace is None:
            return None
        fix_us = leg.seen_us if leg.fix_us is None else leg.fix_us
        return leg.crow_m / 1000 * pace - (leg.due_us - fix_us) / 1e6

    def pace(self, lane: str) -> float | None:
        """Seconds a kilometre, as the crow flies, stops on the way included."""
        if lane not in self._paces:
            sketch = self._learned.known(lane).paces.get(ALL)
            spread = None if sketch is None else sketch.spread()
            known = spread is not None and spread.weight >= LEAST_TRIPS
            self._paces[lane] = spread.median if spread is not None and known else None
        return self._paces[lane]


def learn(learned: Learned, trips: list[list[Travelled]]) -> None:
    """Take in the legs of each trip whose ends are known on the map; each trip counts as one."""
    for legs in trips:
        told = [(item, item.leg.crow_m) for item in legs if item.leg.crow_m is not None and item.leg.crow_m >= LEAST_M]
        for item, crow_m in told:
            if item.elapsed_s > 0:
                sketch = learned.of(item.leg.lane).paces.setdefault(ALL, Sketch())
                sketch.add(item.elapsed_s / crow_m * 1000, 1 / len(told))
