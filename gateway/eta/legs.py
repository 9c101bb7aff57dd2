"""A trip -> where it was last known, and the legs that are ahead of it; and the legs it has travelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from gateway.clock import SECOND_US
from gateway.eta.bands import band, hours
from gateway.eta.words import Leg, Point, Travelled
from gateway.geo import haversine_m
from gateway.model import Micros, Stop, Trip


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where the places are and what time zone they keep."""

    points: Mapping[str, Point] = field(default_factory=dict)
    zones: Mapping[str, tzinfo] = field(default_factory=dict)
    zone: tzinfo = UTC  # of places that have none


@dataclass(frozen=True, kw_only=True)
class Known:
    """The trip was at a stop, or is not yet past it."""

    stop: int
    at_us: Micros
    late_s: float
    waiting: bool = False  # at the first stop, which it has not left
    gap_s: float | None = None  # since it was seen before that
    seen: bool = True  # False: that it is not further follows from its not having been seen there


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a trip's tracker was."""

    at_us: Micros
    point: Point


def due_us(stop: Stop) -> Micros | None:
    """When a trip is planned at a stop: the close of its window, or of leaving where there is no arrival."""
    window = stop.arrival or stop.departure
    return None if window is None else window.close_us


def sightings(trip: Trip) -> list[Known]:
    """Each stop at which the trip was seen and for which a time is planned, in the order of the stops."""
    found: list[Known] = []
    for actual in trip.actuals:
        stop = trip.shipment.stops[actual.stop]
        left, came = actual.departed_us, actual.arrived_us
        planned_us = stop.departure.close_us if left is not None and stop.departure is not None else due_us(stop)
        at_us = came if left is None else left
        if at_us is None or planned_us is None:
            continue
        waiting = actual.stop == 0 and left is None
        late_s = (at_us - planned_us) / SECOND_US
        gap_s = (at_us - found[-1].at_us) / SECOND_US if found else None
        known = Known(stop=actual.stop, at_us=at_us, late_s=late_s, gap_s=gap_s)
        found.append(_waiting(at_us, planned_us) if waiting else known)
    return found


def _waiting(now_us: Micros, leaves_us: Micros, *, seen: bool = True) -> Known:
    """At the first stop: who is early there leaves no earlier."""
    at_us = max(now_us, leaves_us)
    return Known(stop=0, at_us=at_us, late_s=(at_us - leaves_us) / SECOND_US, waiting=True, seen=seen)


def last_known(trip: Trip, now_us: Micros) -> Known | None:
    """Where the trip stands: where it was seen last, or, when that has grown old, not yet at its next stop.

    None: its first stop has no planned time, and it has not been seen.
    """
    leaves = trip.shipment.stops[0].departure or trip.shipment.stops[0].arrival
    known = next(reversed(sightings(trip)), None)
    if known is None:
        return None if leaves is None else _waiting(now_us, leaves.close_us, seen=False)
    if known.waiting:
        return known if leaves is None else _waiting(max(known.at_us, now_us), leaves.close_us)
    following = _next_due(trip, known.stop)
    if following is None or now_us <= following[1] + known.late_s * SECOND_US:
        return known
    late_s = (now_us - following[1]) / SECOND_US
    return Known(stop=known.stop, at_us=now_us, late_s=late_s, gap_s=known.gap_s, seen=False)


def _next_due(trip: Trip, stop: int) -> tuple[int, Micros] | None:
    for number in range(stop + 1, len(trip.shipment.stops)):
        planned_us = due_us(trip.shipment.stops[number])
        if planned_us is not None:
            return number, planned_us
    return None


def ahead(trip: Trip, known: Known, ground: Ground, position: Position | None = None) -> list[Leg]:
    """A leg to each stop behind the one where the trip is known to have been, where a time is planned."""
    shipment = trip.shipment
    at_stop = ground.points.get(shipment.stops[known.stop].place)
    point, fix_us = (at_stop, None) if position is None else (position.point, position.at_us)
    legs = []
    for number in range(known.stop + 1, len(shipment.stops)):
        place, planned_us = shipment.stops[number].place, due_us(shipment.stops[number])
        if planned_us is None:
            continue
        legs.append(
            Leg(
                lane=shipment.lane,
                origin=shipment.stops[known.stop].place,
                place=place,
                stop=number,
                due_us=planned_us,
                seen_us=known.at_us,
                late_s=known.late_s,
                waiting=known.waiting,
                gap_s=known.gap_s,
                hours=hours(planned_us, ground.zones.get(place, ground.zone)),
                crow_m=_crow_m(point, ground.points.get(place)),
                fix_us=fix_us,
            )
        )
    return legs


def _crow_m(point: Point | None, other: Point | None) -> float | None:
    return None if point is None or other is None else haversine_m(*point, *other)


def travelled(trip: Trip, ground: Ground) -> list[Travelled]:
    """The legs from each stop at which a trip was seen to each later one at which it arrived."""
    arrived = {actual.stop: actual.arrived_us for actual in trip.actuals if actual.arrived_us is not None}
    ends = [
        (leg, at_us)
        for known in sightings(trip)
        for leg in ahead(trip, known, ground)
        if (at_us := arrived.get(leg.stop)) is not None and at_us > leg.seen_us
    ]
    together = Counter(band(leg.horizon_s) for leg, _ in ends)
    return [
        Travelled(leg=leg, late_s=(at_us - leg.due_us) / SECOND_US, weight=1 / together[band(leg.horizon_s)])
        for leg, at_us in ends
    ]
