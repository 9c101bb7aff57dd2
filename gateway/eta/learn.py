"""Learning from finished trips, a batch (as a rule a day) at a time.

Within a batch the order of the trips does not matter, nor whether a trip stands in it twice. What intervals and the
choice of a rung rest on must come from trips that had not been learned from: each half of the batch is judged by what
was known before together with what the other half taught. Only then all of it is learned.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from gateway.eta import distance, interval, scores, shrunk, usual
from gateway.eta.ladder import Ladder
from gateway.eta.learned import Learned
from gateway.eta.legs import Ground, travelled
from gateway.eta.scores import Scores
from gateway.eta.words import Travelled
from gateway.model import Trip

ENOUGH_TRIPS = 200.0


def learn(learned: Learned, trips: Iterable[Trip], ground: Ground) -> None:
    """Take in finished trips; those whose data contradict themselves teach nothing."""
    by_id = {trip.shipment.shipment_id: trip for trip in trips if not trip.findings}
    halves: tuple[list[list[Travelled]], list[list[Travelled]]] = ([], [])
    for name in sorted(by_id):
        legs = travelled(by_id[name], ground)
        if legs:
            halves[crc32(name.encode()) % 2].append(legs)
    if learned.site.trips < ENOUGH_TRIPS:
        judges = [_taught(learned, half, ground) for half in halves]
    else:
        judges = [Ladder(learned.copy(), ground)] * 2
    for half, judge in zip(halves, reversed(judges), strict=True):
        _judge(learned, half, judge)
    both = halves[0] + halves[1]
    _teach(learned, both)
    for legs in both:
        learned.of(legs[0].leg.lane).trips += 1
    learned.site.trips += len(both)
    learned.forget({legs[0].leg.lane for legs in both})


def _taught(learned: Learned, trips: list[list[Travelled]], ground: Ground) -> Ladder:
    pupil = learned.copy()
    _teach(pupil, trips)
    return Ladder(pupil, ground)


def _teach(learned: Learned, trips: list[list[Travelled]]) -> None:
    shrunk.learn(learned, [item for legs in trips for item in legs])
    usual.learn(learned, trips)
    distance.learn(learned, trips)


def _judge(learned: Learned, trips: list[list[Travelled]], judge: Ladder) -> None:
    """First score every rung; then, by these scores, see how far the rung that is told was off."""
    said = [(item, judge.say(item.leg).rungs) for legs in trips for item in legs]
    for item, rungs in said:
        scores.learn(learned, item, rungs)
    board = Scores(learned)
    for item, rungs in said:
        method = board.best(item.leg, rungs)
        interval.learn(learned, item, item.late_s - rungs[method], board.unrest(item.leg.lane, method))
