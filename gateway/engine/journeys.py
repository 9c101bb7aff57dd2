"""Events -> the sites at which an asset was. Pure, and the same for any order of arrival of what is remembered."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from gateway.engine.trips import Lineage
from gateway.model import EventKind, Journey, LocationEvent, Micros, Sighting, Tier, Visit, Way

Metres: TypeAlias = Callable[[str, str], float | None]  # between two sites, as the crow flies
TierOf: TypeAlias = Callable[[str], Tier]

MOST_SIGHTINGS = 8  # kept as they came: late data among these is put where it belongs
MOST_SETTLED = 6  # visits from before those
MOST_TOUCHED = 4


def sightings_of(event: LocationEvent, lineage: Lineage, tier_of: TierOf) -> list[Sighting]:
    """What an event says about sites: the asset left one, came to one or both. Within a site it stays there."""
    told = []
    here = lineage(event.place)[-1] if event.place else ""
    if event.kind is EventKind.MOVED and event.previous_place:
        left = lineage(event.previous_place)[-1]
        if left != here:
            told.append(_sighting(event, left, tier_of(left), arrived=False))
    if here:
        told.append(_sighting(event, here, tier_of(here), arrived=event.kind is not EventKind.LEFT))
    return told


def _sighting(event: LocationEvent, site: str, tier: Tier, *, arrived: bool) -> Sighting:
    return Sighting(at_us=event.at_us, arrived=arrived, site=site, tier=tier, guessed=event.time_fixed != "")


def with_sightings(journey: Journey, told: Iterable[Sighting], metres: Metres) -> Journey:
    """The journey with what was told; the same object where it tells nothing new."""
    sightings, settled = list(journey.sightings), journey.settled
    oldest_us = settled[-1].seen_us if settled else 0
    news = [one for one in told if one not in sightings and one.at_us > oldest_us]
    if not news:
        return journey
    for one in news:
        bisect.insort(sightings, one, key=_in_order)
    while len(sightings) > MOST_SIGHTINGS:
        settled = tuple(walked(settled, sightings[:1], metres)[-MOST_SETTLED:])
        del sightings[0]
    visits = walked(settled, sightings, metres)
    return replace(journey, settled=settled, sightings=tuple(sightings), visits=tuple(visits))


def touched(journey: Journey, at_us: Micros) -> Journey:
    """The journey with a time at which the asset was moved, loaded or unloaded."""
    times = sorted({*journey.touched_us, at_us}, reverse=True)[:MOST_TOUCHED]
    return journey if at_us not in times or at_us in journey.touched_us else replace(journey, touched_us=tuple(times))


def walked(settled: Sequence[Visit], sightings: Sequence[Sighting], metres: Metres) -> list[Visit]:
    """The visits that follow from sightings, after those that are settled."""
    visits = list(settled)
    for seen in sightings:
        last = visits[-1] if visits else None
        if last is not None and last.site == seen.site and (last.until_us is None or not seen.arrived):
            # A second leaving without a coming between: the coming was missed, and it was there until now.
            until_us = None if seen.arrived else seen.at_us
            visits[-1] = replace(last, seen_us=seen.at_us, until_us=until_us, guessed=seen.guessed)
            continue
        if last is not None and last.until_us is None:
            visits[-1] = replace(last, until_us=seen.at_us)
        visits.append(_visit(seen, last, metres))
    return visits


def _visit(seen: Sighting, last: Visit | None, metres: Metres) -> Visit:
    way = None
    if last is not None and last.site != seen.site:
        apart_m = None if seen.guessed or last.guessed else metres(last.site, seen.site)
        way = Way(site=last.site, tier=last.tier, took_us=seen.at_us - last.seen_us, metres=apart_m)
    return Visit(
        site=seen.site,
        tier=seen.tier,
        since_us=seen.at_us,
        seen_us=seen.at_us,
        until_us=None if seen.arrived else seen.at_us,
        way=way,
        guessed=seen.guessed,
    )


def _in_order(seen: Sighting) -> tuple[Micros, bool, str]:
    """Out of one site before into the next."""
    return seen.at_us, seen.arrived, seen.site
