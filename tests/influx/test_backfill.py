"""After an outage the newest is written first and the backlog beside it: against the journal and the real InfluxDB."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from gateway.config import Config
from gateway.config.model import Influx
from gateway.influx.schema import MEASUREMENTS
from gateway.journal import Journal, events, gaps, open_journal, states
from gateway.journal.gaps import Gap
from gateway.model import Event
from gateway.outputs.influx_out import INFLUX_LOGS, NEWEST, influx_followers
from tests.influx.items import Chance
from tests.servers_influx import Influxd, InfluxServer, need_influxd

DEADLINE_S = 60
NAME = "influx.plant.events"
DATABASE = "plant"


@pytest.fixture
def influxd(tmp_path: Path) -> Iterator[Influxd]:
    need_influxd()
    folder = tmp_path / "influxd"
    folder.mkdir()
    server = Influxd(folder)
    server.start()
    yield server
    server.stop()


def config(influxd: Influxd, *, per_s: float = 100_000.0) -> Config:
    server = Influx(
        name="plant", url=influxd.server.url, database=DATABASE, batch=200, behind=500, backfill_per_s=per_s
    )
    return Config(influx=(server,))


@asynccontextmanager
async def following(config: Config, journal: Journal) -> AsyncIterator[None]:
    followers = influx_followers(config, Path(), journal)
    tasks = [asyncio.create_task(follower.run(), name=name) for name, follower in followers.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def happen(journal: Journal, happened: Sequence[Event]) -> None:
    for begin in range(0, len(happened), 500):
        some = happened[begin : begin + 500]
        await journal.write(lambda connection, some=some: events.insert(connection, some))  # type: ignore[misc]


def made(count: int, seed: int) -> list[Event]:
    chance = Chance(seed, hostile=False)
    return [msgspec.structs.replace(chance.event(), event_id=f"{seed}-{number}") for number in range(count)]


def is_delivered(connection: sqlite3.Connection) -> bool:
    return states.cursor(connection, NAME) == events.last_seq(connection) and not gaps.all_gaps(connection)


async def until_delivered(journal: Journal, deadline_s: float = DEADLINE_S) -> None:
    async with asyncio.timeout(deadline_s):
        while not await journal.read(is_delivered):
            await journal.beyond(journal.commits)


def expected(happened: Sequence[Event]) -> Counter[str]:
    return Counter(MEASUREMENTS[type(event)].name for event in happened)


def counted(influxd: Influxd, names: Counter[str]) -> Counter[str]:
    return Counter({name: influxd.server.count(name, "at_us", DATABASE) for name in names})


def counted_at(server: InfluxServer, database: str) -> int:
    """Points of all measurements."""
    return sum(server.count(measurement.name, "at_us", database) for measurement in MEASUREMENTS.values())


def test_every_log_that_is_followed_says_its_newest() -> None:
    assert NEWEST.keys() == set(INFLUX_LOGS)


async def test_after_a_server_was_killed_in_the_middle_of_a_day_it_has_what_the_journal_has(
    influxd: Influxd, tmp_path: Path
) -> None:
    day = made(12_000, seed=61)
    async with open_journal(tmp_path / "data") as journal, following(config(influxd), journal):
        await happen(journal, day[:3000])
        await until_delivered(journal)
        influxd.kill()
        await happen(journal, day[3000:11_000])
        influxd.start()
        await happen(journal, day[11_000:])
        await until_delivered(journal)
        kinds = await journal.read(events.counts_by_type)
    print(f"events {kinds}, points {dict(counted(influxd, expected(day)))}")
    assert sum(kinds.values()) == len(day)
    assert counted(influxd, expected(day)) == expected(day)


async def test_the_newest_is_seen_while_the_backlog_still_waits(influxd: Influxd, tmp_path: Path) -> None:
    influxd.stop()
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, made(20_000, seed=62))
        async with following(config(influxd, per_s=200.0), journal):
            influxd.start()
            back_s = time.monotonic()
            newest = made(1, seed=63)
            async with asyncio.timeout(DEADLINE_S):
                while await journal.read(lambda c: states.cursor(c, NAME)) < 20_000:
                    await journal.beyond(journal.commits)
                await happen(journal, newest)
                while await journal.read(lambda c: states.cursor(c, NAME)) < 20_001:
                    await journal.beyond(journal.commits)
            waited_s = time.monotonic() - back_s
            waiting = await journal.read(gaps.all_gaps)
    print(f"newest seen {waited_s:.1f} s after the return; still waiting: {waiting}")
    (gap,) = waiting[NAME]
    assert gap.until - gap.after > 15_000
    (name,) = expected(newest)
    at_ns = MEASUREMENTS[type(newest[0])].time_us(newest[0]) // 1000 * 1_000_000 + 20_001
    seen = influxd.server.query(f'SELECT count("at_us") FROM "{name}" WHERE time = {at_ns}', DATABASE)
    assert seen[0]["values"][0][1] == 1


async def test_gaps_that_touch_are_one_and_what_is_delivered_is_gone(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:

        def play(connection: sqlite3.Connection) -> list[list[Gap]]:
            seen = []
            for after, until in ((100, 200), (300, 400), (200, 250), (50, 60), (55, 70), (0, 1000)):
                gaps.note(connection, "f", Gap(after=after, until=until))
                seen.append(gaps.gaps(connection, "f"))
            gaps.advance(connection, "f", 0, 999)
            seen.append(gaps.gaps(connection, "f"))
            gaps.advance(connection, "f", 0, 500)  # of a gap that has moved meanwhile
            gaps.advance(connection, "f", 999, 1000)
            seen.append(gaps.gaps(connection, "f"))
            return seen

        seen = await journal.write(play)
    assert [[(gap.after, gap.until) for gap in found] for found in seen] == [
        [(100, 200)],
        [(100, 200), (300, 400)],
        [(100, 250), (300, 400)],
        [(50, 60), (100, 250), (300, 400)],
        [(50, 70), (100, 250), (300, 400)],
        [(0, 1000)],
        [(999, 1000)],
        [],
    ]
