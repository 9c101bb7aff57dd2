"""The followers into each configured InfluxDB: events, alerts, deliveries and stops, each by a cursor and gaps."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import structlog

from gateway.access import Estate
from gateway.clock import SystemClock
from gateway.config import resolve_secret
from gateway.config.model import Config, Influx
from gateway.influx import Backfill, Follower, Health, Lines, Sender, Writer, open_writer
from gateway.influx.lines import Entry, Item
from gateway.journal import Journal, alerts, events, stop_log
from gateway.outputs.feeds import JournalFeed
from gateway.outputs.seen_by import seen_by, stops_seen_by

log = structlog.get_logger("influx")

After: TypeAlias = Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, Item]]]
LogAfter: TypeAlias = Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, Entry | None]]]

LOGS: Mapping[str, After] = {
    "events": events.after,
    "alerts": alerts.log_after,
    "deliveries": alerts.delivery_log_after,
}
STOPS = "stops"
INFLUX_LOGS = (*LOGS, STOPS)
NEWEST: Mapping[str, Callable[[sqlite3.Connection], int]] = {  # the last number of each of them
    "events": events.last_seq,
    "alerts": alerts.log_last,
    "deliveries": alerts.delivery_log_last,
    STOPS: stop_log.log_last,
}

NOTHING = Estate(Config())


@dataclass(frozen=True, kw_only=True)
class Following:
    """The two lanes of one log with their connections to the server, which end with them."""

    follower: Follower[Entry]
    backfill: Backfill[Entry]
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


def influx_followers(
    config: Config, base: Path, journal: Journal, estate: Estate | None = None
) -> dict[str, Following]:
    """One follower per log and server, by task name; into a party's server goes what that party may see."""
    known = Estate(config) if estate is None else estate
    followers = {}
    for server in config.influx:
        lines = lines_for(config, server)
        for what in INFLUX_LOGS:
            name = f"influx.{server.name}.{what}"
            feed: JournalFeed[Entry] = JournalFeed(journal, name, log_of(server, what, known), NEWEST[what])
            writer = open_writer(with_secrets(server, base))
            followers[name] = _following(server, name, feed, writer, lines)
    return followers


def log_of(server: Influx, what: str, estate: Estate = NOTHING) -> LogAfter:
    """A log as this server is told of it: all, or what its party may see; without an estate that is nothing."""
    if what == STOPS:
        return stops_seen_by(stop_log.log_after, server.party, estate)
    return seen_by(LOGS[what], server.party, estate)


def lines_for(config: Config, server: Influx) -> Lines:
    """How points of this site are written for a server."""
    return Lines(
        site=config.site.name,
        parties={place.code: place.party for place in config.places},
        tiers={place.code: place.tier.value for place in config.places},
        party=server.party,
    )


def _following(server: Influx, name: str, feed: JournalFeed[Entry], writer: Writer, lines: Lines) -> Following:
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
