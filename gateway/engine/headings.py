"""Which leg an asset is on, by its plans and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gateway.geo import Point
from gateway.model import Heading, Micros, Stay, Trip


def heading_of(trips: Iterable[Trip], stay: Stay | None, point_of: Callable[[str], Point | None]) -> Heading | None:
    """The leg of the trip that set out last; None where its asset stands at a place, or all have arrived."""
    legs = [leg for trip in trips if (leg := _last_leg(trip)) is not None]
    if not legs:
        return None
    left_us, _, number, trip = max(legs, key=lambda leg: leg[:3])
    stands = stay is not None and stay.until_us is None and stay.since_us >= left_us
    further = any(actual.arrived_us is not None for actual in trip.actuals[number + 1 :])
    if stands or further:
        return None
    stops = trip.shipment.stops[number:]
    since_us = left_us if stay is None or stay.until_us is None else max(left_us, stay.until_us)
    return Heading(
        shipment=trip.shipment.shipment_id,
        origin=stops[0].place,
        destination=stops[1].place,
        left_us=left_us,
        since_us=since_us,
        points=tuple(point for stop in stops if (point := point_of(stop.place)) is not None),
    )


def _last_leg(trip: Trip) -> tuple[Micros, str, int, Trip] | None:
    """When a trip last left a stop, and which one."""
    left = [(actual.departed_us, actual.stop) for actual in trip.actuals if actual.departed_us is not None]
    if not left:
        return None
    left_us, number = max(left)
    return left_us, trip.shipment.shipment_id, number, trip
