"""The followers into each configured InfluxDB: events, alerts and deliveries, each by a cursor of its own."""

from __future__ import annotations

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
from gateway.influx import Follower, Health, Lines, Writer, open_writer
from gateway.influx.lines import Item
from gateway.journal import Journal, alerts, events

log = structlog.get_logger("influx")

After: TypeAlias = Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, Item]]]

LOGS: Mapping[str, After] = {
    "events": events.after,
    "alerts": alerts.log_after,
    "deliveries": alerts.delivery_log_after,
}


@dataclass(frozen=True, kw_only=True)
class Following:
    """A follower with its connections to the server, which end with it."""

    follower: Follower[Item]
    writer: Writer

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            await self.follower.run()
        finally:
            await self.writer.close()


def influx_followers(config: Config, base: Path, journal: Journal) -> dict[str, Following]:
    """One follower per log and server, by task name."""
    lines = Lines(site=config.site.name, parties={place.code: place.party for place in config.places})
    followers = {}
    for server in config.influx:
        for what, after in LOGS.items():
            name = f"influx.{server.name}.{what}"
            writer = open_writer(_with_secrets(server, base))
            follower = Follower(
                name=name,
                feed=JournalFeed(journal, name, after),
                writer=writer,
                line=lines.line,
                clock=SystemClock(),  # back-off and Retry-After are the server's time, also in the demo
                batch=server.batch,
                on_health=partial(_tell, name),
            )
            followers[name] = Following(follower=follower, writer=writer)
    return followers


def _with_secrets(server: Influx, base: Path) -> Influx:
    found = {
        field: resolve_secret(text, base)
        for field, text in (("password", server.password), ("token", server.token))
        if text is not None
    }
    return server.model_copy(update=found)


def _tell(name: str, health: Health) -> None:
    tell = log.error if health.alarm else log.info
    tell("influxdb", follower=name, state=health.reason, text=health.text)
