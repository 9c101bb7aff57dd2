"""Our side of a fan-out: journal, dispatcher and channels as the gateway has them, without the rest of it."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway import access
from gateway.clock import SystemClock
from gateway.config.model import Config, Mqtt, Party, Subscription
from gateway.deliver.channels import Channels
from gateway.deliver.dispatcher import Dispatcher
from gateway.engine.audience import notices
from gateway.journal import Journal, alerts, open_journal
from gateway.model import Alert, AlertState, Delivery, DeliveryState, Severity, Tier
from gateway.web.live.hub import Seat, SseHub

SECRET = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
READY_S, TOLD_S = 10.0, 60.0


@dataclass(frozen=True, kw_only=True)
class Told:
    """How one alert went out."""

    spread_ms: float  # between the first and the last acceptance
    last_ms: float  # from before the commit of the alert to the last acceptance
    accepted: int


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Where the subscribers are."""

    servers: Sequence[int]  # ports
    taker: int
    mqtt: Mqtt | None = None


def subscriptions(ends: Ends, webhooks: int, mqtt: int, sse: int) -> list[Subscription]:
    """Each of a party of its own; webhooks in turns to the servers."""
    hooks = [
        Subscription(
            name=f"hook-{number}",
            party=f"HOOK-{number}",
            channel="webhook",
            url=f"http://127.0.0.1:{ends.servers[number % len(ends.servers)]}/in/{number}",
            secret="${SECRET}",
            allow_private=True,
        )
        for number in range(webhooks)
    ]
    topics = [Subscription(name=f"mqtt-{number}", party=f"MQTT-{number}", channel="mqtt") for number in range(mqtt)]
    pages = [Subscription(name=f"sse-{number}", party=f"SSE-{number}", channel="sse") for number in range(sse)]
    return [*hooks, *topics, *pages]


async def fan_out(folder: Path, ends: Ends, subscribers: Sequence[Subscription], count: int) -> list[Told]:
    """Tell so many alerts, one after the other, to all; the first, which opens the connections, is not measured."""
    async with _desk(folder, ends, subscribers) as (journal, clock):
        told = [await _tell(journal, clock, subscribers, number) for number in range(count + 1)]
    return told[1:]


@asynccontextmanager
async def _desk(
    folder: Path, ends: Ends, subscribers: Sequence[Subscription]
) -> AsyncIterator[tuple[Journal, SystemClock]]:
    hub, clock = SseHub(), SystemClock()
    parties = (Party(code=one.party, name=f"Party {one.party}", tier=Tier.TIER2) for one in subscribers)
    config = Config(parties=tuple(parties), subscriptions=tuple(subscribers), mqtt=ends.mqtt or Mqtt())
    channels = Channels(config, hub, lambda _reference: SECRET)
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(open_journal(folder))
        stack.push_async_callback(channels.close)
        told = access.Told(access.Estate(config))
        dispatcher = Dispatcher(journal, channels, clock, told, subscriptions=channels.subscriptions)
        tasks = [asyncio.create_task(dispatcher.run())]
        for subscriber in subscribers:
            if subscriber.channel == "sse":
                _, writer = await asyncio.open_connection("127.0.0.1", ends.taker)
                seat = stack.enter_context(hub.seat(subscriber.party))
                tasks.append(asyncio.create_task(_stream(seat, writer)))
        if ends.mqtt is not None:
            await _connected(channels)
        try:
            yield journal, clock
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _stream(seat: Seat, writer: asyncio.StreamWriter) -> None:
    """A listener's connection, as the page's stream writes it, without what the stream reads from the journal."""
    try:
        while True:
            await seat.news.wait()
            seat.news.clear()
            while notice := seat.take():
                writer.write(b"event: notice\ndata: " + notice.payload + b"\n\n")
                await writer.drain()
                notice.settle(written=True)
    finally:
        writer.close()


async def _connected(channels: Channels) -> None:
    out = next(channel for name, channel in channels.items() if name.startswith("mqtt-"))
    async with asyncio.timeout(READY_S):
        while True:
            try:
                await out.publish("bench/ready", b"", retain=False)  # type: ignore[attr-defined]
            except ConnectionError:
                await asyncio.sleep(0.01)
            else:
                return


async def _tell(journal: Journal, clock: SystemClock, subscribers: Sequence[Subscription], number: int) -> Told:
    began_us = clock.now_us()
    alert = Alert(
        alert_id=f"al_{number}",
        rule="late_arrival",
        subject=f"shipment:S{number}",
        state=AlertState.OPEN,
        severity=Severity.CRITICAL,
        reason="not_seen",
        text=f"Shipment S{number} was due at the plant",
        raised_us=began_us,
        recorded_us=began_us,
        shipment=f"S{number}",
        lane=f"A>B-{number}",  # of a group of its own: more than 60 in a minute are a storm
        parties=tuple(subscriber.party for subscriber in subscribers),
    )
    told = notices(alert, "raised", subscribers, began_us)

    def job(connection: sqlite3.Connection) -> None:
        alerts.save(connection, [alert], began_us)
        alerts.save_deliveries(connection, told, began_us)

    began_us = clock.now_us()
    await journal.write(job)
    accepted = await _accepted(journal, alert.alert_id, len(subscribers))
    at_us = [delivery.accepted_us for delivery in accepted if delivery.accepted_us is not None]
    return Told(
        spread_ms=(max(at_us) - min(at_us)) / 1000, last_ms=(max(at_us) - began_us) / 1000, accepted=len(accepted)
    )


async def _accepted(journal: Journal, alert_id: str, count: int) -> list[Delivery]:
    until_s = time.monotonic() + TOLD_S
    while time.monotonic() < until_s:
        if await journal.read(alerts.pending) == 0:
            found = await journal.read(lambda c: alerts.deliveries_of(c, alert_id))
            return [delivery for delivery in found if delivery.state is DeliveryState.ACCEPTED]
        await asyncio.sleep(0.02)
    raise TimeoutError(f"{count} were not told within {TOLD_S:g} s")
