"""Keeps the journal within its bounds: tape, quarantine and findings once a minute, what is past once an hour.

Nothing waits for it: what is to go is found by reading, and each batch is a short commit of its own, a moment after the
one before.
"""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial

import structlog

from gateway.clock import SECOND_US
from gateway.config import Config
from gateway.engine.streams import EVENTS_CURSOR, PLANS_CURSOR, STOCK_CURSOR
from gateway.journal import Journal, findings, quarantine, retention, tape
from gateway.journal.retention import Log
from gateway.model import Clock, Micros
from gateway.outputs.backlog import lane_names

TRIM_EVERY_S = 60.0
PAST_EVERY = 60  # of these
KEEP_QUARANTINED = 100_000  # rows
MOST_ALERTS = 100  # in one commit, each with all that belongs to it
MOST_ROWS = 500  # likewise, of a log
PAUSE_S = 0.05  # between two commits
MEGABYTE = 1024 * 1024
DAY_US = 86_400 * SECOND_US

log = structlog.get_logger("trimmer")


class Trimmer:
    """One task: `run`."""

    def __init__(self, config: Config, journal: Journal, clock: Clock) -> None:
        kept = config.journal
        self._keep_bytes = kept.tape_mb * MEGABYTE
        self._tape_us = int(kept.tape_days * DAY_US)
        self._alerts_us = _kept_us(kept.alerts_days, kept.tape_days)
        self._history_us = _kept_us(kept.history_days, kept.tape_days)
        self._events_us = _kept_us(kept.events_days, kept.tape_days)
        self._fixes_us = _kept_us(kept.fixes_days, kept.tape_days)
        self._reached: dict[Log, int] = {}  # of logs whose rows stay for good when they stayed once
        lanes = list(lane_names(config))
        self._followers: dict[Log, list[str]] = {
            "alerts": [name for name, what in lanes if what == "alerts"],
            "deliveries": [name for name, what in lanes if what == "deliveries"],
            "stops": [name for name, what in lanes if what == "stops"],
            "stock": [STOCK_CURSOR],
            "plans": [PLANS_CURSOR],
            "events": [EVENTS_CURSOR, *(name for name, what in lanes if what == "events")],
            "fixes": [EVENTS_CURSOR, *(name for name, what in lanes if what == "events")],
        }
        self._journal = journal
        self._clock = clock

    async def run(self) -> None:
        """Trim until cancelled."""
        turn = 0
        while True:
            await asyncio.sleep(TRIM_EVERY_S)
            await self._journal.insist(partial(self._trim, self._clock.now_us() - self._tape_us))
            if turn % PAST_EVERY == 0:
                await self.trim_past()
            turn += 1

    async def trim_past(self) -> None:
        """Take away all that is past and over. If the power goes meanwhile, the rest goes another time."""
        now_us = self._clock.now_us()
        await self._trim_alerts(now_us - self._alerts_us)
        await self._trim_log("alerts", now_us - self._alerts_us)
        await self._trim_log("deliveries", now_us - self._alerts_us)
        await self._trim_log("stops", now_us - self._history_us)
        await self._trim_log("stock", now_us - self._history_us)
        await self._trim_log("plans", now_us - self._history_us)
        await self._trim_names(now_us - self._history_us)
        await self._trim_log("fixes", now_us - self._fixes_us, goes_on=True)
        await self._trim_log("events", now_us - self._events_us, goes_on=True)

    async def _trim_alerts(self, oldest_us: Micros) -> None:
        while found := await self._journal.read(partial(retention.alerts_over, oldest_us=oldest_us, limit=MOST_ALERTS)):
            await self._journal.insist(partial(retention.drop_alerts, found=found, oldest_us=oldest_us))
            await asyncio.sleep(PAUSE_S)

    async def _trim_log(self, which: Log, oldest_us: Micros, *, goes_on: bool = False) -> None:
        """`goes_on`: from where it ended the last time; else from the beginning, since what stayed then may go now."""
        until = await self._journal.read(partial(retention.read_by_all, followers=self._followers[which]))
        after = self._reached.get(which, 0) if goes_on else 0
        while True:
            page = await self._journal.read(
                partial(retention.needless, log=which, after=after, until=until, oldest_us=oldest_us, limit=MOST_ROWS)
            )
            if page.needless:
                await self._journal.insist(partial(retention.drop, log=which, found=page.needless, oldest_us=oldest_us))
                await asyncio.sleep(PAUSE_S)
            if not page.last:
                return
            after = self._reached[which] = page.last

    async def _trim_names(self, oldest_us: Micros) -> None:
        while found := await self._journal.read(partial(retention.names_over, oldest_us=oldest_us, limit=MOST_ROWS)):
            await self._journal.insist(partial(retention.drop_names, found=found))
            await asyncio.sleep(PAUSE_S)

    def _trim(self, oldest_us: Micros, connection: sqlite3.Connection) -> None:
        tape.trim(connection, keep_bytes=self._keep_bytes, oldest_us=oldest_us)
        dropped = quarantine.trim(connection, KEEP_QUARANTINED)
        if dropped:
            log.warning("quarantine is full: the oldest rows were dropped", dropped=dropped, kept=KEEP_QUARANTINED)
        findings.trim(connection)


def _kept_us(days: float, tape_days: float) -> Micros:
    """At least as long as the tape: what is replayed from it needs the plans, counts and names of then."""
    return int(max(days, tape_days) * DAY_US)
