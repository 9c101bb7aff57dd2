"""Query parameters that several lists take, with their bounds, and the refusal of unknown ones."""

from __future__ import annotations

import difflib
from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request
from fastapi.routing import APIRoute

from gateway.web.http.problems import Problem

MOST = 1000  # items in one answer
MOST_SEQ = 2**62

Limit = Annotated[int, Query(ge=1, le=MOST, description="most items in the answer")]
AfterSeq = Annotated[int, Query(ge=0, le=MOST_SEQ, description="number of the last event already known")]
Word = Annotated[str, Query(max_length=256)]


async def refuse_unknown(request: Request) -> None:
    """Problem 422 for a query parameter that the route does not know: a typing error must not widen a search."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = [field.alias for field in route.dependant.query_params]
    for name in request.query_params:
        if name not in known:
            near = difflib.get_close_matches(name[:64], known, n=1, cutoff=0.5)
            said = f"expected {', '.join(known) or 'no parameters'}, got {name[:80]!r}"
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, said + (f" — did you mean {near[0]}" if near else ""))
