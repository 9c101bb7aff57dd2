"""A gateway in a process of its own, to be killed.

    python -m tests.e2e.child CONFIG

It prints `{"stored": true}` when the first message since its start is in the journal, which is the moment at which
the broker is told that it is safe. SIGTERM stops it in good order.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import sys
from pathlib import Path

from gateway.app import Options, open_gateway
from gateway.catalogue import catalogue
from gateway.clock import SystemClock
from gateway.config import load
from gateway.journal import Journal


async def run(path: Path) -> None:
    """Run until SIGTERM."""
    config = load(path, catalogue())
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_gateway(config, Options(base=path.parent, clock=SystemClock())) as gateway:
        telling = asyncio.create_task(_tell(gateway.journal))
        await gateway.run(stop)
        telling.cancel()


async def _tell(journal: Journal) -> None:
    before = await journal.read(_taped)
    commits = journal.commits
    while await journal.read(_taped) == before:
        commits = await journal.beyond(commits)
    print(json.dumps({"stored": True}), flush=True)


def _taped(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM tape").fetchone()[0])


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
