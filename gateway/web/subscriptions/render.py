"""Subscriptions and their attempts as the API's shapes; no secret, and no file of one, is in them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from gateway.config.check_subscriptions import knows
from gateway.deliver.disabled import disabled
from gateway.journal import outbox
from gateway.model import Alert, Delivery, DeliveryState, Micros
from gateway.partners.conformance import Verdict
from gateway.subscribing.held import OURS, Held
from gateway.web.http.times import iso, iso_or_none
from gateway.web.subscriptions.reason_words import in_words
from gateway.web.subscriptions.shapes import AttemptShape, SubscriptionShape, SubscriptionStateShape, TrialShape


def states_of(connection: sqlite3.Connection, held: Sequence[Held]) -> dict[str, SubscriptionStateShape]:
    """How each of these stands, by name."""
    given_up = disabled(connection)
    return {one.subscription.name: _state(connection, one, given_up) for one in held}


def state_of(connection: sqlite3.Connection, held: Held) -> SubscriptionStateShape:
    """How one stands."""
    return _state(connection, held, disabled(connection))


def _state(connection: sqlite3.Connection, held: Held, given_up: Mapping[str, Alert]) -> SubscriptionStateShape:
    subscription = held.subscription
    if held.broken:
        return SubscriptionStateShape(state="broken", reason="secret_gone", text=f"{held.broken}: rotate it")
    if held.unconfirmed and len(held.unconfirmed) == len(subscription.to):
        return SubscriptionStateShape(state="unconfirmed", text="no address has been confirmed yet")
    alert = given_up.get(subscription.name)
    if alert is not None:
        return SubscriptionStateShape(
            state="disabled", reason=alert.reason, text=in_words(alert.reason), since=iso(alert.raised_us)
        )
    trouble = outbox.trouble(connection, subscription.name)
    if trouble is not None:
        return SubscriptionStateShape(
            state="troubled", reason=trouble.reason, text=in_words(trouble.reason), next=iso(trouble.next_us)
        )
    return SubscriptionStateShape(state="ok")


def subscription_shape(held: Held, status: SubscriptionStateShape, shown: str = "") -> SubscriptionShape:
    """A subscription; `shown` is a secret that was made just now."""
    subscription = held.subscription
    settings = json.loads(subscription.model_dump_json(exclude=OURS))
    return SubscriptionShape(
        name=subscription.name,
        party=subscription.party,
        channel=subscription.channel,
        made="configuration" if held.stored is None else "here",
        created=None if held.stored is None else iso(held.stored.created_us),
        status=status,
        settings={key: value for key, value in settings.items() if knows(subscription.channel, key)},
        unconfirmed=list(held.unconfirmed),
        old_secret_until=iso_or_none(held.old_until_us),
        secret=shown or None,
    )


def attempt_shape(number: int, recorded_us: Micros, delivery: Delivery) -> AttemptShape:
    """A row of the log: a notice that was asked for, or how an attempt of it ended."""
    waits = delivery.state is DeliveryState.PENDING
    accepted = delivery.state is DeliveryState.ACCEPTED
    return AttemptShape(
        number=number,
        at=iso(recorded_us),
        delivery_id=delivery.delivery_id,
        alert_id=delivery.alert_id,
        notice=delivery.notice,
        state=delivery.state.value,
        attempts=delivery.attempts,
        accepted=iso_or_none(delivery.accepted_us) if accepted else None,
        offset_ms=delivery.offset_us / 1000 if accepted and delivery.offset_us is not None else None,
        next=iso(delivery.next_us) if waits else None,
        reason=delivery.reason,
        text=in_words(delivery.reason),
    )


def trial_shape(verdict: Verdict) -> TrialShape:
    """One request of a check."""
    return TrialShape(
        name=verdict.name,
        wanted=verdict.wanted,
        passed=verdict.passed,
        reason=verdict.reason,
        text=in_words(verdict.reason),
        ms=verdict.took_ms,
        hint=verdict.hint,
    )
