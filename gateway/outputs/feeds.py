"""The journal's logs as feeds for who delivers them: what stands behind a cursor, the cursor itself, and gaps."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Generic, TypeAlias, TypeVar

from gateway.journal import Journal, gaps, quarantine, states
from gateway.journal.gaps import Gap
from gateway.model import Quarantined

Item = TypeVar("Item")
After: TypeAlias = Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, Item | None]]]
Last: TypeAlias = Callable[[sqlite3.Connection], int]


class JournalFeed(Generic[Item]):
    """One log of the journal, with a cursor and gaps of the follower's own name."""

    def __init__(self, journal: Journal, name: str, after: After[Item], last: Last) -> None:
        """`after` gives None for what this follower may not see; `last` is the log's newest number."""
        self._journal = journal
        self._name = name
        self._after = after
        self._last = last
        self._seen_commits = 0
        self._gap_noted = asyncio.Event()

    async def load(self) -> int:
        """The saved cursor; 0 at first."""
        return await self._journal.read(lambda c: states.cursor(c, self._name))

    async def after(self, cursor: int, limit: int) -> list[tuple[int, Item | None]]:
        """What stands behind the cursor, oldest first."""
        self._seen_commits = self._journal.commits
        return list(await self._journal.read(lambda c: self._after(c, cursor, limit)))

    async def wait_beyond(self, cursor: int) -> None:
        """Return with the first commit after the last look, whatever it holds."""
        await self._journal.beyond(self._seen_commits)

    async def newest(self) -> int:
        """The last number of the log."""
        return await self._journal.read(self._last)

    async def save(self, cursor: int, quarantined: list[Quarantined]) -> None:
        """Store the cursor and what was refused, in one transaction."""
        await self.leave(cursor, cursor, quarantined)

    async def leave(self, cursor: int, until: int, quarantined: list[Quarantined]) -> None:
        """The same with the cursor at `until`: what stands between the two is noted as a gap."""

        def job(connection: sqlite3.Connection) -> None:
            quarantine.insert(connection, quarantined)
            if until > cursor:
                gaps.note(connection, self._name, Gap(after=cursor, until=until))
            states.save_cursor(connection, self._name, until)

        await self._journal.insist(job)
        if until > cursor:
            self._gap_noted.set()

    async def first_gap(self) -> Gap:
        """The oldest gap; waits until there is one."""
        while True:
            self._gap_noted.clear()
            found = await self._journal.read(lambda c: gaps.gaps(c, self._name))
            if found:
                return found[0]
            await self._gap_noted.wait()

    async def fill(self, gap: Gap, delivered: int, quarantined: list[Quarantined]) -> None:
        """Store that a gap is delivered up to a number, and what was refused, in one transaction."""

        def job(connection: sqlite3.Connection) -> None:
            quarantine.insert(connection, quarantined)
            gaps.advance(connection, self._name, gap.after, delivered)

        await self._journal.insist(job)
