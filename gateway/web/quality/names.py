"""Names: what else places, parties, assets, units and parts are called. Entered once, they count at once."""

from __future__ import annotations

import asyncio
import sqlite3
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from gateway.access import Viewer
from gateway.errors import NotAllowed
from gateway.journal import names
from gateway.quality.names import Link, NameKind
from gateway.quality.outcome import Tried
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import MOST_CSV, expect_media_type, read_body, read_json
from gateway.web.http.parameters import Limit, Word
from gateway.web.http.problems import Problem, not_found
from gateway.web.http.times import iso, iso_or_none
from gateway.web.places.seen_places import seen_by
from gateway.web.quality.link_check import BadLink, link_of
from gateway.web.quality.link_csv import read_names
from gateway.web.quality.shapes import EnteredShape, NameBody, NameShape, NamesImportShape, NamesShape, TriedShape
from gateway.web.shapes import RowFaultShape

PAGE = 1000
ROWS_A_TURN = 100  # of a file of names

router = APIRouter(prefix="/api/v1/names", tags=["names"])


@router.get("", openapi_extra=describe(answer=NamesShape))
async def page(
    viewer: SignedIn,
    house: HouseDep,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Limit = 200,
    kind: Annotated[NameKind | None, Query()] = None,
    target: Word = "",
    removed: Annotated[bool, Query(description="also those that count no longer")] = False,
) -> Response:
    """Names in the order in which they were entered: a party's own, and those of its assets; the operator's are all."""

    def query(connection: sqlite3.Connection) -> tuple[list[Link], int | None]:
        found: list[Link] = []
        cursor = after
        while rows := names.page(connection, after=cursor, limit=PAGE, kind=kind or "", target=target, removed=removed):
            for link in rows:
                cursor = link.number
                if house.estate.may_link(viewer, link.kind, link.party, link.target):
                    found.append(link)
                if len(found) == limit:
                    return found, cursor
        return found, None

    found, next_after = await house.ports.journal.read(query)
    return send(NamesShape(items=[name_shape(link) for link in found], next_after=next_after))


@router.post("", openapi_extra=describe(answer=EnteredShape, body=NameBody, status=201))
async def enter(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Say what a name means, and try all that waited for it: 201; 200 where it was known already."""
    body = await read_json(request, NameBody)
    try:
        link = link_of(body, viewer, house, "api", house.ports.clock.now_us(), await _visible(viewer, house))
    except BadLink as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), faults=[error.fault]) from None
    await _refuse_others(link, viewer, house)
    entered = await house.ports.desk.enter([link])
    shape = EnteredShape(name=name_shape(entered.links[0]) if entered.links else None, tried=tried_shape(entered.tried))
    return send(shape, HTTPStatus.CREATED if entered.links else HTTPStatus.OK)


@router.post("/import", openapi_extra=describe(answer=NamesImportShape, body=str, body_type="text/csv"))
async def import_rows(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Enter the good rows of a CSV file (kind,name,target,party); tell each bad one with its line."""
    expect_media_type(request, "text/csv")
    places, now_us = await _visible(viewer, house), house.ports.clock.now_us()
    links: list[Link] = []
    faults: list[RowFaultShape] = []
    for line, row in read_names(await read_body(request, MOST_CSV)):
        if line % ROWS_A_TURN == 0:
            await asyncio.sleep(0)  # a file holds up nobody else
        if isinstance(row, RowFaultShape):
            faults.append(row)
            continue
        try:
            link = link_of(row, viewer, house, "csv", now_us, places)
            await _refuse_others(link, viewer, house)
            links.append(link)
        except BadLink as error:
            told = error.fault
            faults.append(RowFaultShape(line=line, column=told.field, reason=told.reason, text=told.text))
        except NotAllowed:
            text = "expected a name in your own data, or of an asset of yours"
            faults.append(RowFaultShape(line=line, column="party", reason="not_allowed", text=text))
    entered = await house.ports.desk.enter(links)
    return send(
        NamesImportShape(
            accepted=len(entered.links),
            unchanged=entered.unchanged,
            rejected=faults,
            tried=tried_shape(entered.tried),
        )
    )


@router.delete("/{number}", openapi_extra=describe(answer=NameShape))
async def remove(number: Annotated[int, Path(ge=1, le=2**62)], viewer: SignedIn, house: HouseDep) -> Response:
    """Let a name count no longer; what it said stays in the history, and so does what it led to."""
    held = await house.ports.journal.read(lambda c: names.get(c, number))
    if held is None or not house.estate.may_link(viewer, held.kind, held.party, held.target):
        raise not_found()
    removed = await house.ports.desk.remove(number, viewer.party)
    if removed is None:
        raise not_found()
    return send(name_shape(removed))


async def _visible(viewer: Viewer, house: House) -> frozenset[str]:
    seen = await seen_by(viewer, house)
    return frozenset(place.code for place in house.ports.places) if seen is None else seen


async def _refuse_others(link: Link, viewer: Viewer, house: House) -> None:
    """A further name of one's own asset must not be a thing that others know: its history would become ours."""
    if viewer.operator or link.party or link.kind != "asset":
        return
    places = sorted(house.estate.places(viewer.party))

    def query(connection: sqlite3.Connection) -> bool:
        held = names.standing_one(connection, link.kind, link.name, link.party)
        taken = held is not None and not house.estate.may_link(viewer, held.kind, held.party, held.target)
        return taken or names.is_known_to_others(connection, link.name, viewer.party, places)

    if await house.ports.journal.read(query):
        raise NotAllowed(link.name)


async def names_of(asset: str, viewer: Viewer, house: House) -> list[str]:
    """The further names of an asset that a viewer may know of."""
    links = await house.ports.journal.read(lambda c: names.page(c, after=0, limit=PAGE, kind="asset", target=asset))
    may = house.estate.may_link
    return sorted({link.name for link in links if may(viewer, link.kind, link.party, link.target)})


def name_shape(link: Link) -> NameShape:
    """A link as the API tells it."""
    return NameShape(
        number=link.number,
        kind=link.kind,
        name=link.name,
        target=link.target,
        party=link.party,
        entered=iso(link.entered_us),
        entered_by=link.entered_by,
        source=link.source,
        removed=iso_or_none(link.removed_us),
        removed_by=link.removed_by,
    )


def tried_shape(tried: Tried) -> TriedShape:
    """What was tried again, as the API tells it."""
    return TriedShape(tried=tried.tried, replayed=tried.replayed, waiting=tried.waiting)
