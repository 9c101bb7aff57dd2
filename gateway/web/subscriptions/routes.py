"""Subscriptions: a party makes its own, tries them, reads what became of each notice, and has missed ones told again.

The operator sees and makes those of all. One that belongs to another party is answered like one that is not there.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from gateway.access import Viewer
from gateway.config.names import Names
from gateway.journal import outbox
from gateway.subscribing.desk import Made
from gateway.subscribing.draft import Asked
from gateway.subscribing.held import Held
from gateway.subscribing.refusals import Faulty, Refused, TooOften
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.parameters import Limit
from gateway.web.http.problems import FieldFault, Problem, not_found
from gateway.web.http.times import parse_micros
from gateway.web.places.seen_places import seen_by
from gateway.web.subscriptions.reason_words import in_words
from gateway.web.subscriptions.render import attempt_shape, state_of, states_of, subscription_shape, trial_shape
from gateway.web.subscriptions.shapes import (
    AttemptsShape,
    CheckedShape,
    ConfirmBody,
    CountShape,
    ReplayBody,
    RotateBody,
    SubscriptionBody,
    SubscriptionShape,
    SubscriptionsShape,
    TestedShape,
)

router = APIRouter(prefix="/api/v1", tags=["subscriptions"])

BeforeSeq = Annotated[int, Query(ge=0, le=2**62, description="`next_before` of the page before")]


async def own(name: Annotated[str, Path(max_length=256)], viewer: SignedIn, house: HouseDep) -> Held:
    """The subscription of this name, where the viewer may know of it."""
    held = house.ports.subscriptions.get(name)
    if held is None or not (viewer.operator or held.subscription.party == viewer.party):
        raise not_found()
    return held


Own = Annotated[Held, Depends(own)]


@router.get("/subscriptions", openapi_extra=describe(answer=SubscriptionsShape))
async def page(viewer: SignedIn, house: HouseDep) -> Response:
    """All of one's own, by name; those of config.yaml, too."""
    seen = [one for one in house.ports.subscriptions.all() if viewer.operator or one.subscription.party == viewer.party]
    states = await house.ports.journal.read(lambda connection: states_of(connection, seen))
    return send(SubscriptionsShape(items=[subscription_shape(one, states[one.subscription.name]) for one in seen]))


