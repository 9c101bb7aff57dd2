"""A CSV file of shipments: good rows are stored, bad ones told and kept in quarantine with their reason."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from gateway.access import Viewer
from gateway.journal import quarantine
from gateway.model import Shipment
from gateway.plans import Imported, PlanFault, RowFault, decode_csv, read_csv
from gateway.web.house import House
from gateway.web.shapes import ImportShape, RowFaultShape
from gateway.web.storing import NOT_A_PARTY, may_store

_REFUSED = PlanFault(field="shipment", reason="not_a_party", text=NOT_A_PARTY)


@dataclass(frozen=True, kw_only=True)
class _Sorted:
    """What a file came to."""

    good: list[Shipment]
    faults: list[RowFault]


async def import_csv(house: House, viewer: Viewer, data: bytes) -> ImportShape:
    """Take a file in. Raises BadInput where it is no UTF-8 text."""
    text = decode_csv(data)
    now_us = house.ports.clock.now_us()
    imported = await asyncio.to_thread(read_csv, text, house.ports.names, now_us)  # 16 MiB would hold up the event loop
    found = await _permitted(house, viewer, imported)
    stored = await house.ports.save_shipments(found.good) if found.good else []
    if found.faults:
        rows = [fault.quarantined(f"api:{viewer.party}", now_us) for fault in found.faults]
        await house.ports.journal.write(lambda connection: quarantine.insert(connection, rows))
    return ImportShape(
        accepted=sum(stored),
        unchanged=len(stored) - sum(stored),
        rejected=[
            RowFaultShape(line=fault.line, column=fault.column, reason=fault.reason, text=fault.text)
            for fault in found.faults
        ],
    )


async def _permitted(house: House, viewer: Viewer, imported: Imported) -> _Sorted:
    """The shipments that this viewer may store; the faults of all other rows."""
    good, faults = [], list(imported.faults)
    allowed = await may_store(house, viewer, imported.shipments)
    for shipment, row, may in zip(imported.shipments, imported.rows, allowed, strict=True):
        if may:
            good.append(shipment)
        else:
            faults.append(_row_fault(row, _REFUSED))
    return _Sorted(good=good, faults=sorted(faults, key=lambda fault: fault.line))


def _row_fault(row: tuple[int, str], fault: PlanFault) -> RowFault:
    line, raw = row
    return RowFault(line=line, column=fault.field, reason=fault.reason, text=fault.text, raw=raw)
