"""Every contest runs in its short form, and nothing is lost or counted twice; how fast is not a test's business."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from typing import Any

import pytest

from tests.bench.__main__ import CONTESTS
from tests.bench.contest import Contender, Contest, Measured, Role, repetitions
from tests.bench.size import SHORT
from tests.bench.verdict import judge
from tests.conftest import ROOT

SECONDS = {"ours": 1.0, "peer": 4.0}
SIDE_BY_SIDE = 3  # most of a short contest is waiting for servers to start


@pytest.mark.timeout(400)  # every contest has servers and processes of its own to start
async def test_every_contest_runs_and_counts() -> None:
    names = list(CONTESTS)
    told = await asyncio.gather(*(short_form(names[first::SIDE_BY_SIDE]) for first in range(SIDE_BY_SIDE)))
    contests = {contest["name"]: contest for part in told for contest in part["contests"]}
    assert all(part["machine"]["versions"]["tierview"] for part in told)
    assert contests.keys() == CONTESTS.keys()
    units = {name: contest["units"] for name, contest in contests.items()}
    assert (units["mqtt"], units["tcp"], units["delay"]) == (SHORT.messages, SHORT.reports, SHORT.paced)
    for contest in contests.values():
        figures = contest["figures"]
        assert figures[0]["role"] == "ours"
        assert len(figures) > 1 or shutil.which("mosquitto") is None
        assert all(figure["missing"] == figure["repeated"] == 0 for figure in figures), contest
        assert all(figure["per_s"] > 0 for figure in figures)


async def short_form(names: list[str]) -> Any:
    only = [word for name in names for word in ("--only", name)]
    command = [sys.executable, "-m", "tests.bench", "--short", "--json", *only]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0, names
    return json.loads(out)


def worker(name: str, turns: list[str], seconds: float) -> Contender:
    def measure() -> Measured:
        turns.append(name)
        return Measured(units=100, seconds=seconds)

    return Contender(name=name, role=Role.OURS if name == "ours" else Role.PEER, measure=measure)


def test_contenders_take_turns_and_are_compared_within_a_repetition() -> None:
    turns: list[str] = []
    contenders = [worker(name, turns, seconds) for name, seconds in SECONDS.items()]
    contest = Contest(name="x", title="x", unit="things", contenders=contenders)
    verdict = judge(contest, list(repetitions(contest, 3)))
    assert turns == ["ours", "peer", "peer", "ours", "ours", "peer"]
    ours, peer = verdict.figures
    assert (ours.per_s, ours.ratio) == (100.0, None)
    assert peer.ratio == pytest.approx(4.0)


def test_what_swings_is_inconclusive() -> None:
    seconds = iter((1.0, 2.0, 1.0))
    steady = Contender(name="ours", role=Role.OURS, measure=lambda: Measured(units=1, seconds=1.0))
    shaky = Contender(name="peer", role=Role.PEER, measure=lambda: Measured(units=1, seconds=next(seconds)))
    ticks = iter(range(100))
    contest = Contest(name="x", title="x", unit="things", contenders=[steady, shaky], clock=lambda: float(next(ticks)))
    verdict = judge(contest, list(repetitions(contest, 3)))
    assert verdict.figures[1].inconclusive == "the ratio swung 2.0 times"
