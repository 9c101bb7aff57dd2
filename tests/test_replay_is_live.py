"""A site runs live and is recorded; replayed at 1x, at 60x and as fast as it goes it tells the same alerts and notices.

Twice over. From the tape, through drivers, resolve, locate and rules: the same alerts in the same versions, with the
times at which things happened. And from the recorded events and plans, through an engine over a journal of its own:
every field of every version, when it was recorded among them, and every notice under the same id.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from heapq import merge
from pathlib import Path
from typing import TypeAlias

import aiomqtt
import msgspec
import pytest

from gateway.cli.pace import paced
from gateway.config import Config
from gateway.config.model import Http, RuleEntry, Subscription
from gateway.journal import beside, events, shipments
from gateway.model import Alert, Delivery, Event, LocationEvent, Micros, Quarantined, Shipment, Stop, Window
from gateway.replay import recording
from gateway.replay.tape import Outcome
from tests.e2e.running import Running, free_port, running
from tests.e2e.site import embedded_broker
from tests.played import alert_versions, deliveries, played
from tests.test_replay import CONFIG

SPEEDS = (1.0, 60.0, 0.0)  # 0: as fast as it goes
SECOND_US = 1_000_000
DONE_S = 2.4  # after the last passage, when every deadline has passed
PASSAGES = (  # seconds after the start, trailer, place, what
    (0.1, "TRL-1", "SUPPLIER", "in"),
    (0.2, "TRL-2", "SUPPLIER", "in"),
    (0.5, "TRL-1", "SUPPLIER", "out"),
    (1.3, "TRL-2", "SUPPLIER", "out"),
    (1.6, "TRL-2", "PLANT", "in"),
    (2.1, "TRL-1", "PLANT", "in"),
)
LEAVES_S, ARRIVES_S = 1.0, 1.8  # by then all three should have; the third never moves
EXPECTED = {
    ("S1", "late-arrival", "resolved"),
    ("S2", "late-departure", "resolved"),
    ("S3", "late-departure", "open"),
    ("S3", "late-arrival", "open"),
}
RECORDED = ("recorded_us", "told_us", "settles_us")  # when we did something about it: a tape knows when data came

Moment: TypeAlias = tuple[Micros, Shipment | Event]


def config() -> Config:
    listeners = (Subscription(name=f"page-{party}", party=party, channel="sse") for party in ("OEM", "T1"))
    return CONFIG.model_copy(
        update={
            "mqtt": embedded_broker(),
            "http": Http(listen=f"127.0.0.1:{free_port()}"),
            "devices": CONFIG.devices[:1],
            "subscriptions": tuple(listeners),
            "rules": (
                RuleEntry(name="late-departure", rule="late_departure", settings={"grace_s": 0}),
                RuleEntry(name="late-arrival", rule="late_arrival", settings={"grace_s": 0}),
            ),
        }
    )


def plan(number: int, began_us: Micros, scale: float) -> Shipment:
    leaves_us, arrives_us = (began_us + round(seconds * scale * SECOND_US) for seconds in (LEAVES_S, ARRIVES_S))
    return Shipment(
        shipment_id=f"S{number}",
        stops=(
            Stop(place="SUPPLIER", departure=Window(open_us=began_us, close_us=leaves_us)),
            Stop(place="PLANT", arrival=Window(open_us=leaves_us, close_us=arrives_us)),
        ),
        assets=(f"TRL-{number}",),
        parties={"shipper": "T1", "consignee": "OEM"},
        created_us=began_us,
    )


async def live(folder: Path, site: Config, scale: float) -> None:
    """Let the story happen, told by MQTT, in real time."""
    async with running(site, folder) as gateway:
        await gateway.until_device_says("gate", "connected")
        began_us = time.time_ns() // 1000
        for number in (1, 2, 3):
            made = plan(number, began_us, scale)
            await gateway.gateway.journal.write(lambda c, made=made: shipments.save(c, made, began_us))  # type: ignore[misc]
        port = int(site.mqtt.url.rpartition(":")[2])
        async with aiomqtt.Client("127.0.0.1", port, identifier="tms") as client:
            for seconds, asset, place, move in PASSAGES:
                await until(began_us + round(seconds * scale * SECOND_US))
                said = json.dumps({"unit": asset, "at": place, "move": move})
                await client.publish("gates", said.encode(), qos=1)
        await until(began_us + round(DONE_S * scale * SECOND_US))
        await gateway.until(events.last_seq, lambda seq: seq >= len(PASSAGES))
        await judged(gateway)


async def until(at_us: Micros) -> None:
    await asyncio.sleep(max(0, at_us - time.time_ns() // 1000) / SECOND_US)


async def judged(gateway: Running) -> None:
    floor, journal = gateway.gateway.floor, gateway.gateway.journal
    await floor.engine.settled(floor.clock.now_us(), await journal.read(events.last_seq))


def from_the_tape(journal: Path, site: Config, speed: float) -> list[Alert]:
    with beside.reading(journal) as connection:
        span = recording.span_of(connection, None, time.time_ns() // 1000)
        outcomes = recording.played(connection, span, site, recording.chunks(connection, span))
        return [outcome for outcome in paced(outcomes, _at_us, speed) if isinstance(outcome, Alert)]


def _at_us(outcome: Outcome) -> Micros:
    return outcome.received_us if isinstance(outcome, Quarantined) else outcome.recorded_us


async def from_the_events(
    told: Sequence[Moment], site: Config, folder: Path, speed: float
) -> tuple[list[Alert], list[Delivery]]:
    async with played(site, folder, told[0][0]) as again:
        for at_us, what in told:
            if speed:
                await asyncio.sleep((at_us - again.clock.now_us()) / SECOND_US / speed)
            await again.reach(at_us, what)
        return await again.alerts(), await again.deliveries()


def recorded(connection: sqlite3.Connection) -> Iterator[Moment]:
    """The plans and events of a journal, in the order in which the gateway learned of them."""
    plans = [(at_us, made) for _, at_us, made in shipments.log_after(connection, 0, 1000)]
    happened = [(one.recorded_us, one) for _, one in events.after(connection, 0, 1000)]
    yield from merge(plans, happened, key=lambda moment: moment[0])


def as_it_happened(alerts: Sequence[Alert]) -> list[Alert]:
    blank = {name: None for name in RECORDED if name in Alert.__struct_fields__} | {"recorded_us": 0}
    versions = [msgspec.structs.replace(alert, **blank) for alert in alerts]
    return sorted(versions, key=lambda alert: alert.alert_id)  # stable: the versions of one keep their order


def what_was_told(made: Sequence[Delivery]) -> set[tuple[str, ...]]:
    return {(one.delivery_id, one.alert_id, one.notice, one.subscription, one.severity, one.group) for one in made}


async def same_at_every_speed(folder: Path, scale: float) -> None:
    site = config()
    await live(folder / "live", site, scale)
    journal = folder / "live" / site.journal.folder
    with beside.reading(journal) as connection:
        versions, made, told = alert_versions(connection), deliveries(connection), list(recorded(connection))
    last = {alert.alert_id: alert for alert in versions}
    assert {(one.shipment, one.rule, str(one.state)) for one in last.values()} == EXPECTED
    assert len([one for one in told if isinstance(one[1], LocationEvent)]) == len(PASSAGES)
    assert {one.party for one in made} == {"OEM", "T1"}
    for number, speed in enumerate(SPEEDS):
        taped = await asyncio.to_thread(from_the_tape, journal, site, speed)
        assert as_it_happened(taped) == as_it_happened(versions), f"the tape at {speed:g}x"
        again, notices = await from_the_events(told, site, folder / str(number), speed)
        assert again == versions, f"the events at {speed:g}x"
        assert what_was_told(notices) == what_was_told(made), f"the events at {speed:g}x"


async def test_a_replay_at_any_speed_tells_what_was_told_live(tmp_path: Path) -> None:
    await same_at_every_speed(tmp_path, scale=1.0)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_replay_of_a_minute_at_any_speed_tells_what_was_told_live(tmp_path: Path) -> None:
    await same_at_every_speed(tmp_path, scale=25.0)
