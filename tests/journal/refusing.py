"""A journal that refuses to store while a block runs, as a full disk makes it do."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from gateway.errors import JournalError
from gateway.journal import Journal
from gateway.journal.journal import FILE


@asynccontextmanager
async def refusing(journal: Journal) -> AsyncIterator[None]:
    """Refuse every commit: another process has the file and does not let go."""
    await journal.write(lambda c: c.execute("PRAGMA busy_timeout = 0"))
    with closing(sqlite3.connect(journal.folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def until_refused(journal: Journal, times: int = 3) -> None:
    """Return once the journal has refused so many commits of ours, and surely others' between them."""
    for _ in range(times):
        try:
            await journal.write(lambda c: None)
        except JournalError:
            await asyncio.sleep(0)
        else:
            raise AssertionError("expected a refusal, came a commit")
