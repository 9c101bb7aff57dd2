"""Why an alert was raised: its rule, the plan it hangs on and what had happened, each as far as the viewer sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec
from fastapi import APIRouter, Response

from gateway.access import Sight
from gateway.config import Config
from gateway.journal import events, shipments
from gateway.model import Alert, LocationEvent, Micros
from gateway.web.alerts.routes import AlertId, seen_alert
from gateway.web.assets.labels import label
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.times import iso
from gateway.web.shapes import Time

BEFORE_US = 48 * 3600 * 1_000_000  # events so long before the alert
MOST_EVENTS = 30  # the newest before it was known, or ended

router = APIRouter(prefix="/api/v1", tags=["alerts"])


class SettingShape(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    value: str


class WhyLineShape(msgspec.Struct, frozen=True, kw_only=True):
    at: Time  # of a plan: when its window closes
    what: str  # plan_arrival, plan_departure, arrived, moved, left, loaded, unloaded, raised, known, ended
    place: str
    asset: str
    label: str
    opens: Time | None  # of a plan: when its window opens
    late: bool  # an event that came after its time
    text: str


class WhyShape(msgspec.Struct, frozen=True, kw_only=True):
    alert_id: str
    rule: str  # as the configuration names it
    question: str  # which of our rules it is; empty: no longer in the configuration
    settings: list[SettingShape]  # that the configuration gives it; the operator's to know
    lines: list[WhyLineShape]  # in the order of their times


@router.get("/alerts/{alert_id}/explanation", openapi_extra=describe(answer=WhyShape))
async def explanation(alert_id: AlertId, viewer: SignedIn, house: HouseDep) -> Response:
    """Why an alert was raised. A plan, a place or an event that is not the viewer's to see is left out."""
    sight = await house.sights.of(viewer)
    alert = await seen_alert(house, sight, alert_id)
    lines = await house.ports.journal.read(lambda connection: [*_lines(connection, alert, sight)])
    question, settings = _rule(alert, house.ports.config)
    return send(
        WhyShape(
            alert_id=alert_id,
            rule=alert.rule,
            question=question,
            settings=settings if viewer.operator else [],
            lines=sorted(lines, key=lambda line: line.at),
        )
    )


def _rule(alert: Alert, config: Config) -> tuple[str, list[SettingShape]]:
    entry = next((entry for entry in config.rules if entry.name == alert.rule), None)
    if entry is None:
        return "", []
    return entry.rule, [SettingShape(name=name, value=str(value)) for name, value in entry.settings.items()]


def _lines(connection: sqlite3.Connection, alert: Alert, sight: Sight) -> Iterator[WhyLineShape]:
    """What the alert rests on. `alert` is as the viewer sees it: what is hidden from it is empty there."""
    held = shipments.get(connection, alert.shipment) if alert.shipment else None
    shipment = None if held is None else sight.shipment_as(held)
    for stop in () if shipment is None else shipment.stops:
        for what, window in (("plan_arrival", stop.arrival), ("plan_departure", stop.departure)):
            if window is not None:
                yield _line(window.close_us, what, place=stop.place, opens_us=window.open_us)
    assets = {alert.asset, *(() if shipment is None else shipment.assets)} - {""}
    for event in _events(connection, sorted(assets), alert, sight):
        yield _line(event.at_us, event.kind.value, place=event.place, asset=event.asset, late=event.late)
    yield _line(alert.raised_us, "raised", place=alert.place, asset=alert.asset, text=alert.text)
    yield _line(alert.recorded_us, "known")
    if alert.ended_us is not None:
        yield _line(alert.ended_us, "ended", text=alert.ended_text)


def _events(connection: sqlite3.Connection, assets: list[str], alert: Alert, sight: Sight) -> list[LocationEvent]:
    until_us = max(alert.ended_us or 0, alert.recorded_us)
    rows = events.locations_of(connection, assets, alert.raised_us - BEFORE_US)
    views = (sight.event(event) for _, event in rows if event.at_us <= until_us)
    seen = [event for event in views if isinstance(event, LocationEvent)]
    return sorted(seen, key=lambda event: event.at_us)[-MOST_EVENTS:]


def _line(
    at_us: Micros,
    what: str,
    *,
    place: str = "",
    asset: str = "",
    opens_us: Micros | None = None,
    late: bool = False,
    text: str = "",
) -> WhyLineShape:
    return WhyLineShape(
        at=iso(at_us),
        what=what,
        place=place,
        asset=asset,
        label=label(asset) if asset else "",
        opens=None if opens_us is None else iso(opens_us),
        late=late,
        text=text,
    )
