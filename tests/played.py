"""A gateway's engine over a journal of its own, told of plans and events at their own times, on a clock that is moved.

It reads the journal, judges, learns lanes and commits alerts and deliveries as in the gateway; nobody delivers them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gateway.assembly import expected_devices, make_engine
from gateway.clock import ManualClock
from gateway.config import Config
from gateway.engine.follow import EngineFollower
from gateway.hearing import Hearing
from gateway.journal import Journal, alerts, events, open_journal, shipments
from gateway.model import Alert, Delivery, Event, Micros, Shipment
from gateway.places import PlaceIndex

EVERYTHING = 2**31


@dataclass(frozen=True, kw_only=True)
class Played:
    """The engine and its journal."""

    journal: Journal
    clock: ManualClock
    engine: EngineFollower

    async def reach(self, at_us: Micros, what: Shipment | Event | None = None) -> None:
        """Let time pass to a moment, then store what is told at it; judge both."""
        self.clock.advance_to(at_us)
        await self.engine.step()
        if isinstance(what, Shipment):
            await self.journal.write(lambda c: shipments.save(c, what, at_us))
        elif what is not None:
            await self.journal.write(lambda c: events.insert(c, [what]))
        await self.engine.step()

    async def alerts(self) -> list[Alert]:
        """Every version of every alert, in order."""
        return await self.journal.read(alert_versions)

    async def deliveries(self) -> list[Delivery]:
        """Everything that is to be told."""
        return await self.journal.read(deliveries)


@asynccontextmanager
async def played(config: Config, folder: Path, from_us: Micros) -> AsyncIterator[Played]:
    """At work while the block runs; every subscription of the configuration is told."""
    clock, places = ManualClock(from_us), PlaceIndex(config.places)
    hearing = Hearing(expected_devices(config, from_us), {})
    engine = make_engine(config, places, hearing, subscriptions=config.subscriptions)
    async with open_journal(folder) as journal:
        follower = EngineFollower(engine, journal, clock, clock.now_us)
        await follower.restore()
        yield Played(journal=journal, clock=clock, engine=follower)


def alert_versions(connection: sqlite3.Connection) -> list[Alert]:
    """Every version of every alert, in the order in which they were stored."""
    return [alert for _, alert in alerts.log_after(connection, 0, EVERYTHING)]


def deliveries(connection: sqlite3.Connection) -> list[Delivery]:
    """All of them, in the order of their ids."""
    decode = msgspec.json.Decoder(Delivery).decode
    rows = connection.execute("SELECT body FROM deliveries ORDER BY delivery_id")
    return [decode(body) for (body,) in rows]
