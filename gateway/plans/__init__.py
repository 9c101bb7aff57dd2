"""Plans that people and their systems send: CSV rows, EDI messages and API bodies -> Shipment, or why not.

Every way in makes a `Draft`; one set of checks stands in `shipment.py`, so that they cannot differ. Pure: no file, no
clock.
"""

from gateway.plans.csv_in import decode_csv, read_csv
from gateway.plans.draft import Draft, DraftLeg, DraftLimits, DraftPart, DraftStop
from gateway.plans.edi import decode_edi, is_edi, read_edi
from gateway.plans.fault import Cell, PlanFault
from gateway.plans.imported import Imported, Row, RowFault
from gateway.plans.shipment import make_shipment
from gateway.plans.site import SiteNames

__all__ = [
    "Cell",
    "Draft",
    "DraftLeg",
    "DraftLimits",
    "DraftPart",
    "DraftStop",
    "Imported",
    "PlanFault",
    "Row",
    "RowFault",
    "SiteNames",
    "decode_csv",
    "decode_edi",
    "is_edi",
    "make_shipment",
    "read_csv",
    "read_edi",
]
