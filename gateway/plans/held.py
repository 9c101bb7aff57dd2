"""A row or message that waited in quarantine, read again alone: with what stood before it in its file."""

from __future__ import annotations

from gateway.model import Micros
from gateway.plans.csv_in import read_csv
from gateway.plans.edi import is_edi, read_edi
from gateway.plans.imported import Imported
from gateway.plans.site import SiteNames


def read_held(head: str, raw: str, site: SiteNames, received_us: Micros) -> Imported:
    """What a single row or message means now; its `head` tells its form."""
    if not is_edi(head):
        return read_csv(f"{head}\n{raw}", site, received_us)
    read = read_edi(head + raw, site, received_us)
    own = tuple(fault for fault in read.faults if fault.line)  # that nothing closes the envelope is no wonder here
    return Imported(shipments=read.shipments, rows=read.rows, faults=own, notes=read.notes)
