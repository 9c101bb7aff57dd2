"""What is past and over goes, so that the journal does not grow for ever: in batches, and nothing that still counts.

Alerts go with their parties, deliveries and remarks. Of a log a row goes when `recorded_us` is past and nothing needs
it: each says what that is. A log's newest row stays, so that its last number is known; and none goes that a follower
has not read. Finding what may go reads; only taking it away writes, and looks again whether it still may.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from gateway.model import Micros

Log: TypeAlias = Literal["alerts", "deliveries", "stops", "stock", "plans", "events", "fixes"]

TABLES: Mapping[Log, str] = {
    "alerts": "alert_log",
    "deliveries": "delivery_log",
    "stops": "stop_log",
    "stock": "stock_log",
    "plans": "shipment_log",
    "events": "events",
    "fixes": "events",
}

# Nobody may still be to be told of it; nothing may be left to do about it, nor have been said of it lately; and while
# something can still happen to its shipment, or the alert that corrects it stands, it is asked for.
_OVER = """
SELECT a.alert_id FROM alerts a WHERE a.state IN ('resolved', 'withdrawn') AND a.raised_us < :oldest
    AND coalesce(json_extract(CAST(a.body AS TEXT), '$.ended_us'), :oldest) < :oldest
    AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.alert_id = a.alert_id AND d.state = 'pending')
    AND NOT EXISTS (SELECT 1 FROM remarks r WHERE r.alert_id = a.alert_id AND (r.at_us >= :oldest OR r.kind = 'task'
        AND NOT EXISTS (SELECT 1 FROM remarks o WHERE o.kind = 'done' AND o.answers = r.number)))
    AND NOT EXISTS (SELECT 1 FROM trips t WHERE t.shipment_id = a.shipment AND t.open = 1)
    AND NOT EXISTS (SELECT 1 FROM alerts s WHERE s.state = 'open'
        AND s.alert_id = json_extract(CAST(a.body AS TEXT), '$.superseded_by'))
"""
_NO_OPEN_TRIP = "NOT EXISTS (SELECT 1 FROM trips t WHERE t.shipment_id = l.shipment_id AND t.open = 1)"
_REPLACED = (
    "EXISTS (SELECT 1 FROM shipment_log n WHERE n.shipment_id = l.shipment_id AND n.seq > l.seq"
    " AND n.recorded_us < :oldest)"
)
_PLAN_OVER = "EXISTS (SELECT 1 FROM shipments s WHERE s.shipment_id = l.shipment_id AND s.until_us < :oldest)"
_NEEDLESS: Mapping[Log, str] = {
    # Versions and attempts of what is not there any more.
    "alerts": "NOT EXISTS (SELECT 1 FROM alerts a WHERE a.alert_id = l.alert_id)",
    "deliveries": "NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.delivery_id = l.delivery_id)",
    # How stops stood of shipments to which nothing can happen any more.
    "stops": _NO_OPEN_TRIP,
    # What another count had taken the place of before: at every time that is kept the same count stands.
    "stock": "EXISTS (SELECT 1 FROM stock_log n WHERE n.place = l.place AND n.part = l.part AND n.seq > l.seq"
    " AND n.recorded_us < :oldest)",
    # Versions likewise, of plans that are over: the plan as it was last is kept.
    "plans": " AND ".join((_REPLACED, _NO_OPEN_TRIP, _PLAN_OVER)),
    # What figures count from, and what there is much more of; where things are stands elsewhere.
    "events": "l.type IN ('location', 'device')",
    "fixes": "l.type IN ('position', 'sensor')",
}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What was found on one page of a log."""

    needless: Sequence[int]  # numbers of rows
    last: int  # the number up to which it was read; 0: to the end of what is past


def alerts_over(connection: sqlite3.Connection, oldest_us: Micros, limit: int) -> list[str]:
    """Alerts that ended before a time and are asked for no more; some of them, in no order."""
    rows = connection.execute(f"{_OVER} LIMIT :limit", {"oldest": oldest_us, "limit": limit})
    return [alert_id for (alert_id,) in rows]


def drop_alerts(connection: sqlite3.Connection, found: Sequence[str], oldest_us: Micros) -> int:
    """Take away those of them that are still over, with their parties, deliveries and remarks; return how many."""
    one = f"{_OVER} AND a.alert_id = :found"  # each by its key: the index of states would walk through all
    still = (connection.execute(one, {"oldest": oldest_us, "found": alert_id}).fetchone() for alert_id in found)
    gone = [row for row in still if row is not None]
    for table in ("alerts", "alert_parties", "deliveries", "remarks"):
        connection.executemany(f"DELETE FROM {table} WHERE alert_id = ?", gone)  # noqa: S608 - our own names
    return len(gone)


def needless(connection: sqlite3.Connection, log: Log, after: int, until: int, oldest_us: Micros, limit: int) -> Page:
    """A page of a log behind a number, up to another: which of its rows, recorded before a time, nothing needs."""
    table = TABLES[log]
    rows = connection.execute(
        f"SELECT l.seq, l.recorded_us < :oldest, {_NEEDLESS[log]} FROM {table} l WHERE l.seq > :after"  # noqa: S608 - our own words
        f" AND l.seq <= :until AND l.seq < (SELECT max(seq) FROM {table}) ORDER BY l.seq LIMIT :limit",
        {"oldest": oldest_us, "after": after, "until": until, "limit": limit},
    ).fetchall()
    past = [(seq, free) for seq, is_past, free in rows if is_past]
    goes_on = past and len(rows) == limit  # a few of a time to come do not hide what is behind them
    return Page(needless=[seq for seq, free in past if free], last=past[-1][0] if goes_on else 0)


def drop(connection: sqlite3.Connection, log: Log, found: Sequence[int], oldest_us: Micros) -> int:
    """Take away those rows of a log that still nothing needs; return how many."""
    return connection.execute(
        f"DELETE FROM {TABLES[log]} AS l WHERE seq IN (SELECT value FROM json_each(:found))"  # noqa: S608 - our own words
        f" AND l.recorded_us < :oldest AND {_NEEDLESS[log]}",
        {"oldest": oldest_us, "found": json.dumps(found)},
    ).rowcount


def names_over(connection: sqlite3.Connection, oldest_us: Micros, limit: int) -> list[int]:
    """The numbers of names that were removed before a time."""
    rows = connection.execute("SELECT number FROM names WHERE removed_us < ? LIMIT ?", (oldest_us, limit))
    return [number for (number,) in rows]


def drop_names(connection: sqlite3.Connection, found: Iterable[int]) -> None:
    """Take away names that count no more."""
    connection.executemany(
        "DELETE FROM names WHERE number = ? AND removed_us IS NOT NULL", [(number,) for number in found]
    )


def read_by_all(connection: sqlite3.Connection, followers: Collection[str]) -> int:
    """The number up to which all of some followers have read their log; beyond every log where there are none."""
    cursors = dict(connection.execute("SELECT name, seq FROM cursors").fetchall())
    gaps = dict(connection.execute("SELECT name, min(after_seq) FROM gaps GROUP BY name").fetchall())
    return min((min(cursors.get(name, 0), gaps.get(name, 2**62)) for name in followers), default=2**62)
