"""How the stops of shipments stood: a log of every change of plan, status, estimate and actual."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from gateway.model import Micros, StopState, Trip, stop_states

NEWS_US = 300_000_000  # an estimate that moved by less since it was stored last is no news

ESTIMATED = ("p10_us", "p50_us", "p90_us")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(StopState).decode


def enter(connection: sqlite3.Connection, trips: Iterable[Trip], recorded_us: Micros) -> None:
    """Store how the stops of these trips stand, as far as it is another than was stored last."""
    for trip in trips:
        for state in stop_states(trip, recorded_us):
            held = _newest(connection, state.shipment, state.stop)
            if held is None or _is_news(state, held):
                connection.execute(
                    "INSERT INTO stop_log (shipment_id, stop, recorded_us, body) VALUES (?, ?, ?, ?)",
                    (state.shipment, state.stop, recorded_us, _encode(state)),
                )


def log_after(connection: sqlite3.Connection, seq: int, limit: int) -> list[tuple[int, StopState]]:
    """The changes behind a cursor with their numbers, oldest first."""
    rows = connection.execute("SELECT seq, body FROM stop_log WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    return [(number, _decode(body)) for number, body in rows]


def newest_of(connection: sqlite3.Connection, shipment_id: str, limit: int) -> list[StopState]:
    """The newest changes of one shipment's stops, oldest first."""
    rows = connection.execute(
        "SELECT body FROM stop_log WHERE shipment_id = ? ORDER BY seq DESC LIMIT ?", (shipment_id, limit)
    ).fetchall()
    return [_decode(body) for (body,) in reversed(rows)]


def log_last(connection: sqlite3.Connection) -> int:
    """The newest number; 0 when it is empty."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM stop_log").fetchone()[0])


def _newest(connection: sqlite3.Connection, shipment_id: str, stop: int) -> StopState | None:
    row = connection.execute(
        "SELECT body FROM stop_log WHERE shipment_id = ? AND stop = ? ORDER BY seq DESC LIMIT 1", (shipment_id, stop)
    ).fetchone()
    return None if row is None else _decode(row[0])


def _is_news(state: StopState, held: StopState) -> bool:
    """Whether anything differs but when it was recorded, and estimates by little."""
    if any(_moved(getattr(state, name), getattr(held, name)) for name in ESTIMATED):
        return True
    as_held = {name: getattr(held, name) for name in (*ESTIMATED, "recorded_us")}
    return msgspec.structs.replace(state, **as_held) != held


def _moved(now_us: Micros | None, before_us: Micros | None) -> bool:
    if now_us is None or before_us is None:
        return now_us != before_us
    return abs(now_us - before_us) >= NEWS_US
