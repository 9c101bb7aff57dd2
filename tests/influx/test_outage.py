"""Six hours without the server (F6 of the list of faults): what it costs to catch up, with the real InfluxDB."""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.clock import SECOND_US
from gateway.config import Config
from gateway.config.model import Influx
from gateway.influx.schema import SENSOR
from gateway.journal import Journal, events, gaps, open_journal, states
from gateway.model import SensorEvent
from tests.influx.test_backfill import DATABASE, NAME, following, is_delivered
from tests.servers_influx import Influxd, need_influxd

SHORT, WHOLE = 200_000, 10_800_000  # 500 events a second for six hours
BEGIN_US = 1_767_225_600_000_000
A_SECOND = 500
GROWTH_MB = 50
NEWEST_S = 30
LIVE_EVERY_S = 0.5
DEADLINE_S = 3600


@pytest.fixture
def influxd(tmp_path: Path) -> Iterator[Influxd]:
    need_influxd()
    (tmp_path / "influxd").mkdir()
    server = Influxd(tmp_path / "influxd")
    yield server
    server.stop()


def measured(number: int) -> SensorEvent:
    at_us = BEGIN_US + number * SECOND_US // A_SECOND
    return SensorEvent(
        event_id=f"e{number}",
        asset=f"asset-{number % 5000}",
        name="temperature",
        value=number % 40 - 20.0,
        unit="CEL",
        device=f"logger-{number % 50}",
        at_us=at_us,
        received_us=at_us,
        recorded_us=at_us,
    )


async def measure(journal: Journal, first: int, count: int) -> None:
    for begin in range(first, first + count, 5000):
        some = [measured(number) for number in range(begin, min(begin + 5000, first + count))]
        await journal.write(lambda connection, some=some: events.insert(connection, some))  # type: ignore[misc]


async def catch_up(influxd: Influxd, folder: Path, backlog: int, per_s: float) -> None:
    server = Influx(name="plant", url=influxd.server.url, database=DATABASE, backfill_per_s=per_s)
    async with open_journal(folder / "data") as journal:
        await measure(journal, 1, backlog)
        began_mb = _resident_mb()
        async with following(Config(influx=(server,)), journal):
            influxd.start()
            began_s = time.monotonic()
            newest_s = await stored_after(journal, backlog + 1)
            waiting = sum(gap.until - gap.after for gap in await journal.read(lambda c: gaps.gaps(c, NAME)))
            ages_s = await live_until_delivered(journal, backlog + 2)
            whole_s = time.monotonic() - began_s
        growth_mb = _resident_mb() - began_mb
    print(
        f"{backlog} points behind: newest stored {newest_s:.1f} s after the return with {waiting} waiting,"
        f" all after {whole_s:.0f} s ({backlog / whole_s:.0f}/s), memory +{growth_mb:.0f} MB;"
        f" {len(ages_s)} points live meanwhile: median {statistics.median(ages_s):.2f} s old when stored,"
        f" oldest {max(ages_s):.2f} s"
    )
    assert waiting > backlog // 2
    assert max(newest_s, *ages_s) <= NEWEST_S
    assert growth_mb <= GROWTH_MB
    assert influxd.server.count(SENSOR.name, "at_us", DATABASE) == backlog + 1 + len(ages_s)


async def live_until_delivered(journal: Journal, first: int) -> list[float]:
    """Let something happen twice a second until nothing waits; how old each was when the server had it, in seconds."""
    ages_s: list[float] = []
    async with asyncio.timeout(DEADLINE_S):
        while not ages_s or not await journal.read(is_delivered):
            ages_s.append(await stored_after(journal, first + len(ages_s)))
            await asyncio.sleep(LIVE_EVERY_S)  # the load, not a wait for a condition
    return ages_s


async def stored_after(journal: Journal, number: int) -> float:
    """Have one thing happen now; seconds until the server has it."""
    began_s = time.monotonic()
    await measure(journal, number, 1)
    async with asyncio.timeout(NEWEST_S):
        while await journal.read(lambda c: states.cursor(c, NAME)) < number:
            await journal.beyond(journal.commits)
    return time.monotonic() - began_s


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


async def test_a_backlog_of_200_000_points_starves_nobody(influxd: Influxd, tmp_path: Path) -> None:
    await catch_up(influxd, tmp_path, SHORT, per_s=1e6)


@pytest.mark.long
@pytest.mark.timeout(7200)
async def test_six_hours_at_500_a_second_starve_nobody(influxd: Influxd, tmp_path: Path) -> None:
    await catch_up(influxd, tmp_path, WHOLE, per_s=1e6)
