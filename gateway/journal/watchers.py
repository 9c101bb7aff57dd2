"""Parties that see all shipments of a lane: they stand among each shipment's parties, where all that asks looks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def grant(connection: sqlite3.Connection, grants: Iterable[tuple[str, str]]) -> bool:
    """Let these grants (party, lane) count, and no others; False where they did already."""
    wanted = set(grants)
    held = set(connection.execute("SELECT party, lane FROM lane_grants"))
    if wanted == held:
        return False
    connection.execute("DELETE FROM lane_grants")
    connection.executemany("INSERT INTO lane_grants (party, lane) VALUES (?, ?)", wanted)
    for party in {party for party, _ in wanted ^ held}:
        _look_again(connection, party)
    return True


def watch(connection: sqlite3.Connection, shipment_id: str, lane: str) -> None:
    """Put the watchers of a lane among the parties of one of its shipments."""
    connection.execute(
        "INSERT OR IGNORE INTO shipment_parties (party, shipment_id) SELECT party, ? FROM lane_grants WHERE lane = ?",
        (shipment_id, lane),
    )


def _look_again(connection: sqlite3.Connection, party: str) -> None:
    """Which shipments a party sees: those it takes part in, and those of its lanes."""
    connection.execute("DELETE FROM shipment_parties WHERE party = ?", (party,))
    connection.execute(
        "INSERT OR IGNORE INTO shipment_parties (party, shipment_id)"
        " SELECT ?, s.shipment_id FROM (SELECT shipment_id, CAST(body AS TEXT) AS plan FROM shipments) s"
        " WHERE EXISTS (SELECT 1 FROM json_each(s.plan, '$.parties') p WHERE p.value = ?)"
        " OR EXISTS (SELECT 1 FROM lane_grants g WHERE g.party = ? AND g.lane ="
        " json_extract(s.plan, '$.stops[0].place') || '>' || json_extract(s.plan, '$.stops[#-1].place'))",
        (party, party, party),
    )
