"""Which places a viewer may see."""

from __future__ import annotations

import sqlite3

from gateway.access import Sight, Viewer
from gateway.journal import shipments
from gateway.web.house import House


async def seen_by(viewer: Viewer, house: House) -> frozenset[str] | None:
    """Codes of the places that a viewer may see; None: all."""
    if viewer.operator:
        return None
    hides = house.estate.fields.hides_route
    stops = await house.ports.journal.read(lambda c: _shown_stops(c, viewer, house) if hides else _stops(c, viewer))
    return house.estate.places(viewer.party) | stops


def _stops(connection: sqlite3.Connection, viewer: Viewer) -> set[str]:
    return shipments.stops_of(connection, viewer.party)


def _shown_stops(connection: sqlite3.Connection, viewer: Viewer, house: House) -> set[str]:
    """The same where routes are hidden from somebody: each shipment is looked at."""
    look = Sight(viewer=viewer, estate=house.estate)
    views = (look.shipment_as(shipment) for shipment in shipments.of_party(connection, viewer.party))
    return {stop.place for view in views if view is not None for stop in view.stops}
