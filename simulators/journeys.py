"""Timetables: when each trailer is where, as planned and as it really goes.

    load -> ride -> [yard -> in by one door, out by another -> ride] -> yard -> unload -> ride home -> rest

The plan is made from nominal speeds; what really happens differs by seeded small amounts and by the scenario's
holds. A journey is planned from when its trailer is really back: one mishap makes one shipment late, not all after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from gateway.model import Micros, Window
from simulators.geo import Road
from simulators.network import Network, Site
from simulators.scenarios import Route, Scenario

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
PLANNED_KMH = 74.0
SLOWEST_KMH, FASTEST_KMH = 71.0, 84.0
SPARE_MIN = 8.0  # in each planned ride
EARLIEST_MIN, LATEST_MIN = 3.0, 7.0  # a departure before and after its planned minute
WINDOW_BEFORE_MIN, WINDOW_AFTER_MIN = 40.0, 25.0  # around each planned minute
SPOT_MIN = 4.0  # backing to the door, and away from it


@dataclass(frozen=True, kw_only=True)
class Call:
    """One stop of a journey as it really goes; times rise in the order of the fields."""

    site: Site
    arrive_us: Micros
    spotted_us: Micros  # at the door; from arrival until then in the yard
    unspotted_us: Micros  # doors shut, ready to go
    depart_us: Micros
    planned_arrival: Window | None  # None at the origin
    planned_departure: Window | None  # None at the destination


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One loaded run of a route and its way home."""

    route: Route
    number: int  # 0: the one before the epoch
    calls: tuple[Call, ...]
    home_us: Micros
    pallets: tuple[str, ...]  # SSCC keys
    parts: dict[str, tuple[str, ...]]  # pallet -> SGTIN keys

    @property
    def shipment_id(self) -> str:
        """As it stands in the plan: CAST-01."""
        return f"{self.route.name}-{self.number:02d}"


def timetable(
    route: Route, network: Network, scenario: Scenario, seed: int, epoch_us: Micros, hours: float
) -> list[Journey]:
    """All journeys of one route, from the last that ended before the epoch to the last that begins within `hours`."""
    first_us = epoch_us + _us(route.first_departure_min)
    first_home_us = first_us - _us(route.rest_min + route.load_min + SPOT_MIN)
    as_if = _Run(route, network, scenario, seed, 0).go(0)  # its times move with its departure, its chances do not
    journeys = [_Run(route, network, scenario, seed, 0).go(first_home_us - as_if.home_us)]
    depart_us = first_us
    while depart_us < epoch_us + hours * HOUR_US:
        number = journeys[-1].number + 1
        journeys.append(_Run(route, network, scenario, seed, number).go(depart_us))
        depart_us = journeys[-1].home_us + _us(route.rest_min + route.load_min + SPOT_MIN)
    return journeys


def way(route: Route, leg: int, network: Network) -> Road:
    """The road of a leg; the leg after the last stop leads home. Routes swing to different sides."""
    start, end = route.stops[leg], route.stops[(leg + 1) % len(route.stops)]
    here, there = network.sites[start], network.sites[end]
    bend = Random(f"{start}-{end}").choice([-0.07, -0.05, 0.05, 0.07])
    return Road(here.spot, there.yard_spot, bend)


