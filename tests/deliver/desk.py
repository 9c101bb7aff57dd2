"""A journal with a dispatcher at work, for tests of many subscriptions."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from gateway.config.model import Subscription
from gateway.deliver.channel import Channel
from gateway.deliver.dispatcher import Dispatcher
from gateway.deliver.lookup import Lookup
from gateway.deliver.webhook import Webhook
from gateway.engine.audience import notices
from gateway.journal import Journal, alerts, open_journal
from gateway.model import Alert, AlertState, Clock, Delivery, DeliveryState, Severity

SECRET = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
DEADLINE_S = 30.0
ALERT = Alert(
    alert_id="al_1",
    rule="late_arrival",
    subject="shipment:S1",
    state=AlertState.OPEN,
    severity=Severity.WARNING,
    reason="not_seen",
    text="Shipment S1 was due at B",
    raised_us=1,
    recorded_us=2,
    shipment="S1",
    lane="A>B",
)


def an_alert(number: int, parties: Sequence[str], *, lane: str = "A>B", severity: Severity = Severity.WARNING) -> Alert:
    """One of many."""
    return msgspec.structs.replace(
        ALERT,
        alert_id=f"al_{number}",
        subject=f"shipment:S{number}",
        shipment=f"S{number}",
        text=f"Shipment S{number} was due at B",
        lane=lane,
        severity=severity,
        parties=tuple(parties),
    )


def hook(name: str, url: str, *, group_interval_s: float = 0.0) -> Subscription:
    """A webhook of a party of the same name."""
    return Subscription(
        name=name,
        party=name,
        channel="webhook",
        url=url,
        secret="${SECRET}",
        allow_private=True,
        group_interval_s=group_interval_s,
    )


class Office:
    """The journal, the dispatcher and who is told."""

    def __init__(
        self, journal: Journal, clock: Clock, dispatcher: Dispatcher, subscriptions: list[Subscription]
    ) -> None:
        self.running = asyncio.create_task(dispatcher.run())
        self.journal = journal
        self.clock = clock
        self.dispatcher = dispatcher
        self.subscriptions = subscriptions

    async def stop(self) -> None:
        """Deliver nothing more."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    async def tell(self, *told: Alert) -> None:
        """Commit alerts with their deliveries."""
        now_us = self.clock.now_us()
        deliveries = [one for alert in told for one in notices(alert, "raised", self.subscriptions, now_us)]

        def job(connection: sqlite3.Connection) -> None:
            alerts.save(connection, told, now_us)
            alerts.save_deliveries(connection, deliveries, now_us)

        await self.journal.write(job)

    async def deliveries(self) -> list[Delivery]:
        """All of them."""
        decode = msgspec.json.Decoder(Delivery).decode
        rows = await self.journal.read(lambda c: c.execute("SELECT body FROM deliveries").fetchall())
        return [decode(body) for (body,) in rows]

    async def waiting(self, parties: Sequence[str], alert_id: str = "") -> int:
        """How many of these parties' deliveries are not accepted, of one alert or of all."""
        query = (
            "SELECT count(*) FROM deliveries WHERE state <> 'accepted' AND (? = '' OR alert_id = ?)"
            f" AND party IN ({', '.join('?' * len(parties))})"
        )
        return int(await self.journal.read(lambda c: c.execute(query, (alert_id, alert_id, *parties)).fetchone()[0]))

    async def until(self, holds: Callable[[list[Delivery]], bool], deadline_s: float = DEADLINE_S) -> list[Delivery]:
        """Wait for a commit after which it holds."""
        async with asyncio.timeout(deadline_s):
            while True:
                commits = self.journal.commits
                found = await self.deliveries()
                if holds(found):
                    return found
                await self.journal.beyond(commits)


@asynccontextmanager
async def office(
    folder: Path,
    clock: Clock,
    subscriptions: list[Subscription],
    channels: Mapping[str, Channel] | None = None,
    lookup: Lookup | None = None,
) -> AsyncIterator[Office]:
    """At work while the block runs; webhooks where no channels are given."""
    ways = dict(channels or {})
    for one in subscriptions:
        if one.name not in ways:
            ways[one.name] = Webhook(one, [SECRET], lookup=lookup)
    async with open_journal(folder) as journal:
        by_name = {one.name: one for one in subscriptions}
        dispatcher = Dispatcher(journal, ways, clock, lambda party, alert: alert, subscriptions=by_name)
        at = Office(journal, clock, dispatcher, subscriptions)
        try:
            yield at
        finally:
            await at.stop()
            for way in ways.values():
                await way.close()


def accepted(found: Sequence[Delivery], parties: Sequence[str]) -> bool:
    """Whether all that concerns these parties was."""
    return all(one.state is DeliveryState.ACCEPTED for one in found if one.party in parties)


def now_us() -> int:
    return int(time.time()) * 1_000_000
