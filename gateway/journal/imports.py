"""What an import leaves beside its shipments, in their transaction."""

from __future__ import annotations

import sqlite3

from gateway.journal import findings, quality_days, quarantine
from gateway.plans.kept import Kept


def save(connection: sqlite3.Connection, kept: Kept) -> None:
    """Keep bad rows (each once, however often its file is read again), count flaws, add to the day's counts."""
    quarantine.insert(connection, [row for row in kept.rows if not quarantine.holds(connection, row)])
    findings.note(connection, kept.tallies)
    quality_days.add(connection, kept.days)
