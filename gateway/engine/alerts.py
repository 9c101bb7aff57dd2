"""The life of an alert: opened by a finding, ended by what clears it; pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from gateway.config.model import Subscription
from gateway.engine.followed import followed_key
from gateway.model import (
    Ack,
    Alert,
    AlertState,
    Cleared,
    Delivery,
    DeviceState,
    Finding,
    Load,
    Micros,
    NoticeKind,
    Remark,
    Severity,
    Stay,
    Subject,
    Tier,
    Trip,
)

_LOUDNESS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert says of its subject, and whom it concerns."""

    shipment: str = ""
    asset: str = ""
    place: str = ""
    tier: Tier | None = None
    lane: str = ""
    device: str = ""
    parties: tuple[str, ...] = ()


def subject_key(subject: Subject) -> str:
    """One alert stands per rule and subject: shipment:ID, stay:ASSET@PLACE, load:TRAILER@SITE, device:NAME, ..."""
    if isinstance(subject, Trip):
        return f"shipment:{subject.shipment.shipment_id}"
    if isinstance(subject, Stay):
        return f"stay:{subject.asset}@{subject.place}"
    if isinstance(subject, Load):
        return f"load:{subject.trailer}@{subject.site}"
    if isinstance(subject, DeviceState):
        return f"device:{subject.device}"
    return followed_key(subject)


def content_id(prefix: str, *parts: object) -> str:
    """An id that follows from what it names, so that a replay gives the same; without dots, for webhooks."""
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}_{blake2b(text.encode(), digest_size=12).hexdigest()}"


def opened(rule: str, subject: str, finding: Finding, about: About, recorded_us: Micros) -> Alert:
    """The alert that a finding raises."""
    return Alert(
        alert_id=content_id("al", rule, subject, finding.since_us),
        rule=rule,
        subject=subject,
        state=AlertState.OPEN,
        severity=finding.severity,
        reason=finding.reason,
        text=finding.text,
        raised_us=finding.since_us,
        recorded_us=recorded_us,
        late_s=finding.late_s,
        unseen_at=finding.unseen_at,
        **{field: getattr(about, field) for field in About.__struct_fields__},
    )


def worsened(alert: Alert, finding: Finding, recorded_us: Micros) -> Alert:
    """The alert as its finding now reads; told again only where `is_worse`."""
    return msgspec.structs.replace(
        alert,
        severity=finding.severity,
        reason=finding.reason,
        text=finding.text,
        late_s=finding.late_s,
        recorded_us=recorded_us,
    )


def is_worse(alert: Alert, finding: Finding) -> bool:
    """Whether a finding that stands has become louder since it was told."""
    return _LOUDNESS[finding.severity] > _LOUDNESS[alert.severity]


def ended(alert: Alert, cleared: Cleared) -> Alert:
    """The alert that is over, or, disproved, was never right."""
    return msgspec.structs.replace(
        alert,
        state=AlertState.WITHDRAWN if cleared.disproved else AlertState.RESOLVED,
        ended_us=cleared.at_us,
        ended_reason=cleared.reason,
        ended_text=cleared.text,
    )


def ack_of(remark: Remark) -> Ack:
    """The acknowledgement that was said."""
    return Ack(
        party=remark.party,
        at_us=remark.at_us,
        by=remark.by,
        code=remark.code,
        reason=remark.text,
        promised_us=remark.promised_us,
    )


def acknowledged(alert: Alert, ack: Ack) -> Alert:
    """The alert with a party's acknowledgement; a party's later word replaces its earlier one."""
    others = tuple(held for held in alert.acks if held.party != ack.party)
    return msgspec.structs.replace(alert, acks=(*others, ack))


def notices(
    alert: Alert, kind: NoticeKind, subscriptions: Iterable[Subscription], now_us: Micros, serial: str = ""
) -> list[Delivery]:
    """One delivery for each subscription that wants to hear this of this alert, all due at once.

    `serial` tells apart notices that may come more than once, such as two parties' acknowledgements.
    """
    return [
        Delivery(
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
        for subscription in subscriptions
        if _wants(subscription, alert, kind)
    ]


def group_of(alert: Alert) -> str:
    """What an alert is told together with when a storm of them comes: the same question of the same lane."""
    return "/".join((alert.severity, alert.rule, alert.lane or alert.place or alert.device or alert.shipment))


def _wants(subscription: Subscription, alert: Alert, kind: NoticeKind) -> bool:
    return (
        subscription.party in alert.parties
        and kind in subscription.notices
        and (not subscription.rules or alert.rule in subscription.rules)
        and (not subscription.lanes or alert.lane in subscription.lanes)
        and _LOUDNESS[alert.severity] >= _LOUDNESS[subscription.least_severity]
    )
