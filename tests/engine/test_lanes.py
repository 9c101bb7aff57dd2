"""Learning from arrived trips: once each, after any kill, and anew where what was learned cannot be read."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from gateway.clock import ManualClock
from gateway.engine import lanes
from gateway.engine.lanes import ENOUGH, HOUR_US, LaneLearner
from gateway.eta.ladder import Ladder
from gateway.eta.learn import learn
from gateway.eta.learned import ALL_LANES, Learned, packed
from gateway.eta.memory import VERSION
from gateway.journal import Journal, lane_memory, open_journal, shipments
from gateway.model import Trip
from tests.conftest import ROOT
from tests.eta.roads import GROUND, MONDAY_US, history

DAY_US = 24 * HOUR_US
LATER_US = MONDAY_US + 2 * DAY_US


async def store(journal: Journal, trips: list[Trip]) -> None:
    await journal.write(lambda c: shipments.save_trips(c, [(trip, False) for trip in trips]))


async def held(journal: Journal) -> dict[str, bytes]:
    return {lane: packed(memory) for lane, memory in (await journal.read(lane_memory.memories)).items()}


def learner(journal: Journal, now_us: int, told: list[Ladder] | None = None) -> LaneLearner:
    return LaneLearner(journal, ManualClock(now_us), GROUND, (told if told is not None else list[Ladder]()).append)


def memory_of(*batches: list[Trip]) -> dict[str, bytes]:
    learned = Learned()
    for batch in batches:
        learn(learned, batch, GROUND)
    return {lane: packed(memory) for lane, memory in learned.memories.items()}


async def test_trips_teach_once_and_the_engine_is_told(tmp_path: Path) -> None:
    trips, told = history(40), list[Ladder]()
    async with open_journal(tmp_path) as journal:
        await store(journal, trips)
        at = learner(journal, LATER_US, told)
        assert await at.learn_due()
        assert not await at.learn_due()
        await store(journal, trips)  # told again by late data: they have taught
        assert not await at.learn_due()
        assert await held(journal) == memory_of(trips)
    (ladder,) = told
    assert ladder.learned.known("north>plant").trips == 40


async def test_a_few_trips_wait_for_the_day_and_many_do_not(tmp_path: Path) -> None:
    few, many = history(20), history(ENOUGH, seed=11)
    arrived_us = max(trip.actuals[-1].arrived_us or 0 for trip in (*few, *many))
    async with open_journal(tmp_path) as journal:
        await store(journal, few)
        assert not await learner(journal, arrived_us + 2 * HOUR_US).learn_due()
        await store(journal, many)
        assert not await learner(journal, MONDAY_US).learn_due(), "none of them has settled"
        assert await learner(journal, arrived_us + 2 * HOUR_US).learn_due()


@pytest.mark.parametrize("damage", [msgspec.msgpack.encode([VERSION + 1, {}]), b"nonsense"])
async def test_what_cannot_be_read_is_learned_anew_from_the_trips_that_are_held(damage: bytes, tmp_path: Path) -> None:
    first, second = history(30), history(30, seed=8)
    async with open_journal(tmp_path) as journal:
        await store(journal, first)
        assert await learner(journal, LATER_US).learn_due()

        def spoil(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE lane_memory SET body = ? WHERE lane = ?", (damage, ALL_LANES))

        await journal.write(spoil)
        assert await held(journal) == {}
        await store(journal, second)
        assert await learner(journal, LATER_US + DAY_US).learn_due()
        assert await held(journal) == memory_of(first + second)


async def test_a_lane_that_cannot_be_read_is_forgotten_alone(tmp_path: Path) -> None:
    async with open_journal(tmp_path) as journal:
        await store(journal, history(30))
        assert await learner(journal, LATER_US).learn_due()
        await journal.write(lambda c: c.execute("UPDATE lane_memory SET body = x'00' WHERE lane <> ''").rowcount)
        assert set(await held(journal)) == {ALL_LANES}


async def test_the_work_of_a_day_holds_nobody_up(tmp_path: Path) -> None:
    longest_s, turns = 0.0, 0

    async def watch() -> None:
        nonlocal longest_s, turns
        loop = asyncio.get_running_loop()
        while True:
            asked_s = loop.time()
            await asyncio.sleep(0.001)
            longest_s, turns = max(longest_s, loop.time() - asked_s), turns + 1

    async with open_journal(tmp_path) as journal:
        await store(journal, history(lanes.MOST))
        watching = asyncio.create_task(watch())
        assert await learner(journal, MONDAY_US + 30 * DAY_US).learn_due()
        watching.cancel()
    print(f"longest wait {longest_s * 1000:.0f} ms")
    assert turns > 20  # held up, it would have had one


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from gateway.journal import lane_memory, open_journal
from tests.engine import test_lanes as t

async def main():
    if sys.argv[2] == "before":
        lane_memory.save = lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL)
    async with open_journal(Path(sys.argv[1])) as journal:
        await t.learner(journal, t.LATER_US).learn_due()
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_kill_around_the_commit_lets_trips_teach_once(when: str, tmp_path: Path) -> None:
    trips = history(40)
    async with open_journal(tmp_path) as journal:
        await store(journal, trips)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(tmp_path), when, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert await child.wait() == -signal.SIGKILL
    async with open_journal(tmp_path) as journal:
        assert await learner(journal, LATER_US).learn_due() == (when == "before")
        assert await held(journal) == memory_of(trips)
