"""When a token was last used: stored when the gateway stops, and taken up by the next."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from gateway.clock import SECOND_US
from gateway.journal import Journal, open_journal, tokens
from gateway.web.door.token_use import TokenUse
from tests.journal.refusing import refusing
from tests.web import world


def two_tokens(connection: sqlite3.Connection) -> None:
    for name in ("a", "b"):
        tokens.save(connection, hash=name, party="ALPHA", label="", created_us=world.NOW)


async def known(used: TokenUse, journal: Journal) -> list[int | None]:
    return [used.last_us(one) for one in await journal.read(tokens.all_of)]


async def test_a_use_outlives_the_gateway(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        await journal.write(two_tokens)
        used = TokenUse(journal)
        running = asyncio.create_task(used.run())
        await asyncio.sleep(0)
        used.note("a", world.NOW)
        running.cancel()
        await asyncio.wait([running])
    async with open_journal(tmp_path) as journal:
        later = TokenUse(journal)
        assert await known(later, journal) == [world.NOW, None]
        later.note("a", world.NOW + SECOND_US)
        assert await known(later, journal) == [world.NOW + SECOND_US, None]


async def test_a_full_disk_ends_nothing_and_forgets_nothing(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        await journal.write(two_tokens)
        used = TokenUse(journal)
        async with refusing(journal):
            used.note("a", world.NOW)
            await used.store()
        await used.store()
        assert [one.used_us for one in await journal.read(tokens.all_of)] == [world.NOW, None]
