"""A log with a cursor, as the journal keeps it, in memory: what a follower follows in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from gateway.journal.gaps import Gap
from gateway.model import Quarantined

Item = TypeVar("Item")


class MemoryFeed(Generic[Item]):
    def __init__(self, items: list[Item], *, first: int = 1) -> None:
        self.rows = list(enumerate(items, first))
        self.cursor = 0
        self.gaps: list[Gap] = []
        self.quarantined: list[Quarantined] = []
        self.before_save: Callable[[], None] = lambda: None  # raise here to play a power cut
        self._changed = asyncio.Event()

    async def load(self) -> int:
        return self.cursor

    async def after(self, cursor: int, limit: int) -> list[tuple[int, Item]]:
        return [row for row in self.rows if row[0] > cursor][:limit]

    async def wait_beyond(self, cursor: int) -> None:
        while not any(number > cursor for number, _ in self.rows):
            self._changed.clear()
            await self._changed.wait()

    async def save(self, cursor: int, quarantined: list[Quarantined]) -> None:
        self.before_save()
        self.cursor = cursor
        self.quarantined += quarantined
        self._changed.set()

    async def newest(self) -> int:
        return self.rows[-1][0] if self.rows else 0

    async def leave(self, cursor: int, until: int, quarantined: list[Quarantined]) -> None:
        await self.save(until, quarantined)
        self.gaps.append(Gap(after=cursor, until=until))

    def append(self, item: Item) -> None:
        self.rows.append((self.rows[-1][0] + 1 if self.rows else 1, item))
        self._changed.set()

    async def until_followed(self) -> None:
        """Wait until the cursor stands at the end; the caller sets the deadline."""
        while self.rows and self.cursor < self.rows[-1][0]:
            self._changed.clear()
            await self._changed.wait()
