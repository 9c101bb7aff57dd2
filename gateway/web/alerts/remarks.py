"""The conversation about an alert: comments, tasks, shelving. Its parties speak; the operator reads along."""

from __future__ import annotations

import sqlite3
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response

from gateway.access import Viewer
from gateway.errors import BadInput
from gateway.journal import alerts, remarks
from gateway.model import Alert, Micros, Remark
from gateway.web.alerts.routes import AlertId, expect_party, seen_alert
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.parameters import AfterSeq, Limit
from gateway.web.http.spoken import Name, Text, When, spoken
from gateway.web.http.times import iso, iso_or_none, parse_micros
from gateway.web.shapes import RemarkShape, RemarksShape

router = APIRouter(prefix="/api/v1", tags=["alerts"])


class RemarkBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comment; a task for a party of the alert; or that a task is done."""

    kind: Literal["comment", "task", "done"] = "comment"
    text: Text = ""
    by: Name = ""
    to: Name = ""  # task: the party that should do it
    due: When | None = None  # task: until when, ISO 8601 with its zone
    answers: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0  # done: the number of the task


class ShelveBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell one's own party nothing of an alert for a while, at most 24 hours; the others go on hearing of it."""

    until: When  # ISO 8601 with its zone
    reason: Text = ""
    by: Name = ""


@router.get("/alerts/{alert_id}/remarks", openapi_extra=describe(answer=RemarksShape))
async def page(
    alert_id: AlertId, viewer: SignedIn, house: HouseDep, after: AfterSeq = 0, limit: Limit = 1000
) -> Response:
    """What was said of an alert, oldest first; `next_after` is where to go on."""
    sight = await house.sights.of(viewer)
    alert = await seen_alert(house, sight, alert_id)
    found = await house.ports.journal.read(lambda c: remarks.of_alert(c, alert_id, after=after, limit=limit))
    last = found[-1].number if len(found) == limit else None
    return send(RemarksShape(items=[remark_shape(one) for one in sight.remarks(alert, found)], next_after=last))


@router.post("/alerts/{alert_id}/remarks", openapi_extra=describe(answer=RemarkShape, body=RemarkBody, status=201))
async def say(request: Request, alert_id: AlertId, viewer: SignedIn, house: HouseDep) -> Response:
    """Say something that all parties of the alert read."""
    view = await _speakers_view(house, viewer, alert_id)
    body = await read_json(request, RemarkBody)
    _expect_whole(body, view)
    said = await house.ports.say(
        Remark(
            alert_id=alert_id,
            party=viewer.party,
            at_us=house.ports.clock.now_us(),
            kind=body.kind,
            by=spoken(body.by, "by"),
            text=spoken(body.text, "text", lines=True),
            to=body.to,
            until_us=_when(body.due, "due"),
            answers=body.answers,
        )
    )
    assert said is not None
    return send(remark_shape(said), HTTPStatus.CREATED)


@router.post("/alerts/{alert_id}/shelve", openapi_extra=describe(answer=RemarkShape, body=ShelveBody, status=201))
async def shelve(request: Request, alert_id: AlertId, viewer: SignedIn, house: HouseDep) -> Response:
    """Hear nothing of an alert until a time, at most 24 hours ahead; a later word replaces the earlier one."""
    await _speakers_view(house, viewer, alert_id)
    body = await read_json(request, ShelveBody)
    said = await house.ports.say(
        Remark(
            alert_id=alert_id,
            party=viewer.party,
            at_us=house.ports.clock.now_us(),
            kind="shelved",
            by=spoken(body.by, "by"),
            text=spoken(body.reason, "reason"),
            until_us=parse_micros(body.until, "until"),
        )
    )
    assert said is not None
    return send(remark_shape(said), HTTPStatus.CREATED)


@router.delete("/alerts/{alert_id}/shelve", status_code=204, openapi_extra=describe())
async def unshelve(alert_id: AlertId, viewer: SignedIn, house: HouseDep) -> Response:
    """Hear of an alert again; asked twice it is as asked once."""
    await _speakers_view(house, viewer, alert_id)
    now_us = house.ports.clock.now_us()
    await house.ports.say(Remark(alert_id=alert_id, party=viewer.party, at_us=now_us, kind="unshelved"))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/tasks", openapi_extra=describe(answer=RemarksShape))
async def tasks(
    viewer: SignedIn,
    house: HouseDep,
    given: Annotated[bool, Query(description="those that one's own party has given, in their stead")] = False,
    limit: Limit = 100,
) -> Response:
    """The open tasks of one's own party, oldest first."""
    sight = await house.sights.of(viewer)
    by, to = (viewer.party, "") if given else ("", viewer.party)

    def query(connection: sqlite3.Connection) -> list[Remark]:
        found = remarks.open_tasks(connection, to=to, by=by, limit=limit)
        about = {one.alert_id: alerts.get(connection, one.alert_id) for one in found}
        views = {key: sight.alert_as(alert) for key, alert in about.items() if alert is not None}
        return [task for one in found if (view := views.get(one.alert_id)) for task in sight.remarks(view, [one])]

    found = await house.ports.journal.read(query)
    return send(RemarksShape(items=[remark_shape(one) for one in found], next_after=None))


def remark_shape(remark: Remark) -> RemarkShape:
    """A remark as all parties of its alert read it."""
    return RemarkShape(
        number=remark.number,
        alert_id=remark.alert_id,
        party=remark.party,
        at=iso(remark.at_us),
        kind=remark.kind,
        by=remark.by,
        text=remark.text,
        code=remark.code,
        promised=iso_or_none(remark.promised_us),
        to=remark.to,
        until=iso_or_none(remark.until_us),
        answers=remark.answers or None,
    )


async def _speakers_view(house: House, viewer: Viewer, alert_id: str) -> Alert:
    """Before anything else of the request is looked at, so that a foreign alert answers as one that is not there."""
    view = await seen_alert(house, await house.sights.of(viewer), alert_id)
    expect_party(viewer, view)
    return view


def _expect_whole(body: RemarkBody, view: Alert) -> None:
    """Raises BadInput for what belongs to another kind of remark, for one that says nothing, and for a task for a
    party that its giver does not see."""
    if body.kind != "done" and not body.text.strip():
        raise BadInput("text: expected what is to be said, came none", reason="no_text")
    if body.kind != "task" and (body.to or body.due):
        raise BadInput(f"to, due: expected of a task only, came with kind {body.kind}")
    if body.kind == "task" and body.to not in view.parties:
        raise BadInput(
            f"to: expected a party of the alert ({', '.join(view.parties)}), came {body.to[:80]!r}",
            reason="not_of_the_alert",
        )
    if body.kind != "done" and body.answers:
        raise BadInput(f"answers: expected with kind done only, came with kind {body.kind}")


def _when(text: str | None, field: str) -> Micros | None:
    return None if not text else parse_micros(text, field)
