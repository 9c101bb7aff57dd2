"""What an alert says of its subject, and whom it concerns."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import msgspec

from gateway.engine.alerts import About
from gateway.engine.stays import Stays
from gateway.engine.subjects import Trips
from gateway.engine.trips import Lineage
from gateway.model import (
    Condition,
    DeviceState,
    Finding,
    Journey,
    Load,
    Micros,
    Stay,
    Subject,
    Tier,
    Track,
    Trip,
)

STRAYED = ("wrong_place", "tier_jump", "two_places")  # reasons: the asset has no business there


class Owners(Protocol):
    """What the engine asks of the places."""

    def owner(self, place: str) -> str:
        """The code of the party whose place it is; empty for an unknown place."""

    def watchers(self, lane: str) -> Collection[str]:
        """The parties that are told of all shipments of a lane as if they took part."""

    def kind(self, code: str) -> str:
        """A place's kind (door, gate, yard, ...); empty for an unknown place."""

    def tier(self, code: str) -> Tier:
        """A place's tier; transit for an unknown place."""

    def point(self, code: str) -> tuple[float, float] | None:
        """Latitude and longitude of a place; None where nobody said."""


class Abouts:
    """Looks at where things stand when an alert is raised."""

    def __init__(self, *, trips: Trips, stays: Stays, owners: Owners, operator: str, lineage: Lineage) -> None:
        self._lineage = lineage
        self._trips = trips
        self._stays = stays
        self._owners = owners
        self._operator = operator

    def of(self, subject: Subject, finding: Finding, now_us: Micros) -> About:
        """What an alert of this finding about this subject says."""
        about = self._about(subject, finding, now_us)
        trip = self._trips.get(about.shipment)
        spots = (about.place, finding.unseen_at)
        return msgspec.structs.replace(
            about,
            parties=tuple(sorted({*about.parties, *self._watching(subject, about)})),
            within=tuple(sorted({place for spot in spots if spot for place in self._lineage(spot)})),
            roles={} if trip is None else dict(trip.shipment.parties),
        )

    def _watching(self, subject: Subject, about: About) -> set[str]:
        """Who is told of every shipment of its lane; of a load with several shipments, of all their lanes."""
        if not about.shipment:
            return set()
        keys = subject.shipments if isinstance(subject, Load) else (about.shipment,)
        trips = [trip for key in keys if (trip := self._trips.get(key)) is not None]
        watching = [set(self._owners.watchers(trip.shipment.lane)) for trip in trips]
        return set.intersection(*watching) if watching else set()

    def _about(self, subject: Subject, finding: Finding, now_us: Micros) -> About:
        match subject:
            case Trip():
                return self._trip(subject)
            case Stay():
                return self._stay(subject, now_us)
            case Load():
                return self._load(subject, finding)
            case DeviceState():
                return self._device(subject, now_us)
            case Journey():
                return self._journey(subject, finding, now_us)
            case Track():
                return self._of_asset(subject.asset, now_us)
            case Condition():
                return self._of_asset(subject.asset, now_us, place=subject.place, tier=subject.tier)

    def _trip(self, trip: Trip) -> About:
        shipment = trip.shipment
        lead = shipment.assets[0] if shipment.assets else ""
        stay = self._stays.get(lead)
        stands = stay is not None and stay.until_us is None
        return About(
            shipment=shipment.shipment_id,
            asset=lead,
            place=stay.place if stay is not None and stands else "",
            tier=stay.tier if stay is not None and stands else Tier.TRANSIT,
            lane=shipment.lane,
            parties=tuple(sorted(set(shipment.parties.values()))),
        )

    def _stay(self, stay: Stay, now_us: Micros) -> About:
        return self._of_asset(stay.asset, now_us, place=stay.place, tier=stay.tier)

    def _journey(self, journey: Journey, finding: Finding, now_us: Micros) -> About:
        """Where it is now. Whose site that is has no part in a shipment that strayed there."""
        visit = journey.visits[-1] if journey.visits else None
        if visit is None or visit.until_us is not None:
            return self._of_asset(journey.asset, now_us)
        astray = finding.reason in STRAYED
        return self._of_asset(journey.asset, now_us, place=visit.site, tier=visit.tier, tell_owner=not astray)

    def _of_asset(
        self, asset: str, now_us: Micros, *, place: str = "", tier: Tier = Tier.TRANSIT, tell_owner: bool = True
    ) -> About:
        """The trip that an asset is on, and its parties with the owner of where it is; the operator where there is
        nobody else."""
        trip = self._trip_of(asset, now_us)
        parties = {self._owners.owner(place) if tell_owner else "", *_parties(trip)} - {""}
        return About(
            shipment=trip.shipment.shipment_id if trip else "",
            asset=asset,
            place=place,
            tier=tier,
            lane=trip.shipment.lane if trip else "",
            parties=tuple(sorted(parties or {self._operator})),
        )

    def _load(self, load: Load, finding: Finding) -> About:
        """Whose door it is, and the parties that all shipments have in common whose goods the finding names."""
        trips = [trip for key in load.shipments if (trip := self._trips.get(key)) is not None]
        return About(
            shipment=load.shipments[0] if load.shipments else "",
            asset=load.trailer,
            place=load.door,
            tier=load.tier,
            lane=trips[0].shipment.lane if trips else "",
            parties=tuple(sorted({self._owners.owner(load.door), *self._in_common(load, finding, trips)} - {""})),
        )

    def _in_common(self, load: Load, finding: Finding, trips: list[Trip]) -> set[str]:
        if finding.reason == "extra":
            return set()  # nobody knows whose they are
        strays = load.strays if finding.reason == "wrong_trailer" else ()
        parties = [_parties(trip) for stray in strays for trip in self._trips.of(stray.asset)]
        parties += [_parties(trip) for trip in trips]
        return set.intersection(*parties) if parties else set()

    def _device(self, device: DeviceState, now_us: Micros) -> About:
        spots = {spot for spot in (device.place, *device.sees) if spot}
        parties = {self._operator, *map(self._owners.owner, spots), *_parties(self._trip_of(device.asset, now_us))}
        for trip in self._trips.expected_at({place for spot in spots for place in self._lineage(spot)}, now_us):
            parties |= _parties(trip)
        return About(
            device=device.device, asset=device.asset, place=device.place, parties=tuple(sorted(parties - {""}))
        )

    def _trip_of(self, asset: str, now_us: Micros) -> Trip | None:
        """The trip an asset is on: its parties may know where it is. Those of its next one may not yet."""
        return next(iter(self._trips.carrying(asset, now_us)), None)


def _parties(trip: Trip | None) -> set[str]:
    return set() if trip is None else set(trip.shipment.parties.values())
