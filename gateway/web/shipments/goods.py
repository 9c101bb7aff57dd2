"""What a shipment should bring and what was seen of it: its units with where they are, its parts, and what is over."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Response

from gateway.access import Sight
from gateway.journal import events, loads, shipments
from gateway.kpi.facts import Sighting, begins_us, carried
from gateway.kpi.gather import sighting
from gateway.kpi.visits import EARLY_US, units_of
from gateway.model import Expected, Load, LocationEvent, Micros, Shipment, Trip, TripStatus
from gateway.places import PlaceIndex
from gateway.web.assets.labels import label
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.problems import not_found
from gateway.web.http.times import iso, iso_or_none
from gateway.web.shipments.shapes import CountShape, GoodsShape, OverShape, UnitShape

MOST_UNITS = 500  # in the answer

router = APIRouter(prefix="/api/v1", tags=["shipments"])


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the journal holds: the shipment as it is and as the viewer sees it, and what was seen of its units."""

    plan: Shipment
    view: Trip
    seen: Mapping[str, Sequence[Sighting]]  # of each unit, in the order of time
    load: Load | None  # of the trailer that leads it, where this shipment is among it


@router.get("/shipments/{shipment_id:path}/goods", openapi_extra=describe(answer=GoodsShape))
async def goods(shipment_id: Annotated[str, Path(max_length=256)], viewer: SignedIn, house: HouseDep) -> Response:
    """What a shipment carries and where it is now, and of its parts how much was seen at the last stop."""
    sight = await house.sights.of(viewer)
    found = await house.ports.journal.read(lambda connection: _found(connection, shipment_id, sight))
    if found is None:
        raise not_found()
    read = _read(found, house.ports.places)
    now_us = house.ports.clock.now_us()
    return send(
        GoodsShape(
            units=[_unit(asset, found, read, house, sight) for asset in found.view.shipment.assets[:MOST_UNITS]],
            parts=[_count(one, found.view, read) for one in found.view.shipment.expected],
            over=_over(found.load, sight, now_us),
        )
    )


def _found(connection: sqlite3.Connection, shipment_id: str, sight: Sight) -> Found | None:
    trip = shipments.planned_one(connection, shipment_id)
    view = None if trip is None else sight.trip_as(trip)
    if trip is None or view is None:
        return None
    plan = trip.shipment
    load = None if "route" in sight.hidden(plan) else loads.load_of(connection, plan.assets[0])
    return Found(
        plan=plan,
        view=view,
        seen=_seen(connection, plan),
        load=load if load is not None and shipment_id in load.shipments else None,
    )


def _seen(connection: sqlite3.Connection, plan: Shipment) -> dict[str, list[Sighting]]:
    units = carried(plan)[:MOST_UNITS]
    found: dict[str, list[Sighting]] = defaultdict(list)
    for _, event in events.locations_of(connection, units, begins_us(plan) - EARLY_US):
        if isinstance(event, LocationEvent):
            found[event.asset].append(sighting(event, {}))
    return {asset: sorted(seen, key=lambda one: one.at_us) for asset, seen in found.items()}


def _read(found: Found, places: PlaceIndex) -> dict[str, Micros]:
    """When each unit was first read at the last stop, where that stop is the viewer's to see."""
    if not found.view.shipment.stops[-1].place:
        return {}
    units = units_of(found.plan, found.view.actuals, found.seen, places)
    return {unit.asset: unit.read_us for unit in units if unit.read_us is not None}


def _unit(asset: str, found: Found, read: Mapping[str, Micros], house: House, sight: Sight) -> UnitShape:
    now_us = house.ports.clock.now_us()
    where = house.ports.live.where(asset)
    if where is not None and not sight.asset(where.asset, where.place, now_us):
        where = None
    return UnitShape(
        asset=asset,
        label=label(asset),
        leads=asset == found.plan.assets[0],
        kind="" if where is None else where.kind.value,
        place="" if where is None else where.place,
        tier="" if where is None else where.tier.value,
        last_seen=None if where is None else iso(where.seen_us),
        lat=None if where is None else where.lat,
        lon=None if where is None else where.lon,
        parent="" if where is None else sight.parent(asset, where.parent, where.place, now_us),
        read=iso_or_none(read.get(asset)),
        missing=found.load is not None and asset in found.load.missing,
    )


def _count(expected: Expected, view: Trip, read: Mapping[str, Micros]) -> CountShape:
    """A line that does not say what it is packed in was seen when all units were."""
    plan = view.shipment
    lines = [line for line in plan.parts if (line.number, line.unit) == (expected.part, expected.unit)]
    whole = all(unit in read for unit in carried(plan))
    come = [line for line in lines if (line.within in read if line.within in carried(plan) else whole)]
    planned, is_shown = expected.quantity, bool(plan.stops[-1].place)
    seen = None if planned is None or not is_shown else sum(line.quantity or 0.0 for line in come)
    # Where nothing at all was read, the reader may be what failed, or there is none.
    can_tell = view.status is TripStatus.ARRIVED and bool(read)
    short = planned - seen if can_tell and planned is not None and seen is not None else None
    return CountShape(part=expected.part, unit=expected.unit, planned=planned, seen=seen, short=short)


def _over(load: Load | None, sight: Sight, now_us: Micros) -> list[OverShape]:
    """Goods that nobody planned, of those that the viewer may see where the trailer stands."""
    if load is None:
        return []
    seen = [asset for asset in load.extra if sight.asset(asset, load.site, now_us)]
    return [OverShape(asset=asset, label=label(asset), trailer=load.trailer) for asset in seen]
