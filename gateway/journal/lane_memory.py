"""What arrived trips taught about lanes: a row for each lane, and a mark at each trip that has taught.

A trip teaches once. That it did stands in the transaction of what it taught; a time up to which trips were taken
would miss those whose arrival is told late.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

import structlog

from gateway.errors import BadInput
from gateway.eta.learned import ALL_LANES, packed, unpacked
from gateway.eta.memory import Memory
from gateway.journal.shipments import decoded_trip
from gateway.model import Micros, Trip

log = structlog.get_logger("journal")


def memories(connection: sqlite3.Connection) -> dict[str, Memory]:
    """By lane what it has taught, with what all of them have under ALL_LANES; empty for a new gateway.

    A lane whose row cannot be read is left out, and learned anew. Nothing is of use without what all lanes share.
    """
    found: dict[str, Memory] = {}
    for lane, body in connection.execute("SELECT lane, body FROM lane_memory ORDER BY lane"):
        try:
            found[lane] = unpacked(body)
        except BadInput as fault:
            log.warning("what was learned of a lane is dropped, and learned anew", lane=lane or "all", why=str(fault))
    return found if ALL_LANES in found else {}


def learned_us(connection: sqlite3.Connection) -> Micros | None:
    """When trips taught last; None: never."""
    row = connection.execute("SELECT learned_us FROM lane_memory WHERE lane = ?", (ALL_LANES,)).fetchone()
    return None if row is None else int(row[0])


def waiting(connection: sqlite3.Connection, until_us: Micros, limit: int) -> tuple[int, Micros | None]:
    """How many trips that arrived by a time have yet to teach, counted up to a limit, and when the first arrived."""
    count, oldest_us = connection.execute(
        "SELECT count(*), min(arrived_us) FROM (SELECT arrived_us FROM trips WHERE learned = 0"
        " AND arrived_us IS NOT NULL AND arrived_us <= ? ORDER BY arrived_us LIMIT ?)",
        (until_us, limit),
    ).fetchone()
    return count, oldest_us


def to_learn(connection: sqlite3.Connection, until_us: Micros, limit: int) -> list[Trip]:
    """Those trips, the first to arrive first."""
    rows = connection.execute(
        "SELECT body FROM trips WHERE learned = 0 AND arrived_us IS NOT NULL AND arrived_us <= ?"
        " ORDER BY arrived_us, shipment_id LIMIT ?",
        (until_us, limit),
    )
    return [decoded_trip(body) for (body,) in rows]


def save(
    connection: sqlite3.Connection, changed: Mapping[str, Memory], taught: Iterable[str], learned_us: Micros
) -> None:
    """Store what trips taught, and, with it, that they did."""
    connection.executemany(
        "INSERT INTO lane_memory (lane, learned_us, body) VALUES (?, ?, ?)"
        " ON CONFLICT (lane) DO UPDATE SET learned_us = excluded.learned_us, body = excluded.body",
        [(lane, learned_us, packed(memory)) for lane, memory in sorted(changed.items())],
    )
    connection.executemany("UPDATE trips SET learned = 1 WHERE shipment_id = ?", [(name,) for name in taught])


def forget(connection: sqlite3.Connection) -> None:
    """Drop all that was learned; the trips that the journal still holds teach again."""
    connection.execute("DELETE FROM lane_memory")
    connection.execute("UPDATE trips SET learned = 0 WHERE learned = 1")
