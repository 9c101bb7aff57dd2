"""`kill -9` at random while alerts go to many: everyone is told of everything, and what comes twice has one id (F16).

    python -m tests.deliver.test_killed KILLS [SEED]

prints the figures of so many kills.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.deliver.lane import EXPRESS
from gateway.deliver.webhook import Webhook
from simulators.receivers import Receiver
from tests.conftest import ROOT
from tests.deliver.desk import SECRET, an_alert, hook, office

ALERTS, SUBSCRIBERS = 100, 20
SHORT, LONG = 5, 200
LATEST_S = 0.3  # of a kill, after the dispatcher began
START_S, DONE_S = 30.0, 60.0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the receivers heard."""

    kills: int
    seed: int
    told: int  # (alert, subscriber) pairs
    never: int
    twice: int
    under_two_ids: int

    @property
    def most_twice(self) -> int:
        """As many as can be under way at the kills."""
        return self.kills * SUBSCRIBERS * (Webhook.slots + EXPRESS)


async def kill_often(folder: Path, kills: int, seed: int) -> Figures:
    chance, done = random.Random(seed), 0
    heard: dict[tuple[str, str], list[str]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        receivers = [
            await stack.enter_async_context(Receiver(f"P{number}", secret=SECRET)) for number in range(SUBSCRIBERS)
        ]
        told = 0
        while done < kills:
            await _commit(folder, receivers, told)
            told += ALERTS
            while done < kills and not await _run(folder, receivers, chance.uniform(0.005, LATEST_S)):
                done += 1
        assert await _run(folder, receivers, DONE_S)
        for receiver in receivers:
            for notice in receiver.heard:
                heard[json.loads(notice.body)["data"]["alert_id"], receiver.party].append(notice.webhook_id)
    return Figures(
        kills=done,
        seed=seed,
        told=len(heard),
        never=told * SUBSCRIBERS - len(heard),
        twice=sum(len(ids) - 1 for ids in heard.values()),
        under_two_ids=sum(len(set(ids)) > 1 for ids in heard.values()),
    )


async def _commit(folder: Path, receivers: list[Receiver], first: int) -> None:
    """Alerts of a hundred lanes, so that each goes alone, with their deliveries; nothing is sent yet."""
    hooks = [hook(receiver.party, receiver.url) for receiver in receivers]
    async with office(folder, SystemClock(), []) as at:
        at.subscriptions = hooks
        await at.stop()
        parties = [receiver.party for receiver in receivers]
        await at.tell(*(an_alert(first + n, parties, lane=f"L{first + n}") for n in range(ALERTS)))


async def _run(folder: Path, receivers: list[Receiver], kill_after_s: float) -> bool:
    """Let a dispatcher run for so long, then kill it; whether it had nothing left to do."""
    pairs = [f"{receiver.party}={receiver.url}" for receiver in receivers]
    command = (sys.executable, "-m", "tests.deliver.dispatching", str(folder), *pairs)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, cwd=ROOT)
    try:
        assert await _line(process, START_S) == b"ready\n"
        try:
            return await _line(process, kill_after_s) == b"done\n"
        except TimeoutError:
            return False
    finally:
        process.kill()
        await process.wait()


async def _line(process: Process, timeout_s: float) -> bytes:
    assert process.stdout is not None
    async with asyncio.timeout(timeout_s):
        return await process.stdout.readline()


def hold(figures: Figures) -> None:
    print(figures)
    assert figures.never == 0
    assert figures.under_two_ids == 0
    assert figures.twice <= figures.most_twice


@pytest.mark.timeout(300)
async def test_everyone_is_told_of_everything_through_kills(tmp_path: Path) -> None:
    hold(await kill_often(tmp_path, SHORT, random.randrange(2**32)))


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_everyone_is_told_of_everything_through_two_hundred_kills(tmp_path: Path) -> None:
    hold(await kill_often(tmp_path, LONG, random.randrange(2**32)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        given = [*map(int, sys.argv[1:]), random.randrange(2**32)]
        hold(asyncio.run(kill_often(Path(name), given[0], given[1])))
