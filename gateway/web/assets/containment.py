"""What was packed into what: stated by a party of its own things, answered once it is stored.

The operator may state anything. A party may state of assets that belong to it, and of those that belong to nobody,
as far as it sees them now or nobody has ever seen them; of both, what is packed and what it is packed into.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Request, Response

from gateway.access import Sight
from gateway.errors import BadInput, SourceError
from gateway.model import Packing
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.problems import FieldFault, Problem
from gateway.web.http.times import parse_micros

MOST_CHILDREN = 1000  # of one request
RETRY_S = 5

router = APIRouter(prefix="/api/v1", tags=["assets"])

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]


class ContainmentBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """GS1's AggregationEvent in our words: these assets were put into `parent`, or taken out."""

    parent: Name
    assets: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=MOST_CHILDREN)]
    action: Literal["ADD", "DELETE"]
    place: Annotated[str, msgspec.Meta(max_length=512)] = ""  # left out: where the parent is known to be
    at: str = ""  # ISO 8601 with its zone; left out: now


class ContainmentShape(msgspec.Struct, frozen=True, kw_only=True):
    stored: int  # what contradicts what is known waits in quarantine


@router.post("/containment", openapi_extra=describe(answer=ContainmentShape, body=ContainmentBody))
async def pack(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """State that assets were packed or unpacked: 200 once it is stored."""
    body = await read_json(request, ContainmentBody)
    sight = await house.sights.of(viewer)
    packings = _checked(body, sight, house)
    try:
        await house.ports.pack(packings)
    except SourceError as error:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers={"Retry-After": str(RETRY_S)}) from error
    return send(ContainmentShape(stored=len(packings)))


def _checked(body: ContainmentBody, sight: Sight, house: House) -> list[Packing]:
    """What the body states. Raises Problem 403 or 422 with every fault."""
    faults: list[FieldFault] = []
    parent = _key(body.parent, "parent", sight, house, faults)
    place = house.ports.places.find(body.place) if body.place else None
    if body.place and place is None:
        faults.append(_fault("place", "unknown_place", f"expected a place of this site, came {body.place[:80]!r}"))
    if place is not None and not sight.viewer.operator and place.code not in sight.places:
        faults.append(_fault("place", "not_its_place", f"expected a place of your own, came {body.place[:80]!r}"))
    keys = [_key(asset, f"assets[{index}]", sight, house, faults) for index, asset in enumerate(body.assets)]
    faults += _circles(keys, parent, house) if body.action == "ADD" else []
    if faults:
        foreign = all(fault.reason in ("not_its_asset", "not_its_place") for fault in faults)
        status = HTTPStatus.FORBIDDEN if foreign else HTTPStatus.UNPROCESSABLE_ENTITY
        raise Problem(status, "; ".join(f"{fault.field}: {fault.text}" for fault in faults[:5]), faults=faults)
    at_us = parse_micros(body.at, "at") if body.at else house.ports.clock.now_us()
    return [
        Packing(asset=key, parent=parent, action=body.action, place=place.code if place else "", seen_us=at_us)
        for key in keys
    ]


def _key(name: str, path: str, sight: Sight, house: House, faults: list[FieldFault]) -> str:
    """The key of an asset that the viewer may speak of; else empty, and a fault more."""
    try:
        key = house.ports.names.of(sight.viewer.party).asset(name)
    except BadInput as error:
        faults.append(_fault(path, "bad_name", str(error)))
        return ""
    if not _may_state(key, sight, house):
        text = f"expected an asset of your own, or one that you see and nobody owns, came {name[:80]!r}"
        faults.append(_fault(path, "not_its_asset", text))
    return key


def _may_state(key: str, sight: Sight, house: House) -> bool:
    if sight.viewer.operator:
        return True
    owner = house.estate.asset_owner(key)
    if owner:
        return owner == sight.viewer.party
    where = house.ports.live.where(key)
    return where is None or sight.asset(key, where.place, house.ports.clock.now_us())


def _circles(keys: list[str], parent: str, house: House) -> list[FieldFault]:
    held = house.ports.live.where(parent)
    around = {parent, *(held.via if held is not None else ())}
    text = "expected something that the parent is not in itself"
    return [
        _fault(f"assets[{index}]", "packed_into_itself", text)
        for index, key in enumerate(keys)
        if key and key in around
    ]


def _fault(field: str, reason: str, text: str) -> FieldFault:
    return FieldFault(field=field, reason=reason, text=text)
