"""Maintenance windows: when nobody is told of what happens at places and devices that are worked on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Request, Response

from gateway.access import Viewer
from gateway.clock import SECOND_US
from gateway.engine.alerting import window_of
from gateway.journal import maintenance
from gateway.journal.maintenance import Entered
from gateway.model import MaintenanceWindow, Micros
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.problems import Problem, not_found
from gateway.web.http.times import iso, iso_or_none, parse_micros
from gateway.web.shapes import Time

MOST_NAMED = 100  # devices, places, lanes or rules of one window
MOST_WINDOWS = 100  # of one party, that are not over
LONGEST_US = 14 * 86_400 * SECOND_US  # of a party: what is silenced for longer is for the operator to decide

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,63}")

router = APIRouter(prefix="/api/v1/maintenance", tags=["alerts"])

Named = Annotated[list[Annotated[str, msgspec.Meta(max_length=130)]], msgspec.Meta(max_length=MOST_NAMED)]
WindowName = Annotated[str, Path(max_length=64)]


class MaintenanceBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is worked on, and when. A party names places and devices of its own; the operator any, and lanes."""

    name: str
    start: Annotated[str, msgspec.Meta(max_length=40)]  # ISO 8601 with its zone
    end: Annotated[str, msgspec.Meta(max_length=40)]
    devices: Named = []
    places: Named = []  # with all that is inside them
    lanes: Named = []  # ORIGIN>DESTINATION
    rules: Named = []  # only these; none: all


