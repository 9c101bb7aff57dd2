"""Maintenance windows that were entered while the gateway ran: a log in which the newest row of a name counts."""

from __future__ import annotations

import sqlite3

import msgspec

from gateway.model import MaintenanceWindow, Micros

_encode = msgspec.json.Encoder().encode
_window = msgspec.json.Decoder(MaintenanceWindow).decode


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the log."""

    number: int
    name: str
    party: str  # that entered it
    recorded_us: Micros
    window: MaintenanceWindow | None  # None: it was called off


def enter(connection: sqlite3.Connection, window: MaintenanceWindow, party: str, recorded_us: Micros) -> Entered:
    """Let a window of this name count from now on, in place of the one before."""
    return _add(connection, window.name, window, party, recorded_us)


def call_off(connection: sqlite3.Connection, name: str, party: str, recorded_us: Micros) -> Entered:
    """Let the window of this name count no longer."""
    return _add(connection, name, None, party, recorded_us)


def find(connection: sqlite3.Connection, name: str) -> Entered | None:
    """The window of a name, as it counts; None where it never was, or was called off."""
    row = connection.execute(
        "SELECT seq, name, party, recorded_us, body FROM maintenance_log WHERE name = ? ORDER BY seq DESC LIMIT 1",
        (name,),
    ).fetchone()
    entered = None if row is None else _entered(row)
    return None if entered is None or entered.window is None else entered


def standing(connection: sqlite3.Connection, until_seq: int = 2**62) -> list[Entered]:
    """The windows that count, past ones among them, by name; as of a number of the log."""
    rows = connection.execute(
        "SELECT seq, name, party, recorded_us, body FROM maintenance_log"
        " WHERE seq IN (SELECT max(seq) FROM maintenance_log WHERE seq <= ? GROUP BY name) AND body IS NOT NULL"
        " ORDER BY name",
        (until_seq,),
    )
    return [_entered(row) for row in rows]


def log_after(connection: sqlite3.Connection, seq: int, limit: int) -> list[Entered]:
    """What was entered and called off behind a cursor, oldest first."""
    rows = connection.execute(
        "SELECT seq, name, party, recorded_us, body FROM maintenance_log WHERE seq > ? ORDER BY seq LIMIT ?",
        (seq, limit),
    )
    return [_entered(row) for row in rows]


def _add(
    connection: sqlite3.Connection, name: str, window: MaintenanceWindow | None, party: str, recorded_us: Micros
) -> Entered:
    body = None if window is None else _encode(window)
    done = connection.execute(
        "INSERT INTO maintenance_log (name, party, recorded_us, body) VALUES (?, ?, ?, ?)",
        (name, party, recorded_us, body),
    )
    return Entered(number=done.lastrowid or 0, name=name, party=party, recorded_us=recorded_us, window=window)


def _entered(row: tuple[int, str, str, Micros, bytes | None]) -> Entered:
    number, name, party, recorded_us, body = row
    window = None if body is None else _window(body)
    return Entered(number=number, name=name, party=party, recorded_us=recorded_us, window=window)
