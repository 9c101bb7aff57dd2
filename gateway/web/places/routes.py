"""Places' master data: a viewer's own, and those that its shipments stop at."""

from __future__ import annotations

from fastapi import APIRouter, Response

from gateway.config.model import Place
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.places.place_plans import plan_shape
from gateway.web.places.seen_places import seen_by
from gateway.web.ports import DockView
from gateway.web.shapes import PlaceShape, PlacesShape

UNSAID = "UTC"  # what a place has that says nothing
router = APIRouter(prefix="/api/v1", tags=["places"])


@router.get("/places", openapi_extra=describe(answer=PlacesShape))
async def places(viewer: SignedIn, house: HouseDep) -> Response:
    """Own places with those inside them, and the stops of own shipments; the operator gets all."""
    seen = await seen_by(viewer, house)
    found = [place for place in house.ports.places if seen is None or place.code in seen]
    own = house.estate.places(viewer.party)
    docks = {place.code: house.ports.live.dock(place.code) for place in found if viewer.operator or place.code in own}
    return send(PlacesShape(items=[_shape(house, place, seen, docks.get(place.code, DockView())) for place in found]))


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
        plan=plan_shape(place, house.pictures.get(place.code)),
        time_zone=_time_zone(house, place),
    )


def _time_zone(house: House, place: Place) -> str:
    """A door that names no zone of its own lives by the clock of its plant."""
    lineage = (house.ports.places.find(code) for code in house.ports.places.lineage(place.code))
    return next((each.time_zone for each in lineage if each and each.time_zone != UNSAID), UNSAID)
