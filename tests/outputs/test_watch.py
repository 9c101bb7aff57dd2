"""What waits is told: by metrics, by the doctor, by `top`, and that a backfill begins and ends by the log."""

from __future__ import annotations

from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from rich.console import Console

from gateway.cli.top_tables import tables
from gateway.cli.top_view import Look, _outputs
from gateway.config import Config
from gateway.config.model import Influx
from gateway.config.outputs import FileOutput, Outputs
from gateway.doctor.outputs import check_backlogs
from gateway.journal import events, open_journal
from gateway.outputs.backlog import Backlog
from gateway.outputs.feeds import JournalFeed
from gateway.outputs.influx_out import influx_followers
from gateway.outputs.watch import OutputWatch
from tests.influx.test_backfill import made
from tests.outputs.running import happen

NAME = "influx.plant.events"
CONFIG = Config(
    influx=(Influx(name="plant", url="http://127.0.0.1:1"),),
    outputs=Outputs(files=(FileOutput(name="archive", folder="out"),)),
)


async def test_a_backfill_is_told_while_it_lasts_and_when_it_ends(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, made(5000, seed=95))
        watch = OutputWatch(CONFIG, journal, influx_followers(CONFIG, tmp_path, journal))
        registry.register(watch)
        feed = JournalFeed(journal, NAME, events.after, events.last_seq)
        with structlog.testing.capture_logs() as said:
            await feed.leave(100, 4900, [])
            await watch.look(100.0)
            await feed.fill(await feed.first_gap(), 2900, [])
            await watch.look(110.0)
            amid = generate_latest(registry).decode()
            doctored = {one.about: (one.grade, one.text) for one in check_backlogs(CONFIG, tmp_path)}
            await feed.fill(await feed.first_gap(), 4900, [])
            await watch.look(120.0)
    assert watch.backlogs[0] == Backlog(output=NAME, waiting=100, left=0)
    assert f'tierview_output_waiting_entries{{output="{NAME}"}} 100.0' in amid
    assert f'tierview_output_backfill_entries{{output="{NAME}"}} 2000.0' in amid
    assert f'tierview_output_backfill_seconds{{output="{NAME}"}} {2000 / 280:.3f}'[:-2] in amid
    assert doctored[NAME] == ("warning", "2000 entries are left to the backfill, 100 newer ones wait")
    assert doctored["file.archive.events"] == ("warning", "5000 entries wait")
    assert doctored["influx.plant.alerts"] == ("ok", "has everything")
    assert [one["event"] for one in said] == [
        "backfill begins: what is new goes first",
        "backfill ended: everything is delivered",
    ]


def test_top_shows_outputs_for_which_something_waits() -> None:
    totals = {
        ("tierview_output_waiting_entries", NAME): 100.0,
        ("tierview_output_backfill_entries", NAME): 198_001.0,
        ("tierview_output_backfill_seconds", NAME): 40.0,
        ("tierview_output_waiting_entries", "file.archive.events"): 3.0,
        ("tierview_output_waiting_entries", "mqtt.bus.events"): 1.0,
        ("tierview_output_failing", "mqtt.bus.events"): 1.0,
    }
    look = Look(at_s=0.0, session=None, health=None, alerts=(), late=(), totals=totals, rates={})  # type: ignore[arg-type]
    rows = look.outputs()
    assert [(row.output, row.backfill, row.failing) for row in rows] == [
        (NAME, 198_001, False),
        ("mqtt.bus.events", 0, True),
    ]
    console = Console(width=100)
    with console.capture() as shown:
        console.print(*tables([_outputs(rows)], 100, None))
    assert "198001" in shown.get()
    assert "40 s" in shown.get()
    assert "down" in shown.get()
