"""How much waits for each output: what is behind its cursor, and what was left to the backfill lane."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from gateway.config import Config
from gateway.journal import gaps, states
from gateway.outputs.build import OF_SPARKPLUG
from gateway.outputs.influx_out import INFLUX_LOGS, LOGS, NEWEST


class Backlog(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What waits for one lane, in entries of its log."""

    output: str  # the lane's name: influx.plant.events
    waiting: int  # behind the cursor
    left: int  # in gaps, for the backfill lane

    @property
    def entries(self) -> int:
        """All of it."""
        return self.waiting + self.left


def lane_names(config: Config) -> Iterator[tuple[str, str]]:
    """The name of each configured lane, and its log."""
    outputs = config.outputs
    for kind, entries, logs in (
        ("influx", config.influx, INFLUX_LOGS),
        ("file", outputs.files, tuple(LOGS)),
        ("mqtt", outputs.mqtt, tuple(LOGS)),
        ("sparkplug", outputs.sparkplug, OF_SPARKPLUG),
    ):
        for entry in entries:
            yield from ((f"{kind}.{entry.name}.{what}", what) for what in logs)


def backlogs(connection: sqlite3.Connection, names: Iterable[tuple[str, str]]) -> list[Backlog]:
    """The backlog of each of these lanes."""
    newest = {what: last(connection) for what, last in NEWEST.items()}
    cursors, noted = states.cursors(connection), gaps.all_gaps(connection)
    return [
        Backlog(
            output=name,
            waiting=max(0, newest[what] - cursors.get(name, 0)),
            left=sum(gap.until - gap.after for gap in noted.get(name, ())),
        )
        for name, what in names
    ]
