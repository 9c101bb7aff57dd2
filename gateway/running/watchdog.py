"""Tells the service manager that we still work, and only while all that must work does.

Asked are: the event loop (it runs this), the journal's writer and readers, the pipeline (what waits in the intake
gets less) and the engine (it judges up to now). A full disk is no reason to be started anew: nothing is acknowledged
then, and nothing would be better after it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from gateway.errors import JournalError
from gateway.journal import Journal
from gateway.model import Micros
from gateway.running.service_manager import ServiceManager
from gateway.walk.digest import Counts

TOLD_EACH = 3  # times within the manager's patience: one may be late

log = structlog.get_logger("watchdog")


class Waiting(Protocol):
    """What came in and was not taken up yet."""

    def __len__(self) -> int: ...


class Judging(Protocol):
    """The engine."""

    @property
    def caught_up(self) -> bool: ...

    async def settled(self, now_us: Micros, events_seq: int = 0) -> None:
        """Return once all up to a time has been judged."""


class Watchdog:
    """One task: `run`."""

    def __init__(
        self,
        *,
        manager: ServiceManager,
        journal: Journal,
        intake: Waiting,
        counts: Counts,
        engine: Judging,
        now_us: Callable[[], Micros],
    ) -> None:
        self._manager = manager
        self._every_s = (manager.watchdog_s or 0.0) / TOLD_EACH
        self._journal = journal
        self._intake = intake
        self._counts = counts
        self._engine = engine
        self._now_us = now_us
        self._before = (0, 0)

    async def run(self) -> None:
        """Look, and tell, until cancelled."""
        while self._every_s > 0:
            await asyncio.sleep(self._every_s)
            stuck = await self.stuck()
            if stuck:
                log.error("does not work any more, and the service manager will start us anew", part=stuck)
            else:
                self._manager.tell("WATCHDOG=1")

    async def stuck(self) -> str:
        """Which part does not answer; empty where all do."""
        try:
            if not await self._answers(self._journal.read(_nothing)):
                return "journal's readers"
            if not await self._answers(self._journal.write(_nothing)):
                return "journal's writer"
        except JournalError:
            return ""  # it answers: the disk is full
        if not self._pipeline_moves():
            return "pipeline"
        if self._engine.caught_up and not await self._answers(self._engine.settled(self._now_us())):
            return "engine"
        return ""

    async def _answers(self, asked: Awaitable[object]) -> bool:
        try:
            await asyncio.wait_for(asked, self._every_s)
        except TimeoutError:
            return False
        return True

    def _pipeline_moves(self) -> bool:
        before, self._before = self._before, (self._counts.chunks, self._counts.refused_commits)
        return len(self._intake) == 0 or self._before != before


def _nothing(connection: sqlite3.Connection) -> None:
    """A place in the queue."""
