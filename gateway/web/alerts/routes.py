"""Alerts: what is wrong, who was told and when, who has taken note. Acknowledging one is a party's own act."""

from __future__ import annotations

import sqlite3
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from gateway.access import Sight, Viewer
from gateway.journal import alerts, remarks
from gateway.model import Alert, Micros, Remark
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.parameters import Limit, Word
from gateway.web.http.problems import Problem, not_found
from gateway.web.http.spoken import Name, Text, When, reason_of, spoken
from gateway.web.http.times import LAST_US, iso, parse_micros
from gateway.web.render import alert_shape
from gateway.web.shapes import AlertShape, AlertsShape

router = APIRouter(prefix="/api/v1", tags=["alerts"])

AlertStateName = Literal["", "open", "resolved", "withdrawn"]
AlertId = Annotated[str, Path(max_length=256)]


class AckBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party's answer to an alert."""

    by: Name = ""
    code: Annotated[str, msgspec.Meta(max_length=40)] | None = None  # one of Reason, by which causes are counted
    reason: Text = ""  # in words
    promised: When | None = None  # when it will be at its next stop: ISO 8601 with its zone


@router.get("/alerts", openapi_extra=describe(answer=AlertsShape))
async def page(
    viewer: SignedIn,
    house: HouseDep,
    state: Annotated[AlertStateName, Query()] = "",
    shipment: Word = "",
    before: Annotated[str, Query(max_length=512, description="a time, or `next_before` of the page before")] = "",
    limit: Limit = 100,
) -> Response:
    """Alerts, newest first; `next_before` is where to go on."""
    sight = await house.sights.of(viewer)
    before_us, before_id = _cursor(before)

    def query(connection: sqlite3.Connection) -> list[Alert]:
        return alerts.page(
            connection,
            party=viewer.scope,
            state=state,
            shipment=shipment,
            before_us=before_us,
            before_id=before_id,
            limit=limit,
        )

    found = await house.ports.journal.read(query)
    last = found[-1] if len(found) == limit else None
    views = [view for alert in found if (view := sight.alert_as(alert)) is not None]
    if shipment:  # whose shipment it is may be hidden
        views = [view for view in views if view.shipment == shipment]
    items = await house.ports.journal.read(lambda connection: [told(connection, view, sight) for view in views])
    next_before = None if last is None else f"{iso(last.raised_us)},{last.alert_id}"
    return send(AlertsShape(items=items, next_before=next_before))


@router.get("/alerts/{alert_id}", openapi_extra=describe(answer=AlertShape))
async def one(alert_id: AlertId, viewer: SignedIn, house: HouseDep) -> Response:
    """One alert with its receipts and acknowledgements."""
    return send(await _shape(house, await house.sights.of(viewer), alert_id))


@router.post("/alerts/{alert_id}/acknowledge", openapi_extra=describe(answer=AlertShape, body=AckBody))
async def acknowledge(request: Request, alert_id: AlertId, viewer: SignedIn, house: HouseDep) -> Response:
    """Say that one's own party has taken note, why it happened, and what it promises."""
    sight = await house.sights.of(viewer)
    alert = await seen_alert(house, sight, alert_id)
    expect_party(viewer, alert)
    said = await read_json(request, AckBody)
    await house.ports.say(
        Remark(
            alert_id=alert_id,
            party=viewer.party,
            at_us=house.ports.clock.now_us(),
            kind="acknowledged",
            by=spoken(said.by, "by"),
            text=spoken(said.reason, "reason"),
            code=None if said.code is None else reason_of(said.code),
            promised_us=None if not said.promised else parse_micros(said.promised, "promised"),
        )
    )
    return send(await _shape(house, sight, alert_id))


def expect_party(viewer: Viewer, alert: Alert) -> None:
    """Problem 403 for the operator where the alert is not its own: it reads, and speaks for nobody else."""
    if viewer.party not in alert.parties:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "expected a party that the alert concerns: only those answer it",
            reason="not_of_the_alert",
        )


def told(connection: sqlite3.Connection, view: Alert, sight: Sight) -> AlertShape:
    """An alert as a viewer sees it, with who was told, and how much was said of it that the viewer may read."""
    deliveries = alerts.deliveries_of(connection, view.alert_id)
    return alert_shape(view, view.acks, sight.receipts(view, deliveries), _said(connection, view, sight))


def _said(connection: sqlite3.Connection, view: Alert, sight: Sight) -> int:
    if sight.viewer.operator:
        return remarks.count(connection, view.alert_id)
    return sum(remarks.count_of(connection, view.alert_id, party) for party in view.parties)


async def seen_alert(house: House, sight: Sight, alert_id: str) -> Alert:
    """An alert as it may be seen; Problem 404, the same for one that is not there and one that is others'."""
    alert = await house.ports.journal.read(lambda connection: alerts.get(connection, alert_id))
    view = None if alert is None else sight.alert_as(alert)
    if view is None:
        raise not_found()
    return view


async def _shape(house: House, sight: Sight, alert_id: str) -> AlertShape:
    alert = await seen_alert(house, sight, alert_id)
    return await house.ports.journal.read(lambda connection: told(connection, alert, sight))


def _cursor(before: str) -> tuple[Micros, str]:
    """(before_us, before_id) of `TIME` or `TIME,ID`; alerts raised in the same instant are told apart by their id."""
    if not before:
        return LAST_US, ""
    time, _, alert_id = before.partition(",")
    return parse_micros(time, "before"), alert_id
