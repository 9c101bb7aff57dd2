"""What a subscriber reads: the alert as JSON, the same words for every party and channel.

By default a structured CloudEvent 1.0. It has the keys of a Standard Webhooks body, too (type, timestamp, data), so
that one body suits readers of either. `plain` leaves the CloudEvents attributes away.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from gateway.deliver.channel import Message
from gateway.model import Ack, Alert, Delivery, Impact, Micros

SECOND_US = 1_000_000
CLOUDEVENTS_TYPE, JSON_TYPE = "application/cloudevents+json", "application/json"
LISTED_BYTES = 9_000  # of alerts told in short within one message; Standard Webhooks: 20 kB in all
SHORT_TEXT = 160  # characters
LISTED_PARTS = 20  # of an impact


class AckOut(msgspec.Struct, frozen=True, kw_only=True):
    """An acknowledgement as told to the others."""

    party: str
    at: str
    by: str
    code: str | None  # why, in a word that can be counted
    reason: str
    promised: str | None  # when it will be at its next stop


class AtRiskOut(msgspec.Struct, frozen=True, kw_only=True):
    """A part that a place waits for."""

    part: str
    place: str
    quantity: float | None  # on the shipment
    unit: str
    runs_out: str | None  # null: not known, or not for this receiver
    margin_h: float | None  # hours from `expected` until it runs out; below zero: it runs out before


class OnwardOut(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment that leaves from where this one is late, with something that it carries."""

    shipment: str
    places: tuple[str, ...]
    tiers: tuple[str, ...]


