"""Line protocol in files: each entry once, whatever was killed, cut, full or taken away."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.clock import SECOND_US, ManualClock
from gateway.config import Config
from gateway.config.outputs import FileOutput, Outputs
from gateway.influx import Lines
from gateway.influx.lines import Item
from gateway.journal import Journal, events, open_journal
from gateway.outputs.feed import OutputFeed
from gateway.outputs.file_out import FileOut
from gateway.outputs.lane import Away
from tests.conftest import ROOT
from tests.influx.line_parser import parse_line
from tests.influx.test_backfill import made
from tests.outputs.running import happen, running, until_at

LINES = Lines(site="site", parties={})
NAME = "file.archive.events"
DAY_1_US = 1_772_323_200_000_000  # 2026-03-01T00:00:00Z
DAY_US = 86_400 * SECOND_US


def config(*, rotate_mb: float = 64.0, batch: int = 50) -> Config:
    return Config(outputs=Outputs(files=(FileOutput(name="archive", folder="out", rotate_mb=rotate_mb, batch=batch),)))


def written(folder: Path) -> list[bytes]:
    files = sorted((folder / "out").glob("events-*.lp"))
    return [line for file in files for line in file.read_bytes().splitlines()]


def expected(happened: list[Item]) -> list[bytes]:
    return [LINES.line(number, item) for number, item in enumerate(happened, 1)]


async def test_every_event_is_one_line_in_order_in_files_of_a_size(tmp_path: Path) -> None:
    happened = made(1000, seed=80)
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, happened)
        async with running(config(rotate_mb=0.05), tmp_path, journal):
            await until_at(journal, NAME, 1000)
    assert written(tmp_path) == expected(list(happened))
    sizes = [file.stat().st_size for file in sorted((tmp_path / "out").glob("events-*.lp"))]
    assert len(sizes) > 3
    assert all(50_000 <= size < 80_000 for size in sizes[:-1]), sizes
    assert all(parse_line(line).fields for line in written(tmp_path))


async def test_what_was_not_synced_with_the_cursor_is_cut_off_and_written_again(tmp_path: Path) -> None:
    happened = made(300, seed=81)
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, happened[:100])
        async with running(config(), tmp_path, journal):
            await until_at(journal, NAME, 100)
        (file,) = (tmp_path / "out").glob("events-*.lp")
        with file.open("ab") as torn:
            torn.write(LINES.line(101, happened[100]) + b"\n" + LINES.line(102, happened[101])[:40] + b"\0\0\0")
        await happen(journal, happened[100:])
        async with running(config(), tmp_path, journal):
            await until_at(journal, NAME, 300)
    assert written(tmp_path) == expected(list(happened))


async def test_a_file_that_somebody_took_away_is_followed_by_the_next(tmp_path: Path) -> None:
    happened = made(200, seed=82)
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, happened[:100])
        async with running(config(), tmp_path, journal):
            await until_at(journal, NAME, 100)
        (file,) = (tmp_path / "out").glob("events-*.lp")
        file.rename(tmp_path / "taken.lp")
        await happen(journal, happened[100:])
        async with running(config(), tmp_path, journal):
            await until_at(journal, NAME, 200)
    (taken,) = [(tmp_path / "taken.lp").read_bytes().splitlines()]
    assert taken + written(tmp_path) == expected(list(happened))


async def test_an_older_journal_that_was_put_back_takes_nothing_away(tmp_path: Path) -> None:
    happened = made(300, seed=86)
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, happened[:100])
        async with running(config(), tmp_path, journal):
            await until_at(journal, NAME, 100)
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, happened[100:])
        async with running(config(), tmp_path, journal):
            await until_at(journal, NAME, 300)
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "copy").rename(tmp_path / "data")
    later = made(50, seed=87)
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, later)
        async with running(config(), tmp_path, journal):
            await until_at(journal, NAME, 150)
    again = [LINES.line(number, event) for number, event in enumerate(later, 101)]
    assert written(tmp_path) == [*expected(list(happened)), *again]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond this: what a full disk says, too."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def target(journal: Journal, folder: Path, clock: ManualClock) -> FileOut:
    feed = OutputFeed(journal, NAME, events.after)
    return FileOut(
        folder=folder / "out", log="events", feed=feed, line=LINES.line, clock=clock, rotate_bytes=10**9, batch=50
    )


async def test_a_full_disk_is_an_alarm_and_nothing_is_written_twice(tmp_path: Path) -> None:
    happened = made(60, seed=83)
    rows = list(enumerate(happened, 1))
    async with open_journal(tmp_path / "data") as journal:
        out = target(journal, tmp_path, ManualClock(DAY_1_US))
        await out.open()
        await out.put(rows[:10])
        safe = sum(len(line) + 1 for line in expected(list(happened))[:10])
        with largest_file(safe + 100):
            for _ in range(2):
                with pytest.raises(Away) as caught:
                    await out.put(rows[10:])
                assert (caught.value.reason, caught.value.alarm) == ("disk_full", True)
        marks = await out.put(rows[10:])
        await out.close()
    assert written(tmp_path) == expected(list(happened))
    assert marks == {
        "day": 20260301,
        "number": 1,
        "length": (tmp_path / "out/events-20260301-000001.lp").stat().st_size,
    }


async def test_each_day_has_a_file_of_its_own(tmp_path: Path) -> None:
    happened = made(3, seed=84)
    clock = ManualClock(DAY_1_US + DAY_US - 1)
    async with open_journal(tmp_path / "data") as journal:
        out = target(journal, tmp_path, clock)
        await out.open()
        for number, event in enumerate(happened, 1):
            await out.put([(number, event)])
            clock.advance_to(clock.now_us() + DAY_US)
        await out.close()
    names = [file.name for file in sorted((tmp_path / "out").iterdir())]
    assert names == [f"events-2026030{day}-000001.lp" for day in (1, 2, 3)]


async def test_kills_leave_each_line_once(tmp_path: Path) -> None:
    happened = made(4000, seed=85)
    chance = random.Random(85)
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, happened)
    for _ in range(5):
        command = [sys.executable, "-m", "tests.outputs.following", str(tmp_path)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"at work\n"
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.005, 0.06))
            process.kill()
    before = len(written(tmp_path))
    async with open_journal(tmp_path / "data") as journal, running(config(), tmp_path, journal):
        await until_at(journal, NAME, 4000)
    print(f"{before} of 4000 lines stood there after five kills (seed 85)")
    assert 0 < before < 4000
    assert written(tmp_path) == expected(list(happened))
