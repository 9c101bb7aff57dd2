"""Keeps the estimates of trips: made anew when something is heard of a trip, and when they have become stale.

They rest on what was seen of the trip at its stops, on what parties promise, and on the newest position of what leads
it, its trailer, where its lane has taught a pace. A position counts while the trip is between two stops and for
POSITION_COUNTS_US; one of each minute is looked at. A move that is no news (`is_news`) is no new version of the trip:
the older estimate stands.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from gateway.engine.headings import heading_of
from gateway.engine.stays import Stays
from gateway.engine.subjects import Trips
from gateway.eta.explain import Explanation, explain
from gateway.eta.ladder import Ladder
from gateway.eta.legs import Position
from gateway.eta.promised import with_promises
from gateway.eta.stale import MINUTE_US, POSITION_COUNTS_US, again_us, is_news
from gateway.geo import Point
from gateway.model import Estimate, Micros, PositionEvent, Spot, Trip, TripStatus


class Estimates:
    """Makes estimates, and puts them into the trips as the engine keeps them."""

    def __init__(self, *, ladder: Ladder, trips: Trips, stays: Stays, point_of: Callable[[str], Point | None]) -> None:
        self._ladder = ladder
        self._trips = trips
        self._stays = stays
        self._point_of = point_of

    def use(self, ladder: Ladder) -> None:
        """More has been learned: it counts from the next look at each trip on."""
        self._ladder = ladder

    def made(self, trip: Trip, now_us: Micros) -> Trip:
        """The trip, of which something was heard, with estimates as of now."""
        after = replace(trip, estimates=self._told(trip, now_us))
        self._trips.put(after)
        return after

    def looked(self, trip: Trip, now_us: Micros) -> Trip:
        """The trip with estimates as of now; the same object where they would be no news."""
        told = self._told(trip, now_us)
        if not is_news(trip.estimates, told):
            return trip
        after = replace(trip, estimates=told)
        self._trips.put(after)
        return after

    def moved(self, event: PositionEvent, now_us: Micros) -> Trip | None:
        """The trip whose estimates a position of what leads it moves; None where there is none."""
        trip = self._under_way(event.asset)
        if trip is None or (trip.spot is not None and event.at_us // MINUTE_US <= trip.spot.at_us // MINUTE_US):
            return None
        held = replace(trip, spot=Spot(at_us=event.at_us, lat=event.lat, lon=event.lon))
        self._trips.put(held)
        after = self.looked(held, now_us)
        return None if after is held else after

    def look_us(self, trip: Trip, now_us: Micros = 0) -> Micros | None:
        """When to look at a trip again if nothing is heard; None where nothing is to be expected."""
        unmade = not trip.estimates and not trip.findings and trip.status is not TripStatus.ARRIVED
        if unmade and now_us == 0:  # a trip of an earlier release
            return _as_of_us(trip, 0)
        return again_us(trip, now_us)

    def explain(self, trip: Trip, now_us: Micros) -> list[Explanation]:
        """Why the estimates of a trip say what they say, of each stop ahead."""
        as_of_us = _as_of_us(trip, now_us)
        position = self._position(trip, as_of_us)
        found = (explain(self._ladder, trip, one.stop, as_of_us, position) for one in trip.estimates)
        return [one for one in found if one is not None]

    def _told(self, trip: Trip, now_us: Micros) -> tuple[Estimate, ...]:
        if trip.status is TripStatus.ARRIVED:
            return ()
        as_of_us = _as_of_us(trip, now_us)
        told = self._ladder.estimate(trip, as_of_us, self._position(trip, as_of_us))
        return with_promises(told, trip.promises, _seen_us(trip), as_of_us)

    def _position(self, trip: Trip, now_us: Micros) -> Position | None:
        """Where its tracker was, if that is news and not too old."""
        spot = trip.spot
        if spot is None or not (_seen_us(trip) or 0) <= spot.at_us <= now_us <= spot.at_us + POSITION_COUNTS_US:
            return None
        return Position(at_us=spot.at_us, point=(spot.lat, spot.lon))

    def _under_way(self, asset: str) -> Trip | None:
        """The trip that this asset leads and is on, between two stops, if a position says anything of its lane."""
        trips = self._trips.of(asset)
        if not any(self._ladder.uses_position(trip.shipment.lane) for trip in trips):
            return None
        heading = heading_of(trips, self._stays.get(asset), self._point_of)
        trip = None if heading is None else self._trips.get(heading.shipment)
        return trip if trip is not None and trip.shipment.assets[:1] == (asset,) else None


def _seen_us(trip: Trip) -> Micros | None:
    """When it was last seen at a stop."""
    times = [at_us for actual in trip.actuals for at_us in (actual.arrived_us, actual.departed_us)]
    return max((at_us for at_us in times if at_us is not None), default=None)


def _as_of_us(trip: Trip, now_us: Micros) -> Micros:
    """Now, or, while the engine catches up and knows of no time yet, the newest that the trip itself shows."""
    return max(now_us, trip.shipment.created_us, _seen_us(trip) or 0)