class ImpactOut(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert means downstream."""

    places: tuple[str, ...]  # the stops that the shipment has yet to reach
    tiers: tuple[str, ...]  # of these
    parts: tuple[AtRiskOut, ...]  # the first to run out first
    more_parts: int  # that are not listed
    expected: str | None  # at the last stop
    onward: tuple[OnwardOut, ...]  # what follows downstream, as far as the receiver takes part in it


class AlertOut(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as told to its parties. Times are ISO 8601 in UTC."""

    alert_id: str
    rule: str
    state: str
    severity: str
    reason: str
    text: str
    raised: str
    ended: str | None
    ended_reason: str
    ended_text: str
    shipment: str
    asset: str
    place: str
    tier: str | None
    lane: str
    device: str
    parties: tuple[str, ...]
    acks: tuple[AckOut, ...]
    impact: ImpactOut | None  # null: nobody waits, or it is about no shipment


class ShortOut(msgspec.Struct, frozen=True, kw_only=True):
    """One of many alerts that are told together."""

    alert_id: str
    notice: str
    rule: str
    state: str
    severity: str
    reason: str
    text: str
    raised: str
    shipment: str
    asset: str
    place: str
    lane: str


class ManyOut(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts that are told together, the loudest first."""

    reason: str  # grouped or digest
    count: int
    alerts: tuple[msgspec.Raw, ...]  # ShortOut
    more: tuple[str, ...]  # the ids of those for which there was no room: GET /api/v1/alerts/ID tells the rest


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Standard Webhooks' body."""

    type: str  # tierview.alert.raised, .acknowledged, .resolved, .withdrawn; .test; tierview.alerts.grouped, .digest
    timestamp: str  # when it became so
    data: AlertOut | ManyOut


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """CloudEvents 1.0, structured; `timestamp` is an extension attribute with the value of `time`."""

    specversion: str = "1.0"
    id: str  # of the delivery: with `source` the key by which a receiver knows what it had before
    source: str
    type: str
    time: str
    subject: str
    datacontenttype: str = JSON_TYPE
    timestamp: str
    data: AlertOut | ManyOut


def content_type(message: Message) -> str:
    """What `render` makes of this message."""
    return CLOUDEVENTS_TYPE if message.content == "cloudevents" else JSON_TYPE


def render(message: Message) -> bytes:
    """The body of a message: JSON, under 20 kB as the standard asks.

    Alerts are told as they stand at this attempt: a notice that comes late tells no one that what is over lasts.
    """
    if message.together:
        type_, subject, data = f"tierview.alerts.{message.together}", _group(message), _many(message)
        at_us = max(map(_at_us, message.deliveries, message.alerts))
        return _encoded(message, type_, subject, iso(at_us), data)
    delivery, alert = message.delivery, message.alert
    at = iso(_at_us(delivery, alert))
    return _encoded(message, f"tierview.alert.{message.kind}", alert.alert_id, at, _alert(alert))


def iso(at_us: Micros) -> str:
    """2026-11-22T14:05:09.123456Z."""
    return datetime.fromtimestamp(at_us / SECOND_US, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def newest(message: Message) -> list[tuple[Delivery, Alert]]:
    """Each alert of a message once, with the last notice of it."""
    last = {
        alert.alert_id: (delivery, alert) for delivery, alert in zip(message.deliveries, message.alerts, strict=True)
    }
    return list(last.values())


def _encoded(message: Message, type_: str, subject: str, at: str, data: AlertOut | ManyOut) -> bytes:
    if message.content == "plain":
        return msgspec.json.encode(Envelope(type=type_, timestamp=at, data=data))
    event = CloudEvent(
        id=message.message_id, source=message.source, type=type_, time=at, subject=subject, timestamp=at, data=data
    )
    return msgspec.json.encode(event)


def _at_us(delivery: Delivery, alert: Alert) -> Micros:
    if delivery.notice == "acknowledged":
        return max((ack.at_us for ack in alert.acks), default=alert.raised_us)
    at_us = alert.raised_us if delivery.notice == "raised" else alert.ended_us
    return alert.raised_us if at_us is None else at_us


def _group(message: Message) -> str:
    """What they have in common; without the lane or shipment where the party is not told of it."""
    head, _, about = message.delivery.group.rpartition("/")
    alert = message.alert
    return message.delivery.group if not head or about in (alert.lane, alert.place, alert.device) else head


def _many(message: Message) -> ManyOut:
    told = newest(message)
    listed: list[msgspec.Raw] = []
    size = 0
    for delivery, alert in told:
        short = msgspec.json.encode(_short(delivery, alert))
        size += len(short)
        if size > LISTED_BYTES:
            break
        listed.append(msgspec.Raw(short))
    return ManyOut(
        reason=message.together,
        count=len(told),
        alerts=tuple(listed),
        more=tuple(alert.alert_id for _, alert in told[len(listed) :]),
    )


def _short(delivery: Delivery, alert: Alert) -> ShortOut:
    return ShortOut(
        alert_id=alert.alert_id,
        notice=delivery.notice,
        rule=alert.rule,
        state=alert.state,
        severity=alert.severity,
        reason=alert.reason,
        text=alert.text[:SHORT_TEXT],
        raised=iso(alert.raised_us),
        shipment=alert.shipment,
        asset=alert.asset,
        place=alert.place,
        lane=alert.lane,
    )


def _iso_or_none(at_us: Micros | None) -> str | None:
    return None if at_us is None else iso(at_us)


def _alert(alert: Alert) -> AlertOut:
    return AlertOut(
        alert_id=alert.alert_id,
        rule=alert.rule,
        state=alert.state,
        severity=alert.severity,
        reason=alert.reason,
        text=alert.text,
        raised=iso(alert.raised_us),
        ended=_iso_or_none(alert.ended_us),
        ended_reason=alert.ended_reason,
        ended_text=alert.ended_text,
        shipment=alert.shipment,
        asset=alert.asset,
        place=alert.place,
        tier=alert.tier,
        lane=alert.lane,
        device=alert.device,
        parties=alert.parties,
        acks=tuple(map(_ack, alert.acks)),
        impact=None if alert.impact is None else _impact(alert.impact),
    )


def _impact(impact: Impact) -> ImpactOut:
    listed = impact.parts[:LISTED_PARTS]
    return ImpactOut(
        places=impact.places,
        tiers=impact.tiers,
        parts=tuple(
            AtRiskOut(
                part=part.part,
                place=part.place,
                quantity=part.quantity,
                unit=part.unit,
                runs_out=_iso_or_none(part.runs_out_us),
                margin_h=impact.margin_h(part),
            )
            for part in listed
        ),
        more_parts=impact.more_parts + len(impact.parts) - len(listed),
        expected=_iso_or_none(impact.expected_us),
        onward=tuple(OnwardOut(shipment=one.shipment, places=one.places, tiers=one.tiers) for one in impact.onward),
    )


def _ack(ack: Ack) -> AckOut:
    return AckOut(
        party=ack.party,
        at=iso(ack.at_us),
        by=ack.by,
        code=ack.code,
        reason=ack.reason,
        promised=_iso_or_none(ack.promised_us),
    )
