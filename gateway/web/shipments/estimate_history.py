"""How the estimates of a shipment moved: the log of its stops, as far as they are the viewer's to see."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Response

from gateway.access import Sight
from gateway.journal import shipments, stop_log
from gateway.model import Micros, Promise, StopState, Trip
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.parameters import MOST_SEQ
from gateway.web.http.problems import not_found
from gateway.web.http.times import iso, iso_or_none
from gateway.web.render import window_shape
from gateway.web.shipments.shapes import EstimateHistoryShape, PointShape, PromiseShape, StopHistoryShape

MOST_STATES = 2000  # of all stops of a shipment, the newest
MOST_VERSIONS = 200  # of its plan, in which is looked up since when it is the viewer's to see

router = APIRouter(prefix="/api/v1", tags=["shipments"])


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What the journal holds of a shipment: as it may be seen now, and how its stops stood before."""

    trip: Trip
    states: Sequence[StopState]  # oldest first
    more: bool


@router.get("/shipments/{shipment_id:path}/estimates/history", openapi_extra=describe(answer=EstimateHistoryShape))
async def history(shipment_id: Annotated[str, Path(max_length=256)], viewer: SignedIn, house: HouseDep) -> Response:
    """How each stop stood since its plan is the viewer's to see: every move of an estimate by five minutes and more,
    of the plan, and what happened, beside what parties promise."""
    sight = Sight(viewer=viewer, estate=house.estate)
    moved = await house.ports.journal.read(lambda connection: _moved(connection, shipment_id, sight))
    if moved is None:
        raise not_found()
    return send(
        EstimateHistoryShape(
            now=iso(house.ports.clock.now_us()),
            stops=list(_stops(moved)),
            promises=[_promise(one) for one in moved.trip.promises if _is_named(one, moved.trip, sight)],
            more=moved.more,
        )
    )


def _moved(connection: sqlite3.Connection, shipment_id: str, sight: Sight) -> Moved | None:
    held = shipments.planned_one(connection, shipment_id)
    trip = None if held is None else sight.trip_as(held)
    if trip is None:
        return None
    states = stop_log.newest_of(connection, shipment_id, MOST_STATES)
    since_us = _since_us(connection, shipment_id, sight)
    return Moved(
        trip=trip,
        states=[state for state in states if state.recorded_us >= since_us],
        more=len(states) == MOST_STATES,
    )


def _since_us(connection: sqlite3.Connection, shipment_id: str, sight: Sight) -> Micros:
    """Since when the plan is the viewer's to see: who joins later learns nothing of before."""
    versions = shipments.versions(connection, shipment_id, before=MOST_SEQ, limit=MOST_VERSIONS)
    since_us: Micros = 0
    for version in versions:
        if not sight.shipment(version.shipment):
            return since_us
        since_us = version.recorded_us
    return since_us if len(versions) == MOST_VERSIONS else 0


def _stops(moved: Moved) -> Iterator[StopHistoryShape]:
    for index, stop in enumerate(moved.trip.shipment.stops):
        if not stop.place:
            continue  # it is hidden
        window = stop.departure if index == 0 else stop.arrival
        # What stood under this number in another plan may have been another stop, and hidden.
        states = [state for state in moved.states if state.stop == index and state.place == stop.place]
        yield StopHistoryShape(
            stop=index,
            place=stop.place,
            planned=None if window is None else window_shape(window),
            points=[_point(state) for state in states],
        )


def _point(state: StopState) -> PointShape:
    return PointShape(
        at=iso(state.recorded_us),
        due=iso_or_none(state.planned_us),
        p10=iso_or_none(state.p10_us),
        p50=iso_or_none(state.p50_us),
        p90=iso_or_none(state.p90_us),
        method="" if state.method is None else state.method.value,
        actual=iso_or_none(state.actual_us),
    )


def _is_named(promise: Promise, trip: Trip, sight: Sight) -> bool:
    """Whether who promised is somebody the viewer knows of."""
    viewer = sight.viewer
    return viewer.operator or promise.party in (viewer.party, *trip.shipment.parties.values())


def _promise(promise: Promise) -> PromiseShape:
    return PromiseShape(
        party=promise.party,
        stop=promise.stop,
        at=iso(promise.at_us),
        said=iso(promise.said_us),
        alert_id=promise.alert_id,
    )
