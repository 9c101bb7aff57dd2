"""Signing in: a token becomes a cookie that scripts cannot read. In the demo, a party's name is enough."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from fastapi import APIRouter, Request, Response

from gateway.access import Viewer, hash_token, new_token, parse_token
from gateway.config.model import Party
from gateway.journal import tokens
from gateway.web.door.security import COOKIE, SignedIn, refuse_foreign_origin, session_of, viewer_of
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.problems import Problem, not_found
from gateway.web.http.times import iso
from gateway.web.shapes import ClockShape, PartyShape, SessionShape

DEMO_LASTS_US = 60 * 86_400_000_000  # of the demo's clock: half a day of ours

router = APIRouter(prefix="/api/v1", tags=["session"])


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token as it was handed out."""

    token: str


class DemoSignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to look as."""

    party: str


@router.post("/session", status_code=204, openapi_extra=describe(body=SignIn))
async def sign_in(request: Request, house: HouseDep) -> Response:
    """Keep a token in a cookie."""
    refuse_foreign_origin(request)
    said = await read_json(request, SignIn)
    token = parse_token(None, said.token.strip())
    if await viewer_of(house, token) is None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "expected a valid token, tv_ and 43 characters; this one is not, or no longer"
        )
    assert token is not None
    return _with_cookie(house, token)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, house: HouseDep) -> Response:
    """Forget the cookie, and end the streams that were opened with it. The token itself stays valid."""
    refuse_foreign_origin(request)
    house.ports.hub.sign_out(session_of(request))
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


@router.get("/session", openapi_extra=describe(answer=SessionShape))
async def session(viewer: SignedIn, house: HouseDep) -> Response:
    """Who is signed in, and what time it is here."""
    return send(_session(house, viewer))


@router.get("/demo/parties", openapi_extra=describe(answer=list[PartyShape]))
async def demo_parties(house: HouseDep) -> Response:
    """The parties that the demo lets anyone look as."""
    _demo_only(house)
    return send([_party(party) for party in house.ports.config.parties])


@router.post("/demo/session", status_code=204, openapi_extra=describe(body=DemoSignIn))
async def demo_sign_in(request: Request, house: HouseDep) -> Response:
    """Look as a party, in the demo."""
    _demo_only(house)
    refuse_foreign_origin(request)
    said = await read_json(request, DemoSignIn)
    if house.estate.viewer(said.party) is None:
        known = ", ".join(party.code for party in house.ports.config.parties)
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"party: expected one of {known}, got {said.party[:80]!r}")
    token, now_us = new_token(), house.ports.clock.now_us()
    await house.ports.journal.write(
        lambda connection: tokens.save(
            connection,
            hash=hash_token(token),
            party=said.party,
            label="demo page",
            created_us=now_us,
            expires_us=now_us + DEMO_LASTS_US,
        )
    )
    return _with_cookie(house, token)


def _demo_only(house: House) -> None:
    if house.ports.demo is None:
        raise not_found()


def _with_cookie(house: House, token: str) -> Response:
    http = house.ports.config.http
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    secure = http.behind_tls_proxy or http.tls_certificate is not None
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return response


def _session(house: House, viewer: Viewer) -> SessionShape:
    ports = house.ports
    party = next(party for party in ports.config.parties if party.code == viewer.party)
    speed = 1.0 if ports.demo is None else ports.demo.speed
    return SessionShape(
        party=_party(party),
        operator=viewer.operator,
        site=ports.config.site.name,
        clock=ClockShape(now=iso(ports.clock.now_us()), speed=speed),
    )


def _party(party: Party) -> PartyShape:
    return PartyShape(code=party.code, name=party.name, tier=party.tier.value)
