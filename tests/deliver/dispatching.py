"""A dispatcher in a process of its own, to be killed: `python -m tests.deliver.dispatching FOLDER NAME=URL ...`.

It says "ready", and "done" when nothing waits any more.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from gateway.clock import SystemClock
from gateway.journal import alerts
from tests.deliver.desk import hook, office


async def deliver(folder: Path, hooks: list[tuple[str, str]]) -> None:
    subscriptions = [hook(name, url) for name, url in hooks]
    async with office(folder, SystemClock(), subscriptions) as at:
        print("ready", flush=True)
        while await at.journal.read(alerts.pending):
            await at.journal.beyond(at.journal.commits)
        print("done", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    pairs = [argument.partition("=") for argument in sys.argv[2:]]
    asyncio.run(deliver(Path(sys.argv[1]), [(name, url) for name, _, url in pairs]))
