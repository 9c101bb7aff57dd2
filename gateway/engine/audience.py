"""Who hears of an alert: whom their subscriptions, their shelves and its escalation let hear of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from gateway.config.model import Subscription
from gateway.engine.alerts import LOUDNESS, content_id
from gateway.model import Alert, Delivery, Micros, NoticeKind

AFTER_ESCALATION = ("acknowledged", "resolved", "withdrawn")  # whom it was escalated to hears how it goes on


def notices(
    alert: Alert,
    kind: NoticeKind,
    subscriptions: Iterable[Subscription],
    now_us: Micros,
    serial: str = "",
    *,
    parties: Collection[str] | None = None,
) -> list[Delivery]:
    """One delivery for each subscription that wants to hear this of this alert, all due at once.

    `serial` tells apart notices that may come more than once, such as two parties' acknowledgements. `parties` are
    those to tell; None: all that it concerns. Nobody is told of what is suppressed.
    """
    if alert.suppressed:
        return []
    return [
        delivery_of(alert, kind, subscription, now_us, serial)
        for subscription in subscriptions
        if (parties is None or subscription.party in parties)
        and (_wants(subscription, alert, kind) or _follows(subscription, alert, kind))
        and not is_shelved(alert, subscription.party, now_us)
    ]


def delivery_of(alert: Alert, kind: NoticeKind, subscription: Subscription, now_us: Micros, serial: str) -> Delivery:
    """What this subscription is told of this alert, due at once."""
    return Delivery(
        delivery_id=content_id("dl", alert.alert_id, kind, serial, subscription.name),
        alert_id=alert.alert_id,
        notice=kind,
        subscription=subscription.name,
        party=subscription.party,
        channel=subscription.channel,
        severity=alert.severity,
        group=group_of(alert),
        next_us=now_us,
    )


def group_of(alert: Alert) -> str:
    """What an alert is told together with when a storm of them comes: the same question of the same lane."""
    return "/".join((alert.severity, alert.rule, alert.lane or alert.place or alert.device or alert.shipment))


def is_shelved(alert: Alert, party: str, now_us: Micros) -> bool:
    """Whether a party wants to hear nothing of it now."""
    return any(shelf.party == party and now_us < shelf.until_us for shelf in alert.shelves)


def _follows(subscription: Subscription, alert: Alert, kind: NoticeKind) -> bool:
    return kind in AFTER_ESCALATION and subscription.name in alert.escalated and subscription.party in alert.parties


def _wants(subscription: Subscription, alert: Alert, kind: NoticeKind) -> bool:
    return (
        subscription.party in alert.parties
        and kind in subscription.notices
        and (not subscription.rules or alert.rule in subscription.rules)
        and (not subscription.lanes or alert.lane in subscription.lanes)
        and (not subscription.places or not set(alert.within).isdisjoint(subscription.places))
        and (not subscription.tiers or alert.tier in subscription.tiers)
        and (not subscription.roles or any(alert.roles.get(role) == subscription.party for role in subscription.roles))
        and LOUDNESS[alert.severity] >= LOUDNESS[subscription.least_severity]
    )
