"""Quarantine: input that could not be used, with its reason, until it is replayed or dropped.

A row waits; replayed, it led to what it should have led to at once; dropped, somebody decided that it never will.
The finding that it is counted under is noted in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from gateway.journal import findings
from gateway.model import Micros, Quarantined
from gateway.quality.flaw import MANY, Flaw, Tally, finding_id, flaw_of, tallied

_COLUMNS = "received_us, source, stage, reason, text, topic, data, owner, subject, suggestion, head"
_NAMES = tuple(_COLUMNS.split(", "))

Numbered = tuple[int, Quarantined]


def insert(connection: sqlite3.Connection, rows: Iterable[Quarantined]) -> None:
    """Keep what could not be used, and count it under its finding."""
    held = list(rows)
    if not held:
        return
    counted = {_kind(t.flaw): findings.note_one(connection, t) for t in tallied(map(flaw_of, held))}
    connection.executemany(
        f"INSERT INTO quarantine ({_COLUMNS}, finding) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant of ours
        [(*_values(row), counted[_kind(flaw_of(row))]) for row in held],
    )


def holds(connection: sqlite3.Connection, row: Quarantined) -> bool:
    """Whether the same record waits already."""
    found = connection.execute(
        "SELECT 1 FROM quarantine WHERE source = ? AND reason = ? AND state = 'waiting' AND data = ? AND head = ?",
        (row.source, row.reason, row.data, row.head),
    ).fetchone()
    return found is not None


def _kind(flaw: Flaw) -> tuple[str, str, str, str]:
    return flaw.reason, flaw.owner, flaw.source, flaw.subject


def _values(row: Quarantined) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _NAMES)


def replayed(connection: sqlite3.Connection, numbers: Sequence[int], now_us: Micros) -> int:
    """Rows led to what they should have; in the transaction of that. Findings of which nothing waits are fixed."""
    return _end(connection, numbers, "replayed", now_us, "replay")


def dropped(connection: sqlite3.Connection, numbers: Sequence[int], now_us: Micros, by: str) -> int:
    """Rows will never be used; return how many were waiting."""
    return _end(connection, numbers, "dropped", now_us, by)


def _end(connection: sqlite3.Connection, numbers: Sequence[int], state: str, now_us: Micros, by: str) -> int:
    before = connection.total_changes
    connection.executemany(
        "UPDATE quarantine SET state = ?, tried_us = ? WHERE number = ? AND state = 'waiting'",
        [(state, now_us, number) for number in numbers],
    )
    ended = connection.total_changes - before
    findings.settle(connection, _findings_of(connection, numbers), now_us, by)
    return ended


def failed_again(connection: sqlite3.Connection, rows: Iterable[Numbered], now_us: Micros) -> None:
    """Rows that could not be used this time either stay, each with what is wrong with it now.

    Where that is what was wrong before, its finding counted it already.
    """
    for number, row in rows:
        (before,) = connection.execute("SELECT finding FROM quarantine WHERE number = ?", (number,)).fetchone() or ("",)
        flaw = flaw_of(row)
        if before in (finding_id(*_kind(flaw)), finding_id(flaw.reason, flaw.owner, flaw.source, MANY)):
            held = before
        else:
            held = findings.note_one(connection, Tally(flaw=flaw, count=1, first_us=flaw.at_us, last_us=flaw.at_us))
        connection.execute(
            "UPDATE quarantine SET reason = ?, text = ?, owner = ?, subject = ?, suggestion = ?, finding = ?,"
            " tried_us = ? WHERE number = ? AND state = 'waiting'",
            (row.reason, row.text, row.owner, row.subject, row.suggestion, held, now_us, number),
        )
        if before and before != held:
            findings.settle(connection, [before], now_us, "replay")


def newest(connection: sqlite3.Connection, limit: int) -> list[Numbered]:
    """The newest rows that wait, each with its number."""
    rows = connection.execute(
        f"SELECT number, {_COLUMNS} FROM quarantine WHERE state = 'waiting' ORDER BY number DESC LIMIT ?",  # noqa: S608 - a constant of ours
        (limit,),
    )
    return [_numbered(row) for row in rows]


def waiting(connection: sqlite3.Connection, limit: int) -> list[Numbered]:
    """Rows that wait, in the order in which they came."""
    rows = connection.execute(
        f"SELECT number, {_COLUMNS} FROM quarantine WHERE state = 'waiting' ORDER BY number LIMIT ?",  # noqa: S608 - a constant of ours
        (limit,),
    )
    return [_numbered(row) for row in rows]


def numbers_of(connection: sqlite3.Connection, finding: str) -> list[int]:
    """Which rows wait because of a finding, in the order in which they came."""
    rows = connection.execute(
        "SELECT number FROM quarantine WHERE finding = ? AND state = 'waiting' ORDER BY number", (finding,)
    )
    return [number for (number,) in rows]


def waiting_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Numbered]:
    """Those of these rows that wait, in the order in which they came."""
    found = []
    for number in sorted(set(numbers)):
        row = connection.execute(
            f"SELECT number, {_COLUMNS} FROM quarantine WHERE number = ? AND state = 'waiting'",  # noqa: S608 - a constant of ours
            (number,),
        ).fetchone()
        if row is not None:
            found.append(_numbered(row))
    return found


class About(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row that waits, and what its reason is about."""

    number: int
    subject: str
    owner: str


