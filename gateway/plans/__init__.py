"""Plans that people and their systems send: CSV rows and API bodies -> Shipment, or why not.

One set of checks stands in `shipment.py`, so that the two ways in cannot differ. Pure: no file, no clock.
"""

from gateway.plans.csv_in import Imported, RowFault, decode_csv, read_csv
from gateway.plans.draft import Draft, DraftLeg, DraftLimits, DraftPart, DraftStop
from gateway.plans.fault import Cell, PlanFault
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
    "RowFault",
    "SiteNames",
    "decode_csv",
    "make_shipment",
    "read_csv",
]
