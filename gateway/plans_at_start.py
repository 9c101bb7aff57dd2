"""The CSV files of shipments that the configuration names: read at start, bad rows to quarantine."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import structlog

from gateway.config.model import Config
from gateway.journal import Journal, quarantine, shipments
from gateway.model import Micros, Quarantined
from gateway.places import PlaceIndex
from gateway.plans import decode_csv, read_csv

log = structlog.get_logger("plans")


async def import_plans(config: Config, base: Path, journal: Journal, places: PlaceIndex, now_us: Micros) -> None:
    """Store the shipments of the configured files; those already stored stay as they are."""
    parties = [party.code for party in config.parties]
    for name in config.shipments.csv:
        text = decode_csv((base / name).read_bytes())
        imported = read_csv(text, places=places, parties=parties, now_us=now_us)
        refused = [
            Quarantined(
                received_us=now_us,
                source=f"csv:{name}",
                stage="import",
                reason=fault.reason,
                text=str(fault),
                data=fault.raw.encode(),
            )
            for fault in imported.faults
        ]

        def job(connection: sqlite3.Connection) -> None:
            for shipment in imported.shipments:  # noqa: B023 - the job has run before the next file is read
                shipments.save(connection, shipment, now_us)
            quarantine.insert(connection, refused)  # noqa: B023

        await journal.write(job)
        log.info("shipments read", file=name, accepted=len(imported.shipments), rejected=len(refused))
