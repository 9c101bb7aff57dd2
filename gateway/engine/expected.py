"""What a trailer should take along, by the plans as they stand: the other half of a load.

A load's shipments are those that name its trailer and leave from its site next: the one that is planned first, and
those planned to leave with it. The rest follows: which of its goods belong there, and which to another trailer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from gateway.engine.loads import CARRIERS
from gateway.engine.nestings import Nestings
from gateway.engine.trips import Lineage
from gateway.model import Boarding, Load, Misplaced, Trip, Window

TripsOf = Callable[[str], Iterable[Trip]]


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """A trip that leaves from one of its stops, which a load stands at."""

    trip: Trip
    window: Window | None

    @property
    def order(self) -> tuple[int, str]:
        """By plan, the first one first."""
        return self.window.open_us if self.window else 0, self.trip.shipment.shipment_id

    def goes_with(self, other: Leaving) -> bool:
        """Whether both are planned to leave at one time."""
        if self.window is None or other.window is None:
            return self.window is other.window
        return self.window.open_us <= other.window.close_us and other.window.open_us <= self.window.close_us


class Expectations:
    """Completes loads with what the plans say."""

    def __init__(
        self, *, trips_of: TripsOf, lineage: Lineage, nestings: Nestings, is_carrier: Callable[[str], bool]
    ) -> None:
        self._trips_of = trips_of
        self._lineage = lineage
        self._nestings = nestings
        self._is_carrier = is_carrier

    def of(self, load: Load) -> Load:
        """The load with its shipments, what they expect, and what does not belong."""
        leaving = self._leaving(load, load.trailer)
        leaving = [one for one in leaving if one.goes_with(leaving[0])]
        planned = {asset for one in leaving for asset in one.trip.shipment.assets}
        strangers = _strangers(load, planned)
        strays = {b.asset: trailer for b in strangers if (trailer := self._trailer_for(load, b.asset))}
        expected = sorted(asset for asset in planned if asset != load.trailer and not self._is_carrier(asset))
        elsewhere = ((asset, self._nestings.outermost(asset)) for asset in expected)
        return msgspec.structs.replace(
            load,
            shipments=tuple(one.trip.shipment.shipment_id for one in leaving),
            expected=tuple(expected),
            closes_us=min((one.window.close_us for one in leaving if one.window), default=None),
            extra=tuple(b.asset for b in strangers if not any(self._trips_of(b.asset))),
            strays=tuple(Misplaced(asset=asset, trailer=trailer) for asset, trailer in strays.items()),
            taken=tuple(
                Misplaced(asset=asset, trailer=trailer)
                for asset, trailer in elsewhere
                if trailer not in (asset, load.trailer) and self._is_carrier(trailer)
            ),
        )

    def _leaving(self, load: Load, asset: str) -> list[Leaving]:
        """The trips of an asset that leave from the load's site and had not left it before the load, as planned."""
        found = (_leaving(trip, load, self._lineage(load.door)) for trip in self._trips_of(asset))
        return sorted((one for one in found if one is not None), key=lambda one: one.order)

    def _trailer_for(self, load: Load, asset: str) -> str:
        """The trailer that should take these goods from here, where it is another one; empty for none."""
        for leaving in self._leaving(load, asset):
            trailers = [other for other in leaving.trip.shipment.assets if self._is_carrier(other)]
            if trailers:
                return "" if load.trailer in trailers else trailers[0]
        return ""


def _leaving(trip: Trip, load: Load, here: Iterable[str]) -> Leaving | None:
    around = set(here)
    for number, stop in enumerate(trip.shipment.stops[:-1]):
        if stop.place not in around:
            continue
        left_us = trip.actuals[number].departed_us
        arrivals = (actual.arrived_us for actual in trip.actuals[number + 1 :])
        gone = any(arrived_us is not None and arrived_us < load.since_us for arrived_us in arrivals)
        if not gone and (left_us is None or left_us >= load.since_us):
            return Leaving(trip=trip, window=stop.departure)
    return None


def _strangers(load: Load, planned: set[str]) -> list[Boarding]:
    """Goods that went in here and that no plan of this load names: nor what they are in, nor what is in them."""
    parents = {boarding.asset: boarding.parent for boarding in load.goods if boarding.aboard}
    around_planned = {outer for asset in planned for outer in _chain(asset, parents, load.trailer)}
    return [
        boarding
        for boarding in load.goods
        if boarding.aboard and not boarding.before and boarding.asset_kind not in CARRIERS
        if boarding.asset not in planned and boarding.asset not in around_planned
        if planned.isdisjoint(_chain(boarding.asset, parents, load.trailer))
    ]


def _chain(asset: str, parents: dict[str, str], trailer: str) -> list[str]:
    """What goods are in, within the trailer."""
    chain: list[str] = []
    while (asset := parents.get(asset, trailer)) != trailer and asset not in chain:
        chain.append(asset)
    return chain
