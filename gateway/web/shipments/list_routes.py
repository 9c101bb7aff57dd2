"""The list of shipments: late and at risk first, by filters, page by page, and as a CSV file for a spreadsheet."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from gateway.access import Sight, Viewer
from gateway.journal import alerts, shipments
from gateway.lateness import lateness
from gateway.model import Micros, Trip
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.csv_out import Bom, csv_file, csv_text
from gateway.web.http.parameters import Limit
from gateway.web.http.problems import Problem
from gateway.web.http.times import iso
from gateway.web.render import shipment_shape
from gateway.web.shapes import MilestoneShape
from gateway.web.shipments.listing import Listed, Wanted, lane_of, page, parse_cursor, rank, states_of
from gateway.web.shipments.shapes import ListedShipmentShape, ShipmentListShape

PAGE = 1000  # shipments in one read
MOST_SHIPMENTS = 50_000  # in one list
ASSETS_SHOWN = 3
# Reasons of alerts that tell of lateness: that a trailer stands long somewhere puts no plan at risk by itself.
RISKS = frozenset({"not_seen", "arrived_late", "predicted_late", "at_risk", "not_departed", "departed_late"})
CSV_HEADER = (
    *("shipment_id", "state", "status", "late_s", "risk", "lane", "contents", "assets", "parties"),
    *(f"{what}_{which}" for what in ("departure", "arrival") for which in ("open", "close", "estimated", "actual")),
)

router = APIRouter(prefix="/api/v1", tags=["shipments"])

StateName = Annotated[
    Literal["", "late", "at_risk", "under_way", "planned", "arrived"], Query(description="only those in this state")
]
Lane = Annotated[str, Query(max_length=512, description="only those of this lane: ORIGIN>DESTINATION")]
Code = Annotated[str, Query(max_length=256, description="only those with this party")]
Text = Annotated[
    str,
    Query(max_length=256, description="only those with this in their id, contents, parts, assets, stops or parties"),
]
After = Annotated[str, Query(max_length=600, description="`next_after` of the page before")]


@dataclass(frozen=True, kw_only=True)
class Found:
    """All shipments that may be seen and pass the filters but that by state."""

    now_us: Micros
    listed: Sequence[Listed]
    lanes: Sequence[str]
    parties: Sequence[str]

    def of_state(self, state: str) -> list[Listed]:
        """Those in one state; all where it is empty."""
        return [one for one in self.listed if state in ("", one.state)]


@router.get("/shipment-list", openapi_extra=describe(answer=ShipmentListShape))
async def listed(
    viewer: SignedIn,
    house: HouseDep,
    state: StateName = "",
    lane: Lane = "",
    party: Code = "",
    text: Text = "",
    after: After = "",
    limit: Limit = 100,
) -> Response:
    """Shipments with what is late and at risk first, in an order that stays while pages are read; `next_after` is
    where to go on."""
    behind = parse_cursor(after)
    found = await _found(viewer, house, Wanted(lane=lane, party=party, text=text.strip()))
    asked_for = found.of_state(state)
    shown, next_after = page(asked_for, behind, limit)
    return send(
        ShipmentListShape(
            as_of=iso(found.now_us),
            count=len(asked_for),
            states=states_of(found.listed),
            lanes=list(found.lanes),
            parties=list(found.parties),
            items=[_shape(one, found.now_us) for one in shown],
            next_after=next_after,
        )
    )


@router.get("/shipment-list.csv", response_class=Response)
async def export(
    viewer: SignedIn,
    house: HouseDep,
    state: StateName = "",
    lane: Lane = "",
    party: Code = "",
    text: Text = "",
    bom: Bom = False,
) -> Response:
    """The same as a CSV file, all of it."""
    found = await _found(viewer, house, Wanted(lane=lane, party=party, text=text.strip()))
    ordered = sorted(found.of_state(state), key=rank)
    written = await asyncio.to_thread(csv_text, CSV_HEADER, (_row(one, found.now_us) for one in ordered))
    return csv_file("shipments", written, bom=bom)


async def _found(viewer: Viewer, house: House, wanted: Wanted) -> Found:
    """Raises Problem where they are too many."""
    sight, now_us = Sight(viewer=viewer, estate=house.estate), house.ports.clock.now_us()
    risks = await house.ports.journal.read(lambda connection: _risks(connection, sight))
    found: list[Listed] = []
    after: str | None = ""
    while after is not None:
        read = partial(_read, sight=sight, risks=risks, now_us=now_us, after=after)
        more, after = await house.ports.journal.read(read)
        found += more
        if len(found) > MOST_SHIPMENTS:
            text = f"expected at most {MOST_SHIPMENTS} shipments, there are more: read them with /api/v1/shipments"
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, text, reason="too_many_shipments")
    plans = [one.view.shipment for one in found]
    return Found(
        now_us=now_us,
        listed=[one for one in found if wanted.holds(one)],
        lanes=sorted({lane_of(plan) for plan in plans} - {""}),
        parties=sorted({party for plan in plans for party in plan.parties.values()}),
    )


def _risks(connection: sqlite3.Connection, sight: Sight) -> dict[str, str]:
    """The reason of the newest open alert that tells of each shipment's lateness, of those the viewer may see."""
    standing = alerts.standing_of_shipments(connection, sight.viewer.scope)
    views = (view for alert in standing if alert.reason in RISKS and (view := sight.alert_as(alert)) is not None)
    return {view.shipment: view.reason for view in reversed(list(views))}


def _read(
    connection: sqlite3.Connection, *, sight: Sight, risks: dict[str, str], now_us: Micros, after: str
) -> tuple[list[Listed], str | None]:
    """A page of shipments by their ids, and the id to go on from; None at the end."""
    trips = shipments.planned(connection, party=sight.viewer.scope, after=after, limit=PAGE)
    found = [_listed(trip, view, risks, now_us) for trip in trips if (view := sight.trip_as(trip)) is not None]
    return found, trips[-1].shipment.shipment_id if len(trips) == PAGE else None


def _listed(trip: Trip, view: Trip, risks: dict[str, str], now_us: Micros) -> Listed:
    """How late it is also those know who see not every stop; so is whether it has arrived."""
    return Listed(
        view=view, status=trip.status, late_s=lateness(trip, now_us), risk=risks.get(trip.shipment.shipment_id, "")
    )


def _shape(one: Listed, now_us: Micros) -> ListedShipmentShape:
    shape = shipment_shape(one.view, now_us)
    return ListedShipmentShape(
        shipment_id=shape.shipment_id,
        state=one.state,
        status=one.status.value,
        late_s=one.late_s,
        risk=one.risk,
        lane=lane_of(one.view.shipment),
        stops=[stop.place for stop in shape.stops],
        assets=shape.assets[:ASSETS_SHOWN],
        asset_count=len(shape.assets),
        contents=shape.contents,
        parties=shape.parties,
        departure=shape.stops[0].departure,
        arrival=shape.stops[-1].arrival,
    )


def _row(one: Listed, now_us: Micros) -> list[object]:
    shape = _shape(one, now_us)
    plain = [getattr(shape, name) for name in CSV_HEADER[:7]]
    parties = " ".join(f"{role}={party}" for role, party in shape.parties.items())
    return [*plain, " ".join(one.view.shipment.assets), parties, *_times(shape.departure), *_times(shape.arrival)]


def _times(milestone: MilestoneShape) -> tuple[str | None, ...]:
    planned = milestone.planned
    window = (None, None) if planned is None else (planned.open, planned.close)
    return (*window, milestone.estimated, milestone.actual)
