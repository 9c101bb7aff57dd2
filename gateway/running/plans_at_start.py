"""The files of shipments that the configuration names: read at start, bad rows and messages to quarantine."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import structlog

from gateway.config.model import Shipments
from gateway.journal import Journal, imports, shipments
from gateway.model import Micros
from gateway.plans import Imported, SiteNames, decode_csv, decode_edi, read_csv, read_edi
from gateway.plans.kept import kept

log = structlog.get_logger("plans")


async def import_plans(plans: Shipments, base: Path, journal: Journal, site: SiteNames, now_us: Micros) -> None:
    """Store the shipments of these files, whose names are relative to `base`; those already stored stay as they are.

    What is wrong with them is whose words the site's names are: the operator's.

    Raises BadInput where a CSV file is no UTF-8 text.
    """
    for name in plans.csv:
        imported = read_csv(decode_csv((base / name).read_bytes()), site, now_us)
        await _store(imported, f"csv:{name}", journal, site.sender, now_us)
    for name in plans.edi:
        imported = read_edi(decode_edi((base / name).read_bytes()), site, now_us)
        await _store(imported, f"edi:{name}", journal, site.sender, now_us)


async def _store(imported: Imported, source: str, journal: Journal, owner: str, now_us: Micros) -> None:
    left = kept(imported, imported.faults, source, owner, now_us)

    def job(connection: sqlite3.Connection) -> None:
        for shipment in imported.shipments:
            shipments.save(connection, shipment, now_us, owner)
        imports.save(connection, left)

    await journal.write(job)
    log.info("shipments read", source=source, accepted=len(imported.shipments), rejected=len(imported.faults))
