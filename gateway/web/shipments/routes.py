"""Shipments: told one at a time as JSON or many as CSV, and read back with how late they are."""

from __future__ import annotations

import sqlite3
from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from gateway.access import Sight, Viewer
from gateway.journal import imports, shipments
from gateway.lateness import lateness
from gateway.model import Micros, Trip
from gateway.plans import PlanFault
from gateway.plans.kept import doubted
from gateway.quality.owners import API
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import MOST_CSV, MOST_EDI, expect_media_type, read_body, read_json
from gateway.web.http.parameters import Limit, Word
from gateway.web.http.problems import Problem, not_found
from gateway.web.render import shipment_shape
from gateway.web.shapes import ImportShape, ShipmentShape, ShipmentsShape
from gateway.web.shipments.plan_body import ShipmentBody, made, refused
from gateway.web.shipments.plan_import import CSV, EDI, import_file
from gateway.web.shipments.storing import store

MOST_LOOKED_AT = 10_000  # plans, for one page of late ones

router = APIRouter(prefix="/api/v1", tags=["shipments"])


@router.post("/shipments", openapi_extra=describe(answer=ShipmentShape, body=ShipmentBody, status=201))
async def create(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Store a plan, new or changed: 201; 200 where it is already exactly so.

    What is wrong with it is answered, and counted as a finding; nothing waits: its sender knows, and sends it again.
    """
    ports = house.ports
    now_us = ports.clock.now_us()
    shipment, faults, notes = made(await read_json(request, ShipmentBody), ports.names.of(viewer.party), now_us)
    left = doubted(faults, notes, f"{API}{viewer.party}", viewer.party, now_us)
    await ports.journal.write(lambda connection: imports.save(connection, left))
    if shipment is None:
        raise refused(faults)
    (stored,) = await store(house, viewer, [shipment])
    if isinstance(stored, PlanFault):
        raise Problem(HTTPStatus.FORBIDDEN, stored.text)
    shape = await _one(house, viewer, shipment.shipment_id)
    return send(shape, HTTPStatus.CREATED if stored else HTTPStatus.OK)


@router.post(
    "/shipments/import",
    openapi_extra=describe(answer=ImportShape, body=str, body_type=CSV, more_types=EDI),
)
async def import_rows(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Store the good rows of a CSV file, or despatch advices of EDI (EDIFACT DESADV, X12 856); tell each bad row with
    its line, each bad message with its number and segment, and keep it in quarantine."""
    media_type = expect_media_type(request, CSV, *EDI)
    data = await read_body(request, MOST_CSV if media_type == CSV else MOST_EDI)
    return send(await import_file(house, viewer, data, media_type))


@router.get("/shipments", openapi_extra=describe(answer=ShipmentsShape))
async def page(
    viewer: SignedIn,
    house: HouseDep,
    after: Word = "",
    limit: Limit = 200,
    late: Annotated[bool | None, Query(description="only late ones, or only those that are not")] = None,
) -> Response:
    """Shipments in the order of their ids; `next_after` is the id to go on from.

    With `late`, a page may hold fewer than `limit` and still not be the last: go on while `next_after` is there.
    """
    now_us = house.ports.clock.now_us()

    def query(connection: sqlite3.Connection) -> tuple[list[Trip], str | None]:
        found: list[Trip] = []
        cursor = after
        for _ in range(max(1, MOST_LOOKED_AT // limit)):
            trips = shipments.planned(connection, party=viewer.scope, after=cursor, limit=limit)
            for trip in trips:
                cursor = trip.shipment.shipment_id
                if late is None or late == (lateness(trip, now_us) > 0):
                    found.append(trip)
                if len(found) == limit:
                    return found, cursor
            if len(trips) < limit:
                return found, None
        return found, cursor

    found, next_after = await house.ports.journal.read(query)
    sight = Sight(viewer=viewer, estate=house.estate)
    items = [shape for trip in found if (shape := seen_shape(sight, trip, now_us)) is not None]
    return send(ShipmentsShape(items=items, next_after=next_after))


@router.get("/shipments/{shipment_id:path}", openapi_extra=describe(answer=ShipmentShape))
async def one(shipment_id: Annotated[str, Path(max_length=256)], viewer: SignedIn, house: HouseDep) -> Response:
    """One shipment: plan and what has happened to it."""
    return send(await _one(house, viewer, shipment_id))


async def _one(house: House, viewer: Viewer, shipment_id: str) -> ShipmentShape:
    trip = await house.ports.journal.read(lambda connection: shipments.planned_one(connection, shipment_id))
    sight = Sight(viewer=viewer, estate=house.estate)
    shape = None if trip is None else seen_shape(sight, trip, house.ports.clock.now_us())
    if shape is None:
        raise not_found()
    return shape


def seen_shape(sight: Sight, trip: Trip, now_us: Micros) -> ShipmentShape | None:
    """A shipment as it may be seen; None where it may not. How late it is also those know who see not every stop."""
    view = sight.trip_as(trip)
    if view is None:
        return None
    late_s = lateness(trip, now_us)
    shape = shipment_shape(view, now_us)
    return msgspec.structs.replace(shape, status=trip.status.value, late=late_s > 0, late_s=late_s)
