"""The second lane: works off what the live lane left out, from old to new, at a rate that leaves room for what is new.

Its cursor is the beginning of the gap itself, moved in one transaction with what was refused: after a kill between
the server's 204 and that commit at most one batch is sent again, and overwrites itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from gateway.clock import SECOND_US
from gateway.influx.follower import lines_of
from gateway.influx.sender import Sender
from gateway.journal.gaps import Gap
from gateway.model import Clock, Quarantined

Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)


class Gaps(Protocol[Item_co]):
    """The gaps of one follower, and the log in which they are."""

    async def first_gap(self) -> Gap:
        """The oldest gap; waits until there is one."""

    async def after(self, cursor: int, limit: int) -> Sequence[tuple[int, Item_co | None]]:
        """What stands behind the cursor, as for the live lane."""

    async def fill(self, gap: Gap, delivered: int, quarantined: list[Quarantined]) -> None:
        """Store that a gap is delivered up to a number, and what was refused, in one transaction."""


class Backfill(Generic[Item]):
    """The backfill lane of one log. `run` returns only by cancellation."""

    def __init__(
        self,
        *,
        gaps: Gaps[Item],
        sender: Sender,
        line: Callable[[int, Item], bytes],
        clock: Clock,
        per_s: float,
    ) -> None:
        """`per_s`: the most points in a second."""
        self.sender = sender
        self.quarantined = 0
        self._gaps = gaps
        self._line = line
        self._clock = clock
        self._per_s = per_s

    async def run(self) -> None:
        """Work off every gap, for ever."""
        while True:
            gap = await self._gaps.first_gap()  # asked for each batch: the live lane may have made it longer
            began_us = self._clock.now_us()
            points = await self._batch(gap)
            await self._clock.sleep_until(began_us + round(points / self._per_s * SECOND_US))

    async def _batch(self, gap: Gap) -> int:
        """Deliver the first batch of a gap; returns of how many points."""
        found = await self._gaps.after(gap.after, self.sender.batch)
        items = [(number, item) for number, item in found if number <= gap.until]
        refused = await self.sender.send(await lines_of(items, self._line))
        delivered = gap.until if not items or len(items) < len(found) else items[-1][0]
        await self._gaps.fill(gap, delivered, refused)
        self.quarantined += len(refused)
        return len(items)
