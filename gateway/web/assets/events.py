"""Events: what happened, page by page."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from gateway.journal import events
from gateway.journal.events import Numbered
from gateway.web.assets.event_shapes import EventsShape
from gateway.web.assets.render_events import event_shape
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.parameters import AfterSeq, Limit, Word

router = APIRouter(prefix="/api/v1", tags=["events"])

EventType = Literal["", "location", "position", "sensor", "device"]


@router.get("/events", openapi_extra=describe(answer=EventsShape))
async def page(
    viewer: SignedIn,
    house: HouseDep,
    after: AfterSeq = 0,
    limit: Limit = 200,
    asset: Word = "",
    place: Word = "",
    type: Annotated[EventType, Query()] = "",
) -> Response:
    """Events in the order in which the gateway learned of them; `next_after` goes on from here, now or later."""
    sight = await house.sights.of(viewer)
    names = house.ports.names.of(viewer.party)
    key = names.asset(asset) if asset else ""

    def query(connection: sqlite3.Connection) -> tuple[int, list[Numbered]]:
        last = events.last_seq(connection)  # before the page: what is committed in between is not skipped
        return last, events.page(
            connection,
            seq=after,
            limit=limit,
            asset=key,
            also=names.book.keys(key, viewer.party)[1:],
            place=place,
            type=type,
            party=viewer.scope,
            places=sorted(sight.places),
            devices=sorted(sight.devices),
        )

    last, rows = await house.ports.journal.read(query)
    seen = [(seq, event) for seq, found in rows if (event := sight.event(found)) is not None]
    end = rows[-1][0] if rows else after
    return send(
        EventsShape(
            items=[event_shape(seq, event) for seq, event in seen],
            next_after=end if len(rows) == limit else max(end, last, after),
        )
    )
