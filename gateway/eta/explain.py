"""Why an estimate says what it says: what it is based on, and what each rung would have said."""

from __future__ import annotations

import msgspec

from gateway.clock import SECOND_US
from gateway.eta.bands import band
from gateway.eta.ladder import Ladder
from gateway.eta.legs import Position, ahead, last_known
from gateway.model import Method, Micros, Trip


class RungSaid(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one rung says of a stop."""

    method: Method
    arrives_us: Micros
    off_s: float | None  # its mean absolute error at this horizon on trips it had not learned from; None: not scored


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What an estimate is based on."""

    stop: int
    place: str
    lane: str
    method: Method  # the rung that is told
    seen_us: Micros | None  # when the trip was last seen; None: it was not seen where it should have been by now
    late_s: float  # then, or at least by now
    horizon_s: float  # from then until it is planned at the stop
    trips: int  # of this lane that were learned from
    unrest: float  # how far off estimates on this lane are, beside others at the same horizons
    rungs: tuple[RungSaid, ...]  # from the schedule up


def explain(
    ladder: Ladder, trip: Trip, stop: int, now_us: Micros, position: Position | None = None
) -> Explanation | None:
    """Why `ladder.estimate` says what it says of a stop; None where it says nothing."""
    known = None if trip.findings else last_known(trip, now_us)
    legs = [] if known is None else ahead(trip, known, ladder.ground, position)
    leg = next((leg for leg in legs if leg.stop == stop), None)
    if known is None or leg is None:
        return None
    said, number = ladder.say(leg), band(leg.horizon_s)
    rungs = (
        RungSaid(
            method=method,
            arrives_us=leg.due_us + round(late_s * SECOND_US),
            off_s=ladder.scores.off_s(leg.lane, number, method),
        )
        for method, late_s in said.rungs.items()
    )
    return Explanation(
        stop=stop,
        place=leg.place,
        lane=leg.lane,
        method=said.method,
        seen_us=known.at_us if known.seen else None,
        late_s=known.late_s,
        horizon_s=leg.horizon_s,
        trips=int(ladder.learned.known(leg.lane).trips),
        unrest=said.unrest,
        rungs=tuple(rungs),
    )
