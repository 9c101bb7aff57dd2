"""The writing thread outlives whatever the disk does."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from gateway.journal import open_journal, states, writer


async def test_a_checkpoint_that_the_disk_refuses_does_not_end_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "IDLE_CHECKPOINT_S", 0.01)
    refused = asyncio.Event()
    loop = asyncio.get_running_loop()

    def refuse_checkpoints(connection: sqlite3.Connection) -> None:
        def judge(action: int, name: str | None, *_: object) -> int:
            if action == sqlite3.SQLITE_PRAGMA and name == "wal_checkpoint":
                loop.call_soon_threadsafe(refused.set)
                return sqlite3.SQLITE_DENY
            return sqlite3.SQLITE_OK

        connection.set_authorizer(judge)
        states.save_cursor(connection, "x", 1)

    async with open_journal(tmp_path) as journal:
        await journal.write(refuse_checkpoints)
        async with asyncio.timeout(5):
            await refused.wait()
            await journal.write(lambda c: states.save_cursor(c, "x", 2))
            assert await journal.read(lambda c: states.cursor(c, "x")) == 2
