"""What was seen of assets -> when units were read at the last stop, and how long vehicles stayed at sites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from gateway.kpi.facts import Call, Sighting, Unit, Visit, begins_us, carried
from gateway.model import Actual, EventKind, Micros, Shipment
from gateway.places import PlaceIndex

RETURN_US = 15 * 60 * 1_000_000  # a vehicle back within this time has not been away
EARLY_US = 12 * 3600 * 1_000_000  # so long before the first window a unit may be read already; as the engine has it


def units_of(shipment: Shipment, seen: dict[str, list[Sighting]], places: PlaceIndex) -> tuple[Unit, ...]:
    """Each unit with when it was first read at the last stop."""
    start_us, stop = begins_us(shipment) - EARLY_US, shipment.stops[-1].place
    return tuple(
        Unit(asset=asset, read_us=_read_us(seen.get(asset, ()), stop, start_us, places)) for asset in carried(shipment)
    )


def _read_us(seen: Iterable[Sighting], stop: str, start_us: Micros, places: PlaceIndex) -> Micros | None:
    return next(
        (
            one.at_us
            for one in seen
            if one.at_us >= start_us and one.kind is not EventKind.LEFT and places.is_within(one.place, stop)
        ),
        None,
    )


def calls_of(
    shipment: Shipment, actuals: Sequence[Actual], visits: Sequence[Visit], places: PlaceIndex
) -> tuple[Call, ...]:
    """The visits of the vehicle that leads a shipment which were at its stops."""
    found = []
    for stop, actual in zip(shipment.stops, actuals, strict=True):
        at_us = actual.departed_us if actual.arrived_us is None else actual.arrived_us
        site = places.site(stop.place)
        visit = next((one for one in reversed(visits) if one.site == site and _holds(one, at_us)), None)
        if visit is not None:
            found.append(Call(place=stop.place, visit=visit))
    return tuple(found)


def _holds(visit: Visit, at_us: Micros | None) -> bool:
    if at_us is None:
        return False
    return visit.from_us <= at_us and (visit.until_us is None or at_us <= visit.until_us + RETURN_US)


def visits_of(seen: Sequence[Sighting], places: PlaceIndex) -> list[Visit]:
    """How one vehicle came to sites and left them, by its sightings in the order of time.

    A stay of which only the end was seen is none: how long it was is not known.
    """
    visits: list[Visit] = []
    for one in seen:
        site = places.site(one.place)
        last = visits[-1] if visits else None
        if one.kind is EventKind.LEFT:
            if last is not None and last.site == site:
                visits[-1] = msgspec.structs.replace(last, until_us=one.at_us)
        elif one.kind is EventKind.ARRIVED or one.kind is EventKind.MOVED:
            _come(visits, last, one, site, places)
    return visits


def _come(visits: list[Visit], last: Visit | None, one: Sighting, site: str, places: PlaceIndex) -> None:
    if last is not None and last.site == site and (last.until_us is None or one.at_us <= last.until_us + RETURN_US):
        visits[-1] = _marked(msgspec.structs.replace(last, until_us=None), one, places)
        return
    if (
        last is not None
        and last.until_us is None
        and one.kind is EventKind.MOVED
        and places.site(one.previous) == last.site
    ):
        visits[-1] = msgspec.structs.replace(last, until_us=one.at_us)
    visits.append(_marked(Visit(vehicle=one.asset, site=site, from_us=one.at_us), one, places))


def _marked(visit: Visit, one: Sighting, places: PlaceIndex) -> Visit:
    """The visit with its first gate, and the first door after it."""
    kinds = {places.kind(one.place), places.kind(one.read_at)}
    if visit.gate_us is None and "gate" in kinds:
        return msgspec.structs.replace(visit, gate_us=one.at_us)
    if visit.gate_us is not None and visit.door_us is None and "door" in kinds:
        return msgspec.structs.replace(visit, door_us=one.at_us)
    return visit
