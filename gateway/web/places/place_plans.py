"""The plan of a place: a picture for those who may see the place, and where on the globe it lies."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from gateway.config.model import Place, PlacePlan
from gateway.config.picture import Picture
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.problems import not_found
from gateway.web.places.seen_places import seen_by
from gateway.web.shapes import PlanPointShape, PlanShape

# Kept by the browser, but never shown without asking: the next who signs in there may be of another party.
ASK_FIRST = "private, no-cache"

router = APIRouter(prefix="/api/v1", tags=["places"])


@router.get("/places/{code}/plan", response_class=Response)
async def plan(
    code: Annotated[str, Path(max_length=256)],
    request: Request,
    viewer: SignedIn,
    house: HouseDep,
    version: Annotated[str, Query(max_length=64, description="changes with the picture; any will do")] = "",
) -> Response:
    """The picture, as it was configured."""
    picture = house.pictures.get(code)
    seen = await seen_by(viewer, house)
    if picture is None or (seen is not None and code not in seen):
        raise not_found()
    headers = {"ETag": f'"{_version(picture)}"', "Cache-Control": ASK_FIRST}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(picture.data, media_type=picture.media_type, headers=headers)


def plan_shape(place: Place, picture: Picture | None) -> PlanShape | None:
    """Where the plan of a place is, and how it lies; None where it has none."""
    if place.plan is None or picture is None:
        return None
    return PlanShape(
        image=f"/api/v1/places/{quote(place.code, safe='')}/plan?version={_version(picture)}",
        width=picture.width,
        height=picture.height,
        points=_points(place.plan, picture),
    )


def _points(plan: PlacePlan, picture: Picture) -> tuple[PlanPointShape, ...]:
    """Three points; of bounds, three of its corners."""
    if plan.bounds is None:
        return tuple(PlanPointShape(pixel=point.pixel, at=point.at) for point in plan.points)
    (south, west), (north, east) = plan.bounds
    return (
        PlanPointShape(pixel=(0, 0), at=(north, west)),
        PlanPointShape(pixel=(picture.width, 0), at=(north, east)),
        PlanPointShape(pixel=(0, picture.height), at=(south, west)),
    )


def _version(picture: Picture) -> str:
    return hashlib.sha256(picture.data).hexdigest()[:16]
