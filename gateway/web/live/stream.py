"""GET /api/v1/stream: what happens, as server-sent events.

`location`, `position`, `sensor`, `device` (as in /events), `alert` (as in /alerts, again whenever a receipt,
an acknowledgement or a remark comes), `remark` (what a party said of an alert), `board` (counts of each tier)
and `notice` (what a subscription delivers).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from gateway.web.door.security import SignedIn, session_of, token_of
from gateway.web.house import HouseDep
from gateway.web.live.cursor import parse_cursor
from gateway.web.live.listener import Listener
from gateway.web.live.sse import EventStream

router = APIRouter(prefix="/api/v1", tags=["stream"])


@router.get(
    "/stream",
    openapi_extra={"responses": {"200": {"description": "Server-sent events", "content": {"text/event-stream": {}}}}},
)
async def stream(
    request: Request,
    viewer: SignedIn,
    house: HouseDep,
    after: Annotated[str, Query(max_length=80, description="as Last-Event-ID, for a first connection")] = "",
) -> Response:
    """Everything that this viewer may see, from now on or from Last-Event-ID."""
    marks = await house.tail.marks()
    cursor = parse_cursor(request.headers.get("last-event-id", after), marks)
    token, session = token_of(request), session_of(request)
    return EventStream(Listener(house=house, viewer=viewer, token=token, session=session, cursor=cursor))
