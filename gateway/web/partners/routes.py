"""Partners, for the operator: added with all that they need to begin, listed, removed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from gateway.config.model import Party
from gateway.errors import BadInput
from gateway.identity.gs1 import check_digit
from gateway.partners.welcome import Welcome, welcome
from gateway.web.door.security import Operator
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.problems import FieldFault, Problem, not_found
from gateway.web.http.spoken import Name, spoken

router = APIRouter(prefix="/api/v1/partners", tags=["operator"])


class PartnerBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A company that takes part from now on: the words of `parties` in config.yaml."""

    code: Annotated[str, msgspec.Meta(max_length=64)]
    name: Name
    tier: Annotated[str, msgspec.Meta(max_length=16)]
    gln: Annotated[str, msgspec.Meta(max_length=13)] | None = None
    duns: Annotated[str, msgspec.Meta(max_length=11)] | None = None
    label: Name = ""  # what its first token is for


class PartnerShape(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    tier: str
    gln: str | None
    duns: str | None


class PartnersShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[PartnerShape]


class WelcomeShape(msgspec.Struct, frozen=True, kw_only=True):
    token: str  # shown this once
    welcome: Welcome


@router.post("", openapi_extra=describe(answer=WelcomeShape, body=PartnerBody, status=201))
async def add(request: Request, _: Operator, house: HouseDep) -> Response:
    """Add a partner, and hand out its token, topics, ACL and a first subscription: 201. The token is shown once."""
    body = await read_json(request, PartnerBody)
    party = _party(body)
    token = await house.ports.partners.add(party, spoken(body.label, "label"))
    await house.ports.subscriptions.leave(party.code)  # of one that was removed: nobody of now has this token yet
    made = welcome(party, house.estate, str(request.base_url).rstrip("/"))
    return send(WelcomeShape(token=token, welcome=made), HTTPStatus.CREATED)


@router.get("", openapi_extra=describe(answer=PartnersShape))
async def page(_: Operator, house: HouseDep) -> Response:
    """The partners that were added; the parties of config.yaml are not among them."""
    return send(PartnersShape(items=[_shape(party) for party in house.ports.partners.added()]))


@router.delete("/{code}", status_code=204, openapi_extra=describe())
async def remove(code: Annotated[str, Path(max_length=64)], _: Operator, house: HouseDep) -> Response:
    """End a partner, its tokens, its subscriptions and the links that it shared. The shipments and alerts that it took
    part in stay."""
    if not await house.ports.partners.remove(code):
        raise not_found()
    await house.ports.subscriptions.leave(code)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _party(body: PartnerBody) -> Party:
    """Raises Problem 422 with every fault."""
    said = {"code": body.code, "name": spoken(body.name, "name"), "tier": body.tier, "gln": body.gln, "duns": body.duns}
    if not said["name"]:
        raise BadInput("name: expected one, came none", reason="no_name")
    try:
        party = Party.model_validate({key: value for key, value in said.items() if value is not None}, strict=False)
    except ValidationError as error:
        faults = [
            FieldFault(field=str(one["loc"][0]), reason="not_valid", text=f"expected another: {one['msg'].lower()}")
            for one in error.errors(include_url=False, include_input=False)
        ]
        text = "; ".join(f"{fault.field}: {fault.text}" for fault in faults)
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, text, faults=faults) from None
    if party.gln is not None and not _is_gln(party.gln):
        raise BadInput(f"gln: expected 13 digits with their check digit, came {party.gln[:40]!r}", reason="bad_gln")
    return party


def _is_gln(text: str) -> bool:
    return len(text) == 13 and text.isascii() and text.isdecimal() and check_digit(text[:12]) == text[12]


def _shape(party: Party) -> PartnerShape:
    return PartnerShape(code=party.code, name=party.name, tier=party.tier.value, gln=party.gln, duns=party.duns)
