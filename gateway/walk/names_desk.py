"""Where names are entered and removed: stored, then counted in everything that comes, then all that waited is tried.

The journal holds every link that ever was; the book those that count now. A plan that names an asset by a name
that is linked for everyone later holds the asset's key from then on. (A party's own name for an asset changes no plan:
a plan opens what it names to all its parties, and is read anew where it is sent anew.)
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

from gateway.errors import BadInput
from gateway.journal import Journal, names, shipments
from gateway.model import Clock
from gateway.quality.names import Link, NameBook
from gateway.quality.outcome import Entered, Tried
from gateway.walk.second_try import SecondTry

MOST_OF_A_PARTY = 200_000  # that count: two whole files; each stands in memory, too


class NamesDesk:
    """Enters and removes; one at a time, so that book and journal agree."""

    def __init__(self, *, journal: Journal, book: NameBook, clock: Clock, second_try: SecondTry) -> None:
        self._journal = journal
        self._book = book
        self._clock = clock
        self._second_try = second_try
        self._turn = asyncio.Lock()

    async def enter(self, links: Sequence[Link]) -> Entered:
        """Let these links count from now on, and try what waited for them.

        Raises BadInput, and enters none, where their party would have more than MOST_OF_A_PARTY that count.
        """
        now_us = self._clock.now_us()

        def job(connection: sqlite3.Connection) -> list[Link]:
            new = [stored for link in links if (stored := names.enter(connection, link)) is not None]
            for link in new:
                if link.kind == "asset" and not link.party:
                    shipments.know_also_as(connection, link.name, self._book.asset(link.target), now_us)
            _refuse_too_many(connection, new)
            return new

        async with self._turn:
            new = await self._journal.write(job)
            for link in new:
                self._book.add(link)
        tried = await self._second_try.of_links(links)
        return Entered(links=tuple(new), unchanged=len(links) - len(new), tried=tried)

    async def remove(self, number: int, by: str) -> Link | None:
        """Let a link count no longer; None where it does not."""
        now_us = self._clock.now_us()
        async with self._turn:
            removed = await self._journal.write(lambda c: names.remove(c, number, now_us, by))
            if removed is not None:
                self._book.remove(removed)
        return removed

    async def retry_finding(self, finding: str) -> Tried:
        """Try what waits for a finding."""
        return await self._second_try.of_finding(finding)

    async def retry_numbers(self, numbers: Sequence[int]) -> Tried:
        """Try these rows of the quarantine."""
        return await self._second_try.of_numbers(numbers)

    async def run(self) -> None:
        """After a start: end what a kill interrupted."""
        await self._second_try.resume()


def _refuse_too_many(connection: sqlite3.Connection, new: Sequence[Link]) -> None:
    """Counted when they are entered: one that takes the place of another is none more."""
    for party in {link.entered_by for link in new}:
        if names.count_of(connection, party) > MOST_OF_A_PARTY:
            raise BadInput(
                f"expected at most {MOST_OF_A_PARTY} names entered by a party: remove some of them",
                reason="too_many_names",
            )