def waiting_about(connection: sqlite3.Connection, reasons: Sequence[str]) -> list[About]:
    """The rows that wait for one of these reasons, in the order in which they came."""
    rows = connection.execute(
        f"SELECT number, subject, owner FROM quarantine WHERE reason IN ({', '.join('?' * len(reasons))})"  # noqa: S608 - only marks
        " AND state = 'waiting' ORDER BY number",
        tuple(reasons),
    )
    return [About(number=number, subject=subject, owner=owner) for number, subject, owner in rows]


def still_waiting(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[int]:
    """Which of these rows wait."""
    found = []
    for number in numbers:
        row = connection.execute("SELECT state FROM quarantine WHERE number = ?", (number,)).fetchone()
        if row is not None and row[0] == "waiting":
            found.append(number)
    return found


def trim(connection: sqlite3.Connection, keep: int) -> int:
    """Keep only so many rows; return how many went that were still waiting.

    What has ended goes first, the oldest before; then those sources lose their oldest rows that have the most: a
    device that floods the gateway pushes out what is its own, never what waits of the others.
    """
    over = sum(_by_source(connection).values()) - keep
    if over <= 0:
        return 0
    connection.execute(
        "DELETE FROM quarantine WHERE number IN"
        " (SELECT number FROM quarantine WHERE state <> 'waiting' ORDER BY number LIMIT ?)",
        (over,),
    )
    waiting_by_source = _by_source(connection)
    most, lost = _most_each(list(waiting_by_source.values()), keep), 0
    for source, count in waiting_by_source.items():
        if count > most:
            connection.execute(
                "DELETE FROM quarantine WHERE number IN"
                " (SELECT number FROM quarantine WHERE source = ? ORDER BY number LIMIT ?)",
                (source, count - most),
            )
            lost += count - most
    return lost


def _by_source(connection: sqlite3.Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT source, count(*) FROM quarantine GROUP BY source").fetchall())


def _most_each(counts_held: list[int], keep: int) -> int:
    """The most rows that each may have so that all together have no more than `keep`; who has fewer keeps them all."""
    left = keep
    for place, count in enumerate(sorted(counts_held)):
        share = left // (len(counts_held) - place)
        if count > share:
            return share
        left -= count
    return keep


def counts(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """How many wait, by (source, reason)."""
    rows = connection.execute(
        "SELECT source, reason, count(*) FROM quarantine WHERE state = 'waiting' GROUP BY source, reason"
    )
    return {(source, reason): count for source, reason, count in rows}


def _findings_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> set[str]:
    found = set()
    for number in numbers:
        row = connection.execute("SELECT finding FROM quarantine WHERE number = ?", (number,)).fetchone()
        if row is not None and row[0]:
            found.add(str(row[0]))
    return found


def _numbered(row: Sequence[object]) -> Numbered:
    return int(row[0]), msgspec.convert(dict(zip(_NAMES, row[1:], strict=True)), Quarantined)  # type: ignore[call-overload]
