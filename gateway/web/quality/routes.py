"""Data quality: findings with their owners, what waits because of them, and each party's score."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from gateway.access import Viewer
from gateway.errors import BadInput
from gateway.journal import findings, quality_days, quarantine
from gateway.journal.findings import QualityFinding
from gateway.quality.reasons import MENDED_BY
from gateway.quality.scores import DEFINITION, DayCount, day_of, score
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.body import read_json
from gateway.web.http.csv_out import Bom, csv_file, csv_text
from gateway.web.http.parameters import Limit, Word
from gateway.web.http.problems import not_found
from gateway.web.http.times import iso
from gateway.web.places.seen_places import seen_by
from gateway.web.quality.names import tried_shape
from gateway.web.quality.shapes import (
    DayScoreShape,
    DroppedShape,
    FindingStateBody,
    PartyScoreShape,
    QualityFindingShape,
    QualityFindingsShape,
    RowsBody,
    ScoresShape,
    TriedShape,
)

DAY_US = 86_400_000_000
MOST_DAYS = 400
EXPORTED = 20_000

router = APIRouter(prefix="/api/v1/quality", tags=["data quality"])

StateFilter = Annotated[Literal["", "open", "fixed", "ignored"], Query()]


@router.get("/findings", openapi_extra=describe(answer=QualityFindingsShape))
async def page(
    viewer: SignedIn, house: HouseDep, state: StateFilter = "", reason: Word = "", limit: Limit = 200
) -> Response:
    """What is wrong with the data, the last seen first: a party's own, and all for the operator."""
    return send(QualityFindingsShape(items=await _findings(viewer, house, state, reason, limit)))


@router.get("/findings.csv", response_class=Response)
async def export(
    viewer: SignedIn, house: HouseDep, state: StateFilter = "", reason: Word = "", bom: Bom = False
) -> Response:
    """The same as a CSV file."""
    shapes = await _findings(viewer, house, state, reason, EXPORTED)
    header = [name for name in QualityFindingShape.__struct_fields__ if name != "mended_by"]
    text = csv_text(header, [[getattr(shape, name) for name in header] for shape in shapes])
    return csv_file("findings", text, bom=bom)


@router.post("/findings/{finding}", openapi_extra=describe(answer=QualityFindingShape, body=FindingStateBody))
async def change(
    finding: Annotated[str, Path(max_length=64)], request: Request, viewer: SignedIn, house: HouseDep
) -> Response:
    """Say that a finding is fixed, to be ignored, or open after all."""
    body = await read_json(request, FindingStateBody)
    await _own(finding, viewer, house)
    ports = house.ports
    now_us = ports.clock.now_us()
    await ports.journal.write(lambda c: findings.set_state(c, finding, body.state, now_us, viewer.party))
    return send(_shape(await _own(finding, viewer, house), None if viewer.operator else frozenset()))


@router.post("/replay", openapi_extra=describe(answer=TriedShape, body=RowsBody))
async def replay(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Try again what waits for a finding, or rows by their numbers (the operator's alone)."""
    body = await _rows(request, viewer, house)
    desk = house.ports.desk
    tried = await (desk.retry_finding(body.finding) if body.finding else desk.retry_numbers(body.numbers))
    return send(tried_shape(tried))


@router.post("/drop", openapi_extra=describe(answer=DroppedShape, body=RowsBody))
async def drop(request: Request, viewer: SignedIn, house: HouseDep) -> Response:
    """Give up on what waits: it will never be used."""
    body = await _rows(request, viewer, house)
    ports = house.ports
    now_us = ports.clock.now_us()
    dropped = await ports.journal.write(
        lambda c: quarantine.dropped(c, body.numbers or quarantine.numbers_of(c, body.finding), now_us, viewer.party)
    )
    return send(DroppedShape(dropped=dropped))


@router.get("/scores", openapi_extra=describe(answer=ScoresShape))
async def scores(viewer: SignedIn, house: HouseDep, days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 30) -> Response:
    """How much of each party's data was usable as it came, day by day: a party's own, and all for the operator."""
    since = day_of(house.ports.clock.now_us() - (days - 1) * DAY_US)
    counts = await house.ports.journal.read(lambda c: quality_days.since(c, since, viewer.scope))
    parties = groupby(counts, key=lambda count: count.party)
    return send(ScoresShape(definition=DEFINITION, items=[_party(party, list(own)) for party, own in parties]))


async def _findings(viewer: Viewer, house: House, state: str, reason: str, limit: int) -> list[QualityFindingShape]:
    owner = None if viewer.operator else viewer.party
    places = await seen_by(viewer, house)
    found = await house.ports.journal.read(
        lambda c: findings.page(c, owner=owner, state=state, reason=reason, limit=limit)
    )
    return [_shape(one, places) for one in found]


async def _own(finding: str, viewer: Viewer, house: House) -> QualityFinding:
    held = await house.ports.journal.read(lambda c: findings.get(c, finding))
    if held is None or not (viewer.operator or held.owner == viewer.party):
        raise not_found()
    return held


async def _rows(request: Request, viewer: Viewer, house: House) -> RowsBody:
    body = await read_json(request, RowsBody)
    if bool(body.finding) == bool(body.numbers):
        raise BadInput("expected either a finding or numbers of rows, got both or neither")
    if body.finding:
        await _own(body.finding, viewer, house)
    elif not viewer.operator:
        raise not_found()
    return body


def _shape(held: QualityFinding, places: frozenset[str] | None) -> QualityFindingShape:
    """A finding; what was probably meant only where that is no other's secret."""
    kind = MENDED_BY.get(held.reason)
    text, suggestion = held.text, held.suggestion
    if suggestion and places is not None and kind in ("place", "party") and suggestion not in places:
        text, suggestion = text.replace(suggestion, "..."), ""
    return QualityFindingShape(
        finding=held.finding,
        reason=held.reason,
        owner=held.owner,
        source=held.source,
        subject=held.subject,
        state=held.state,
        count=held.count,
        waiting=held.waiting,
        first=iso(held.first_us),
        last=iso(held.last_us),
        text=text,
        example=held.example,
        suggestion=suggestion,
        mended_by=kind,
    )


def _party(party: str, counts: list[DayCount]) -> PartyScoreShape:
    by_day = [(day, list(own)) for day, own in groupby(counts, key=lambda count: count.day)]
    return PartyScoreShape(
        party=party,
        days=[
            DayScoreShape(
                day=day, score=score(own), records=sum(c.total for c in own), flawed=sum(c.flawed for c in own)
            )
            for day, own in by_day
        ],
    )
