"""The CSV files of shipments that the configuration names: read at start, bad rows to quarantine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import structlog

from gateway.journal import Journal, quarantine, shipments
from gateway.model import Micros
from gateway.plans import Imported, SiteNames, decode_csv, read_csv

log = structlog.get_logger("plans")


async def import_plans(files: Iterable[str], base: Path, journal: Journal, site: SiteNames, now_us: Micros) -> None:
    """Store the shipments of these files, whose names are relative to `base`; those already stored stay as they are.

    Raises BadInput where a file is no UTF-8 text.
    """
    for name in files:
        imported = read_csv(decode_csv((base / name).read_bytes()), site, now_us)
        await _store(imported, f"csv:{name}", journal, now_us)
        log.info("shipments read", file=name, accepted=len(imported.shipments), rejected=len(imported.faults))


async def _store(imported: Imported, source: str, journal: Journal, now_us: Micros) -> None:
    def job(connection: sqlite3.Connection) -> None:
        for shipment in imported.shipments:
            shipments.save(connection, shipment, now_us)
        quarantine.insert(connection, [fault.quarantined(source, now_us) for fault in imported.faults])

    await journal.write(job)
