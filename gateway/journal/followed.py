"""The engine's fold over where assets went and what their trackers and sensors said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

import msgspec

from gateway.model import Followed

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Followed).decode


def save(connection: sqlite3.Connection, changed: Mapping[str, Followed | None]) -> None:
    """Store subjects by their keys; what is None is no longer followed."""
    gone = [(key,) for key, subject in changed.items() if subject is None]
    kept = [(key, _encode(subject)) for key, subject in changed.items() if subject is not None]
    connection.executemany("DELETE FROM followed WHERE subject = ?", gone)
    connection.executemany(
        "INSERT INTO followed (subject, body) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET body = excluded.body",
        kept,
    )


def followed(connection: sqlite3.Connection) -> Iterator[Followed]:
    """All that is followed."""
    for (body,) in connection.execute("SELECT body FROM followed ORDER BY subject"):
        yield _decode(body)
