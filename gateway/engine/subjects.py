"""The trips that rules judge, as the engine keeps them, found by key or by asset."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from gateway.engine.promises import with_word
from gateway.engine.sharing import Sharing
from gateway.engine.trips import Lineage, new_trip, replanned, with_event
from gateway.engine.walk import EARLY_US, first_open_us, last_close_us, walk_together, without
from gateway.model import Cleared, LocationEvent, Micros, Remark, Shipment, Trip

HOUR_US = 3600 * 1_000_000
KEEP_US = 24 * HOUR_US  # an arrived trip is kept so long for late data to correct it
GIVE_UP_DAYS = 30  # after all that was planned of it, for one that never arrived


def closes_us(trip: Trip) -> Micros:
    """When a trip is let go: some time after it arrived, or long after it should have."""
    arrived_us = trip.actuals[-1].arrived_us
    if arrived_us is not None:
        return arrived_us + KEEP_US
    heard_us = max((seen.at_us for seen in trip.seen), default=0)
    return max(last_close_us(trip.shipment), heard_us) + GIVE_UP_DAYS * 24 * HOUR_US


def given_up(trip: Trip, now_us: Micros) -> Cleared | None:
    """What ends the alerts of a trip that is let go; None where it arrived: then nothing of it stands."""
    if trip.actuals[-1].arrived_us is not None:
        return None
    text = (
        f"Shipment {trip.shipment.shipment_id} never arrived: for {GIVE_UP_DAYS} days after all that was planned"
        " nothing was heard of it, and it is no longer followed"
    )
    return Cleared(at_us=now_us, reason="given_up", text=text)


class Trips:
    """The trips about which something can still happen, and which of them an event concerns."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage
        self._trips: dict[str, Trip] = {}
        # Their ids; most have one, and a tuple of one is a quarter of a set.
        self._of_asset: dict[str, tuple[str, ...]] = {}
        self._of_lead: dict[str, tuple[str, ...]] = {}  # by the first asset of a shipment, its trailer
        self._to_place: dict[str, set[str]] = {}  # by every place where a plan stops: many have the same
        self._sharing = Sharing()

    def __len__(self) -> int:
        return len(self._trips)

    def get(self, shipment_id: str) -> Trip | None:
        return self._trips.get(shipment_id)

    def restore(self, trips: Iterable[Trip]) -> None:
        """Take up trips from the journal, of shared words."""
        for trip in trips:
            self._index(trip)

    def plan(self, shipment: Shipment, past: Iterable[LocationEvent]) -> list[Trip]:
        """A new or changed plan, with what had been seen of its assets before it came; return the trips it changed,
        the planned one among them."""
        held = self._trips.get(shipment.shipment_id)
        if held is not None:
            self._forget(held)
        trip = new_trip(shipment) if held is None else replanned(held, shipment)
        for event in past:
            if event.shipment in ("", shipment.shipment_id) and self._may_concern(trip, event):
                trip = with_event(trip, event, self._lineage)
        self._keep(trip)
        changed = {shipment.shipment_id: trip}
        changed |= self._walk(trip)
        return list(changed.values())

    def promise(self, remark: Remark) -> Trip | None:
        """Note what a party promises with an acknowledgement, or no longer does; None where that changes no trip."""
        held = self._trips.get(remark.shipment)
        after = None if held is None else with_word(held, remark)
        if after is None or after is held:
            return None
        self._trips[remark.shipment] = after
        return after

    def put(self, trip: Trip) -> None:
        """Keep another version of a trip that is held, with the same plan."""
        self._trips[trip.shipment.shipment_id] = trip

    def of(self, asset: str) -> list[Trip]:
        """All trips of an asset about which something can still happen, in the order of their ids."""
        return [self._trips[key] for key in sorted(self._of_asset.get(asset, ()))]

    def take(self, *events: LocationEvent) -> list[Trip]:
        """Note an event, told of an asset and of all that is in it, with the trips that it may concern, and walk
        them; return those it changed."""
        noted: dict[str, Trip] = {}
        for event in events:
            for trip in self._concerned(event):
                held = noted.get(trip.shipment.shipment_id, trip)
                after = with_event(held, event, self._lineage)
                if after is not held:
                    noted[after.shipment.shipment_id] = after
        self._trips |= noted
        for trip in {trip.shipment.assets[:1]: trip for trip in noted.values()}.values():
            noted |= self._walk(trip)
        return list(noted.values())

    def carrying(self, asset: str, now_us: Micros) -> list[Trip]:
        """The trips that an asset is on, or soon will be; the one it is on now first."""
        found = (self._trips[key] for key in self._of_asset.get(asset, ()))
        near = (t for t in found if now_us >= first_open_us(t.shipment) - EARLY_US)
        return sorted((t for t in near if t.actuals[-1].arrived_us is None), key=_most_current)

    def expected_at(self, places: Collection[str], now_us: Micros) -> Iterator[Trip]:
        """The trips that are under way, or soon will be, to a stop at one of these places."""
        for key in {key for place in places for key in self._to_place.get(place, ())}:
            trip = self._trips[key]
            if now_us >= first_open_us(trip.shipment) - EARLY_US and any(
                stop.place in places and actual.arrived_us is None and actual.departed_us is None
                for stop, actual in zip(trip.shipment.stops, trip.actuals, strict=True)
            ):
                yield trip

    def drop(self, trip: Trip) -> list[Trip]:
        """Let go of a trip: no late data can change it any more. Return those of its trailer that this changed."""
        before = self._led_with(trip) if trip.seen else []  # one that was never seen had nothing that could be others'
        after = [other for other in without(trip, before) if other not in before] if before else []
        self._forget(trip)
        self._trips |= {other.shipment.shipment_id: other for other in after}
        return after

    def _concerned(self, event: LocationEvent) -> list[Trip]:
        """By the sender's word where there is one; else every trip of its asset that is near."""
        if event.shipment:
            named = self._trips.get(event.shipment)
            return [named] if named is not None else []
        trips = [self._trips[key] for key in self._of_asset.get(event.asset, ())]
        return [trip for trip in trips if self._may_concern(trip, event)]

    def _may_concern(self, trip: Trip, event: LocationEvent) -> bool:
        arrived_us = trip.actuals[-1].arrived_us
        return event.at_us >= first_open_us(trip.shipment) - EARLY_US and (
            arrived_us is None or event.at_us <= arrived_us + EARLY_US
        )

    def _walk(self, trip: Trip) -> dict[str, Trip]:
        """Walk anew a trip and all others of what leads it, its trailer; return those that this changed."""
        before = self._led_with(trip)
        changed = {
            after.shipment.shipment_id: after
            for trip, after in zip(before, walk_together(before), strict=True)
            if after != trip
        }
        self._trips |= changed
        return changed

    def _led_with(self, trip: Trip) -> list[Trip]:
        """A trip and all others of what leads it, of which anything was seen."""
        lead = trip.shipment.assets[:1]
        keys = self._of_lead[lead[0]] if lead else {trip.shipment.shipment_id}
        return [self._trips[key] for key in sorted(keys) if self._trips[key].seen]

    def _keep(self, trip: Trip) -> None:
        self._index(self._sharing.of(trip))

    def _index(self, trip: Trip) -> None:
        key = trip.shipment.shipment_id
        self._trips[key] = trip
        for asset in trip.shipment.assets:
            _add(self._of_asset, asset, key)
        for lead in trip.shipment.assets[:1]:
            _add(self._of_lead, lead, key)
        for stop in trip.shipment.stops:
            self._to_place.setdefault(stop.place, set()).add(key)

    def _forget(self, trip: Trip) -> None:
        key = trip.shipment.shipment_id
        self._trips.pop(key, None)
        for asset in trip.shipment.assets:
            _discard(self._of_asset, asset, key)
        for lead in trip.shipment.assets[:1]:
            _discard(self._of_lead, lead, key)
        for place in {stop.place for stop in trip.shipment.stops} & self._to_place.keys():
            self._to_place[place].discard(key)
            if not self._to_place[place]:
                del self._to_place[place]


def _add(index: dict[str, tuple[str, ...]], asset: str, key: str) -> None:
    keys = index.get(asset, ())
    if key not in keys:
        index[asset] = (*keys, key)


def _discard(index: dict[str, tuple[str, ...]], asset: str, key: str) -> None:
    keys = tuple(held for held in index.pop(asset, ()) if held != key)
    if keys:
        index[asset] = keys


def _most_current(trip: Trip) -> tuple[bool, Micros, Micros, str]:
    left_us = max((actual.departed_us or 0 for actual in trip.actuals), default=0)
    return (left_us == 0, -left_us, first_open_us(trip.shipment), trip.shipment.shipment_id)
