"""Tokens: a party makes, lists and ends its own; the operator those of all. Each is shown once, when it is made."""

from __future__ import annotations

import sqlite3
from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response

from gateway.access import Viewer, hash_token, new_token
from gateway.clock import SECOND_US
from gateway.errors import BadInput
from gateway.journal import tokens
from gateway.journal.tokens import Token
from gateway.model import Micros
from gateway.web.door.security import SignedIn, token_of
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.problems import FieldFault, Problem, not_found
from gateway.web.http.spoken import Name, When, spoken
from gateway.web.http.times import iso, iso_or_none, parse_micros
from gateway.web.shapes import Time

LONGEST_US = 3_650 * 86_400 * SECOND_US
MOST_TOKENS = 500  # of a party, that count
ID_DIGITS = 16  # of the hash

router = APIRouter(prefix="/api/v1/tokens", tags=["session"])


class TokenBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a token is for, and when it ends by itself."""

    label: Name = ""
    expires: When | None = None  # ISO 8601 with its zone; null: never
    party: Annotated[str, msgspec.Meta(max_length=64)] | None = None  # the operator says whose


class TokenShape(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a token; never the token."""

    id: str
    party: str
    label: str
    created: Time
    used: Time | None  # null: never
    expires: Time | None
    yours: bool  # this request came with it


class TokensShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[TokenShape]


class MadeTokenShape(TokenShape, frozen=True, kw_only=True):
    token: str  # shown this once


@router.get("", openapi_extra=describe(answer=TokensShape))
async def page(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """The tokens of one's own party that count, the newest first; all for the operator. Never the tokens themselves."""
    own = hash_token(token_of(request) or "")
    return send(TokensShape(items=[_shape(token, own, house) for token in await _standing(viewer, house)]))


@router.post("", openapi_extra=describe(answer=MadeTokenShape, body=TokenBody, status=201))
async def make(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Make a token: 201, and it is shown this once. It sees and may do what its party may."""
    body = await read_json(request, TokenBody)
    now_us, made = house.ports.clock.now_us(), new_token()
    token = Token(
        hash=hash_token(made),
        party=_party(body, viewer, house),
        label=spoken(body.label, "label"),
        created_us=now_us,
        expires_us=None if body.expires is None else _end(body.expires, now_us),
        revoked_us=None,
    )
    await house.ports.journal.write(lambda connection: _save(connection, token))
    known = msgspec.structs.asdict(_shape(token, "", house))
    return send(MadeTokenShape(token=made, **known), HTTPStatus.CREATED)


@router.delete("/{token_id}", status_code=204, openapi_extra=describe())
async def revoke(token_id: Annotated[str, Path(max_length=64)], viewer: SignedIn, house: HouseDep) -> Response:
    """End a token at once; streams that it holds open end within a second."""
    found = next((token for token in await _standing(viewer, house) if token.hash[:ID_DIGITS] == token_id), None)
    if found is None:
        raise not_found()
    now_us = house.ports.clock.now_us()
    await house.ports.journal.write(lambda connection: tokens.revoke(connection, found.hash, now_us))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _party(body: TokenBody, viewer: Viewer, house: House) -> str:
    """On whose behalf it speaks. Whoever is no operator hears the same of every party but its own, known or not."""
    if body.party is None or body.party == viewer.party:
        return viewer.party
    if not viewer.operator or house.estate.viewer(body.party) is None:
        known = "the code of a party" if viewer.operator else "your own party"
        fault = FieldFault(field="party", reason="unfit", text=f"expected {known}, came {body.party!r}")
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"party: {fault.text}", faults=[fault])
    return body.party


def _end(text: str, now_us: Micros) -> Micros:
    expires_us = parse_micros(text, "expires")
    if not now_us < expires_us <= now_us + LONGEST_US:
        raise BadInput(f"expires: expected a time within ten years from now, came {text}", reason="time_too_late")
    return expires_us


def _save(connection: sqlite3.Connection, token: Token) -> None:
    if len(tokens.standing(connection, token.party, token.created_us)) >= MOST_TOKENS:
        raise BadInput(
            f"expected at most {MOST_TOKENS} tokens of a party, and {token.party} has these: end some of them",
            reason="too_many_tokens",
        )
    tokens.save(
        connection,
        hash=token.hash,
        party=token.party,
        label=token.label,
        created_us=token.created_us,
        expires_us=token.expires_us,
    )


async def _standing(viewer: Viewer, house: House) -> list[Token]:
    now_us = house.ports.clock.now_us()
    return await house.ports.journal.read(lambda connection: tokens.standing(connection, viewer.scope, now_us))


def _shape(token: Token, own: str, house: House) -> TokenShape:
    return TokenShape(
        id=token.hash[:ID_DIGITS],
        party=token.party,
        label=token.label,
        created=iso(token.created_us),
        used=iso_or_none(house.used.last_us(token)),
        expires=iso_or_none(token.expires_us),
        yours=token.hash == own,
    )
