"""The followers into each configured InfluxDB: events, alerts and deliveries, each by a cursor and gaps of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import structlog

from gateway.clock import SystemClock
from gateway.config import resolve_secret
from gateway.config.model import Config, Influx
from gateway.feeds import JournalFeed
from gateway.influx import Backfill, Follower, Health, Lines, Sender, Writer, open_writer
from gateway.influx.lines import Item
from gateway.journal import Journal, alerts, events

log = structlog.get_logger("influx")

After: TypeAlias = Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, Item]]]

LOGS: Mapping[str, After] = {
    "events": events.after,
    "alerts": alerts.log_after,
    "deliveries": alerts.delivery_log_after,
}
NEWEST: Mapping[str, Callable[[sqlite3.Connection], int]] = {  # the last number of each of them
    "events": events.last_seq,
    "alerts": alerts.log_last,
    "deliveries": alerts.delivery_log_last,
}


@dataclass(frozen=True, kw_only=True)
class Following:
    """The two lanes of one log with their connections to the server, which end with them."""

    follower: Follower[Item]
    backfill: Backfill[Item]
    writer: Writer

    @property
    def state(self) -> Health | None:
        """How the live lane fares; None: nothing was tried yet."""
        return self.follower.sender.health

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            async with asyncio.TaskGroup() as lanes:
                lanes.create_task(self.follower.run(), name="live")
                lanes.create_task(self.backfill.run(), name="backfill")
        finally:
            await self.writer.close()


def influx_followers(config: Config, base: Path, journal: Journal) -> dict[str, Following]:
    """One follower per log and server, by task name."""
    lines = lines_of_site(config)
    followers = {}
    for server in config.influx:
        for what in LOGS:
            name = f"influx.{server.name}.{what}"
            feed: JournalFeed[Item] = JournalFeed(journal, name, log_of(server, what), NEWEST[what])
            writer = open_writer(with_secrets(server, base))
            followers[name] = _following(server, name, feed, writer, lines)
    return followers


def lines_of_site(config: Config) -> Lines:
    """How points of this site are written."""
    return Lines(site=config.site.name, parties={place.code: place.party for place in config.places})


def log_of(server: Influx, what: str) -> After:
    """A log as this server is told of it."""
    return LOGS[what]


def _following(server: Influx, name: str, feed: JournalFeed[Item], writer: Writer, lines: Lines) -> Following:
    clock = SystemClock()  # back-off, Retry-After and rates are the server's time, also in the demo
    live = Sender(name=name, writer=writer, clock=clock, batch=server.batch, on_health=partial(_tell, name))
    backfill = Sender(name=name, writer=writer, clock=clock, batch=server.batch)
    return Following(
        follower=Follower(feed=feed, sender=live, line=lines.line, behind=server.behind),
        backfill=Backfill(gaps=feed, sender=backfill, line=lines.line, clock=clock, per_s=server.backfill_per_s),
        writer=writer,
    )


def with_secrets(server: Influx, base: Path) -> Influx:
    """A server with its secrets in the place of what they are called. Raises BadInput."""
    found = {
        field: resolve_secret(text, base)
        for field, text in (("password", server.password), ("token", server.token))
        if text is not None
    }
    return server.model_copy(update=found)


def _tell(name: str, health: Health) -> None:
    tell = log.error if health.alarm else log.info
    tell("influxdb", follower=name, state=health.reason, text=health.text)
