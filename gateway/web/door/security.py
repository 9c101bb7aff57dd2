"""Who asks, and how browsers are kept from being used against them."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.access import Viewer, hash_token, parse_token
from gateway.journal import tokens
from gateway.web.house import House, HouseDep
from gateway.web.http.problems import Problem, not_found

COOKIE = "tierview"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecureHeaders:
    """Puts the headers of every answer, and says how long it may be kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


def token_of(request: Request) -> str | None:
    """The token that came with the request, well-formed or None."""
    return parse_token(request.headers.get("authorization"), request.cookies.get(COOKIE))


def session_of(request: Request) -> str:
    """The session of a browser that is signed in: its cookie's token, hashed; empty where it came without one, or with
    a token in the header, which counts before it."""
    token = None if "authorization" in request.headers else token_of(request)
    return "" if token is None else hash_token(token)


async def viewer_of(house: House, token: str | None) -> Viewer | None:
    """On whose behalf a token speaks now; None where it is unknown, expired or revoked."""
    if token is None:
        return None
    key, now_us = hash_token(token), house.ports.clock.now_us()
    party = await house.ports.journal.read(lambda connection: tokens.party_of(connection, key, now_us))
    if party is None:
        return None
    house.used.note(key, now_us)
    return house.estate.viewer(party)


async def signed_in(request: Request, house: HouseDep) -> Viewer:
    """Who asks. Raises Problem 401 without a valid token, 403 where another site's page asks in their name."""
    viewer = await viewer_of(house, token_of(request))
    if viewer is None:
        detail = "expected a valid token: Authorization: Bearer tv_..., or the cookie of POST /api/v1/session"
        raise Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})
    refuse_foreign_origin(request)
    return viewer


async def operator_only(viewer: SignedIn) -> Viewer:
    """The operator; for anyone else there is nothing here."""
    if not viewer.operator:
        raise not_found()
    return viewer


def refuse_foreign_origin(request: Request) -> None:
    """Problem 403 when a page of another origin changes something: a second lock behind SameSite=Strict."""
    origin = request.headers.get("origin")
    if request.method in SAFE_METHODS or origin is None:
        return
    if urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Problem(HTTPStatus.FORBIDDEN, "expected a request of this gateway's own page, got one of another origin")


def is_local(request: Request, house: House) -> bool:
    """Whether the request comes from this machine. Behind a proxy every request seems to: then none counts."""
    if house.ports.config.http.behind_tls_proxy or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:  # a Unix socket has no address
        return False


SignedIn = Annotated[Viewer, Depends(signed_in)]
Operator = Annotated[Viewer, Depends(operator_only)]