class _Run:
    """Plays one journey minute by minute; `go` is its only way in."""

    def __init__(self, route: Route, network: Network, scenario: Scenario, seed: int, number: int) -> None:
        self._route = route
        self._network = network
        self._number = number
        self._random = Random(f"{seed}-{route.name}-{number}")
        self._holds = {
            hold.stop: _us(hold.minutes)
            for hold in scenario.holds
            if (hold.route, hold.journey) == (route.name, number)
        }

    def go(self, planned_us: Micros) -> Journey:
        """The journey whose planned departure is given."""
        route = self._route
        calls = [self._origin(planned_us)]
        for stop in range(1, len(route.stops)):
            planned_us += self._planned_ride_us(stop - 1)
            last = stop == len(route.stops) - 1
            calls.append(self._stop(stop, planned_us, calls[-1].depart_us, last=last))
            planned_us += self._standing_us(stop, last=last)
        pallets = tuple(self._pallet(n) for n in range(route.pallets))
        return Journey(
            route=route,
            number=self._number,
            calls=tuple(calls),
            home_us=calls[-1].depart_us + self._ride_us(len(route.stops) - 1),
            pallets=pallets,
            parts={pallet: self._parts(n) for n, pallet in enumerate(pallets)},
        )

    def _origin(self, planned_us: Micros) -> Call:
        route = self._route
        depart_us = planned_us + _us(self._random.uniform(-EARLIEST_MIN, LATEST_MIN)) + self._holds.get(0, 0)
        spotted_us = planned_us - _us(route.load_min)
        return Call(
            site=self._network.sites[route.stops[0]],
            arrive_us=spotted_us - _us(SPOT_MIN),
            spotted_us=spotted_us,
            unspotted_us=depart_us - _us(EARLIEST_MIN / 2),
            depart_us=depart_us,
            planned_arrival=None,
            planned_departure=_window(planned_us),
        )

    def _stop(self, stop: int, planned_us: Micros, left_us: Micros, *, last: bool) -> Call:
        arrive_us = left_us + self._ride_us(stop - 1)
        spotted_us = arrive_us + self._yard_us(stop)
        handling_us = _us(self._route.unload_min if last else self._route.handling_min)
        unspotted_us = spotted_us + handling_us
        depart_us = unspotted_us + _us(SPOT_MIN) + self._holds.get(stop, 0)
        planned_departure = _window(planned_us + self._standing_us(stop, last=last))
        return Call(
            site=self._network.sites[self._route.stops[stop]],
            arrive_us=arrive_us,
            spotted_us=spotted_us,
            unspotted_us=unspotted_us,
            depart_us=depart_us,
            planned_arrival=_window(planned_us),
            planned_departure=None if last else planned_departure,
        )

    def _standing_us(self, stop: int, *, last: bool) -> Micros:
        handling_min = self._route.unload_min if last else self._route.handling_min
        return self._yard_us(stop) + _us(handling_min + SPOT_MIN)

    def _yard_us(self, stop: int) -> Micros:
        yard = self._network.sites[self._route.stops[stop]].yard
        return _us(self._route.yard_min if yard else SPOT_MIN)

    def _planned_ride_us(self, leg: int) -> Micros:
        return _us(way(self._route, leg, self._network).length_m / PLANNED_KMH * 0.06 + SPARE_MIN)

    def _ride_us(self, leg: int) -> Micros:
        kmh = self._random.uniform(SLOWEST_KMH, FASTEST_KMH)
        return _us(way(self._route, leg, self._network).length_m / kmh * 0.06)

    def _pallet(self, n: int) -> str:
        """SSCC: extension digit 0, the shipper's own digits, the goods' and a running number."""
        prefix, party = self._prefix()
        serial = self._number * self._route.pallets + n
        return f"urn:epc:id:sscc:{prefix}.0{party}{_item(self._route):02d}{serial:04d}"

    def _parts(self, pallet: int) -> tuple[str, ...]:
        """SGTIN: one item class for each route's goods; serials run on."""
        prefix, party = self._prefix()
        first = 1000 + (self._number * self._route.pallets + pallet) * self._route.parts
        return tuple(
            f"urn:epc:id:sgtin:{prefix}.1{party}{_item(self._route):02d}.{first + n}" for n in range(self._route.parts)
        )

    def _prefix(self) -> tuple[str, str]:
        shipper = self._route.shipper
        return self._network.company_prefix[shipper], self._network.party_number[shipper]


def _item(route: Route) -> int:
    """Two digits of the item reference: shippers of more than one route have more than one product."""
    return sum(route.name.encode()) % 100


def _window(planned_us: Micros) -> Window:
    return Window(open_us=planned_us - _us(WINDOW_BEFORE_MIN), close_us=planned_us + _us(WINDOW_AFTER_MIN))


def _us(minutes: float) -> Micros:
    return round(minutes * MINUTE_US)
