"""Places' master data: a viewer's own, and those that its shipments stop at."""

from __future__ import annotations

import sqlite3

from fastapi import APIRouter, Response

from gateway.access import Sight, Viewer
from gateway.config.model import Place
from gateway.journal import shipments
from gateway.web.answers import describe, send
from gateway.web.house import House, HouseDep
from gateway.web.ports import DockView
from gateway.web.security import SignedIn
from gateway.web.shapes import PlaceShape, PlacesShape

router = APIRouter(prefix="/api/v1", tags=["places"])


@router.get("/places", openapi_extra=describe(answer=PlacesShape))
async def places(viewer: SignedIn, house: HouseDep) -> Response:
    """Own places with those inside them, and the stops of own shipments; the operator gets all."""
    seen = await seen_by(viewer, house)
    found = [place for place in house.ports.places if seen is None or place.code in seen]
    own = house.estate.places(viewer.party)
    docks = {place.code: house.ports.live.dock(place.code) for place in found if viewer.operator or place.code in own}
    return send(PlacesShape(items=[_shape(house, place, seen, docks.get(place.code, DockView())) for place in found]))


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


def _shape(house: House, place: Place, seen: frozenset[str] | None, dock: DockView) -> PlaceShape:
    point = house.ports.places.point(place.code)
    inside = place.inside if seen is None or place.inside in seen else None
    return PlaceShape(
        code=place.code,
        name=place.name,
        tier=place.tier.value,
        kind=place.kind,
        party=place.party,
        inside=inside,
        lat=None if point is None else point[0],
        lon=None if point is None else point[1],
        radius_m=place.radius_m,
        polygon=place.polygon or None,
        door_open=dock.door_open,
        trailer_present=dock.trailer_present,
    )
