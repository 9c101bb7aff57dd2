"""Events -> what was seen of a shipment's assets at its stops. What follows from it, `walk` says."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import msgspec

from gateway.engine.promises import still_meant
from gateway.engine.walk import in_order
from gateway.model import Actual, EventKind, LocationEvent, Seen, Shipment, Trip

Lineage: TypeAlias = Callable[[str], Sequence[str]]  # a place's code -> itself and the places it is part of

MOST_SEEN = 256  # per trip: one that was seen more often, and has not arrived by then, is not told by seeing


def new_trip(shipment: Shipment) -> Trip:
    """A trip of which nothing has been seen."""
    return Trip(shipment=shipment, actuals=tuple(Actual(stop=i) for i in range(len(shipment.stops))))


def replanned(trip: Trip, shipment: Shipment) -> Trip:
    """The same trip under a changed plan: what was seen at places that are still stops is kept."""
    places = {stop.place for stop in shipment.stops}
    seen = tuple(seen for seen in trip.seen if seen.place in places)
    promises = still_meant(trip, shipment)
    return msgspec.structs.replace(new_trip(shipment), seen=seen, promises=promises, spot=trip.spot)


def with_event(trip: Trip, event: LocationEvent, lineage: Lineage) -> Trip:
    """The trip with an event among what was seen, not yet walked; the same object where the event tells it nothing."""
    news = [seen for seen in _told(trip.shipment, event, lineage) if seen not in trip.seen]
    if not news or len(trip.seen) >= MOST_SEEN:
        return trip
    seen = list(trip.seen)
    for item in news:
        bisect.insort(seen, item, key=in_order)
    return msgspec.structs.replace(trip, seen=tuple(seen))


def _told(shipment: Shipment, event: LocationEvent, lineage: Lineage) -> list[Seen]:
    """What an event says about the stops: it entered one, left one, or both."""
    if event.kind in (EventKind.LOADED, EventKind.UNLOADED):
        return []
    entered, left = _entered_and_left(event, lineage)
    told = []
    for stop in {stop.place for stop in shipment.stops}:
        named = event.shipment == shipment.shipment_id
        seen = partial(Seen, event_id=event.event_id, place=stop, at_us=event.at_us, named=named)
        # A pallet that went elsewhere does not take the shipment with it; one that came proves the arrival.
        if stop in left and (named or event.asset == shipment.assets[0]):
            told.append(seen(kind="departed"))
        if stop in entered:
            told.append(seen(kind="arrived"))
    return told


def _entered_and_left(event: LocationEvent, lineage: Lineage) -> tuple[set[str], set[str]]:
    here = set(lineage(event.place))
    if event.kind is EventKind.LEFT:
        return set(), here
    if event.kind is EventKind.MOVED:
        before = set(lineage(event.previous_place)) if event.previous_place else set()
        return here - before, before - here
    return here, set()
