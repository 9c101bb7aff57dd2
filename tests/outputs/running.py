"""Outputs of a configuration beside a journal, running; and events for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.access import Estate
from gateway.clock import SystemClock
from gateway.config import Config
from gateway.journal import Journal, alerts, events, states
from gateway.model import Alert, Event
from gateway.outputs.build import OutputBuilder
from gateway.outputs.lane import OutputLane

DEADLINE_S = 30


@asynccontextmanager
async def running(config: Config, base: Path, journal: Journal) -> AsyncIterator[dict[str, OutputLane]]:
    """The outputs' lanes while the block runs."""
    lanes = OutputBuilder(config, base, journal, Estate(config), SystemClock()).lanes()
    tasks = [asyncio.create_task(lane.run(), name=name) for name, lane in lanes.items()]
    try:
        yield lanes
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends


async def happen(journal: Journal, happened: Sequence[Event], raised: Sequence[Alert] = ()) -> None:
    """Store events and alerts."""
    await journal.write(lambda c: events.insert(c, happened))
    await journal.write(lambda c: alerts.save(c, raised, 1))


async def until_at(journal: Journal, name: str, cursor: int) -> None:
    """Wait until a cursor stands there."""
    async with asyncio.timeout(DEADLINE_S):
        while await journal.read(lambda c: states.cursor(c, name)) < cursor:
            await journal.beyond(journal.commits)
