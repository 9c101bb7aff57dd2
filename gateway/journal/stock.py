"""Counts of parts at places: a log in which the newest row of a place and part counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from gateway.model import Micros, StockCount

_encode = msgspec.json.Encoder().encode
_count = msgspec.json.Decoder(StockCount).decode


def enter(connection: sqlite3.Connection, counts: Iterable[StockCount], recorded_us: Micros) -> None:
    """Let these counts stand from now on; those that are told together are recorded at one instant."""
    connection.executemany(
        "INSERT INTO stock_log (place, part, recorded_us, body) VALUES (?, ?, ?, ?)",
        ((count.place, count.part, recorded_us, _encode(count)) for count in counts),
    )


def find(connection: sqlite3.Connection, place: str, part: str) -> StockCount | None:
    """The count that stands; None where none was told."""
    row = connection.execute(
        "SELECT body FROM stock_log WHERE place = ? AND part = ? ORDER BY seq DESC LIMIT 1", (place, part)
    ).fetchone()
    return None if row is None else _count(row[0])


def standing(connection: sqlite3.Connection, until_seq: int = 2**62) -> list[StockCount]:
    """The count that stands of each place and part, in their order; as of a number of the log."""
    rows = connection.execute(
        "SELECT body FROM stock_log WHERE seq IN"
        " (SELECT max(seq) FROM stock_log WHERE seq <= ? GROUP BY place, part) ORDER BY place, part",
        (until_seq,),
    )
    return [_count(body) for (body,) in rows]


def log_after(connection: sqlite3.Connection, seq: int, limit: int) -> list[tuple[int, Micros, StockCount]]:
    """What was told behind a cursor: (number, recorded_us, count), oldest first."""
    rows = connection.execute(
        "SELECT seq, recorded_us, body FROM stock_log WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
    )
    return [(number, recorded_us, _count(body)) for number, recorded_us, body in rows]
