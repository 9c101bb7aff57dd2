"""The journal's logs as feeds for the InfluxDB followers: what stands behind a cursor, and the cursor itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from gateway.journal import Journal, quarantine, states
from gateway.model import Quarantined

Item = TypeVar("Item")


class JournalFeed(Generic[Item]):
    """One log of the journal, with a cursor of the follower's own name."""

    def __init__(
        self,
        journal: Journal,
        name: str,
        after: Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, Item]]],
    ) -> None:
        self._journal = journal
        self._name = name
        self._after = after
        self._seen_commits = 0

    async def load(self) -> int:
        """The saved cursor; 0 at first."""
        return await self._journal.read(lambda c: states.cursor(c, self._name))

    async def after(self, cursor: int, limit: int) -> list[tuple[int, Item]]:
        """What stands behind the cursor, oldest first."""
        self._seen_commits = self._journal.commits
        return list(await self._journal.read(lambda c: self._after(c, cursor, limit)))

    async def wait_beyond(self, cursor: int) -> None:
        """Return with the first commit after the last look, whatever it holds."""
        await self._journal.beyond(self._seen_commits)

    async def save(self, cursor: int, quarantined: list[Quarantined]) -> None:
        """Store the cursor and what was refused, in one transaction."""

        def job(connection: sqlite3.Connection) -> None:
            quarantine.insert(connection, quarantined)
            states.save_cursor(connection, self._name, cursor)

        await self._journal.insist(job)
