"""Which deliveries may go out now: not those of whom access says no, nor in someone's quiet hours. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from gateway.config.model import Subscription
from gateway.deliver.channel import Message, Together
from gateway.deliver.quiet import when
from gateway.deliver.schedule import given_up
from gateway.engine.alerts import content_id
from gateway.journal.outbox import DIGEST
from gateway.model import Alert, Delivery, Micros

WAITS = "quiet_hours"  # or for its time of day


class Sorted(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries that go out now, and those that do not, as they stand then."""

    go: list[Delivery]
    put_off: list[Delivery]
    views: Mapping[str, Alert]  # of those that go, by id: what their party may be told


def sort_out(
    deliveries: Iterable[Delivery],
    alerts: Mapping[str, Alert],
    *,
    subscription: Subscription | None,
    refused: str,
    view: Callable[[str, Alert], Alert | None],
    now_us: Micros,
) -> Sorted:
    """Ask of each delivery whether it may go out; `refused`, where it says something, is why none may."""
    go: list[Delivery] = []
    put_off: list[Delivery] = []
    views: dict[str, Alert] = {}
    for delivery in deliveries:
        gathered = delivery.group == DIGEST
        free_us = now_us if subscription is None else when(subscription, delivery.severity, now_us, gathered=gathered)
        if refused:
            put_off.append(given_up(delivery, refused))
        elif (told := view(delivery.party, alerts[delivery.alert_id])) is None:
            put_off.append(given_up(delivery, "not_allowed"))
        elif free_us > now_us:
            put_off.append(msgspec.structs.replace(delivery, next_us=free_us, group=DIGEST, reason=WAITS))
        else:
            go.append(delivery)
            views[delivery.alert_id] = told
    return Sorted(go=go, put_off=put_off, views=views)


def message_of(
    deliveries: Sequence[Delivery], alerts: Mapping[str, Alert], subscription: Subscription | None, source: str
) -> Message:
    """The message of one delivery or of many; many have an id of their own, made from theirs."""
    first = deliveries[0]
    together: Together = ""
    message_id = first.delivery_id
    if len(deliveries) > 1:
        together = "digest" if first.group == DIGEST else "grouped"
        ids = sorted(delivery.delivery_id for delivery in deliveries)
        message_id = content_id("dg", first.subscription, *ids)
    return Message(
        message_id=message_id,
        deliveries=tuple(deliveries),
        alerts=tuple(alerts[delivery.alert_id] for delivery in deliveries),
        together=together,
        content="cloudevents" if subscription is None else subscription.content,
        source=source,
    )
