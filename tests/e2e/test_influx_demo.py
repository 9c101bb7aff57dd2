"""InfluxDB 1.x beside the demo: the points of each measurement are the journal's, and every panel has rows."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import Config
from gateway.config.model import Influx, Subscription
from gateway.influx.schema import (
    ALERT,
    DELIVERY,
    GATEWAY,
    GATEWAY_HEALTH,
    INVENTORY,
    LOCATION_EVENT,
    POSITION,
    SAMPLED,
    SENSOR,
    SHIPMENT,
)
from gateway.journal import Journal, alerts, events, open_journal, states, stop_log
from gateway.outputs.influx_out import influx_followers
from tests.dashboards.database import set_up
from tests.dashboards.demo_rows import without_rows
from tests.e2e.playing import CONFIG, demo_config, playing
from tests.e2e.running import DEADLINE_S
from tests.e2e.test_demo import LOOK_S, until_both_were_told
from tests.servers_influx import Influxd, InfluxServer, influx_1x, need_influxd

__all__ = ["influx_1x"]  # the fixture

SPEED = 600.0
TELLS_S = 90.0
SHOWN_S = 60.0
MEASUREMENTS = {"location": LOCATION_EVENT, "position": POSITION, "sensor": SENSOR, "device": GATEWAY_HEALTH}
DATABASE = "demo"


@pytest.fixture
def influxd(tmp_path: Path) -> Iterator[Influxd]:
    need_influxd()
    (tmp_path / "influxd").mkdir()
    server = Influxd(tmp_path / "influxd")
    yield server
    server.stop()


async def test_after_the_demo_influxdb_has_what_the_journal_has_and_every_panel_rows(
    influx_1x: InfluxServer, tmp_path: Path, free_port: int
) -> None:
    config = with_influx_and_a_receiver_that_is_away(influx_1x, free_port)
    set_up(influx_1x, DATABASE)
    async with playing(config, tmp_path, SPEED) as run:
        alert = await until_both_were_told(run, TELLS_S)
        await run.http.post(f"/api/v1/alerts/{alert['alert_id']}/acknowledge", json={"reason": "the port"})
        await until_every_panel_has_rows(influx_1x)
    live = counted(influx_1x)
    async with open_journal(tmp_path) as journal:  # the demo has ended: nothing is fed any more
        await catch_up(config, journal)
        recorded = await journal.read(in_journal)
        assert await journal.read(lambda c: c.execute("SELECT count(*) FROM quarantine").fetchone()[0]) == 0
    print(f"journal {dict(recorded)}, of it written while the demo ran {live.total()}")
    assert counted(influx_1x) == recorded
    assert all(recorded[name] for name in (*map_names(), ALERT.name, DELIVERY.name, SHIPMENT.name)), recorded
    assert live.total() > recorded.total() / 2  # the followers kept up; this was no import afterwards


async def test_a_server_that_is_killed_in_the_middle_has_what_the_journal_has(influxd: Influxd, tmp_path: Path) -> None:
    server = Influx(name="real", url=influxd.server.url, database=DATABASE, sample_s=1.0, figures_s=10.0)
    config = demo_config().model_copy(update={"influx": (server,)})
    influxd.start()
    (tmp_path / "demo").mkdir()
    async with playing(config, tmp_path / "demo", SPEED) as run:
        before = await until_it_has_movements(influxd.server)
        await until_sampled(influxd.server)
        influxd.kill()
        await until_both_were_told(run, TELLS_S)  # nobody waits for InfluxDB
        await asyncio.to_thread(influxd.start)
    async with open_journal(tmp_path / "demo") as journal:
        await catch_up(config, journal)
        recorded = await journal.read(in_journal)
    sampled = {one.name: influxd.server.count(one.name, "at_us", DATABASE) for one in SAMPLED}
    print(f"journal {dict(recorded)}, before the kill {before.total()}, samples {sampled}")
    assert before.total() < recorded.total()
    assert counted(influxd.server) == recorded
    assert min(sampled[one.name] for one in (GATEWAY, INVENTORY)) > 0  # those it missed are not told again


def with_influx_and_a_receiver_that_is_away(server: InfluxServer, closed_port: int) -> Config:
    config, url = demo_config(), f"http://127.0.0.1:{closed_port}/"
    influx = Influx(name="real", url=server.url, database=DATABASE, sample_s=1.0, figures_s=10.0)
    away = Subscription(name="t1-b-away", party="T1-B", channel="webhook", url=url, allow_private=True)
    return config.model_copy(update={"influx": (influx,), "subscriptions": (*config.subscriptions, away)})


async def until_every_panel_has_rows(server: InfluxServer) -> None:
    missing: set[str] = set()
    try:
        async with asyncio.timeout(SHOWN_S):
            while missing := await asyncio.to_thread(without_rows, server, DATABASE):  # noqa: ASYNC110 - not ours
                await asyncio.sleep(1.0)
    except TimeoutError:
        raise AssertionError(f"no rows: {sorted(missing)}") from None


async def until_it_has_movements(server: InfluxServer) -> Counter[str]:
    """The points that there are as soon as goods have moved."""
    async with asyncio.timeout(TELLS_S):
        while True:
            found = await asyncio.to_thread(counted, server)
            if found[LOCATION_EVENT.name]:
                return found
            await asyncio.sleep(LOOK_S)


async def until_sampled(server: InfluxServer) -> None:
    """Stock and the gateway itself have been told once."""
    async with asyncio.timeout(TELLS_S):
        while not await asyncio.to_thread(all_sampled, server):  # noqa: ASYNC110 - not ours
            await asyncio.sleep(LOOK_S)


def all_sampled(server: InfluxServer) -> bool:
    return all(server.count(one.name, "at_us", DATABASE) for one in (GATEWAY, INVENTORY))


def map_names() -> list[str]:
    return [measurement.name for measurement in MEASUREMENTS.values()]


def in_journal(connection: sqlite3.Connection) -> Counter[str]:
    """Rows of the journal, by the measurement that they become."""
    found = Counter({MEASUREMENTS[kind].name: count for kind, count in events.counts_by_type(connection).items()})
    found[ALERT.name] = len(alerts.log_after(connection, 0, 2**31))
    found[DELIVERY.name] = len(alerts.delivery_log_after(connection, 0, 2**31))
    found[SHIPMENT.name] = len(stop_log.log_after(connection, 0, 2**31))
    return found


def counted(server: InfluxServer) -> Counter[str]:
    """Points in InfluxDB, by measurement."""
    names = (*map_names(), ALERT.name, DELIVERY.name, SHIPMENT.name)
    return Counter({name: server.count(name, "at_us", DATABASE) for name in names})


async def catch_up(config: Config, journal: Journal) -> None:
    """Let the followers write what was not written when the demo ended."""
    followers = influx_followers(config, CONFIG.parent, journal)
    tasks = [asyncio.create_task(follower.run(), name=name) for name, follower in followers.items()]
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not await journal.read(is_followed):
                await journal.beyond(journal.commits)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def is_followed(connection: sqlite3.Connection) -> bool:
    """Whether the cursors of all followers stand at the ends of their logs."""
    ends = {
        "influx.real.events": events.last_seq(connection),
        "influx.real.alerts": alerts.log_last(connection),
        "influx.real.deliveries": alerts.delivery_log_last(connection),
        "influx.real.stops": stop_log.log_last(connection),
    }
    return ends.items() <= states.cursors(connection).items()
