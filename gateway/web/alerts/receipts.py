"""Who was told and when: the deliveries of one alert as receipts, and the skew between its parties.

Stored is, for each delivery, when it was accepted and how long after its release (`Delivery.accepted_us` and
`offset_us`; every attempt stands in the journal's delivery log). An attempt that follows later has a release of its
own, and a page is opened when somebody opens it: so what is told here counts from the first release of the
notice, and the skew is between the instants at which the parties first knew.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model import Delivery, DeliveryState, Micros
from gateway.web.http.times import iso_or_none
from gateway.web.shapes import ReceiptShape


def receipt_shapes(deliveries: Sequence[Delivery]) -> list[ReceiptShape]:
    """One alert's deliveries, in their order."""
    released = _releases(deliveries)
    return [_shape(delivery, released.get(delivery.notice)) for delivery in deliveries]


def skew_ms(deliveries: Sequence[Delivery]) -> float | None:
    """Between the first and the last party's first acceptance of the `raised` notice; None until two were told."""
    first: dict[str, Micros] = {}
    for delivery in deliveries:
        accepted_us = _accepted_us(delivery)
        if delivery.notice == "raised" and accepted_us is not None:
            first[delivery.party] = min(accepted_us, first.get(delivery.party, accepted_us))
    return (max(first.values()) - min(first.values())) / 1000 if len(first) >= 2 else None


def _releases(deliveries: Sequence[Delivery]) -> dict[str, Micros]:
    """By notice: the first release at which anyone accepted it."""
    released: dict[str, Micros] = {}
    for delivery in deliveries:
        accepted_us = _accepted_us(delivery)
        if accepted_us is not None and delivery.offset_us is not None:
            its_us = accepted_us - delivery.offset_us
            released[delivery.notice] = min(its_us, released.get(delivery.notice, its_us))
    return released


def _accepted_us(delivery: Delivery) -> Micros | None:
    return delivery.accepted_us if delivery.state is DeliveryState.ACCEPTED else None


def _shape(delivery: Delivery, released_us: Micros | None) -> ReceiptShape:
    accepted_us = _accepted_us(delivery)
    offset_ms = None if accepted_us is None or released_us is None else (accepted_us - released_us) / 1000
    return ReceiptShape(
        party=delivery.party,
        channel=delivery.channel,
        subscription=delivery.subscription,
        notice=delivery.notice,
        state=delivery.state.value,
        accepted=iso_or_none(accepted_us),
        offset_ms=offset_ms,
        attempts=delivery.attempts,
        reason=delivery.reason,
    )
