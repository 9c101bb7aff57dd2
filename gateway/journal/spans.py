"""Which part of a log was recorded in a time span."""

from __future__ import annotations

import sqlite3

from gateway.journal.gaps import Gap
from gateway.model import Micros

_TABLES = {"events": "events", "alerts": "alert_log", "deliveries": "delivery_log", "stops": "stop_log"}


def recorded_between(connection: sqlite3.Connection, log: str, from_us: Micros, until_us: Micros) -> Gap:
    """The numbers of a log (events, alerts, deliveries, stops) that were recorded from one time until another.

    Also what lies between them, where the clock was set back meanwhile. Nothing: a span that ends where it begins.
    """
    first, last = connection.execute(
        f"SELECT min(seq), max(seq) FROM {_TABLES[log]} WHERE recorded_us BETWEEN ? AND ?",  # noqa: S608 - our own names
        (from_us, until_us),
    ).fetchone()
    return Gap(after=0, until=0) if first is None else Gap(after=first - 1, until=last)
