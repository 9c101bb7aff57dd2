"""What becomes of a delivery after an attempt: told, to be tried again, or given up. Pure."""

from __future__ import annotations

import msgspec

from gateway.deliver.channel import Outcome
from gateway.model import Alert, Delivery, DeliveryState, Micros

SECOND_US = 1_000_000
# Standard Webhooks' table: the wait after each failed attempt; after the last the delivery is given up.
WAITS_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1
LONGEST_LOOK_S = 600.0  # between looks whether somebody listens
KEEP_UNHEARD_S = 7 * 86_400.0  # a notice for a party of whom nobody listens


def told(delivery: Delivery, reason: str, opened_us: Micros, took_us: int) -> Delivery:
    """It was accepted, so long after its release."""
    return msgspec.structs.replace(
        delivery,
        state=DeliveryState.ACCEPTED,
        attempts=delivery.attempts + 1,
        accepted_us=opened_us + took_us,  # so that instants and skew agree on a clock that runs fast, too
        offset_us=took_us,
        reason=reason,
    )


def failed(delivery: Delivery, outcome: Outcome, now_us: Micros, spread: float) -> Delivery:
    """It was not; `spread`, from 0 to 1, says how much of the jitter this message has."""
    attempts = delivery.attempts + 1
    if not outcome.again or attempts > len(WAITS_S):
        return msgspec.structs.replace(delivery, state=DeliveryState.FAILED, attempts=attempts, reason=outcome.reason)
    wait_s = outcome.retry_after_s or WAITS_S[attempts - 1]
    next_us = now_us + int(wait_s * (1 + JITTER * spread) * SECOND_US)
    return msgspec.structs.replace(delivery, attempts=attempts, next_us=next_us, reason=outcome.reason)


def given_up(delivery: Delivery, reason: str) -> Delivery:
    """It is not even tried, and why."""
    return msgspec.structs.replace(delivery, state=DeliveryState.FAILED, reason=reason)


def unheard(delivery: Delivery, alert: Alert, outcome: Outcome, now_us: Micros) -> Delivery:
    """Nobody was there to be told: look again, the more seldom the older it is, and after a week no more.

    Otherwise the notices for a party that never listens would gather, and be tried, for ever.
    """
    told_us = max(alert.recorded_us, alert.ended_us or 0, *(ack.at_us for ack in alert.acks))
    age_s = (now_us - told_us) / SECOND_US
    if age_s > KEEP_UNHEARD_S:
        return given_up(delivery, outcome.reason)
    wait_s = min(max(age_s, outcome.retry_after_s or 0.0), LONGEST_LOOK_S)
    return msgspec.structs.replace(delivery, next_us=now_us + int(wait_s * SECOND_US), reason=outcome.reason)
