"""The engine's fold over loadings: what is in what, and what went into the trailers that stand at doors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from gateway.model import Load, Nesting

_encode = msgspec.json.Encoder().encode
_load = msgspec.json.Decoder(Load).decode
_nesting = msgspec.json.Decoder(Nesting).decode


def save(connection: sqlite3.Connection, loads: Iterable[Load]) -> None:
    """Store trailers' loads; one that is over is dropped."""
    for load in loads:
        if load.over:
            connection.execute("DELETE FROM loads WHERE trailer = ?", (load.trailer,))
        else:
            connection.execute(
                "INSERT INTO loads (trailer, body) VALUES (?, ?)"
                " ON CONFLICT (trailer) DO UPDATE SET body = excluded.body",
                (load.trailer, _encode(load)),
            )


def loads(connection: sqlite3.Connection) -> Iterator[Load]:
    """The present or last load of each trailer."""
    for (body,) in connection.execute("SELECT body FROM loads ORDER BY trailer"):
        yield _load(body)


def load_of(connection: sqlite3.Connection, trailer: str) -> Load | None:
    """The present or last load of one trailer."""
    row = connection.execute("SELECT body FROM loads WHERE trailer = ?", (trailer,)).fetchone()
    return None if row is None else _load(row[0])


def save_nestings(connection: sqlite3.Connection, nestings: Iterable[Nesting]) -> None:
    """Store what assets are in; what came out is dropped."""
    for nesting in nestings:
        if nesting.parent:
            connection.execute(
                "INSERT INTO nestings (asset, body) VALUES (?, ?)"
                " ON CONFLICT (asset) DO UPDATE SET body = excluded.body",
                (nesting.asset, _encode(nesting)),
            )
        else:
            connection.execute("DELETE FROM nestings WHERE asset = ?", (nesting.asset,))


def nestings(connection: sqlite3.Connection) -> Iterator[Nesting]:
    """What each asset is in; those that are in nothing are not told."""
    for (body,) in connection.execute("SELECT body FROM nestings"):
        yield _nesting(body)
