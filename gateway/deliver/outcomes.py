"""How attempts ended, on their way to the journal: what gathers while one commit is made goes into the next.

A thousand receivers that accept within a few milliseconds are a few commits and not a thousand; and what stores them
does not compete with the messages that still wait for their answers. If the power goes before a commit, its messages
are sent again, under the same ids.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

import msgspec

from gateway.journal import Journal, alerts
from gateway.model import Alert, Clock, Delivery

SETTLE_S = 0.005  # for as long as more come within it ...
MOST_SETTLE_S = 0.1  # ... they are stored together


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be stored together."""

    deliveries: Sequence[Delivery]
    logged: bool = True  # False: nobody was there to be told, which is not noted each time
    alerts: Sequence[Alert] = ()  # what follows from it, such as that a receiver was given up


class Outcomes:
    """One task: `run`."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._waiting: list[tuple[Change, asyncio.Future[None]]] = []
        self._news = asyncio.Event()

    async def store(self, change: Change) -> None:
        """Return when it is committed; while the journal refuses, that is later."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, stored))
        self._news.set()
        await stored

    async def run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._settle()
            taken, self._waiting = self._waiting, []
            changes, now_us = [change for change, _ in taken], self._clock.now_us()

            def job(connection: sqlite3.Connection, changes: list[Change] = changes, now_us: int = now_us) -> None:
                for change in changes:
                    alerts.save(connection, change.alerts, now_us)
                    alerts.save_deliveries(connection, change.deliveries, now_us, logged=change.logged)

            await self._journal.insist(job)
            for _, stored in taken:
                if not stored.done():
                    stored.set_result(None)

    async def _settle(self) -> None:
        """Return when no more outcomes come, or enough have."""
        loop = asyncio.get_running_loop()
        until_s, seen = loop.time() + MOST_SETTLE_S, 0
        while len(self._waiting) > seen and loop.time() < until_s:
            seen = len(self._waiting)
            await asyncio.sleep(SETTLE_S)
