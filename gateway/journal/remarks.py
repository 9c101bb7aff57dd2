"""What parties say of alerts: one log, of which nothing is ever edited."""

from __future__ import annotations

import sqlite3

import msgspec

from gateway.model import Micros, Remark, RemarkKind

_encode = msgspec.json.Encoder().encode
_remark = msgspec.json.Decoder(Remark).decode


def save(connection: sqlite3.Connection, remark: Remark) -> Remark:
    """Store a remark; return it with its number."""
    row = connection.execute(
        "INSERT INTO remarks (alert_id, party, at_us, kind, addressee, answers, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (remark.alert_id, remark.party, remark.at_us, remark.kind, remark.to, remark.answers, _encode(remark)),
    )
    assert row.lastrowid is not None
    return msgspec.structs.replace(remark, number=row.lastrowid)


def get(connection: sqlite3.Connection, number: int) -> Remark | None:
    """One remark."""
    row = connection.execute("SELECT number, body FROM remarks WHERE number = ?", (number,)).fetchone()
    return _numbered(*row) if row else None


def of_alert(connection: sqlite3.Connection, alert_id: str, *, after: int = 0, limit: int) -> list[Remark]:
    """What was said of an alert behind a number, oldest first."""
    rows = connection.execute(
        "SELECT number, body FROM remarks WHERE alert_id = ? AND number > ? ORDER BY number LIMIT ?",
        (alert_id, after, limit),
    )
    return [_numbered(*row) for row in rows]


def count(connection: sqlite3.Connection, alert_id: str) -> int:
    """How much has been said of an alert."""
    return int(connection.execute("SELECT count(*) FROM remarks WHERE alert_id = ?", (alert_id,)).fetchone()[0])


def count_of(connection: sqlite3.Connection, alert_id: str, party: str) -> int:
    """How much a party has said of an alert."""
    row = connection.execute("SELECT count(*) FROM remarks WHERE alert_id = ? AND party = ?", (alert_id, party))
    return int(row.fetchone()[0])


def last_kind(connection: sqlite3.Connection, alert_id: str, party: str, *kinds: RemarkKind) -> RemarkKind | None:
    """What of these a party said last of an alert; None: nothing."""
    marks = ", ".join("?" * len(kinds))
    row = connection.execute(
        f"SELECT kind FROM remarks WHERE alert_id = ? AND party = ? AND kind IN ({marks}) ORDER BY number DESC LIMIT 1",  # noqa: S608 - question marks
        (alert_id, party, *kinds),
    ).fetchone()
    return row[0] if row else None


def is_done(connection: sqlite3.Connection, task: int) -> bool:
    """Whether a task has been answered."""
    row = connection.execute("SELECT 1 FROM remarks WHERE kind = 'done' AND answers = ?", (task,)).fetchone()
    return row is not None


def open_tasks(connection: sqlite3.Connection, *, to: str = "", by: str = "", limit: int) -> list[Remark]:
    """The tasks that nobody has answered, oldest first: those given to a party, or by one."""
    rows = connection.execute(
        "SELECT number, body FROM remarks r WHERE kind = 'task' AND (? = '' OR addressee = ?) AND (? = '' OR party = ?)"
        " AND NOT EXISTS (SELECT 1 FROM remarks d WHERE d.kind = 'done' AND d.answers = r.number)"
        " ORDER BY number LIMIT ?",
        (to, to, by, by, limit),
    )
    return [_numbered(*row) for row in rows]


def log_after(connection: sqlite3.Connection, number: int, limit: int) -> list[tuple[int, Micros, Remark]]:
    """What was said behind a cursor: (number, at_us, remark), oldest first."""
    rows = connection.execute(
        "SELECT number, at_us, body FROM remarks WHERE number > ? ORDER BY number LIMIT ?", (number, limit)
    )
    return [(seq, at_us, _numbered(seq, body)) for seq, at_us, body in rows]


def log_last(connection: sqlite3.Connection) -> int:
    """The newest number; 0 when nothing was said."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM remarks").fetchone()[0])


def _numbered(number: int, body: bytes) -> Remark:
    return msgspec.structs.replace(_remark(body), number=number)
