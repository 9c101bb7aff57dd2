"""A file of shipments, CSV or EDI: good plans are stored, bad ones told and kept in quarantine with their reason."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

from gateway.access import Viewer
from gateway.journal import imports
from gateway.model import Micros
from gateway.plans import Imported, PlanFault, RowFault, SiteNames, decode_csv, decode_edi, read_csv, read_edi
from gateway.plans.kept import kept
from gateway.quality.owners import API
from gateway.web.house import House
from gateway.web.shapes import ImportShape, RowFaultShape
from gateway.web.shipments.storing import Outcome, store_in

CSV = "text/csv"
EDI = ("application/edifact", "application/edi-x12")  # RFC 1767; which of the two it is, it says itself


async def import_file(house: House, viewer: Viewer, data: bytes, media_type: str) -> ImportShape:
    """Take a file in. Raises BadInput where a CSV file is no UTF-8 text."""
    ports = house.ports
    now_us = ports.clock.now_us()
    # 16 MiB would hold up the event loop.
    imported = await asyncio.to_thread(_read, data, media_type, ports.names.of(viewer.party), now_us)

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


def _read(data: bytes, media_type: str, site: SiteNames, now_us: Micros) -> Imported:
    if media_type == CSV:
        return read_csv(decode_csv(data), site, now_us)
    return read_edi(decode_edi(data), site, now_us)


def _all_faults(imported: Imported, outcomes: Sequence[Outcome]) -> list[RowFault]:
    """Those of the file, and those of plans that its sender may not store."""
    refused = [
        row.fault(outcome)
        for row, outcome in zip(imported.rows, outcomes, strict=True)
        if isinstance(outcome, PlanFault)
    ]
    return sorted((*imported.faults, *refused), key=lambda fault: fault.line)
