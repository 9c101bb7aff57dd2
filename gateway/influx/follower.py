"""Follows one log of the journal into one server: nothing skipped, nothing lost, each point once.

A batch is read behind the cursor, written, and only then is the cursor saved, together with what the
server will never take. If the power goes between the two, the batch is written again and
overwrites itself (see `schema` on time).

**Two lanes.** Where the server was away, or is new, or slow, so that more than `behind` entries wait, the live lane
writes one batch of them (the server takes points again), notes the rest as a gap, in the transaction in which its
cursor jumps over it, and goes on with the newest. The `backfill` lane works gaps off. In each lane the order is
strict, the oldest first; between the two there is none, nor need be: a point is named by its content, not by when it
comes. Without `behind` there is one lane, in strict order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from gateway.influx.sender import Health, Sender
from gateway.model import Quarantined

__all__ = ["Feed", "Follower", "Health"]

AT_ONCE = 100  # lines: a millisecond or two of the event loop

Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)


class Feed(Protocol[Item_co]):
    """One log of the journal, and the follower's own cursor in it."""

    async def load(self) -> int:
        """The saved cursor; 0 at first."""

    async def after(self, cursor: int, limit: int) -> Sequence[tuple[int, Item_co | None]]:
        """What stands behind the cursor with its numbers, oldest first, None for what this follower may not see;
        empty when there is nothing yet."""

    async def wait_beyond(self, cursor: int) -> None:
        """Return when something may stand behind the cursor."""

    async def newest(self) -> int:
        """The last number of the log."""

    async def save(self, cursor: int, quarantined: list[Quarantined]) -> None:
        """Store the cursor and what was refused, in one transaction."""

    async def leave(self, cursor: int, until: int, quarantined: list[Quarantined]) -> None:
        """The same with the cursor at `until`: what stands between the two is noted as a gap."""


class Follower(Generic[Item]):
    """The live lane of one log. `run` returns only by cancellation."""

    def __init__(
        self,
        *,
        feed: Feed[Item],
        sender: Sender,
        line: Callable[[int, Item], bytes],
        behind: int | None = None,
    ) -> None:
        """`behind`: how many entries may wait before they are left to the other lane; None: any number."""
        self.sender = sender
        self.quarantined = 0
        self._feed = feed
        self._line = line
        self._behind = behind

    async def run(self) -> None:
        """Write everything behind the cursor, for ever."""
        cursor = await self._feed.load()
        while True:
            limit = self.sender.batch
            items = await self._feed.after(cursor, limit)
            if not items:
                await self._feed.wait_beyond(cursor)
                continue
            refused = await self.sender.send(await lines_of(items, self._line))
            cursor = await self._go_on(items[-1][0], refused, full=len(items) >= limit)
            self.quarantined += len(refused)

    async def _go_on(self, written: int, refused: list[Quarantined], *, full: bool) -> int:
        """Save how far we are, or, where too much waits, that the rest is left to the other lane."""
        newest = await self._feed.newest() if full and self._behind is not None else written
        if self._behind is None or newest - written <= self._behind:
            await self._feed.save(written, refused)
            return written
        await self._feed.leave(written, newest, refused)
        return newest


async def lines_of(items: Iterable[tuple[int, Item | None]], line: Callable[[int, Item], bytes]) -> list[bytes]:
    """The lines of what may be seen."""
    return await written([(number, item) for number, item in items if item is not None], line)


async def written(items: Sequence[tuple[int, Item]], line: Callable[[int, Item], bytes]) -> list[bytes]:
    """The lines of numbered items; readings and alerts pass between each few of them."""
    lines: list[bytes] = []
    for begin in range(0, len(items), AT_ONCE):
        lines += [line(number, item) for number, item in items[begin : begin + AT_ONCE]]
        await asyncio.sleep(0)
    return lines
