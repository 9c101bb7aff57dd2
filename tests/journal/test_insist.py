"""A full disk refuses writes for a while; who insists is stored once there is room."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

from gateway.journal import journal as journal_module
from gateway.journal import open_journal, tape
from gateway.model import Chunk

BIG = Chunk(device="d", received_us=1, data=os.urandom(4_000_000))


def limit(connection: sqlite3.Connection, pages: int) -> None:
    connection.execute(f"PRAGMA max_page_count = {pages}")


def store(connection: sqlite3.Connection) -> None:
    tape.insert(connection, [BIG], tape.pack([BIG]))


async def test_who_insists_is_stored_once_there_is_room(tmp_path: Path) -> None:
    refused = asyncio.Event()
    async with open_journal(tmp_path) as journal:
        await journal.write(lambda c: limit(c, 200))
        storing = asyncio.create_task(journal.insist(store, refused.set))
        async with asyncio.timeout(10):
            await refused.wait()
            assert await journal.read(lambda c: list(tape.read(c))) == []
            await journal.write(lambda c: limit(c, 1_000_000))
            await storing
            assert await journal.read(lambda c: list(tape.read(c))) == [BIG]


def test_it_comes_again_within_five_seconds_of_room() -> None:
    assert max(journal_module.REFUSED_WAIT_S) < 5
