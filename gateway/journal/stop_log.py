"""How the stops of shipments stood: a log of every change of plan, status, estimate and actual."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from gateway.model import Micros, StopState, Trip, stop_states

MINUTE_US = 60_000_000  # an estimate that moves by less is no news

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(StopState).decode


def enter(connection: sqlite3.Connection, trips: Iterable[Trip], recorded_us: Micros) -> None:
    """Store how the stops of these trips stand, as far as it is another than was stored last."""
    for trip in trips:
        for state in stop_states(trip, recorded_us):
            held = _newest(connection, state.shipment, state.stop)
            if held is None or _told(held) != _told(state):
                connection.execute(
                    "INSERT INTO stop_log (shipment_id, stop, body) VALUES (?, ?, ?)",
                    (state.shipment, state.stop, _encode(state)),
                )


def log_after(connection: sqlite3.Connection, seq: int, limit: int) -> list[tuple[int, StopState]]:
    """The changes behind a cursor with their numbers, oldest first."""
    rows = connection.execute("SELECT seq, body FROM stop_log WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    return [(number, _decode(body)) for number, body in rows]


def log_last(connection: sqlite3.Connection) -> int:
    """The newest number; 0 when it is empty."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM stop_log").fetchone()[0])


def _newest(connection: sqlite3.Connection, shipment_id: str, stop: int) -> StopState | None:
    row = connection.execute(
        "SELECT body FROM stop_log WHERE shipment_id = ? AND stop = ? ORDER BY seq DESC LIMIT 1", (shipment_id, stop)
    ).fetchone()
    return None if row is None else _decode(row[0])


def _told(state: StopState) -> StopState:
    """What counts as the same: estimates by the minute, whenever they were recorded."""
    return msgspec.structs.replace(
        state,
        recorded_us=0,
        p10_us=_minute(state.p10_us),
        p50_us=_minute(state.p50_us),
        p90_us=_minute(state.p90_us),
    )


def _minute(at_us: Micros | None) -> Micros | None:
    return None if at_us is None else at_us // MINUTE_US
