"""The real InfluxDB 1.x: every event is one point, with its values, however often it is sent."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gateway.clock import SystemClock
from gateway.config.model import Influx
from gateway.influx import Follower, Lines, Sender, open_writer
from gateway.influx.answer import Verdict
from gateway.influx.lines import Item
from gateway.influx.schema import MEASUREMENTS
from gateway.model import LocationEvent, SensorEvent
from tests.influx.items import Chance
from tests.influx.line_parser import parse_line
from tests.influx.memory_feed import MemoryFeed
from tests.servers_influx import InfluxServer

DEADLINE_S = 60
LINES = Lines(site="here", parties={"DOCK-1": "OEM"})

_databases = itertools.count(1)


@pytest.fixture
def config(influx_1x: InfluxServer) -> Influx:
    """An InfluxDB with a database that nobody has made yet."""
    return Influx(url=influx_1x.url, database=f"test_{next(_databases)}", batch=500)


@asynccontextmanager
async def following(feed: MemoryFeed[Item], config: Influx) -> AsyncIterator[Follower[Item]]:
    writer = open_writer(config)
    sender = Sender(name="influx", writer=writer, clock=SystemClock(), batch=config.batch)
    follower: Follower[Item] = Follower(feed=feed, sender=sender, line=LINES.line)
    task = asyncio.create_task(follower.run())
    try:
        yield follower
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await writer.close()


async def follow(items: Sequence[Item], config: Influx) -> MemoryFeed[Item]:
    feed: MemoryFeed[Item] = MemoryFeed(list(items))
    async with following(feed, config), asyncio.timeout(DEADLINE_S):
        await feed.until_followed()
    return feed


def counts(server: InfluxServer, database: str) -> Counter[str]:
    names = [measurement.name for measurement in MEASUREMENTS.values()]
    return Counter({name: server.count(name, "at_us", database) for name in names})


async def test_counts_are_equal_though_hundreds_share_a_microsecond(influx_1x: InfluxServer, config: Influx) -> None:
    chance = Chance(42, hostile=False)
    items = [chance.item() for _ in range(4000)]
    feed = await follow(items, config)
    assert feed.quarantined == []
    assert counts(influx_1x, config.database) == Counter(MEASUREMENTS[type(item)].name for item in items)


async def test_what_is_sent_again_overwrites_itself(influx_1x: InfluxServer, config: Influx) -> None:
    chance = Chance(43, hostile=False)
    items = [chance.event() for _ in range(1000)]
    await follow(items, config)
    first = counts(influx_1x, config.database)
    await follow(items, config)  # a cursor that was lost: everything again
    assert counts(influx_1x, config.database) == first


async def test_hostile_texts_are_stored_as_they_are(influx_1x: InfluxServer, config: Influx) -> None:
    chance = Chance(44, hostile=True)
    items = [chance.item() for _ in range(600)]
    feed = await follow(items, config)
    assert feed.quarantined == []
    assert counts(influx_1x, config.database) == Counter(MEASUREMENTS[type(item)].name for item in items)
    written = [parse_line(LINES.line(number, item)) for number, item in enumerate(items, 1)]
    for measurement in {point.measurement for point in written}:
        expected = {
            point.time_ns: {**dict(point.tags), **dict(point.fields), "time": point.time_ns}
            for point in written
            if point.measurement == measurement
        }
        assert stored(influx_1x, config.database, measurement) == expected


def stored(server: InfluxServer, database: str, measurement: str) -> dict[int, dict[str, Any]]:
    (series,) = server.query(f'SELECT * FROM "{measurement}"', database)
    rows = [dict(zip(series["columns"], row, strict=True)) for row in series["values"]]
    return {row["time"]: {name: value for name, value in row.items() if value is not None} for row in rows}


async def test_a_line_the_server_will_not_take_is_set_aside_with_its_words(
    influx_1x: InfluxServer, config: Influx
) -> None:
    chance = Chance(45, hostile=False)
    items: list[Item] = [chance.location() for _ in range(500)]
    bad = items[321]
    assert isinstance(bad, LocationEvent)
    items[321] = SensorEvent(  # longer than the 65,535 bytes that a series key may have
        event_id="bad", asset="a", name="x" * 70_000, value=1.0, device="d", at_us=1, received_us=1, recorded_us=1
    )
    feed = await follow(items, config)
    (refused,) = feed.quarantined
    assert (refused.stage, refused.source, refused.reason) == ("influx", "influx", "rejected")
    assert "max key length exceeded" in refused.text
    assert refused.data == LINES.line(322, items[321])
    assert influx_1x.count("location_event", "at_us", config.database) == 499


async def test_the_database_is_made_on_first_need(influx_1x: InfluxServer) -> None:
    config = Influx(url=influx_1x.url, database='odd "name" é')
    writer = open_writer(config)
    answer = await writer.write([b"location_event,site=here at_us=1i 1"])
    await writer.close()
    assert answer.verdict is Verdict.WRITTEN
    assert [config.database] in influx_1x.query("SHOW DATABASES")[0]["values"]


async def test_a_name_that_no_database_can_have_is_told(influx_1x: InfluxServer) -> None:
    writer = open_writer(Influx(url=influx_1x.url, database="a/b"))
    answer = await writer.write([b"location_event,site=here at_us=1i 1"])
    await writer.close()
    assert (answer.verdict, answer.reason) == (Verdict.REFUSED, "no_database")
    assert "invalid name" in answer.text


async def test_a_field_that_changes_its_type_is_rejected_and_the_rest_written(
    influx_1x: InfluxServer, config: Influx
) -> None:
    writer = open_writer(config)
    await writer.write([b"m,site=here value=1.0 1"])
    answer = await writer.write([b'm,site=here value="one" 2', b"m,site=here value=3.0 3"])
    await writer.close()
    assert (answer.verdict, answer.reason) == (Verdict.REJECTED, "rejected")
    assert "field type conflict" in answer.text
    assert influx_1x.count("m", "value", config.database) == 2
