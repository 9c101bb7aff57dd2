"""The JSON shapes of an asset's history. See `shapes`."""

from __future__ import annotations

import msgspec

from gateway.web.assets.event_shapes import LocationShape
from gateway.web.shapes import Time


class HistoryAlertShape(msgspec.Struct, frozen=True, kw_only=True):
    alert_id: str
    rule: str
    reason: str
    severity: str
    state: str
    subject: str  # what it is about: condition:ASSET/... was out of its band
    shipment: str
    asset: str
    place: str
    raised: Time
    ended: Time | None
    late_s: int
    text: str


class HistoryShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[LocationShape]  # newest first
    carried: list[LocationShape]  # of what it was in while it was in it, oldest first
    alerts: list[HistoryAlertShape]  # of it and of its shipments, raised in the time that this page tells of
    next_before: str | None  # where to go on, back in time; null: nothing older is known
