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
            if before is not None and before[0] != site and self._is_impossible(*before, site, event.at_us):
                yield self._flaw(event, before[0], before[1])
            if before is None or event.at_us >= before[1]:
                before = (site, event.at_us)
            self._seen[event.asset] = before
            if len(self._seen) > MOST_REMEMBERED:
                del self._seen[next(iter(self._seen))]

    def _is_impossible(self, site: str, at_us: Micros, other: str, other_us: Micros) -> bool:
        here, there = self._places.point(site), self._places.point(other)
        if here is None or there is None:
            return False
        way_m = haversine_m(*here, *there) - SLACK_M
        return way_m > 0 and abs(other_us - at_us) < way_m / self._metres_per_s * SECOND_US

    def _flaw(self, event: LocationEvent, site: str, at_us: Micros) -> Flaw:
        apart_s = abs(event.at_us - at_us) / SECOND_US
        text = f"{event.asset} was seen at {site} and at {event.place}, {apart_s:.0f} s apart: no way is that short"
        return Flaw(
            reason="two_places",
            owner=self._owners.asset(event.asset) or self._owners.device(event.device),
            source=event.device,
            subject=event.asset,
            text=text,
            example=f"{event.kind} {event.place} after {site}",
            at_us=event.received_us,
        )
