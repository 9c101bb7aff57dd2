"""The subjects that rules judge, as the engine keeps them: trips, stays and devices, found by key or by asset."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.engine.trips import EARLY_US, Lineage, first_open_us, new_trip, replanned, with_event
from gateway.model import EventKind, LocationEvent, Micros, Shipment, Stay, Trip

HOUR_US = 3600 * 1_000_000
KEEP_US = 24 * HOUR_US  # an arrived trip is kept so long for late data to correct it


def closes_us(trip: Trip) -> Micros | None:
    """When a trip is let go; None while it has not arrived."""
    arrived_us = trip.actuals[-1].arrived_us
    return None if arrived_us is None else arrived_us + KEEP_US


class Trips:
    """The trips about which something can still happen, and which of them an event concerns."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage
        self._trips: dict[str, Trip] = {}
        self._of_asset: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._trips)

    def get(self, shipment_id: str) -> Trip | None:
        return self._trips.get(shipment_id)

    def restore(self, trips: Iterable[Trip]) -> None:
        """Take up trips from the journal."""
        for trip in trips:
            self._keep(trip)

    def plan(self, shipment: Shipment, past: Iterable[LocationEvent]) -> Trip:
        """A new or changed plan, with what had been seen of its assets before it came."""
        held = self._trips.get(shipment.shipment_id)
        if held is not None:
            self._forget(held)
        trip = new_trip(shipment) if held is None else replanned(held, shipment)
        earliest_us = first_open_us(shipment) - EARLY_US
        for event in past:
            if event.shipment in ("", shipment.shipment_id) and event.at_us >= earliest_us:
                trip = with_event(trip, event, self._lineage)
        self._keep(trip)
        return trip

    def take(self, event: LocationEvent) -> list[Trip]:
        """Fold an event into the trips it concerns; return those it changed."""
        changed = []
        for trip in self._concerned(event):
            after = with_event(trip, event, self._lineage)
            if after is not trip:
                self._trips[after.shipment.shipment_id] = after
                changed.append(after)
        return changed

    def carrying(self, asset: str, now_us: Micros) -> list[Trip]:
        """The trips that an asset is on, or soon will be; the one it is on now first."""
        found = (self._trips[key] for key in self._of_asset.get(asset, ()))
        near = (t for t in found if now_us >= first_open_us(t.shipment) - EARLY_US)
        return sorted((t for t in near if t.actuals[-1].arrived_us is None), key=_most_current)

    def drop(self, trip: Trip) -> None:
        """Let go of a trip: no late data can change it any more."""
        self._forget(trip)

    def _concerned(self, event: LocationEvent) -> list[Trip]:
        """By the sender's word where there is one; else the trip its asset is on, and those it may correct."""
        if event.shipment:
            named = self._trips.get(event.shipment)
            return [named] if named is not None else []
        trips = [self._trips[key] for key in self._of_asset.get(event.asset, ())]
        trips = [trip for trip in trips if event.at_us >= first_open_us(trip.shipment) - EARLY_US]
        corrected = [t for t in trips if (arrived := t.actuals[-1].arrived_us) is not None and event.at_us <= arrived]
        under_way = [t for t in trips if t.actuals[-1].arrived_us is None]
        return corrected + sorted(under_way, key=_most_current)[:1]

    def _keep(self, trip: Trip) -> None:
        key = trip.shipment.shipment_id
        self._trips[key] = trip
        for asset in trip.shipment.assets:
            self._of_asset.setdefault(asset, set()).add(key)

    def _forget(self, trip: Trip) -> None:
        key = trip.shipment.shipment_id
        self._trips.pop(key, None)
        for asset in trip.shipment.assets:
            keys = self._of_asset.get(asset, set())
            keys.discard(key)
            if not keys:
                self._of_asset.pop(asset, None)


def _most_current(trip: Trip) -> tuple[bool, Micros, str]:
    departed = trip.actuals[0].departed_us is not None
    return (not departed, first_open_us(trip.shipment), trip.shipment.shipment_id)


class Stays:
    """Where each asset stays now."""

    def __init__(self) -> None:
        self._stays: dict[str, Stay] = {}

    def restore(self, stays: Iterable[Stay]) -> None:
        """Take up stays from the journal."""
        self._stays = {stay.asset: stay for stay in stays}

    def get(self, asset: str) -> Stay | None:
        return self._stays.get(asset)

    def take(self, event: LocationEvent) -> list[Stay]:
        """Fold an event in; return the stay it ended and the stay it began. What is older than the present
        stay says nothing about it."""
        if event.kind in (EventKind.LOADED, EventKind.UNLOADED):
            return []
        held = self._stays.get(event.asset)
        if held is not None and event.at_us < held.since_us:
            return []
        changed = []
        if held is not None and held.until_us is None and (held.place != event.place or event.kind is EventKind.LEFT):
            held = _ended(held, event.at_us)
            changed.append(held)
        if event.kind is not EventKind.LEFT and (held is None or held.until_us is not None):
            held = Stay(
                asset=event.asset,
                asset_kind=event.asset_kind,
                place=event.place,
                tier=event.tier,
                since_us=event.at_us,
            )
            changed.append(held)
        if changed:
            self._stays[event.asset] = changed[-1]
        return changed


def _ended(stay: Stay, until_us: Micros) -> Stay:
    return Stay(
        asset=stay.asset,
        asset_kind=stay.asset_kind,
        place=stay.place,
        tier=stay.tier,
        since_us=stay.since_us,
        until_us=until_us,
    )
