"""A CSV file of shipments: good rows are stored, bad ones told and kept in quarantine with their reason."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

from gateway.access import Viewer
from gateway.journal import imports
from gateway.plans import Imported, PlanFault, RowFault, decode_csv, read_csv
from gateway.plans.csv_in import row_fault
from gateway.plans.kept import kept
from gateway.quality.owners import API
from gateway.web.house import House
from gateway.web.shapes import ImportShape, RowFaultShape
from gateway.web.storing import Outcome, store_in


async def import_csv(house: House, viewer: Viewer, data: bytes) -> ImportShape:
    """Take a file in. Raises BadInput where it is no UTF-8 text."""
    ports = house.ports
    now_us = ports.clock.now_us()
    text, site = decode_csv(data), ports.names.of(viewer.party)
    imported = await asyncio.to_thread(read_csv, text, site, now_us)  # 16 MiB would hold up the event loop

    def job(connection: sqlite3.Connection) -> tuple[list[Outcome], list[RowFault]]:
        outcomes = store_in(connection, house.estate, viewer, imported.shipments, now_us)
        faults = _all_faults(imported, outcomes)
        imports.save(connection, kept(imported, faults, f"{API}{viewer.party}", viewer.party, now_us))
        return outcomes, faults

    outcomes, faults = await ports.journal.write(job)
    return ImportShape(
        accepted=outcomes.count(True),
        unchanged=outcomes.count(False),
        rejected=[
            RowFaultShape(line=fault.line, column=fault.column, reason=fault.reason, text=fault.text)
            for fault in faults
        ],
    )


def _all_faults(imported: Imported, outcomes: Sequence[Outcome]) -> list[RowFault]:
    """Those of the file, and those of plans that its sender may not store."""
    refused = [
        row_fault(line, raw, outcome)
        for (line, raw), outcome in zip(imported.rows, outcomes, strict=True)
        if isinstance(outcome, PlanFault)
    ]
    return sorted((*imported.faults, *refused), key=lambda fault: fault.line)
