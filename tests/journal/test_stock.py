"""The log of counts: the newest row of a place and part stands, as of any number."""

from __future__ import annotations

from pathlib import Path

from gateway.journal import open_journal, stock
from gateway.model import StockCount


def count(part: str, quantity: float, place: str = "P") -> StockCount:
    return StockCount(place=place, part=part, quantity=quantity, counted_us=1, per_hour=2.5, party="OEM")


async def test_the_newest_row_stands_as_of_any_number(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        first, other, second = count("A", 1), count("A", 7, "Q"), count("A", 2)
        await journal.write(lambda c: stock.enter(c, [first, other], 10))
        await journal.write(lambda c: stock.enter(c, [second], 20))
        assert await journal.read(stock.standing) == [second, other]
        assert await journal.read(lambda c: stock.standing(c, 2)) == [first, other]
        assert await journal.read(lambda c: stock.find(c, "P", "A")) == second
        assert await journal.read(lambda c: stock.find(c, "P", "B")) is None
        assert await journal.read(lambda c: stock.log_after(c, 1, 2)) == [(2, 10, other), (3, 20, second)]
