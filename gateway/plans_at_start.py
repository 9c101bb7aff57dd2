"""The CSV files of shipments that the configuration names: read at start, bad rows to quarantine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import structlog

from gateway.journal import Journal, imports, shipments
from gateway.model import Micros
from gateway.plans import Imported, SiteNames, decode_csv, read_csv
from gateway.plans.kept import Kept, kept

log = structlog.get_logger("plans")


async def import_plans(files: Iterable[str], base: Path, journal: Journal, site: SiteNames, now_us: Micros) -> None:
    """Store the shipments of these files, whose names are relative to `base`; those already stored stay as they are.

    What is wrong with them is whose words the site's names are: the operator's.

    Raises BadInput where a file is no UTF-8 text.
    """
    for name in files:
        imported = read_csv(decode_csv((base / name).read_bytes()), site, now_us)
        left = kept(imported, imported.faults, f"csv:{name}", site.sender, now_us)
        await _store(imported, left, journal, now_us)
        log.info("shipments read", file=name, accepted=len(imported.shipments), rejected=len(imported.faults))


async def _store(imported: Imported, left: Kept, journal: Journal, now_us: Micros) -> None:
    def job(connection: sqlite3.Connection) -> None:
        for shipment in imported.shipments:
            shipments.save(connection, shipment, now_us)
        imports.save(connection, left)

    await journal.write(job)
