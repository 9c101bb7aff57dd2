"""What must survive a restart beside the events: asset states of locate, device states, cursors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from gateway.model import DeviceState, Whereabouts

_encode = msgspec.json.Encoder().encode


def save_assets(connection: sqlite3.Connection, rows: Iterable[tuple[str, bytes]]) -> None:
    """Store the encoded state of assets, in the transaction of the events that they led to."""
    connection.executemany(
        "INSERT INTO asset_states (asset, body) VALUES (?, ?) ON CONFLICT (asset) DO UPDATE SET body = excluded.body",
        rows,
    )


def assets(connection: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """Every asset's encoded state."""
    yield from connection.execute("SELECT asset, body FROM asset_states")


def save_devices(connection: sqlite3.Connection, states: Iterable[DeviceState]) -> None:
    """Store when devices were last heard."""
    connection.executemany(
        "INSERT INTO device_states (device, body) VALUES (?, ?)"
        " ON CONFLICT (device) DO UPDATE SET body = excluded.body",
        [(state.device, _encode(state)) for state in states],
    )


def devices(connection: sqlite3.Connection) -> dict[str, DeviceState]:
    """When each device was last heard."""
    rows = connection.execute("SELECT device, body FROM device_states")
    return {device: msgspec.json.decode(body, type=DeviceState) for device, body in rows}


def save_stays(connection: sqlite3.Connection, stays: Iterable[Whereabouts]) -> None:
    """Store where assets stay now, and stayed lately."""
    connection.executemany(
        "INSERT INTO stays (asset, body) VALUES (?, ?) ON CONFLICT (asset) DO UPDATE SET body = excluded.body",
        [(stay.asset, _encode(stay)) for stay in stays],
    )


def stays(connection: sqlite3.Connection) -> Iterator[Whereabouts]:
    """Where each asset stays, and stayed lately."""
    for (body,) in connection.execute("SELECT body FROM stays"):
        yield msgspec.json.decode(body, type=Whereabouts)


def cursor(connection: sqlite3.Connection, name: str) -> int:
    """How far a follower has come; 0 at its first start."""
    row = connection.execute("SELECT seq FROM cursors WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def cursors(connection: sqlite3.Connection) -> dict[str, int]:
    """How far each follower has come."""
    return dict(connection.execute("SELECT name, seq FROM cursors ORDER BY name").fetchall())


def save_cursor(connection: sqlite3.Connection, name: str, seq: int) -> None:
    """Move a follower's cursor, in the transaction of what it did."""
    connection.execute(
        "INSERT INTO cursors (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq", (name, seq)
    )
