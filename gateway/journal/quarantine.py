"""Quarantine: input that could not be used, with its reason, until it is replayed or dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from gateway.model import Quarantined

_COLUMNS = "received_us, source, stage, reason, text, topic, data"


def insert(connection: sqlite3.Connection, rows: Iterable[Quarantined]) -> None:
    """Keep what could not be used."""
    connection.executemany(
        f"INSERT INTO quarantine ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant of ours
        [(q.received_us, q.source, q.stage, q.reason, q.text, q.topic, q.data) for q in rows],
    )


def newest(connection: sqlite3.Connection, limit: int) -> list[tuple[int, Quarantined]]:
    """The newest rows first, each with its number."""
    rows = connection.execute(
        f"SELECT number, {_COLUMNS} FROM quarantine ORDER BY number DESC LIMIT ?",  # noqa: S608 - a constant of ours
        (limit,),
    )
    return [(row[0], _from_row(row[1:])) for row in rows]


def trim(connection: sqlite3.Connection, keep: int) -> int:
    """Keep only the newest rows; return how many went."""
    return connection.execute(
        "DELETE FROM quarantine WHERE number <= (SELECT max(number) FROM quarantine) - ?", (keep,)
    ).rowcount


def counts(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """How many wait, by (source, reason)."""
    rows = connection.execute("SELECT source, reason, count(*) FROM quarantine GROUP BY source, reason")
    return {(source, reason): count for source, reason, count in rows}


def _from_row(row: tuple[object, ...]) -> Quarantined:
    received_us, source, stage, reason, text, topic, data = row
    return Quarantined(
        received_us=received_us,  # type: ignore[arg-type]
        source=source,  # type: ignore[arg-type]
        stage=stage,  # type: ignore[arg-type]
        reason=reason,  # type: ignore[arg-type]
        text=text,  # type: ignore[arg-type]
        topic=topic,  # type: ignore[arg-type]
        data=data,  # type: ignore[arg-type]
    )
