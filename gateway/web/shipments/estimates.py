"""Why the estimates of a shipment say what they say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from gateway.access import Sight
from gateway.eta.explain import Explanation
from gateway.journal import shipments
from gateway.model import Estimate, Micros, Trip
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.problems import not_found
from gateway.web.http.times import iso
from gateway.web.render import estimate_shape
from gateway.web.shapes import ExplanationShape, ExplanationsShape, RungShape

router = APIRouter(prefix="/api/v1", tags=["shipments"])


@router.get("/shipments/{shipment_id:path}/estimates", openapi_extra=describe(answer=ExplanationsShape))
async def estimates(shipment_id: Annotated[str, Path(max_length=256)], viewer: SignedIn, house: HouseDep) -> Response:
    """What each estimate of a shipment rests on, and what every method says of it, as of now.

    None where nothing is expected: it has arrived, its plan holds no times, or its data contradict themselves.
    """
    held = await house.ports.journal.read(lambda connection: shipments.planned_one(connection, shipment_id))
    trip = None if held is None else Sight(viewer=viewer, estate=house.estate).trip_as(held)
    if trip is None:
        raise not_found()
    now_us = house.ports.clock.now_us()
    made = {estimate.stop: estimate for estimate in trip.estimates}
    found = [one for one in house.ports.explain(shipment_id) if one.stop in made]
    return send(ExplanationsShape(items=[_explanation(trip, one, made[one.stop], now_us) for one in found]))


def _explanation(trip: Trip, said: Explanation, estimate: Estimate, now_us: Micros) -> ExplanationShape:
    rungs = [RungShape(method=rung.method.value, arrives=iso(rung.arrives_us), off_s=rung.off_s) for rung in said.rungs]
    return ExplanationShape(
        stop=said.stop,
        place=said.place,
        lane=trip.shipment.lane,
        estimate=estimate_shape(trip, estimate, now_us),
        late_s=said.late_s,
        horizon_s=said.horizon_s,
        unrest=said.unrest,
        method=said.method.value,
        rungs=rungs,
    )
