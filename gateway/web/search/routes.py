"""Any number or name, whole or a part of it, to what it means: as far as whoever asks may see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.access import Viewer
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.places.seen_places import seen_by
from gateway.web.search import plans
from gateway.web.search.assets import Assets
from gateway.web.search.match import EXACT, Hit, Said, best, fold, said
from gateway.web.search.shapes import HitShape, SearchShape

router = APIRouter(prefix="/api/v1", tags=["search"])


@router.get("/search", openapi_extra=describe(answer=SearchShape))
async def search(
    viewer: SignedIn,
    house: HouseDep,
    text: Annotated[
        str,
        Query(min_length=1, max_length=512, description="an EPC in any spelling, a number, a name; or a part of it"),
    ],
    limit: Annotated[int, Query(ge=1, le=50, description="most of each kind in the answer")] = 6,
) -> Response:
    """Assets, shipments, parts, places and, for the operator, devices; what matches best first."""
    sight = await house.sights.of(viewer)
    assets = await Assets(house, sight, await house.present.look()).find(text)
    part = house.ports.names.book.find("part", text.strip(), viewer.party)
    carrying, parts = await house.ports.journal.read(lambda c: plans.find(c, sight, text, part))
    places = await _places(text, viewer, house)
    groups = [assets, carrying, parts, places, _devices(text, viewer, house)]
    ordered = sorted((group for group in groups if group), key=lambda group: group[0].grade)
    return send(
        SearchShape(
            items=[hit.shape for group in ordered for hit in group[:limit]],
            more=[group[0].shape.kind for group in ordered if len(group) > limit],
        )
    )


async def _places(text: str, viewer: Viewer, house: House) -> list[Hit]:
    seen = await seen_by(viewer, house)
    linked = [
        link
        for link in house.ports.names.book.standing()
        if link.kind == "place" and house.estate.may_link(viewer, link.kind, link.party, link.target)
    ]
    found: list[Hit] = []
    for place in house.ports.places:
        if seen is not None and place.code not in seen:
            continue
        names = (*place.codes, *(link.name for link in linked if link.target == place.code))
        texts = (said("name", place.name), said("code", place.code), *(said("code", name) for name in names))
        found += _hits("place", place.code, place.name, fold(text), texts, tier=place.tier.value)
    return sorted(found, key=lambda hit: hit.order)


def _devices(text: str, viewer: Viewer, house: House) -> list[Hit]:
    """Devices are the operator's."""
    if not viewer.operator:
        return []
    wanted, devices = fold(text), house.ports.config.devices
    found = [hit for one in devices for hit in _hits("device", one.name, one.name, wanted, (said("id", one.name),))]
    return sorted(found, key=lambda hit: hit.order)


def _hits(kind: str, key: str, name: str, wanted: str, texts: Iterable[Said], *, tier: str | None = None) -> list[Hit]:
    fits = best(wanted, texts)
    if fits is None:
        return []
    grade, found = fits
    exact = grade == EXACT
    shape = HitShape(kind=kind, id=key, text=name, by=found.by, said=found.text, exact=exact, place="", tier=tier)
    return [Hit(grade, shape)]
