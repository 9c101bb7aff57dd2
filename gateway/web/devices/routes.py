"""For the operator: devices as they are now, a test of one, and a search for others."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from gateway.config.model import Device
from gateway.devices import BUCKET_S, Table
from gateway.devices.asked import Busy, Search, TrialResult, Wish
from gateway.web.devices.listener import DeviceListener
from gateway.web.devices.render import device_now, devices_now, read_now
from gateway.web.devices.shapes import (
    DeviceDetailsShape,
    DevicesNowShape,
    SearchBody,
    SearchShape,
    TrialBody,
)
from gateway.web.door.security import Operator, session_of, token_of
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.problems import Problem, not_found
from gateway.web.http.times import iso_or_none
from gateway.web.live.sse import EventStream

router = APIRouter(prefix="/api/v1", tags=["devices"])

Name = Annotated[str, Path(max_length=256)]


@router.get("/devices", openapi_extra=describe(answer=DevicesNowShape))
async def devices(_: Operator, house: HouseDep) -> Response:
    """Every configured device: how it stands, since when, what went wrong last, and how much it says."""
    return send(DevicesNowShape(items=devices_now(house.ports), rate_step_s=BUCKET_S))


@router.get(
    "/device-stream",
    openapi_extra={"responses": {"200": {"description": "Server-sent events", "content": {"text/event-stream": {}}}}},
)
async def stream(
    request: Request,
    viewer: Operator,
    house: HouseDep,
    device: Annotated[str, Query(max_length=256, description="of which to tell what it reads")] = "",
) -> Response:
    """Devices as they change, at most twice a second.

    `devices` holds those that changed, as in GET /devices; `read` what the one named by `device` reads, as in
    GET /devices/{name}.
    """
    if device:
        _device(house, device)
    token, session = token_of(request), session_of(request)
    return EventStream(DeviceListener(house=house, viewer=viewer, token=token, session=session, device=device))


@router.get("/devices/{name}", openapi_extra=describe(answer=DeviceDetailsShape))
async def details(name: Name, _: Operator, house: HouseDep) -> Response:
    """One device, and what of its last 500 readings is worth telling: tags by antenna, values, position."""
    device = _device(house, name)
    table = Table()
    for at_us, outputs in house.ports.watch.doing(name).recent:
        table.told(outputs, at_us)
    now = device_now(house.ports, device)
    return send(DeviceDetailsShape(device=now, rate_step_s=BUCKET_S, read=read_now(house.ports, table, {})))


@router.post("/devices/{name}/test", openapi_extra=describe(answer=TrialResult, body=TrialBody))
async def test(name: Name, request: Request, _: Operator, house: HouseDep) -> Response:
    """Try a device for some seconds and say in words what is wrong; one at a time (409).

    One that is linked is watched; to one that is not a connection of its own is made.
    """
    _device(house, name)
    body = await read_json(request, TrialBody)
    try:
        return send(await house.ports.devices.test(name, body.seconds))
    except Busy as error:
        raise _busy(error) from None


@router.get("/discovery", openapi_extra=describe(answer=SearchShape))
async def found(_: Operator, house: HouseDep) -> Response:
    """How the search for devices stands that was begun last, and what it found: entries for config.yaml."""
    return send(_search(house.ports.devices.search()))


@router.post("/discovery", openapi_extra=describe(answer=SearchShape, body=SearchBody, status=HTTPStatus.ACCEPTED))
async def discover(request: Request, _: Operator, house: HouseDep) -> Response:
    """Begin to search for devices; one search at a time (409), and for three minutes at most."""
    body = await read_json(request, SearchBody)
    try:
        begun = house.ports.devices.begin(Wish(**msgspec.structs.asdict(body)))
    except Busy as error:
        raise _busy(error) from None
    return send(_search(begun), HTTPStatus.ACCEPTED)


@router.delete("/discovery", openapi_extra=describe(answer=SearchShape))
async def cancel(_: Operator, house: HouseDep) -> Response:
    """End the search that runs; what it found stays."""
    return send(_search(house.ports.devices.cancel()))


def _device(house: House, name: str) -> Device:
    for device in house.ports.config.devices:
        if device.name == name:
            return device
    raise not_found()


def _busy(error: Busy) -> Problem:
    return Problem(HTTPStatus.CONFLICT, str(error), reason=error.reason, headers={"Retry-After": "5"})


def _search(search: Search) -> SearchShape:
    return SearchShape(
        state=search.state,
        step=search.step,
        asked=search.asked,
        to_ask=search.to_ask,
        began=iso_or_none(search.began_us),
        finds=list(search.finds),
        faults=list(search.faults),
    )