class MaintenanceShape(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    party: str  # that entered it; empty: it stands in the configuration
    source: Literal["config", "api"]
    entered: Time | None  # null: it stands in the configuration
    start: Time
    end: Time
    devices: list[str]
    places: list[str]
    lanes: list[str]
    rules: list[str]


class MaintenancesShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[MaintenanceShape]


@router.get("", openapi_extra=describe(answer=MaintenancesShape))
async def page(viewer: SignedIn, house: HouseDep) -> Response:
    """The windows that are not over, by their start: all for the operator, for a party those at what is its own."""
    now_us = house.ports.clock.now_us()
    found = [*_configured(house), *await house.ports.journal.read(maintenance.standing)]
    seen = [one for one in found if one.window is not None and _may_see(viewer, house, one.party, one.window)]
    shapes = [_shape(one) for one in seen if one.window is not None and one.window.end_us > now_us]
    return send(MaintenancesShape(items=sorted(shapes, key=lambda shape: (shape.start, shape.name))))


@router.post("", openapi_extra=describe(answer=MaintenanceShape, body=MaintenanceBody, status=201))
async def enter(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Enter a window, or change one's own of the same name: what still stands when it is over is told then."""
    body = await read_json(request, MaintenanceBody)
    now_us = house.ports.clock.now_us()
    window = _window(body, viewer, house, now_us)
    if any(window.name == held.name for held in _configured(house)):
        raise Problem(HTTPStatus.CONFLICT, f"name: {window.name} stands in the configuration: choose another")

    def job(connection: sqlite3.Connection) -> Entered | None:
        standing = maintenance.standing(connection)
        held = next((one for one in standing if one.name == window.name), None)
        if held is not None and not _may_change(viewer, held):
            return None
        others = [one for one in standing if one.party == viewer.party and one.name != window.name]
        if sum(one.window is not None and one.window.end_us > now_us for one in others) >= MOST_WINDOWS:
            raise Problem(HTTPStatus.CONFLICT, f"expected at most {MOST_WINDOWS} windows of a party at a time")
        return maintenance.enter(connection, window, viewer.party if held is None else held.party, now_us)

    entered = await house.ports.journal.write(job)
    if entered is None:
        raise Problem(HTTPStatus.CONFLICT, f"name: {window.name} is another party's: choose another")
    return send(_shape(entered), HTTPStatus.CREATED)


@router.delete("/{name}", openapi_extra=describe(answer=MaintenanceShape))
async def call_off(name: WindowName, viewer: SignedIn, house: HouseDep) -> Response:
    """Let a window count no longer: what still stands is told at once. Those of the configuration stay."""
    now_us = house.ports.clock.now_us()

    def job(connection: sqlite3.Connection) -> Entered | None:
        held = maintenance.find(connection, name)
        if held is not None and _may_change(viewer, held):
            maintenance.call_off(connection, name, viewer.party, now_us)
            return held
        return None

    held = await house.ports.journal.write(job)
    if held is None:
        raise not_found()
    return send(_shape(held))


def _window(body: MaintenanceBody, viewer: Viewer, house: House, now_us: Micros) -> MaintenanceWindow:
    """What was said, as far as it may be said. Raises Problem 422."""
    if not _NAME.fullmatch(body.name):
        raise _unfit("name: expected a short name of letters, digits and _.:-", body.name)
    start_us, end_us = parse_micros(body.start, "start"), parse_micros(body.end, "end")
    if end_us <= max(start_us, now_us):
        raise _unfit("end: expected a time after the start that is still to come", body.end)
    if not viewer.operator and end_us - start_us > LONGEST_US:
        raise _unfit("end: expected at most 14 days: longer windows are the operator's", body.end)
    if not (body.devices or body.places or body.lanes):
        raise _unfit("expected what is worked on: devices, places or lanes", "none")
    _refuse_unknown(body, viewer, house)
    return MaintenanceWindow(
        name=body.name,
        start_us=start_us,
        end_us=end_us,
        devices=tuple(body.devices),
        places=tuple(body.places),
        lanes=tuple(body.lanes),
        rules=tuple(body.rules),
    )


def _refuse_unknown(body: MaintenanceBody, viewer: Viewer, house: House) -> None:
    config, estate = house.ports.config, house.estate
    everywhere = {place.code for place in house.ports.places}
    devices = {device.name for device in config.devices} if viewer.operator else estate.devices(viewer.party)
    places = everywhere if viewer.operator else estate.places(viewer.party)
    lanes = {lane for lane in body.lanes if viewer.operator and _is_lane(lane, everywhere)}
    whose = "" if viewer.operator else " of yours"
    _refuse_others("devices", body.devices, devices, f"a device{whose}")
    _refuse_others("places", body.places, places, f"a place{whose}")
    _refuse_others("lanes", body.lanes, lanes, "ORIGIN>DESTINATION, said by the operator")
    _refuse_others("rules", body.rules, {entry.name for entry in config.rules}, "the name of a rule")


def _is_lane(lane: str, places: Collection[str]) -> bool:
    ends = lane.split(">")
    return len(ends) == 2 and all(end in places for end in ends)


def _refuse_others(field: str, said: Iterable[str], known: Collection[str], what: str) -> None:
    for name in said:
        if name not in known:
            raise _unfit(f"{field}: expected {what}", name)


def _unfit(expected: str, came: str) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{expected}, got {came[:80]!r}")


def _configured(house: House) -> list[Entered]:
    windows = map(window_of, house.ports.config.maintenance)
    return [Entered(number=0, name=window.name, party="", recorded_us=0, window=window) for window in windows]


def _may_see(viewer: Viewer, house: House, party: str, window: MaintenanceWindow) -> bool:
    if viewer.operator or viewer.party == party:
        return True
    places, devices = house.estate.places(viewer.party), house.estate.devices(viewer.party)
    named = bool(window.places or window.devices) and not window.lanes
    return named and places.issuperset(window.places) and devices.issuperset(window.devices)


def _may_change(viewer: Viewer, held: Entered) -> bool:
    return viewer.operator or held.party == viewer.party


def _shape(entered: Entered) -> MaintenanceShape:
    window = entered.window
    assert window is not None
    return MaintenanceShape(
        name=window.name,
        party=entered.party,
        source="api" if entered.number else "config",
        entered=iso_or_none(entered.recorded_us if entered.number else None),
        start=iso(window.start_us),
        end=iso(window.end_us),
        devices=list(window.devices),
        places=list(window.places),
        lanes=list(window.lanes),
        rules=list(window.rules),
    )
