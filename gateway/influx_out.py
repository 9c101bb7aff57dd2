"""The followers into each configured InfluxDB: events, alerts and deliveries, each by a cursor of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import structlog

from gateway.clock import SystemClock
from gateway.config import resolve_secret
from gateway.config.model import Config, Influx
from gateway.feeds import JournalFeed
from gateway.influx import Follower, Health, Lines, open_writer
from gateway.influx.lines import Item
from gateway.journal import Journal, alerts, events

log = structlog.get_logger("influx")

After: TypeAlias = Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, Item]]]

LOGS: Mapping[str, After] = {
    "events": events.after,
    "alerts": alerts.log_after,
    "deliveries": alerts.delivery_log_after,
}


def influx_followers(config: Config, base: Path, journal: Journal) -> dict[str, Follower[Item]]:
    """One follower per log and server, by task name."""
    lines = Lines(site=config.site.name, parties={place.code: place.party for place in config.places})
    followers = {}
    for server in config.influx:
        for what, after in LOGS.items():
            name = f"influx.{server.name}.{what}"
            followers[name] = Follower(
                name=name,
                feed=JournalFeed(journal, name, after),
                writer=open_writer(_with_secrets(server, base)),
                line=lines.line,
                clock=SystemClock(),  # back-off and Retry-After are the server's time, also in the demo
                batch=server.batch,
                on_health=partial(_tell, name),
            )
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
