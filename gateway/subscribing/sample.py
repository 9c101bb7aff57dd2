"""A sample by which a party tries its receiver: it says that it is one, and no journal knows of it."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass

from gateway.config.model import Subscription
from gateway.deliver.channel import Channel, Message, Outcome
from gateway.model import Alert, AlertState, Delivery, Micros, Severity

DEADLINE_S = 40.0  # beyond the deadlines of all channels
ALERT_ID = "al_sample"


@dataclass(frozen=True, kw_only=True)
class Tested:
    """What the receiver said, and after how long."""

    outcome: Outcome
    took_ms: float


async def send_sample(channel: Channel, subscription: Subscription, source: str, now_us: Micros) -> Tested:
    """Send a sample the way that alerts go: prepared, signed, within the channel's deadline."""
    message = sample_of(subscription, source, now_us)
    began_s = time.monotonic()
    try:
        async with asyncio.timeout(DEADLINE_S):
            prepared = await channel.prepare(message)
            outcome = await prepared.send()
    except TimeoutError:
        outcome = Outcome(accepted=False, reason="timeout")
    return Tested(outcome=outcome, took_ms=(time.monotonic() - began_s) * 1000)


def sample_of(subscription: Subscription, source: str, now_us: Micros) -> Message:
    """The message; its id is another each time, since nobody has had it before."""
    alert = Alert(
        alert_id=ALERT_ID,
        rule="sample",
        subject=f"subscription:{subscription.name}",
        state=AlertState.OPEN,
        severity=Severity.INFO,
        reason="test",
        text=f"This is a sample: nothing is late. {subscription.party} tries its subscription {subscription.name}",
        raised_us=now_us,
        recorded_us=now_us,
        parties=(subscription.party,),
    )
    delivery = Delivery(
        delivery_id=f"dl_test_{secrets.token_hex(8)}",
        alert_id=ALERT_ID,
        notice="raised",
        subscription=subscription.name,
        party=subscription.party,
        channel=subscription.channel,
    )
    return Message(
        message_id=delivery.delivery_id,
        deliveries=(delivery,),
        alerts=(alert,),
        content=subscription.content,
        source=source,
        sample=True,
    )
