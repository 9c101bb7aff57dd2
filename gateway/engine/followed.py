"""What is followed of assets beside their plans, as the engine keeps it, completed with what the plans say now.

Only what some rule asks about is followed at all. How much is bounded: beyond it, what has been quiet for longest is
forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

from msgspec.structs import replace

from gateway.engine import tracks
from gateway.engine.conditions import condition_key, with_sample, with_whereabouts
from gateway.engine.headings import heading_of
from gateway.engine.journeys import sightings_of, touched, with_sightings
from gateway.engine.stays import Stays
from gateway.engine.subjects import Trips
from gateway.engine.trips import Lineage
from gateway.geo import Point, haversine_m
from gateway.model import (
    AssetKind,
    Band,
    Condition,
    Event,
    EventKind,
    Followed,
    Journey,
    LocationEvent,
    Micros,
    Planned,
    PositionEvent,
    SensorEvent,
    Sighting,
    Subject,
    Tier,
    Track,
    Trip,
)

PointOf: TypeAlias = Callable[[str], Point | None]

MOST_FOLLOWED = 200_000  # of each: journeys, tracks, conditions
NOT_FOLLOWED = frozenset({AssetKind.PART, AssetKind.PLACE})  # parts go with what they are in


class Following:
    """Holds journeys, tracks and conditions, and says which of them are to be judged anew."""

    def __init__(
        self,
        *,
        asked: Collection[type[Subject]],
        bands: Iterable[Band],
        trips: Trips,
        stays: Stays,
        lineage: Lineage,
        point_of: PointOf,
        tier_of: Callable[[str], Tier],
        listening_since_us: Callable[[], Micros],
    ) -> None:
        self._asked = frozenset(asked)
        self._bands: dict[str, list[Band]] = {}
        for band in sorted(set(bands), key=repr):
            self._bands.setdefault(band.measurement, []).append(band)
        self._placed = [band for same in self._bands.values() for band in same if band.tiers]
        self._trips, self._stays = trips, stays
        self._lineage, self._point_of, self._tier_of = lineage, point_of, tier_of
        self._listening_since_us = listening_since_us
        self._metres = lru_cache(maxsize=4096)(self._measure)
        self._held: dict[type[Followed], dict[str, Followed]] = {Journey: {}, Track: {}, Condition: {}}
        self._unsaved: dict[str, Followed | None] = {}
        self._dirty: dict[str, None] = {}
        self._forgotten: set[str] = set()

    def restore(self, followed: Iterable[Followed]) -> None:
        """Take up what the journal holds, the longest quiet first; what no rule asks about any more is dropped."""
        bands = {band for same in self._bands.values() for band in same}
        for subject in sorted(followed, key=_newest_us):
            wanted = type(subject) in self._asked and (not isinstance(subject, Condition) or subject.band in bands)
            if wanted:
                self._held[type(subject)][followed_key(subject)] = subject
            else:
                self._forget(followed_key(subject))

    def all(self) -> Iterator[Followed]:
        """All that is followed, completed."""
        for held in self._held.values():
            yield from map(self._completed, held.values())

    def find(self, key: str) -> Followed | None:
        """One of them by its key, completed."""
        for held in self._held.values():
            if key in held:
                return self._completed(held[key])
        return None

    def take(self, events: list[LocationEvent] | Event) -> None:
        """Fold in an event, or one that is told of an asset and of all that is in it."""
        if isinstance(events, list):
            self._take_location(events)
        elif isinstance(events, SensorEvent) and Condition in self._asked:
            self._take_sensor(events)
        if Track in self._asked and isinstance(own := events[0] if isinstance(events, list) else events, _TRACKED):
            held = self._held[Track].get(f"track:{own.asset}")
            assert held is None or isinstance(held, Track)
            self._keep(tracks.with_event(held, own), held)

    def concern(self, assets: Iterable[str]) -> None:
        """The plans of assets have changed."""
        for asset in assets:
            for kind, key in ((Journey, f"journey:{asset}"), (Track, f"track:{asset}")):
                if key in self._held[kind]:
                    self._dirty[key] = None

    def changed(self) -> list[Followed]:
        """What is to be judged anew, completed; asked once."""
        dirty, self._dirty = self._dirty, {}
        return [subject for key in dirty if (subject := self.find(key)) is not None]

    def unsaved(self) -> dict[str, Followed | None]:
        """What is to be stored, by key, None for what is followed no longer; asked once."""
        unsaved, self._unsaved = self._unsaved, {}
        return unsaved

    def forgotten(self) -> set[str]:
        """Keys of what is followed no longer; asked once."""
        forgotten, self._forgotten = self._forgotten, set()
        return forgotten

    def _take_location(self, events: list[LocationEvent]) -> None:
        for event in events if self._placed else ():
            self._take_whereabouts(event)
        if Journey not in self._asked:
            return
        for event in events:
            if event.asset_kind not in NOT_FOLLOWED:
                held = self._journey(event.asset) or Journey(asset=event.asset, asset_kind=event.asset_kind)
                after = with_sightings(held, sightings_of(event, self._lineage, self._tier_of), self._metres)
                self._keep(touched(after, event.at_us), held)
        own = events[0]
        outer = self._journey(own.parent) if own.kind in (EventKind.LOADED, EventKind.UNLOADED) else None
        if outer is not None:
            self._keep(touched(outer, own.at_us), outer)

    def _take_sensor(self, event: SensorEvent) -> None:
        for band in self._bands.get(event.name, ()):
            held = self._condition(event.asset, band)
            site = self._lineage(event.place)[-1] if event.place else ""
            seen = self._last_seen(event.asset) if held is None else ()
            self._keep(with_sample(held, band, event, site, seen), held)

    def _take_whereabouts(self, event: LocationEvent) -> None:
        for band in self._placed:
            held = self._condition(event.asset, band)
            if held is not None:
                self._keep(with_whereabouts(held, sightings_of(event, self._lineage, self._tier_of)), held)

    def _last_seen(self, asset: str) -> Iterator[Sighting]:
        """Where an asset of which a sensor tells for the first time stands, or stood last."""
        stay = self._stays.get(asset)
        if stay is not None:
            site = self._lineage(stay.place)[-1]
            left = stay.until_us is not None
            at_us = stay.since_us if stay.until_us is None else stay.until_us
            yield Sighting(at_us=at_us, arrived=not left, site=site, tier=self._tier_of(site))

    def _condition(self, asset: str, band: Band) -> Condition | None:
        held = self._held[Condition].get(condition_key(asset, band))
        assert held is None or isinstance(held, Condition)
        return held

    def _journey(self, asset: str) -> Journey | None:
        held = self._held[Journey].get(f"journey:{asset}")
        assert held is None or isinstance(held, Journey)
        return held

    def _keep(self, after: Followed | None, before: Followed | None) -> None:
        if after is None or after is before:
            return
        key, held = followed_key(after), self._held[type(after)]
        held.pop(key, None)
        held[key] = after
        self._unsaved[key] = after
        self._dirty[key] = None
        if len(held) > MOST_FOLLOWED:
            quiet = next(iter(held))
            del held[quiet]
            self._forget(quiet)

    def _forget(self, key: str) -> None:
        self._unsaved[key] = None
        self._forgotten.add(key)

    def _completed(self, subject: Followed) -> Followed:
        if isinstance(subject, Journey):
            trips = self._trips.of(subject.asset)
            if not trips:
                return subject
            planned = [one for trip in trips if (one := self._planned(trip)) is not None]
            expected = {site for trip in trips for site in self._sites(trip)}
            planned.sort(key=lambda one: (one.left_us, one.shipment))
            return replace(subject, planned=tuple(planned), expected_at=tuple(sorted(expected)))
        if isinstance(subject, Track):
            heading = heading_of(self._trips.of(subject.asset), self._stays.get(subject.asset), self._point_of)
            return replace(subject, heading=heading, known_us=self._listening_since_us())
        return subject

    def _planned(self, trip: Trip) -> Planned | None:
        left_us = min((actual.departed_us for actual in trip.actuals if actual.departed_us is not None), default=None)
        if left_us is None:
            return None
        return Planned(
            shipment=trip.shipment.shipment_id,
            sites=self._sites(trip),
            left_us=left_us,
            arrived_us=trip.actuals[-1].arrived_us,
        )

    def _sites(self, trip: Trip) -> tuple[str, ...]:
        return tuple(self._lineage(stop.place)[-1] for stop in trip.shipment.stops)

    def _measure(self, site: str, other: str) -> float | None:
        here, there = self._point_of(site), self._point_of(other)
        return None if here is None or there is None else haversine_m(*here, *there)


_TRACKED = (LocationEvent, PositionEvent, SensorEvent)


def followed_key(subject: Followed) -> str:
    """By which a subject is found: journey:ASSET, track:ASSET, condition:ASSET/..."""
    if isinstance(subject, Condition):
        return condition_key(subject.asset, subject.band)
    return f"{'journey' if isinstance(subject, Journey) else 'track'}:{subject.asset}"


def _newest_us(subject: Followed) -> Micros:
    if isinstance(subject, Journey):
        return max(subject.touched_us, default=0)
    if isinstance(subject, Track):
        return subject.heard_us
    return subject.samples[-1].at_us
