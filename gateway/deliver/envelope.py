"""What a subscriber reads: the alert as JSON, the same text for every party and channel."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from gateway.model import Ack, Alert, Delivery, Micros

SECOND_US = 1_000_000


class AckOut(msgspec.Struct, frozen=True, kw_only=True):
    """An acknowledgement as told to the others."""

    party: str
    at: str
    by: str
    reason: str
    promised: str | None


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


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Standard Webhooks' body: type, timestamp, data."""

    type: str  # tierview.alert.raised, .acknowledged, .resolved, .withdrawn
    timestamp: str  # when it became so
    data: AlertOut


def render(delivery: Delivery, alert: Alert) -> bytes:
    """The body of a notice: JSON, under 20 kB as the standard asks.

    The alert is told as it stands at this attempt: a notice that comes late tells no one that what is over lasts.
    """
    at_us = alert.raised_us if delivery.notice == "raised" else alert.ended_us
    if delivery.notice == "acknowledged":
        at_us = max((ack.at_us for ack in alert.acks), default=alert.raised_us)
    envelope = Envelope(
        type=f"tierview.alert.{delivery.notice}",
        timestamp=iso(at_us if at_us is not None else alert.raised_us),
        data=_alert(alert),
    )
    return msgspec.json.encode(envelope)


def iso(at_us: Micros) -> str:
    """2026-11-22T14:05:09.123456Z."""
    return datetime.fromtimestamp(at_us / SECOND_US, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


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
    )


def _ack(ack: Ack) -> AckOut:
    return AckOut(
        party=ack.party, at=iso(ack.at_us), by=ack.by, reason=ack.reason, promised=_iso_or_none(ack.promised_us)
    )
