"""What the scores of parties are made of: records and flawed records, by day, party and kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from gateway.quality.scores import DayCount


def add(connection: sqlite3.Connection, counts: Iterable[DayCount]) -> None:
    """Add to the counts of days."""
    connection.executemany(
        "INSERT INTO quality_days (day, party, kind, total, flawed) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (day, party, kind) DO UPDATE"
        " SET total = total + excluded.total, flawed = flawed + excluded.flawed",
        [(count.day, count.party, count.kind, count.total, count.flawed) for count in counts],
    )


def since(connection: sqlite3.Connection, day: str, party: str = "") -> list[DayCount]:
    """The counts from a day on, by party, then day; of one party, or of all where it is empty."""
    rows = connection.execute(
        "SELECT day, party, kind, total, flawed FROM quality_days WHERE day >= ? AND (? = '' OR party = ?)"
        " ORDER BY party, day, kind",
        (day, party, party),
    )
    return [DayCount(day=d, party=p, kind=kind, total=total, flawed=flawed) for d, p, kind, total, flawed in rows]
