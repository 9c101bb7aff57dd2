"""The way an asset came: its positions of the last hours, few enough to be drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.access import Sight
from gateway.clock import SECOND_US
from gateway.errors import BadInput
from gateway.journal import events
from gateway.model import Event, Micros, PositionEvent
from gateway.web.assets.event_shapes import TrailPointShape, TrailShape
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.times import iso

HOUR_US = 3600 * SECOND_US
MOST_READ = 4000  # positions: eleven hours of one each ten seconds
MOST_POINTS = 400
MOST_HOURS = 240

router = APIRouter(prefix="/api/v1", tags=["assets"])


@router.get("/trails", openapi_extra=describe(answer=TrailShape))
async def trail(
    viewer: SignedIn,
    house: HouseDep,
    asset: Annotated[str, Query(min_length=1, max_length=512, description="by any of its names")],
    hours: Annotated[int, Query(ge=1, le=MOST_HOURS, description="how far back")] = 24,
) -> Response:
    """An asset's positions, oldest first, as far as they may be seen; none where nothing is known."""
    names = house.ports.names.of(viewer.party)
    try:
        key = names.asset(asset)
    except BadInput:
        return send(TrailShape(items=[]))
    keys = names.book.keys(key, viewer.party)
    from_us = house.ports.clock.now_us() - hours * HOUR_US
    sight = await house.sights.of(viewer)
    found = await house.ports.journal.read(lambda c: events.positions_of(c, keys, from_us, MOST_READ))
    points = await asyncio.to_thread(_points, found, sight, from_us)
    return send(TrailShape(items=points))


def _points(found: Sequence[Event], sight: Sight, from_us: Micros) -> list[TrailPointShape]:
    seen = [event for one in reversed(found) if isinstance(event := sight.event(one), PositionEvent)]
    return [TrailPointShape(at=iso(event.at_us), lat=event.lat, lon=event.lon) for event in _thinned(seen)]


def _thinned(seen: Sequence[PositionEvent]) -> Iterator[PositionEvent]:
    """The last of each stretch of time, so that no more than MOST_POINTS are left."""
    if not seen:
        return
    step_us = max(1, (seen[-1].at_us - seen[0].at_us) // (MOST_POINTS - 2))
    for this, following in pairwise(seen):
        if this.at_us // step_us != following.at_us // step_us:
            yield this
    yield seen[-1]
