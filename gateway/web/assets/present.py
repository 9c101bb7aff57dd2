"""The present as the page shows it: where everything is, looked up at most twice a second, and which of it is late.

One look serves all viewers; what each may see is taken out of it afterwards. What assets ride on is looked up for
those that are shown: of a hundred thousand open shipments a page shows a few hundred.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.access import Sight
from gateway.journal import events, shipments
from gateway.lateness import lateness
from gateway.model import Micros, Trip, TripStatus
from gateway.web.ports import Ports, Whereabouts

KEPT_S = 0.5  # of the machine's time


@dataclass(frozen=True, kw_only=True)
class Riding:
    """The shipment that an asset is on, and how late it is."""

    shipment: str = ""
    late_s: int = 0

    @property
    def late(self) -> bool:
        """Whether it is behind its last window."""
        return self.late_s > 0


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One look."""

    now_us: Micros
    last_seq: int  # the board holds every event up to this one
    board: Sequence[Whereabouts]

    def seen_by(self, sight: Sight) -> list[Whereabouts]:
        """Where the assets are that this viewer may see."""
        return [where for where in self.board if sight.asset(where.asset, where.place, self.now_us)]


@dataclass(frozen=True, kw_only=True)
class Rides:
    """What some assets ride on."""

    now_us: Micros
    trips: dict[str, list[Trip]]  # by asset, the most current first

    def riding(self, asset: str, sight: Sight) -> Riding:
        """What an asset rides on, as far as this viewer may know."""
        for trip in self.trips.get(asset, ()):
            if sight.shipment(trip.shipment):
                return Riding(shipment=trip.shipment.shipment_id, late_s=lateness(trip, self.now_us))
        return Riding()


class Present:
    """The newest look."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._moment: Moment | None = None
        self._made_s = 0.0
        self._turn = asyncio.Lock()

    async def look(self) -> Moment:
        """A look no older than KEPT_S."""
        async with self._turn:
            if self._moment is None or time.monotonic() - self._made_s > KEPT_S:
                self._moment = await self._fresh()
                self._made_s = time.monotonic()
            return self._moment

    async def rides(self, assets: Iterable[str]) -> Rides:
        """What these assets ride on."""
        asked = sorted(set(assets))
        return Rides(
            now_us=self._ports.clock.now_us(),
            trips=await self._ports.journal.read(lambda c: _trips_by_asset(c, asked)),
        )

    async def _fresh(self) -> Moment:
        # The number is read first: the board may already hold what comes after it, never miss what came before.
        last_seq = await self._ports.journal.read(events.last_seq)
        return Moment(now_us=self._ports.clock.now_us(), last_seq=last_seq, board=tuple(self._ports.live.board()))


def _trips_by_asset(connection: sqlite3.Connection, assets: Iterable[str]) -> dict[str, list[Trip]]:
    found: dict[str, list[Trip]] = {}
    for asset, trip in shipments.open_trips_of(connection, assets):
        if trip.status is not TripStatus.ARRIVED:
            found.setdefault(asset, []).append(trip)
    return {asset: sorted(trips, key=_most_current) for asset, trips in found.items()}


def _most_current(trip: Trip) -> tuple[bool, Micros, str]:
    last = trip.shipment.stops[-1].arrival
    return (trip.status is TripStatus.PLANNED, 0 if last is None else last.close_us, trip.shipment.shipment_id)
