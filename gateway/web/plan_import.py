"""A CSV file of shipments: good rows are stored, bad ones told and kept in quarantine with their reason."""

from __future__ import annotations

import asyncio

from gateway.access import Viewer
from gateway.journal import quarantine
from gateway.plans import PlanFault, RowFault, decode_csv, read_csv
from gateway.web.house import House
from gateway.web.shapes import ImportShape, RowFaultShape
from gateway.web.storing import store


async def import_csv(house: House, viewer: Viewer, data: bytes) -> ImportShape:
    """Take a file in. Raises BadInput where it is no UTF-8 text."""
    ports = house.ports
    now_us = ports.clock.now_us()
    text = decode_csv(data)
    imported = await asyncio.to_thread(read_csv, text, ports.names, now_us)  # 16 MiB would hold up the event loop
    outcomes = await store(house, viewer, imported.shipments)
    refused = [
        _row_fault(row, outcome)
        for row, outcome in zip(imported.rows, outcomes, strict=True)
        if isinstance(outcome, PlanFault)
    ]
    faults = sorted((*imported.faults, *refused), key=lambda fault: fault.line)
    if faults:
        rows = [fault.quarantined(f"api:{viewer.party}", now_us) for fault in faults]
        await ports.journal.write(lambda connection: quarantine.insert(connection, rows))
    return ImportShape(
        accepted=outcomes.count(True),
        unchanged=outcomes.count(False),
        rejected=[
            RowFaultShape(line=fault.line, column=fault.column, reason=fault.reason, text=fault.text)
            for fault in faults
        ],
    )


def _row_fault(row: tuple[int, str], fault: PlanFault) -> RowFault:
    line, raw = row
    return RowFault(line=line, column=fault.field, reason=fault.reason, text=fault.text, raw=raw)
