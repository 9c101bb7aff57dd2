"""Learning of lanes: arrived trips teach when estimates run late, a batch at a time.

A follower of the journal. Trips teach once they arrived SETTLED_US ago, so that late data has had its say; what
changes of them after that is not taught again. A round is due when ENOUGH of them wait, or, with fewer, a day of the
site's clock after the last one: batches that are too small say little of how far off estimates are on days that
were not learned from. What a batch taught and that it did are one commit: a kill before it, and the same batch teaches
after the restart, to the same result. The work is done in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
import structlog

from gateway.clock import SECOND_US
from gateway.eta.ladder import Ladder
from gateway.eta.learn import learn
from gateway.eta.learned import ALL_LANES, Learned
from gateway.eta.legs import Ground
from gateway.eta.memory import Memory
from gateway.journal import Journal, lane_memory
from gateway.model import Clock, Trip

HOUR_US = 3600 * SECOND_US
SETTLED_US = HOUR_US
LOOK_EVERY_US = HOUR_US
ROUND_US = 24 * HOUR_US
ENOUGH = 200
MOST = 2000  # trips in one batch; the rest follows at once

log = structlog.get_logger("lanes")


class LaneLearner:
    """One task: `run`. Tells `use` of each new ladder."""

    def __init__(self, journal: Journal, clock: Clock, ground: Ground, use: Callable[[Ladder], None]) -> None:
        self._journal = journal
        self._clock = clock
        self._ground = ground
        self._use = use

    async def run(self) -> None:
        """Look once an hour of the site's clock whether a round is due, until cancelled."""
        while True:
            while await self.learn_due():
                pass
            await self._clock.sleep_until(self._clock.now_us() + LOOK_EVERY_US)

    async def learn_due(self) -> bool:
        """Let a batch of trips teach, if a round is due; False where none is."""
        now_us = self._clock.now_us()
        until_us = now_us - SETTLED_US
        count, oldest_us = await self._journal.read(lambda c: lane_memory.waiting(c, until_us, ENOUGH))
        last_us = await self._journal.read(lane_memory.learned_us)
        if oldest_us is None or (count < ENOUGH and now_us - (last_us or oldest_us) < ROUND_US):
            return False
        held = await self._journal.read(lane_memory.memories)
        if last_us is not None and not held:
            await self._journal.insist(lane_memory.forget)  # no memory of this version: all trips teach again
        trips = await self._journal.read(lambda c: lane_memory.to_learn(c, until_us, MOST))
        taught = await asyncio.to_thread(_taught, held, trips, self._ground)
        job = partial(
            lane_memory.save,
            changed=taught.changed,
            taught=[trip.shipment.shipment_id for trip in trips],
            learned_us=now_us,
        )
        await self._journal.insist(job)
        self._use(taught.ladder)
        log.info("trips taught lanes", trips=len(trips), lanes=len(taught.changed) - 1)
        return True


class _Taught(msgspec.Struct, frozen=True, kw_only=True):
    ladder: Ladder
    changed: dict[str, Memory]  # by lane, with what all share


def _taught(held: dict[str, Memory], trips: Sequence[Trip], ground: Ground) -> _Taught:
    learned = Learned(held)
    learn(learned, trips, ground)
    lanes = {trip.shipment.lane for trip in trips} & learned.memories.keys()
    changed = {lane: learned.memories[lane] for lane in (ALL_LANES, *sorted(lanes))}
    return _Taught(ladder=Ladder(learned, ground), changed=changed)
