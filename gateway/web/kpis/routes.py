"""Figures (KPIs): counted on request from the shipments that a party may see, each with its definition.

The same shipment gives every party that sees it the same; a party's figure is over the shipments that it sees.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated, Literal, get_args

import msgspec
from fastapi import APIRouter, Path, Query, Response

from gateway.access import Viewer
from gateway.clock import SECOND_US
from gateway.config.kpis import OtifName
from gateway.errors import BadInput
from gateway.journal import quality_days
from gateway.journal.due import due_one
from gateway.kpi.carbon import DEFINITION as CARBON
from gateway.kpi.carbon import ShipmentCarbon, carbon_of
from gateway.kpi.facts import Facts
from gateway.kpi.figures import Figure, Measure, figures
from gateway.kpi.gather import Asked
from gateway.kpi.otif import sentence
from gateway.model import Micros, Shipment
from gateway.quality.scores import DEFINITION as QUALITY
from gateway.quality.scores import DayCount, day_of, score
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.csv_out import Bom, csv_file, csv_text
from gateway.web.http.parameters import Word
from gateway.web.http.problems import not_found
from gateway.web.http.times import FIRST_US, LAST_US, iso, parse_micros
from gateway.web.kpis.facts import gather, sight_of
from gateway.web.kpis.shapes import (
    CarbonShape,
    DefinitionShape,
    FigureShape,
    KpisShape,
    LegCarbonShape,
    PartCarbonShape,
    TermsShape,
)

DAY_US = 86_400 * SECOND_US
USUAL_DAYS = 30
MOST_DAYS = 400

router = APIRouter(prefix="/api/v1", tags=["figures"])

From = Annotated[str, Query(alias="from", max_length=64, description="ISO 8601; 30 days before `until` if not said")]
Until = Annotated[str, Query(max_length=64, description="ISO 8601; now if not said")]
Definition = Annotated[
    Literal["", "slot", "day", "line", "unit", "all"],
    Query(description="of on time in full; the configuration's if not said"),
]


@router.get("/kpis", openapi_extra=describe(answer=KpisShape))
async def kpis(
    viewer: SignedIn,
    house: HouseDep,
    since: From = "",
    until: Until = "",
    lane: Word = "",
    party: Word = "",
    place: Word = "",
    definition: Definition = "",
) -> Response:
    """Figures of the shipments due in a time span, by the planned end of their last stop: all, lane by lane, and dwell
    by place and by tier."""
    return send(await _answer(viewer, house, (since, until), (lane, party, place), definition))


@router.get("/kpis.csv", response_class=Response)
async def export(
    viewer: SignedIn,
    house: HouseDep,
    since: From = "",
    until: Until = "",
    lane: Word = "",
    party: Word = "",
    place: Word = "",
    definition: Definition = "",
    bom: Bom = False,
) -> Response:
    """The same as a CSV file."""
    shape = await _answer(viewer, house, (since, until), (lane, party, place), definition)
    header = ["from", "until", *FigureShape.__struct_fields__]
    window = (shape.window_from, shape.window_until)
    rows = [[*window, *msgspec.structs.astuple(item)] for item in shape.items]
    return csv_file("kpis", csv_text(header, rows), bom=bom)


@router.get("/kpis/carbon/{shipment_id:path}", openapi_extra=describe(answer=CarbonShape))
async def carbon(shipment_id: Annotated[str, Path(max_length=256)], viewer: SignedIn, house: HouseDep) -> Response:
    """CO2e of one shipment as planned, by leg and by part line, with the factors that it rests on."""
    due = await house.ports.journal.read(lambda connection: due_one(connection, shipment_id))
    view = None if due is None else sight_of(house, viewer).shipment_as(due.shipment)
    if due is None or view is None:
        raise not_found()
    return send(_carbon_shape(view, carbon_of(due.shipment, house.ports.config.kpis.carbon, house.ports.places)))


async def count_figures(
    house: House, viewer: Viewer, asked: Asked, definition: str = ""
) -> tuple[list[Facts], list[Figure]]:
    """The facts of what is asked, as a viewer may see it, and every figure of them. Raises Problem: too many."""
    rules = house.ports.config.kpis
    name = definition or rules.otif
    zones = {one.code: one.time_zone for one in house.ports.places}
    measure = Measure(
        now_us=house.ports.clock.now_us(),
        names=tuple(one for one in get_args(OtifName) if name in ("all", one)),
        rules=rules,
        places=house.ports.places,
        zones=lambda code: zones.get(code, "UTC"),
    )
    found = await gather(house, viewer, asked)
    counted = await asyncio.to_thread(figures, found, measure)
    if not (asked.lane or asked.party or asked.place):
        counts = await house.ports.journal.read(lambda c: quality_days.since(c, day_of(asked.from_us), viewer.scope))
        counted.append(_quality(counts, asked.from_us, asked.until_us, len(found)))
    return found, counted


async def _answer(
    viewer: Viewer, house: House, window: tuple[str, str], chosen: tuple[str, str, str], definition: str
) -> KpisShape:
    now_us = house.ports.clock.now_us()
    from_us, until_us = _window(*window, now_us)
    lane, party, place = chosen
    rules = house.ports.config.kpis
    name = definition or rules.otif
    asked = Asked(from_us=from_us, until_us=until_us, lane=lane, party=party, place=place)
    found, counted = await count_figures(house, viewer, asked, name)
    return KpisShape(
        window_from=iso(from_us),
        window_until=iso(until_us),
        now=iso(now_us),
        definition=name,
        definitions=[
            DefinitionShape(name=one, definition=sentence(one, rules.unloading_s)) for one in get_args(OtifName)
        ],
        terms=TermsShape(
            unloading_h=rules.unloading_s / 3600,
            free_h=rules.free_s / 3600,
            rate_per_h=rules.rate_per_h,
            currency=rules.currency,
        ),
        shipments=len(found),
        lanes=sorted({one.lane for one in found if one.lane}),
        items=[_shape(figure) for figure in counted],
    )


def _window(since: str, until: str, now_us: Micros) -> tuple[Micros, Micros]:
    until_us = parse_micros(until, "until") if until else now_us
    from_us = parse_micros(since, "from") if since else until_us - USUAL_DAYS * DAY_US
    if from_us < FIRST_US or until_us > LAST_US:
        raise BadInput("from, until: expected times of the years 1970 to 9999")
    if not from_us < until_us <= from_us + MOST_DAYS * DAY_US:
        raise BadInput(f"from, until: expected a time span of at most {MOST_DAYS} days that ends after it begins")
    return from_us, until_us


def _quality(counts: Iterable[DayCount], from_us: Micros, until_us: Micros, shipments: int) -> Figure:
    """The score over all days of the window, of whoever's data the viewer answers for."""
    days = [count for count in counts if count.day <= day_of(until_us)]
    kinds = {count.kind: [one for one in days if one.kind == count.kind] for count in days}
    sums = [
        DayCount(day="", party="", kind=kind, total=sum(c.total for c in own), flawed=sum(c.flawed for c in own))
        for kind, own in kinds.items()
    ]
    total = sum(one.total for one in sums)
    said = f"{QUALITY} Here over all days of the window, of your own data; of everyone's for the operator."
    good = total - sum(one.flawed for one in sums)
    return Figure(
        kpi="data_quality", value=score(sums), unit="%", definition=said, good=good, counted=total, shipments=shipments
    )


def _shape(figure: Figure) -> FigureShape:
    return FigureShape(**{name: getattr(figure, name) for name in FigureShape.__struct_fields__})


def _carbon_shape(view: Shipment, found: ShipmentCarbon) -> CarbonShape:
    """As whoever looks may see it: without legs where the route is hidden, without lines where the parts are."""
    shown = all(stop.place for stop in view.stops)
    ends = [(a.place, b.place) for a, b in zip(view.stops, view.stops[1:], strict=False)] if shown else []
    return CarbonShape(
        shipment_id=view.shipment_id,
        definition=CARBON,
        kg=found.mass.kg,
        mass_by=found.mass.basis,
        missing=list(found.missing),
        kg_co2e=found.kg_co2e,
        legs=[
            LegCarbonShape(
                origin=origin, destination=destination, **{name: getattr(leg, name) for name in leg.__struct_fields__}
            )
            for (origin, destination), leg in zip(ends, found.legs, strict=False)
        ],
        parts=[
            PartCarbonShape(number=line.number, quantity=line.quantity, unit=line.unit, kg=kg, kg_co2e=emitted)
            for line, kg, emitted in zip(view.parts, found.mass.lines, found.lines, strict=False)
        ],
    )
