"""The newest events, read from the journal once for all open streams.

A stream that keeps up is served from memory; one that has fallen behind, or resumes, reads the journal
until it has caught up. The ring is bounded and is filled only while someone listens.
"""

from __future__ import annotations

import asyncio
import sqlite3
from bisect import bisect_right
from dataclasses import dataclass

from gateway.journal import Journal, alerts, events, remarks
from gateway.journal.events import Numbered

RING = 4096  # events kept
PAGE = 500  # events in one read


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The newest number of each log that streams follow."""

    event: int
    alert: int
    delivery: int
    remark: int


class Tail:
    """The end of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._ring: list[Numbered] = []
        self._floor = 0  # the ring holds every event behind this number, up to the marks
        self._commits = -1
        self._marks = Marks(event=0, alert=0, delivery=0, remark=0)
        self._turn = asyncio.Lock()

    async def marks(self) -> Marks:
        """How far the journal has come, at least as of its last news."""
        async with self._turn:
            commits = self._journal.commits
            if commits != self._commits:
                await self._refresh()
                self._commits = commits
            return self._marks

    async def after(self, seq: int) -> list[Numbered]:
        """Some events behind a number, oldest first; none only when there are none up to the marks."""
        if seq < self._floor:
            return await self._journal.read(lambda connection: events.after(connection, seq, PAGE))
        start = bisect_right(self._ring, seq, key=_number)
        return self._ring[start : start + PAGE]

    async def _refresh(self) -> None:
        marks = await self._journal.read(_marks)
        if marks.event - self._marks.event > RING:  # nobody has listened for long
            self._ring = []
            self._floor = marks.event - RING
        have = self._ring[-1][0] if self._ring else max(self._floor, self._marks.event)
        if not self._ring:
            self._floor = have
        while have < marks.event:
            start = have
            rows = await self._journal.read(lambda connection, start=start: events.after(connection, start, PAGE))  # type: ignore[misc]
            if not rows:  # the disk changed the newest: it is passed over
                break
            self._ring.extend(rows)
            have = rows[-1][0]
        if len(self._ring) > 2 * RING:
            self._floor = self._ring[-RING - 1][0]
            self._ring = self._ring[-RING:]
        self._marks = marks


def _number(numbered: Numbered) -> int:
    return numbered[0]


def _marks(connection: sqlite3.Connection) -> Marks:
    return Marks(
        event=events.last_seq(connection),
        alert=alerts.log_last(connection),
        delivery=alerts.delivery_log_last(connection),
        remark=remarks.log_last(connection),
    )
