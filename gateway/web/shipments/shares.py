"""Shared links: a party shows one of its shipments to somebody without a token, until a date."""

from __future__ import annotations

import secrets
import sqlite3
from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response

from gateway.access import Sight, Viewer, hash_token, takes_part
from gateway.clock import SECOND_US
from gateway.errors import BadInput
from gateway.journal import share_links, shipments
from gateway.journal.share_links import ShareLink
from gateway.model import Micros, Trip
from gateway.web.door.security import SignedIn, refuse_foreign_origin
from gateway.web.door.share_sessions import SESSION_S
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.problems import Problem, not_found
from gateway.web.http.spoken import Name, When, spoken
from gateway.web.http.times import iso, parse_micros
from gateway.web.shapes import ShipmentShape, Time
from gateway.web.shipments.routes import seen_shape

LONGEST_US = 30 * 86_400 * SECOND_US
MOST_LINKS = 200  # of a party, that count
ID_DIGITS = 16  # of the hash
COOKIE = "tierview_shared"
SHARED = "/api/v1/shared"

router = APIRouter(prefix="/api/v1", tags=["shipments"])


class ShareBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when a shipment is shown to whoever has the link, at most 30 days ahead."""

    until: When  # ISO 8601 with its zone
    label: Name = ""  # for whom; whoever follows the link reads it


class FollowBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands behind the # of a link."""

    token: Annotated[str, msgspec.Meta(max_length=64)]


class ShareShape(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    shipment_id: str
    party: str  # who shares it
    label: str
    created: Time
    until: Time


class MadeShareShape(ShareShape, frozen=True, kw_only=True):
    link: str  # shown this once


class SharesShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[ShareShape]


class SharedShape(msgspec.Struct, frozen=True, kw_only=True):
    by: str  # name of who shares it
    label: str
    until: Time
    now: Time
    shipment: ShipmentShape


@router.post(
    "/shipments/{shipment_id:path}/share", openapi_extra=describe(answer=MadeShareShape, body=ShareBody, status=201)
)
async def share(
    request: Request, shipment_id: Annotated[str, Path(max_length=256)], viewer: SignedIn, house: HouseDep
) -> Response:
    """Make a link that shows a shipment, as one's own party sees it, until a date. It is shown once."""
    now_us = house.ports.clock.now_us()
    trip = await _trip(house, shipment_id)
    if trip is None or not takes_part(viewer, trip.shipment):
        raise not_found()
    body = await read_json(request, ShareBody)
    until_us = parse_micros(body.until, "until")
    if not now_us < until_us <= now_us + LONGEST_US:
        raise BadInput(f"until: expected a time within 30 days from now, came {body.until}", reason="time_too_late")
    secret = secrets.token_urlsafe(32)
    link = ShareLink(
        hash=hash_token(secret),
        party=viewer.party,
        shipment_id=shipment_id,
        label=spoken(body.label, "label"),
        created_us=now_us,
        expires_us=until_us,
    )
    await house.ports.journal.write(lambda connection: _save(connection, link, now_us))
    shown = f"{str(request.base_url).rstrip('/')}/share.html#{secret}"
    return send(MadeShareShape(link=shown, **msgspec.structs.asdict(_shape(link))), HTTPStatus.CREATED)


@router.get("/shares", openapi_extra=describe(answer=SharesShape))
async def page(viewer: SignedIn, house: HouseDep) -> Response:
    """The links of one's own party that count, the newest first; all for the operator."""
    return send(SharesShape(items=[_shape(link) for link in await _standing(viewer, house)]))


@router.delete("/shares/{share_id}", status_code=204, openapi_extra=describe())
async def revoke(share_id: Annotated[str, Path(max_length=64)], viewer: SignedIn, house: HouseDep) -> Response:
    """End a link at once."""
    found = next((link for link in await _standing(viewer, house) if link.hash[:ID_DIGITS] == share_id), None)
    if found is None:
        raise not_found()
    now_us = house.ports.clock.now_us()
    await house.ports.journal.write(lambda connection: share_links.revoke(connection, found.hash, now_us))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/shared", status_code=204, openapi_extra=describe(body=FollowBody))
async def follow(request: Request, house: HouseDep) -> Response:
    """Follow a link: a session of an hour, in a cookie, that sees what it shows."""
    refuse_foreign_origin(request)
    if not house.followers.take(request.client.host if request.client is not None else ""):
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "too many links were followed", headers={"Retry-After": "60"})
    body = await read_json(request, FollowBody)
    key, now_us = hash_token(body.token), house.ports.clock.now_us()
    link = await house.ports.journal.read(lambda connection: share_links.standing_one(connection, key, now_us))
    if link is None:
        raise not_found()
    http = house.ports.config.http
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    response.set_cookie(
        COOKIE,
        house.shares.open(key),
        max_age=int(SESSION_S),
        path=SHARED,
        httponly=True,
        samesite="strict",
        secure=http.behind_tls_proxy or http.tls_certificate is not None,
    )
    return response


@router.get("/shared", openapi_extra=describe(answer=SharedShape))
async def shown(request: Request, house: HouseDep) -> Response:
    """What the session's link shows, as long as it counts and who shared it sees the shipment."""
    ports, now_us = house.ports, house.ports.clock.now_us()
    key = house.shares.link(request.cookies.get(COOKIE, ""))
    link = None if key is None else await ports.journal.read(lambda c: share_links.standing_one(c, key, now_us))
    trip = None if link is None else await _trip(house, link.shipment_id)
    viewer = None if link is None else house.estate.viewer(link.party)
    if link is None or trip is None or viewer is None or not takes_part(viewer, trip.shipment):
        raise not_found()
    shape = seen_shape(Sight(viewer=viewer, estate=house.estate), trip, now_us)
    assert shape is not None
    by, until = house.estate.names[link.party], iso(link.expires_us)
    return send(SharedShape(by=by, label=link.label, until=until, now=iso(now_us), shipment=shape))


async def _trip(house: House, shipment_id: str) -> Trip | None:
    return await house.ports.journal.read(lambda connection: shipments.planned_one(connection, shipment_id))


async def _standing(viewer: Viewer, house: House) -> list[ShareLink]:
    now_us = house.ports.clock.now_us()
    return await house.ports.journal.read(lambda c: share_links.standing(c, viewer.scope, now_us))


def _save(connection: sqlite3.Connection, link: ShareLink, now_us: Micros) -> None:
    if len(share_links.standing(connection, link.party, now_us)) >= MOST_LINKS:
        raise BadInput(
            f"expected at most {MOST_LINKS} links of a party, and {link.party} has these: end some of them",
            reason="too_many_links",
        )
    share_links.save(connection, link)


def _shape(link: ShareLink) -> ShareShape:
    return ShareShape(
        id=link.hash[:ID_DIGITS],
        shipment_id=link.shipment_id,
        party=link.party,
        label=link.label,
        created=iso(link.created_us),
        until=iso(link.expires_us),
    )
