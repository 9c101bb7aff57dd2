"""One log of the journal for an output: what stands behind its cursor, and its marks, numbers that move with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from gateway.influx.lines import Item
from gateway.journal import Journal, states
from gateway.outputs.seen_by import Seen

Rows: TypeAlias = Sequence[tuple[int, Item | None]]


class OutputFeed:
    """A cursor under the output's own name, and each mark under NAME.MARK."""

    def __init__(self, journal: Journal, name: str, after: Seen) -> None:
        self._journal = journal
        self.name = name
        self._after = after
        self._seen_commits = 0

    async def load(self) -> int:
        """The saved cursor; 0 at first."""
        return await self._journal.read(lambda c: states.cursor(c, self.name))

    async def mark(self, name: str) -> int:
        """A saved mark; 0 at first."""
        return await self._journal.read(lambda c: states.cursor(c, f"{self.name}.{name}"))

    async def after(self, cursor: int, limit: int) -> Rows:
        """What stands behind the cursor, oldest first; waits until there is something."""
        while True:
            self._seen_commits = self._journal.commits
            rows = await self._journal.read(lambda c: self._after(c, cursor, limit))
            if rows:
                return rows
            await self._journal.beyond(self._seen_commits)

    async def save(self, cursor: int, marks: Mapping[str, int]) -> None:
        """Store cursor and marks in one transaction."""

        def job(connection: sqlite3.Connection) -> None:
            states.save_cursor(connection, self.name, cursor)
            for name, value in marks.items():
                states.save_cursor(connection, f"{self.name}.{name}", value)

        await self._journal.insist(job)

    async def save_mark(self, name: str, value: int) -> None:
        """Store one mark at once."""
        await self._journal.insist(lambda c: states.save_cursor(c, f"{self.name}.{name}", value))
