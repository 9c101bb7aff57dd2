"""Killed between the server's 204 and the commit of the place: none is missing, at most a batch a lane goes twice."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

import pytest

from gateway.influx import Lines
from gateway.journal import gaps, open_journal, states
from tests.conftest import ROOT
from tests.influx.fake_v2 import TOKEN, FakeInflux, serving
from tests.influx.line_parser import parse_line
from tests.influx.test_backfill import happen, made

BATCH = 20
NAME = "influx.plant.events"
LATEST_MS = 4.0  # after the answer: the commit takes about two
DEADLINE_S = 60
LANES = 2
SEED = 7


class Killed:
    """A follower that is killed shortly after the server has answered, and started again."""

    def __init__(self, folder: Path, fake: FakeInflux, chance: random.Random) -> None:
        self.kills = 0
        self._folder = folder
        self._fake = fake
        self._chance = chance

    async def once(self, after_posts: int) -> None:
        """Start it, and kill it at a random moment around the commit that follows so many answers."""
        answered = asyncio.Event()
        due = len(self._fake.posts) + after_posts
        self._fake.on_stored = lambda: answered.set() if len(self._fake.posts) >= due else None
        process = await self._start()
        try:
            async with asyncio.timeout(DEADLINE_S):
                await answered.wait()
                await asyncio.sleep(self._chance.random() * LATEST_MS / 1000)
        finally:
            process.kill()
            await process.wait()
        self.kills += 1

    async def to_the_end(self, last: int) -> None:
        """Let it finish."""
        complete = asyncio.Event()
        self._fake.on_stored = lambda: complete.set() if len(self._fake.points) >= last else None
        process = await self._start()
        try:
            async with asyncio.timeout(DEADLINE_S):
                await complete.wait()
        finally:
            process.kill()
            await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.influx.following", str(self._folder), self._fake.url, "2", str(BATCH)),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.DEVNULL,
        )


async def kill(folder: Path, kills: int) -> None:
    (folder / "token").write_text(TOKEN)
    (folder / "token").chmod(0o600)
    happened = made(kills * 3 * BATCH + 400, seed=70)
    async with open_journal(folder / "data") as journal:
        await happen(journal, happened)
    async with serving(FakeInflux("2.7")) as fake:
        killed = Killed(folder, fake, random.Random(SEED))
        for _ in range(kills):
            await killed.once(after_posts=2)
        await killed.to_the_end(len(happened))
    lines = Lines(site="site", parties={})
    points = [parse_line(lines.line(number, event)) for number, event in enumerate(happened, 1)]
    assert fake.points == {point.name: dict(point.fields) for point in points}
    twice = sum(fake.posts) - len(happened)
    print(f"{kills} kills (seed {SEED}): 0 of {len(happened)} missing, {twice} lines sent twice")
    assert twice <= (kills + 1) * LANES * BATCH
    async with open_journal(folder / "data") as journal:
        assert await journal.read(lambda c: states.cursor(c, NAME)) >= len(happened) - BATCH
        assert all(gap.until - gap.after <= BATCH for gap in await journal.read(lambda c: gaps.gaps(c, NAME)))


async def test_kills_amid_the_backfill_lose_nothing(tmp_path: Path) -> None:
    await kill(tmp_path, 6)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_200_kills_amid_the_backfill_lose_nothing(tmp_path: Path) -> None:
    await kill(tmp_path, 200)
