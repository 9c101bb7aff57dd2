"""The engine's shell: follows what the journal learns, and commits what the engine concludes.

Everything that one step concludes, with the cursors that say how far it read, is one commit: alerts,
their deliveries, trips, stays and loads. If the power goes before it, the step is made again from the same
cursors and concludes the same. Where very many deadlines fall due at once, they are committed a thousand at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from itertools import count
from time import monotonic

import msgspec
import structlog

from gateway.engine.corrections import KEEP_US
from gateway.engine.engine import Engine
from gateway.engine.sharing import Sharing
from gateway.engine.step import Step
from gateway.engine.streams import EVENTS_CURSOR, LOGS, MAINTENANCE_CURSOR, STOCK_CURSOR, Learned, learned
from gateway.engine.walk import EARLY_US, first_open_us
from gateway.eta.explain import Explanation
from gateway.eta.ladder import Ladder
from gateway.journal import Journal, alerts, events, followed, loads, maintenance, shipments, states, stock, stop_log
from gateway.journal.maintenance import Entered
from gateway.model import (
    Alert,
    Clock,
    Followed,
    LocationEvent,
    MaintenanceWindow,
    Micros,
    Remark,
    Shipment,
    Stocktaking,
)

BATCH = 2000
CATCH_UP_S = 10.0  # of real time, after the last event from before the start
MOST_CATCH_UP_S = 300.0  # however much of it comes
HORIZON_S = 0.02  # how soon to look again whether a batch has been stored, which takes about so long
DUE_AT_ONCE = 20  # deadlines: some milliseconds of the event loop
TURNS_A_COMMIT = 50
SAVE_CURSOR_EVERY = 1000  # events that conclude nothing need no commit; a restart reads them again

log = structlog.get_logger("rules")


class EngineFollower:
    """One task: `run`. `settled` tells tests and replays when all up to a time has been judged."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        clock: Clock,
        horizon_us: Callable[[], Micros],
    ) -> None:
        self._engine = engine
        self._horizon_us = horizon_us  # all that was recorded before it is committed: we judge no further
        self._journal = journal
        self._clock = clock
        self._cursors = dict.fromkeys(LOGS, 0)
        self._saved_seq = 0
        self._followed: dict[str, Followed | None] = {}  # changed since the last commit
        self._was_away = False
        self.caught_up = False  # what happened while we were away has been judged
        self._catching_up = False
        self._began_us: Micros = 0
        self._backlog_s = 0.0  # when something last came from before that
        self._judged_us: Micros = -1
        self._judged_seq = -1
        self._judged = asyncio.Event()
        self._asked = asyncio.Event()  # someone waits for us to look at the clock

    async def restore(self) -> None:
        """Take up the journal's state; before `run`."""
        read, sharing = self._journal.read, Sharing()
        self._cursors = await read(lambda c: {name: states.cursor(c, name) for name in LOGS})
        self._saved_seq = self._cursors[EVENTS_CURSOR]
        self._was_away = await read(events.last_seq) > 0  # whether or not we had come to store a cursor
        counts = await read(lambda c: stock.standing(c, self._cursors[STOCK_CURSOR]))
        self._engine.count(Stocktaking(recorded_us=0, counts=tuple(counts)))  # before anything stands that it concerns
        self._engine.restore(
            trips=await read(lambda c: list(map(sharing.of, shipments.open_trips(c)))),
            stays=await read(lambda c: list(states.stays(c))),
            loads=await read(lambda c: list(loads.loads(c))),
            nestings=await read(lambda c: list(loads.nestings(c))),
            followed=await read(lambda c: list(followed.followed(c))),
            alerts=await read(alerts.standing)
            + await read(lambda c: alerts.ended_lately(c, self._clock.now_us() - KEEP_US)),
            windows=await read(lambda c: _windows(c, self._cursors[MAINTENANCE_CURSOR])),
            now_us=0,
        )

    async def run(self) -> None:
        """Judge whatever is committed, and whatever comes due, until cancelled."""
        if self._was_away:
            await self._catch_up()
        self.caught_up = True
        while True:
            commits = self._journal.commits
            self._asked.clear()
            await self.step()
            reasons = (
                asyncio.create_task(self._journal.beyond(commits), name="engine-news"),
                asyncio.create_task(self._wait_due(), name="engine-due"),
                asyncio.create_task(self._asked.wait(), name="engine-asked"),
            )
            try:
                await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for reason in reasons:
                    reason.cancel()

    async def _catch_up(self) -> None:
        """After a restart, let brokers and readers hand over what they kept before any deadline is judged.

        Deadlines that passed while we were away are not lateness yet: nobody was looking. They fire at
        their own times, once `CATCH_UP_S` have passed in which nothing came from before our start.
        """
        self._catching_up = True
        began_s, self._began_us = monotonic(), self._clock.now_us()
        self._backlog_s = began_s
        while (left_s := min(self._backlog_s + CATCH_UP_S, began_s + MOST_CATCH_UP_S) - monotonic()) > 0:
            commits = self._journal.commits
            await self._read_on()
            await self._commit(self._engine.drain())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._journal.beyond(commits), left_s)
        self._catching_up = False

    @property
    def rule_faults(self) -> Mapping[str, int]:
        """How often each rule could not judge, since the start."""
        return self._engine.faults.counts

    async def settled(self, now_us: Micros, events_seq: int = 0) -> None:
        """Wait until the events up to a number, and every deadline up to a time, have been judged and committed."""
        while self._judged_us < now_us or self._judged_seq < events_seq:
            self._asked.set()
            await self._judged.wait()

    async def step(self) -> None:
        """Read what is new, judge it and the time that has passed, commit what follows from it."""
        now_us = await self._read_on()
        self._engine.listen(now_us)
        await self._reach(now_us)
        await self._commit(self._engine.drain())
        for fault in self._engine.faults.news(now_us):
            log.error("rule failed", rule=fault.rule, reason=fault.text, times=fault.times)
        self._judged_us, self._judged_seq = now_us, self._cursors[EVENTS_CURSOR]
        self._judged.set()
        self._judged = asyncio.Event()

    async def _read_on(self) -> Micros:
        """Judge all that is new; return the time up to which there can be no more of it."""
        while True:
            now_us = self._horizon_us()
            # The writer takes jobs in order: once this empty one is through, all that was recorded until
            # `now_us` can be read, so that no deadline overtakes an event that came before it.
            await self._journal.insist(_nothing)
            news, more = await self._journal.read(lambda c: learned(c, self._cursors, BATCH))
            for one in news:
                await self._take(one)
            if not more:
                return now_us
            await self._commit(self._engine.drain())  # a backlog of any length is never in memory as one commit

    async def _take(self, one: Learned) -> None:
        match one.what:
            case Shipment() as plan:
                past = await self._journal.read(lambda c: _past(c, plan))
                await self._advance(one.at_us)
                self._engine.plan(plan, past)
            case Remark() as remark:
                await self._advance(one.at_us)
                self._engine.remark(remark)
            case Entered() as entered:
                await self._advance(one.at_us)
                self._engine.maintain(entered.name, entered.window, one.at_us)
            case Stocktaking() as taken:
                await self._advance(one.at_us)
                self._engine.count(taken)
            case event:
                await self._advance(one.at_us)
                self._engine.take(event)
                if event.at_us < self._began_us:
                    self._backlog_s = monotonic()
        self._cursors[one.cursor] = one.seq

    async def _advance(self, recorded_us: Micros) -> None:
        if not self._catching_up:
            await self._reach(recorded_us)

    async def _reach(self, until_us: Micros) -> None:
        """Let all that is due until then fire; others on the loop have their turn in between."""
        for turn in count(1):
            if self._engine.advance(until_us, DUE_AT_ONCE):
                return
            if turn % TURNS_A_COMMIT == 0:
                await self._commit(self._engine.drain())
            await asyncio.sleep(0)

    async def _commit(self, step: Step) -> None:
        self._followed |= step.followed
        cursors, now_us = dict(self._cursors), self._clock.now_us()
        if not step and cursors[EVENTS_CURSOR] - self._saved_seq < SAVE_CURSOR_EVERY:
            return
        unsaved, self._followed = self._followed, {}

        def job(connection: sqlite3.Connection) -> None:
            shipments.save_trips(connection, step.trips)
            stop_log.enter(connection, (trip for trip, _ in step.trips), now_us)
            states.save_stays(connection, step.stays)
            loads.save(connection, step.loads)
            loads.save_nestings(connection, step.nestings)
            followed.save(connection, unsaved)
            alerts.save(connection, [_with_acks(connection, alert) for alert in step.alerts], now_us)
            alerts.save_deliveries(connection, step.deliveries, now_us)
            for name, seq in cursors.items():
                states.save_cursor(connection, name, seq)

        await self._journal.insist(job)  # what was drained is told nowhere else
        self._saved_seq = cursors[EVENTS_CURSOR]

    async def _wait_due(self) -> None:
        due_us = self._engine.next_due_us()
        if due_us is None:
            await asyncio.Event().wait()
        else:
            await self._clock.sleep_until(due_us)
            while self._horizon_us() < due_us:  # noqa: ASYNC110 - a batch from before it is on its way to the journal
                await asyncio.sleep(HORIZON_S)

    def learned(self, ladder: Ladder) -> None:
        """More is known of lanes."""
        self._engine.learned(ladder)

    def explain(self, shipment_id: str) -> list[Explanation]:
        """Why the estimates of a trip say what they say, as of now; none where nothing is expected."""
        return self._engine.explain(shipment_id, self._clock.now_us())

    def expect_devices(self) -> None:
        """Other devices are expected than before: judge their silence from now on."""
        self._engine.expect_devices()
        self._asked.set()


def _nothing(connection: sqlite3.Connection) -> None:
    """A job that stores nothing: a place in the queue."""


def _windows(connection: sqlite3.Connection, seq: int) -> list[MaintenanceWindow]:
    return [entered.window for entered in maintenance.standing(connection, seq) if entered.window is not None]


def _with_acks(connection: sqlite3.Connection, alert: Alert) -> Alert:
    """The alert with the acknowledgements that were stored while the engine was concluding."""
    held = alerts.get(connection, alert.alert_id)
    return alert if held is None else msgspec.structs.replace(alert, acks=held.acks)


def _past(connection: sqlite3.Connection, shipment: Shipment) -> list[LocationEvent]:
    earliest_us = first_open_us(shipment) - EARLY_US
    found = events.locations_of(connection, shipment.assets, earliest_us)
    return [event for _, event in found if isinstance(event, LocationEvent)]
