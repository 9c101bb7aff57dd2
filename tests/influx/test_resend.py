"""`tierview influx backfill`: a part of the journal again, counted once, told as it goes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import msgspec

from gateway.clock import SECOND_US
from gateway.journal import events, open_journal
from gateway.journal.gaps import Gap
from gateway.journal.spans import recorded_between
from tests.cli.command import tierview
from tests.conftest import ROOT
from tests.influx.test_backfill import counted_at, made
from tests.servers_influx import InfluxServer

BEGIN_US = 1_772_323_200_000_000  # 2026-03-01T00:00:00Z


async def journalled(folder: Path, count: int) -> None:
    """An event a second from the beginning of a day."""
    happened = [
        msgspec.structs.replace(event, recorded_us=BEGIN_US + number * SECOND_US)
        for number, event in enumerate(made(count, seed=101))
    ]
    async with open_journal(folder / "data") as journal:
        await journal.write(lambda c: events.insert(c, happened))


def configured(folder: Path, server: InfluxServer, database: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(f"influx:\n  - {{name: plant, url: '{server.url}', database: {database}, batch: 100}}\n")
    return file


async def test_a_span_is_sent_again_and_counted_once(influx_1x: InfluxServer, tmp_path: Path) -> None:
    await journalled(tmp_path, 1000)
    config = configured(tmp_path, influx_1x, "again")
    span = ("--from", "2026-03-01T00:05:00Z", "--until", "2026-03-01T00:09:59Z")
    for _ in range(2):
        called = tierview("influx", "backfill", config, *span, "--log", "events", "--json")
        assert called.code == 0, called.err
        last = called.rows[-1]
        assert (last["what"], last["done"], last["total"], last["ends_s"]) == ("plant events", 300, 300, 0.0)
    assert counted_at(influx_1x, "again") == 300
    assert tierview("influx", "backfill", config).out.splitlines() == [
        "plant events: 1000 sent, 0 refused",
        "plant alerts: 0 sent, 0 refused",
        "plant deliveries: 0 sent, 0 refused",
        "plant stops: 0 sent, 0 refused",
    ]
    assert counted_at(influx_1x, "again") == 1000


async def test_a_terminal_sees_a_bar(influx_1x: InfluxServer, tmp_path: Path) -> None:
    await journalled(tmp_path, 1000)
    config = configured(tmp_path, influx_1x, "bar")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "gateway", "influx", "backfill", str(config), "--per-s", "1000"]
    done = subprocess.run(command, stderr=theirs, stdout=subprocess.PIPE, cwd=ROOT, check=True)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    os.close(theirs)
    assert done.stdout.decode().startswith("plant events: 1000 sent")
    assert "points/s" in shown
    assert "/1000" in shown


def test_what_cannot_be_asked_for_is_said(tmp_path: Path, influx_1x: InfluxServer) -> None:
    config = configured(tmp_path, influx_1x, "none")
    assert tierview("influx", "backfill", config).err.strip().endswith("expected a file journal.sqlite")
    assert tierview("influx", "backfill", config, "--per-s", "-1").code == 2
    assert tierview("influx", "backfill", config, "--name", "plan").err.count("did you mean 'plant'?") == 1


async def test_a_span_of_a_log_is_what_was_recorded_then(tmp_path: Path) -> None:
    await journalled(tmp_path, 10)
    async with open_journal(tmp_path / "data") as journal:

        async def span(from_s: int, until_s: int) -> Gap:
            begin, end = BEGIN_US + from_s * SECOND_US, BEGIN_US + until_s * SECOND_US
            return await journal.read(lambda c: recorded_between(c, "events", begin, end))

        assert await span(0, 9) == Gap(after=0, until=10)
        assert await span(3, 5) == Gap(after=3, until=6)
        assert await span(-9, -1) == Gap(after=0, until=0)
