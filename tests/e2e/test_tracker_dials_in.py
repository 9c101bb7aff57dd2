"""Trackers that dial in are acknowledged once they are on disk: a killed gateway loses and doubles nothing."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from gateway.config.model import Config, Device
from gateway.journal.journal import FILE
from gateway.model import PositionEvent
from simulators.teltonika_tracker import TeltonikaTracker
from simulators.world import Position
from tests.e2e.killing import Victim
from tests.e2e.running import DEADLINE_S, all_events, free_port, position_events, running
from tests.e2e.site import site
from tests.e2e.stock import open_journal_file

IMEIS = ("356307042441013", "352093081452251", "864636060329170")
STRANGER = "490154203237518"
KILLS = 6
BATCH = 25  # more than one frame
STEP_US = 1_000_000

CONFIG = """
site: {{name: killed, operator: OEM}}
journal: {{folder: journal}}
http: {{listen: "127.0.0.1:{http_port}"}}
mqtt: {{url: "mqtt://127.0.0.1:1883", embedded: false}}
parties:
  - {{code: OEM, name: Elbe Motors, tier: oem}}
places:
  - {{code: PLANT, name: Plant, party: OEM, tier: oem}}
devices:
  - name: trackers
    driver: teltonika
    connect: "listen:tcp://127.0.0.1:{port}"
    settings:
      imeis: {{{imeis}}}
locating:
  geofence: {{keep_every_s: 0}}
"""


def drive(imei: str, first: int, count: int, began_us: int) -> list[Position]:
    """Positions one second and two metres apart, going north from a place of the tracker's own."""
    return [
        Position(
            at_us=began_us + number * STEP_US,
            asset=f"imei:{imei}",
            lat=round(50 + IMEIS.index(imei) + number * 2e-5, 7),
            lon=-8.5,
            speed_mps=2.0,
            course_deg=0.0,
        )
        for number in range(first, first + count)
    ]


@asynccontextmanager
async def on_the_road(trackers: Iterable[TeltonikaTracker]) -> AsyncIterator[None]:
    """The trackers run while the block does."""
    tasks = [asyncio.create_task(tracker.run(), name=tracker.imei) for tracker in trackers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not met():  # noqa: ASYNC110 - the trackers tell nobody
            await asyncio.sleep(0.005)


def listening(port: int) -> Config:
    settings: dict[str, object] = {"imeis": {IMEIS[0]: "TRL-7", IMEIS[1]: ""}}
    connect = f"listen:tcp://127.0.0.1:{port}"
    return site(Device.model_validate({"name": "t", "driver": "teltonika", "connect": connect, "settings": settings}))


async def test_what_is_acknowledged_is_on_disk_and_strangers_are_named(tmp_path: Path) -> None:
    port, now_us = free_port(), time.time_ns() // 1_000_000_000 * STEP_US
    trackers = [TeltonikaTracker(imei, "127.0.0.1", port) for imei in IMEIS[:2]]
    stranger = TeltonikaTracker(STRANGER, "127.0.0.1", port)
    async with running(listening(port), tmp_path) as run, on_the_road([*trackers, stranger]):
        for tracker in trackers:
            tracker.see(*drive(tracker.imei, 0, BATCH, now_us - 60 * STEP_US))
        await until(lambda: not any(tracker.waiting for tracker in trackers))
        with closing(open_journal_file(next(tmp_path.rglob(FILE)))) as connection:  # at once: nothing is awaited
            told = Counter(event.asset for event in position_events(connection))
        assert told == {"TRL-7": BATCH, f"imei:{IMEIS[1]}": BATCH}
        (first, *_) = await run.until_device_says("t", "unknown_imei")
        assert STRANGER in first.text
        await until(lambda: stranger.refused > 0)
        assert await run.quarantined() == []
    assert stranger.acknowledged == []


@pytest.mark.timeout(240)
async def test_kills_between_receiving_and_acknowledging_lose_and_double_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().getrandbits(32)
    chance, port = random.Random(seed), free_port()
    config = tmp_path / "config.yaml"
    imeis = ", ".join(f'{imei}: ""' for imei in IMEIS)
    config.write_text(CONFIG.format(http_port=free_port(), port=port, imeis=imeis))
    trackers = [TeltonikaTracker(imei, "127.0.0.1", port) for imei in IMEIS]
    victim, began_us, seen = Victim(config), time.time_ns() // 1_000_000_000 * STEP_US - 86_400 * STEP_US, 0
    try:
        async with on_the_road(trackers):
            for _ in range(KILLS):
                await victim.start()
                driving = asyncio.create_task(keep_driving(trackers, seen, began_us))
                await victim.first_stored()
                await asyncio.sleep(chance.uniform(0.0, 0.3))
                await victim.end(signal.SIGKILL)
                driving.cancel()
                seen = max(tracker.waiting + len(tracker.acknowledged) for tracker in trackers)
                fill(trackers, seen, began_us)
            await victim.start()
            await until(lambda: not any(tracker.waiting for tracker in trackers))
            await victim.end(signal.SIGTERM)
    finally:
        await victim.end(signal.SIGKILL)
    with closing(open_journal_file(tmp_path / "journal" / FILE)) as connection:
        found = [event for event in all_events(connection) if isinstance(event, PositionEvent)]
    told = Counter((event.asset, event.device_us, event.lat, event.lon) for event in found)
    sent = Counter((at.asset, at.at_us, at.lat, at.lon) for tracker in trackers for at in tracker.acknowledged)
    repeated = sum(tracker.repeated for tracker in trackers)
    print(f"seed {seed}: {KILLS} kills, {len(found)} positions, {repeated} frames sent again")
    assert told == sent, f"seed {seed}"
    assert len(found) >= KILLS * BATCH


async def keep_driving(trackers: list[TeltonikaTracker], first: int, began_us: int) -> None:
    """Give every tracker positions again and again, so that a kill finds frames under way."""
    while True:
        for tracker in trackers:
            tracker.see(*drive(tracker.imei, first, BATCH, began_us))
        first += BATCH
        await asyncio.sleep(0.1)


def fill(trackers: list[TeltonikaTracker], seen: int, began_us: int) -> None:
    """Let every tracker have seen as many positions: one may have been given a batch less when driving ended."""
    for tracker in trackers:
        own = tracker.waiting + len(tracker.acknowledged)
        tracker.see(*drive(tracker.imei, own, seen - own, began_us))
