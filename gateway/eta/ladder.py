"""The ladder: every rung says how late a trip will be at a stop; the one that has proved best there is told."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.clock import SECOND_US
from gateway.eta.carried import Carried
from gateway.eta.distance import Distance
from gateway.eta.interval import Interval
from gateway.eta.learned import Learned
from gateway.eta.legs import Ground, Known, Position, ahead, last_known
from gateway.eta.schedule import Schedule
from gateway.eta.scores import Rung, Scores
from gateway.eta.shrunk import Shrunk
from gateway.eta.usual import Usual
from gateway.eta.words import Leg
from gateway.model import Estimate, Method, Micros, Trip


class Said(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the ladder makes of one leg."""

    leg: Leg
    method: Method  # the rung that is told
    late_s: float  # what it said
    unrest: float  # how far off it is on this lane, beside others
    rungs: Mapping[Method, float]  # what each would have said, in seconds late


class Ladder:
    """All rungs, as of what has been learned by now. Make a new one when more has been."""

    def __init__(self, learned: Learned, ground: Ground) -> None:
        self.learned = learned
        self.ground = ground
        shrunk = Shrunk(learned)
        self._distance = Distance(learned)
        self._rungs: dict[Method, Rung] = {
            Method.SCHEDULE: Schedule(),
            Method.CARRIED: Carried(),
            Method.SHRUNK: shrunk,
            Method.USUAL: Usual(learned, shrunk),
            Method.DISTANCE: self._distance,
        }
        self.scores = Scores(learned)
        self._interval = Interval(learned)

    def estimate(self, trip: Trip, now_us: Micros, position: Position | None = None) -> tuple[Estimate, ...]:
        """When a trip arrives at each stop ahead of it: never before `now_us`, nor at a stop before the one before.

        Empty where it has arrived, where its plan holds no times, or where its data contradict themselves.
        """
        known = None if trip.findings else last_known(trip, now_us)
        if known is None:
            return ()
        told: list[Estimate] = []
        for leg in ahead(trip, known, self.ground, position):
            told.append(self._estimate(leg, known, now_us, told[-1] if told else None))
        return tuple(told)

    def uses_position(self, lane: str) -> bool:
        """Whether a position says anything of a lane's trips: its pace has been learned."""
        return self._distance.pace(lane) is not None

    def say(self, leg: Leg) -> Said:
        """What each rung says of a leg, and which is told."""
        rungs = {method: late_s for method, rung in self._rungs.items() if (late_s := rung.say(leg)) is not None}
        method = self.scores.best(leg, rungs)
        unrest = self.scores.unrest(leg.lane, method)
        return Said(leg=leg, method=method, late_s=rungs[method], unrest=unrest, rungs=rungs)

    def _estimate(self, leg: Leg, known: Known, now_us: Micros, before: Estimate | None) -> Estimate:
        said = self.say(leg)
        now_late_s = (now_us - leg.due_us) / SECOND_US
        lates = self._interval.around(leg, max(said.late_s, now_late_s), said.unrest, now_late_s)
        p10, p25, p50, p75, p90 = (max(now_us, leg.due_us + round(late_s * SECOND_US)) for late_s in lates)
        return Estimate(
            stop=leg.stop,
            place=leg.place,
            due_us=leg.due_us,
            p10_us=p10 if before is None else max(p10, before.p10_us),
            p25_us=p25 if before is None else max(p25, before.p25_us),
            p50_us=p50 if before is None else max(p50, before.p50_us),
            p75_us=p75 if before is None else max(p75, before.p75_us),
            p90_us=p90 if before is None else max(p90, before.p90_us),
            method=said.method,
            made_us=now_us,
            seen_us=known.at_us if known.seen else None,
            trips=int(self.learned.known(leg.lane).trips),
        )


NEW_LADDER = Ladder(Learned(), Ground())  # of a gateway that knows nothing yet
