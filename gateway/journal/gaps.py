"""Gaps: what a follower of a log left out to be with the newest, to be delivered in a lane of its own."""

from __future__ import annotations

import sqlite3

import msgspec


class Gap(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Numbers of a log that are not delivered yet: those behind `after`, up to `until`."""

    after: int
    until: int


def gaps(connection: sqlite3.Connection, name: str) -> list[Gap]:
    """What a follower still has to deliver, the oldest first; no two touch."""
    rows = connection.execute("SELECT after_seq, until_seq FROM gaps WHERE name = ? ORDER BY after_seq", (name,))
    return [Gap(after=after, until=until) for after, until in rows]


def all_gaps(connection: sqlite3.Connection) -> dict[str, list[Gap]]:
    """The same of every follower that has any."""
    found: dict[str, list[Gap]] = {}
    for name, after, until in connection.execute("SELECT name, after_seq, until_seq FROM gaps ORDER BY 1, 2"):
        found.setdefault(name, []).append(Gap(after=after, until=until))
    return found


def note(connection: sqlite3.Connection, name: str, gap: Gap) -> None:
    """Add a gap; with those that it meets or touches it becomes one."""
    touching = "name = ? AND after_seq <= ? AND until_seq >= ?"
    met = (name, gap.until, gap.after)
    least, most = connection.execute(
        f"SELECT min(after_seq), max(until_seq) FROM gaps WHERE {touching}",  # noqa: S608 - our own words
        met,
    ).fetchone()
    connection.execute(f"DELETE FROM gaps WHERE {touching}", met)  # noqa: S608 - our own words
    after = gap.after if least is None else min(least, gap.after)
    until = gap.until if most is None else max(most, gap.until)
    connection.execute("INSERT INTO gaps (name, after_seq, until_seq) VALUES (?, ?, ?)", (name, after, until))


def advance(connection: sqlite3.Connection, name: str, after: int, delivered: int) -> None:
    """Move the beginning of the gap behind `after` to what was delivered, in the transaction of what was set aside; a
    gap whose last one is delivered is gone."""
    connection.execute("DELETE FROM gaps WHERE name = ? AND after_seq = ? AND until_seq <= ?", (name, after, delivered))
    connection.execute("UPDATE gaps SET after_seq = ? WHERE name = ? AND after_seq = ?", (delivered, name, after))