@router.post("/subscriptions", openapi_extra=describe(answer=SubscriptionShape, body=SubscriptionBody, status=201))
async def make(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Subscribe. The answer holds the secret where none was given: it is not shown again."""
    body = await read_json(request, dict[str, Any])
    party = _party(body, viewer, house)
    asked = await _asked(viewer, house, party)
    try:
        made = await house.ports.subscriptions.make(body, asked)
    except (Faulty, Refused, TooOften) as error:
        raise _problem(error) from None
    return await _answer(house, made, HTTPStatus.CREATED)


@router.get("/subscriptions/{name}", openapi_extra=describe(answer=SubscriptionShape))
async def one(held: Own, house: HouseDep) -> Response:
    """One subscription, and whether its receiver is told."""
    return await _answer(house, Made(held=held))


@router.put("/subscriptions/{name}", openapi_extra=describe(answer=SubscriptionShape, body=SubscriptionBody))
async def change(request: Request, held: Own, viewer: SignedIn, house: HouseDep) -> Response:
    """Let it be as the body says. Its secret stays, unless the body holds another: then for a day both sign."""
    body = await read_json(request, dict[str, Any])
    before = held.subscription
    stays = before.allow_private and body.get("url") == before.url
    asked = await _asked(viewer, house, before.party, has_secret=True, may_be_private=stays)
    local = before.name.removeprefix(f"{before.party}:")
    body = {"name": local, **({"allow_private": True} if stays else {}), **body}
    try:
        made = await house.ports.subscriptions.change(held, body, asked)
    except (Faulty, Refused, TooOften) as error:
        raise _problem(error) from None
    return await _answer(house, made)


@router.delete("/subscriptions/{name}", status_code=204)
async def remove(held: Own, house: HouseDep) -> Response:
    """Let it count no longer."""
    try:
        await house.ports.subscriptions.remove(held)
    except Refused as error:
        raise _problem(error) from None
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/subscriptions/{name}/rotate", openapi_extra=describe(answer=SubscriptionShape, body=RotateBody))
async def rotate(request: Request, held: Own, house: HouseDep) -> Response:
    """Let another secret sign; for a day the old one does, too (Standard Webhooks; others have room for one)."""
    said = await read_json(request, RotateBody)
    try:
        made = await house.ports.subscriptions.rotate(held, said.secret)
    except (Faulty, Refused) as error:
        raise _problem(error) from None
    return await _answer(house, made)


@router.post("/subscriptions/{name}/test", openapi_extra=describe(answer=TestedShape))
async def test(held: Own, viewer: SignedIn, house: HouseDep) -> Response:
    """Send a sample, type `tierview.alert.test`, the way that alerts go, and say what came of it."""
    try:
        tested = await house.ports.subscriptions.test(held, viewer.party)
    except TooOften as error:
        raise _problem(error) from None
    outcome = tested.outcome
    return send(
        TestedShape(
            outcome="accepted" if outcome.accepted else "failed",
            reason=outcome.reason,
            text=in_words(outcome.reason),
            ms=round(tested.took_ms, 1),
        )
    )


@router.post("/subscriptions/{name}/check", openapi_extra=describe(answer=CheckedShape))
async def check(held: Own, viewer: SignedIn, house: HouseDep) -> Response:
    """Try its receiver, as `tierview partner check` does: signed samples must be taken, forged ones refused."""
    try:
        found = await house.ports.subscriptions.check(held, viewer.party)
    except (Refused, TooOften) as error:
        raise _problem(error) from None
    return send(CheckedShape(passed=all(one.passed for one in found), items=[trial_shape(one) for one in found]))


@router.post("/subscriptions/{name}/confirm", openapi_extra=describe(answer=SubscriptionShape, body=ConfirmBody))
async def confirm(request: Request, held: Own, house: HouseDep) -> Response:
    """Say the code that came to an address: from then on it is told."""
    said = await read_json(request, ConfirmBody)
    try:
        after = await house.ports.subscriptions.confirm(held, said.address, said.code.strip())
    except Refused as error:
        raise _problem(error) from None
    if after is None:
        detail = "expected the code of the newest mail, said within a day; after five wrong ones another is needed: PUT"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    return await _answer(house, Made(held=after))


@router.get("/subscriptions/{name}/deliveries", openapi_extra=describe(answer=AttemptsShape))
async def deliveries(held: Own, house: HouseDep, before: BeforeSeq = 2**62, limit: Limit = 100) -> Response:
    """What was asked for and how each attempt ended, newest first; `next_before` is where to go on."""
    name, party = held.subscription.name, held.subscription.party
    rows = await house.ports.journal.read(
        lambda c: outbox.attempts_of(c, party, before_seq=before, subscription=name, limit=limit)
    )
    last = rows[-1][0] if len(rows) == limit else None
    return send(AttemptsShape(items=[attempt_shape(*row) for row in rows], next_before=last))


@router.post("/subscriptions/{name}/replay", openapi_extra=describe(answer=CountShape, body=ReplayBody))
async def replay(request: Request, held: Own, house: HouseDep) -> Response:
    """Deliver what was missed since a time, or still waits, now and under the same ids."""
    said = await read_json(request, ReplayBody)
    try:
        count = await house.ports.subscriptions.replay(held, parse_micros(said.since, "since"))
    except TooOften as error:
        raise _problem(error) from None
    return send(CountShape(count=count))


@router.post("/subscriptions/{name}/enable", openapi_extra=describe(answer=CountShape))
async def enable(held: Own, house: HouseDep) -> Response:
    """Tell a receiver again that was given up, and what it missed."""
    return send(CountShape(count=await house.ports.subscriptions.enable(held)))


def _party(body: dict[str, Any], viewer: Viewer, house: House) -> str:
    """Whose subscription it is to be: one's own; the operator says whose."""
    party = body.get("party")
    if not viewer.operator or not isinstance(party, str):
        return viewer.party
    if house.estate.viewer(party) is None:
        fault = FieldFault(field="party", reason="unfit", text=f"expected the code of a party, came {party[:64]!r}")
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, fault.text, faults=[fault])
    return party


async def _asked(
    viewer: Viewer, house: House, party: str, *, has_secret: bool = False, may_be_private: bool = False
) -> Asked:
    config = house.ports.config
    seen = await seen_by(viewer, house)
    places = [place.code for place in config.places if seen is None or place.code in seen]
    rules = [entry.name for entry in config.rules]
    return Asked(
        party=party,
        names=Names(parties=[party], calendars=[], places=places, devices=[], assets=[], rules=rules, subscriptions=[]),
        operator=viewer.operator,
        mail=bool(config.mail.host),
        has_secret=has_secret,
        may_be_private=may_be_private,
    )


async def _answer(house: House, made: Made, status: int = HTTPStatus.OK) -> Response:
    state = await house.ports.journal.read(lambda connection: state_of(connection, made.held))
    return send(subscription_shape(made.held, state, made.shown), status)


def _problem(error: Faulty | Refused | TooOften) -> Problem:
    if isinstance(error, TooOften):
        return Problem(HTTPStatus.TOO_MANY_REQUESTS, str(error), headers={"Retry-After": str(error.wait_s)})
    if isinstance(error, Refused):
        return Problem(HTTPStatus.CONFLICT, str(error), reason=error.reason)
    faults = [
        FieldFault(
            field="" if fault.path == "(file)" else fault.path,
            reason="unfit",
            text=fault.text + (f" — {fault.fix}" if fault.fix else ""),
        )
        for fault in error.faults
    ]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), faults=faults)
