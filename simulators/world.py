"""The seeded world: all journeys of a scenario over a configuration's network, and what devices sense of them.

A World is a function of virtual time. The same configuration, scenario, seed and epoch give the same world;
nothing in it waits, sends or reads a clock. `true_location` is what a perfect gateway would know;
`sensed` is what imperfect devices tell, in order of time, each with the device that tells it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Literal, TypeAlias

from gateway.config.model import Config
from gateway.model import Micros
from simulators.berths import assign_berths
from simulators.geo import shifted
from simulators.journeys import HOUR_US, MINUTE_US, Journey, timetable
from simulators.network import Network, read_network
from simulators.radio import Read, reads
from simulators.scenarios import Outage, Scenario
from simulators.story import Story, tell
from simulators.tracks import Span, Track, Visit, Where

SECOND_US = 1_000_000
FIX_EVERY_US = 60 * SECOND_US
FULL_BATTERY, BATTERY_AN_HOUR = 87.0, 0.05  # per cent: two months and a half
CLIMATE_EVERY_US = 5 * MINUTE_US
INSPECTION_EVERY_US = 17 * MINUTE_US
READ_EVERY_S = 20.0
STANDING_READ_EVERY_S = 60.0  # a trailer's own tag while it is spotted
REFERENCE_READ_EVERY_US = 12 * MINUTE_US  # seldom enough never to count as presence
GPS_ERROR_M = 4.0  # one sigma, north and east
HOURS = 44.0  # of simulated time that the plan covers


@dataclass(frozen=True, kw_only=True)
class Position:
    """A tracker's fix."""

    at_us: Micros
    asset: str
    lat: float
    lon: float
    speed_mps: float
    course_deg: float


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A gate system saw an asset pass."""

    at_us: Micros
    asset: str
    site: str
    direction: Literal["in", "out"]
    shipment: str  # empty: it knows none


@dataclass(frozen=True, kw_only=True)
class Climate:
    """A sensor inside a trailer."""

    at_us: Micros
    asset: str
    temperature: float  # degrees Celsius
    humidity: float  # per cent
    door_open: bool
    battery: float  # per cent


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """A gate system's word on somebody else's container: it means nothing here, but shows that the gate lives."""

    at_us: Micros
    asset: str
    site: str


Sensed: TypeAlias = Read | Position | Gate | Climate | Inspection


class World:
    """Everything that happens from the epoch on, for `hours` of virtual time."""

    def __init__(
        self, *, config: Config, scenario: Scenario, seed: int, epoch_us: Micros, hours: float = HOURS
    ) -> None:
        codes = frozenset(code for route in scenario.routes for code in route.stops)
        self.network: Network = read_network(config, codes)
        self.scenario = scenario
        self.epoch_us = epoch_us
        self.end_us = epoch_us + round((hours + 12) * HOUR_US)
        self._seed = seed
        self.journeys: tuple[Journey, ...] = tuple(
            journey
            for route in scenario.routes
            for journey in timetable(route, self.network, scenario, seed, epoch_us, hours)
        )
        stories = list(self._stories())
        self._tracks = _joined(stories)
        self._visits = tuple(visit for story in stories for visit in story.visits)
        self._crossings = tuple(crossing for story in stories for crossing in story.crossings)

    @property
    def assets(self) -> frozenset[str]:
        """All that has a true location at some time."""
        return frozenset(self._tracks)

    @property
    def trailers(self) -> tuple[str, ...]:
        """Those that a tracker may be bolted to."""
        return tuple(route.trailer for route in self.scenario.routes)

    def true_location(self, asset: str, now_us: Micros) -> Where | None:
        """Where an asset really is; None when the world does not know it, or not at that time."""
        track = self._tracks.get(asset)
        return track.at(now_us) if track else None

    def sensed(self) -> Iterator[Sensed]:
        """What devices sense from the epoch on, in order of time."""
        streams: list[Iterable[Sensed]] = [
            self._reads(visit) for visit in self._visits if visit.until_us > self.epoch_us
        ]
        streams += [self._positions(trailer) for trailer in self.trailers]
        streams += [self._climates(trailer) for trailer in self.trailers]
        streams += [self._references(), self._gates(), self._inspections()]
        merged = heapq.merge(*streams, key=lambda sensed: sensed.at_us)
        return (sensed for sensed in merged if sensed.at_us >= self.epoch_us)

    # --- building ------------------------------------------------------------------------------

    def _stories(self) -> Iterator[Story]:
        berths = assign_berths(self.journeys)
        for route in self.scenario.routes:
            mine = [journey for journey in self.journeys if journey.route is route]
            for journey, following in pairwise(mine):
                yield tell(journey, self.network, berths, following.calls[0].arrive_us, self.end_us, self._seed)
            yield tell(mine[-1], self.network, berths, self.end_us, self.end_us, self._seed)

    # --- sensing -------------------------------------------------------------------------------

    def _reads(self, visit: Visit) -> Iterator[Read]:
        every_s = STANDING_READ_EVERY_S if visit.stands else READ_EVERY_S
        every_us = round(min(every_s, self.network.least_gap_s) * SECOND_US)
        doors = [door for site in self.network.sites.values() for door in site.doors]
        beside = tuple(door for door in doors if door.device == visit.door.device and door != visit.door)
        return reads(visit, beside, every_us, self._seed)

    def _positions(self, trailer: str) -> Iterator[Position]:
        random = Random(f"{self._seed}-gps-{trailer}")
        phase_us = round(FIX_EVERY_US * random.random())
        track = self._tracks[trailer]
        for at_us in range(self.epoch_us + phase_us, self.end_us, FIX_EVERY_US):
            where = track.at(at_us)
            if where is None or self._silent(trailer, at_us):
                continue
            north_m, east_m = random.gauss(0, GPS_ERROR_M), random.gauss(0, GPS_ERROR_M)
            seen = shifted(where.point, north_m, east_m)
            speed_mps = track.speed_mps(at_us)
            yield Position(
                at_us=at_us,
                asset=trailer,
                lat=round(seen.lat, 6),
                lon=round(seen.lon, 6),
                speed_mps=round(speed_mps, 2),
                course_deg=round(where.course_deg, 1),
            )

    def _silent(self, trailer: str, at_us: Micros) -> bool:
        return any(
            _covers(outage, at_us - self.epoch_us) for outage in self.scenario.outages if outage.trailer == trailer
        )

    def _climates(self, trailer: str) -> Iterator[Climate]:
        """Inside a trailer: a slow day's wave and a little noise; its doors are open while it is spotted."""
        random = Random(f"{self._seed}-climate-{trailer}")
        warmth, damp = random.uniform(6.0, 12.0), random.uniform(45.0, 60.0)
        open_spans = [(visit.from_us, visit.until_us) for visit in self._visits if visit.asset == trailer]
        for at_us in range(self.epoch_us + CLIMATE_EVERY_US // 2, self.end_us, CLIMATE_EVERY_US):
            wave = _triangle(at_us, 24 * HOUR_US)
            yield Climate(
                at_us=at_us,
                asset=trailer,
                temperature=round(warmth + 2.5 * wave + random.gauss(0, 0.2), 2),
                humidity=round(damp - 6 * wave + random.gauss(0, 0.5), 1),
                door_open=any(from_us <= at_us < until_us for from_us, until_us in open_spans),
                battery=round(FULL_BATTERY - (at_us - self.epoch_us) / HOUR_US * BATTERY_AN_HOUR, 2),
            )

    def _inspections(self) -> Iterator[Inspection]:
        """At sites without readers, which gate systems speak for."""
        random = Random(f"{self._seed}-inspections")
        sites = [site.code for site in self.network.sites.values() if not site.doors]
        for at_us in range(self.epoch_us + INSPECTION_EVERY_US // 2, self.end_us, INSPECTION_EVERY_US):
            for site in sites:
                yield Inspection(at_us=at_us, asset=f"MSKU{random.randrange(10**6, 10**7)}", site=site)

    def _references(self) -> Iterator[Read]:
        """Each door's own reference tag, by which its reader shows that it still reads."""
        doors = [(site, door) for site in self.network.sites.values() for door in site.doors if site.reference]
        for round_us in range(self.epoch_us, self.end_us, REFERENCE_READ_EVERY_US):
            for n, (site, door) in enumerate(doors):
                at_us = round_us + n * SECOND_US
                yield Read(
                    at_us=at_us, asset=site.reference, device=door.device, antenna=door.antennas[0], rssi_dbm=-48.0
                )

    def _gates(self) -> Iterator[Gate]:
        for crossing in sorted(self._crossings, key=lambda crossing: crossing.at_us):
            yield Gate(
                at_us=crossing.at_us,
                asset=crossing.asset,
                site=crossing.site,
                direction=crossing.direction,
                shipment=crossing.shipment,
            )


def _joined(stories: list[Story]) -> dict[str, Track]:
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    for story in stories:
        for asset, told in story.tracks.items():
            spans[asset] += told
    return {asset: Track(spans=tuple(told)) for asset, told in spans.items()}


def _covers(outage: Outage, since_epoch_us: Micros) -> bool:
    return outage.from_min * MINUTE_US <= since_epoch_us < outage.until_min * MINUTE_US


def _triangle(at_us: Micros, period_us: Micros) -> float:
    """A wave between -1 and 1."""
    share = at_us % period_us / period_us
    return 1 - 4 * abs(share - 0.5)
