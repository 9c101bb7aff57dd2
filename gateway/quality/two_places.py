"""One tag at two places at once: seen at two sites with less time between than the way takes.

Someone copied the tag, or two things carry one number, or a read point stands for the wrong place. What is seen
is told all the same; this says that it cannot be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.config.model import Quality
from gateway.geo import haversine_m
from gateway.model import LocationEvent, Micros
from gateway.places import PlaceIndex
from gateway.quality.flaw import Flaw
from gateway.quality.owners import Owners

MOST_REMEMBERED = 100_000  # assets, the last seen
SLACK_M = 2000.0  # places are wider than points
SECOND_US = 1_000_000


class TwoPlaces:
    """Where and when each asset was seen last."""

    def __init__(self, limits: Quality, places: PlaceIndex, owners: Owners) -> None:
        self._metres_per_s = limits.top_speed_kmh / 3.6
        self._places = places
        self._owners = owners
        self._seen: dict[str, tuple[str, Micros]] = {}  # asset -> site, time

    def watch(self, events: Iterable[LocationEvent]) -> Iterator[Flaw]:
        """The sightings that cannot be, one flaw each."""
        for event in events:
            if event.time_fixed or not event.place:
                continue  # of a time that was guessed nothing follows
            site = self._places.site(event.place)
            before = self._seen.pop(event.asset, None)
            if before is not None and before[0] != site:
                yield from self._judged(event, site, *before)
            if before is None or event.at_us >= before[1]:
                before = (site, event.at_us)
            self._seen[event.asset] = before
            if len(self._seen) > MOST_REMEMBERED:
                del self._seen[next(iter(self._seen))]

    def _judged(self, event: LocationEvent, site: str, other: str, other_us: Micros) -> Iterator[Flaw]:
        here, there = self._places.point(site), self._places.point(other)
        if here is None or there is None:
            return
        way_m, apart_s = haversine_m(*here, *there), abs(other_us - event.at_us) / SECOND_US
        if apart_s < (way_m - SLACK_M) / self._metres_per_s:
            yield self._flaw(event, way_m, apart_s)

    def _flaw(self, event: LocationEvent, way_m: float, apart_s: float) -> Flaw:
        # Where else it was seen may be no business of this device's owner: that stands in the asset's history.
        elsewhere = f"{apart_s:.0f} s apart from a sighting {way_m / 1000:.0f} km away"
        return Flaw(
            reason="two_places",
            owner=self._owners.device(event.device),
            source=event.device,
            subject=event.asset,
            text=f"{event.asset} was seen at {event.place}, {elsewhere}: no way is that fast",
            example=f"{event.asset} {event.kind.value} {event.place}",
            at_us=event.received_us,
        )
