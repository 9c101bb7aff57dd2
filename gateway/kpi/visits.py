"""What was seen of assets -> when units were read at the last stop, and how long vehicles stayed at sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gateway.kpi.facts import Call, Sighting, Unit, Visit, begins_us, carried
from gateway.model import Actual, AssetKind, EventKind, Micros, Shipment
from gateway.places import PlaceIndex

RETURN_US = 15 * 60 * 1_000_000  # a vehicle back within this time has not been away
GO_ROUND = (AssetKind.RTI, AssetKind.CONTAINER, AssetKind.TRAILER)  # one of these makes the same trip again and again
EARLY_US = 12 * 3600 * 1_000_000  # so long before the first window a unit may be read already; as the engine has it


def units_of(
    shipment: Shipment, actuals: Sequence[Actual], seen: Mapping[str, Sequence[Sighting]], places: PlaceIndex
) -> tuple[Unit, ...]:
    """Each unit with when it was first read at the last stop on this trip."""
    departed_us = actuals[0].departed_us
    left_us = begins_us(shipment) if departed_us is None else departed_us
    return tuple(
        Unit(asset=asset, read_us=_read_us(seen.get(asset, ()), shipment, left_us, places))
        for asset in carried(shipment)
    )


def _read_us(seen: Iterable[Sighting], shipment: Shipment, left_us: Micros, places: PlaceIndex) -> Micros | None:
    """A pallet may be sent ahead. What goes to and fro makes a new trip each time: what was read before it left, or
    after it came back to where it left from, is another trip's."""
    first, last = shipment.stops[0].place, shipment.stops[-1].place
    early_us = begins_us(shipment) - EARLY_US
    for one in seen:
        goes_round = one.asset_kind in GO_ROUND
        if one.kind is EventKind.LEFT or one.at_us < (left_us if goes_round else early_us):
            continue
        if places.is_within(one.place, last):
            return one.at_us
        if goes_round and places.is_within(one.place, first):
            return None
    return None


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
