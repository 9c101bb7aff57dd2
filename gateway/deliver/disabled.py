"""A receiver that was given up: its party is told by an alert, through whatever other way it has.

The alert is also where it stands that the receiver gets nothing any more: while it is open, so it is. `enabled` ends
it, and lets what was missed be delivered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from gateway.config.model import Subscription
from gateway.deliver.schedule import JITTER, SECOND_US, WAITS_S
from gateway.engine.alerts import About, ended, opened
from gateway.engine.audience import notices
from gateway.journal import alerts, outbox
from gateway.model import Alert, Cleared, Delivery, Finding, Micros, Severity

RULE = "receiver_disabled"
_SUBJECT = "subscription:"
LONGEST_US = int(sum(WAITS_S) * (1 + JITTER)) * SECOND_US  # from the first attempt of a delivery to the last


def given_up(last: Delivery, subscriptions: Iterable[Subscription], now_us: Micros) -> tuple[Alert, list[Delivery]]:
    """The alert that a receiver is told nothing more, and the notices of it to the party's other ways."""
    finding = Finding(
        since_us=now_us,
        reason=last.reason,
        severity=Severity.WARNING,
        text=(
            f"The {last.channel} {last.subscription} is told nothing more: after {last.attempts} attempts"
            f" the last ended with {last.reason}"
        ),
    )
    about = About(parties=(last.party,))
    alert = opened(RULE, f"{_SUBJECT}{last.subscription}", finding, about, now_us)
    others = [subscription for subscription in subscriptions if subscription.name != last.subscription]
    return alert, notices(alert, "raised", others, now_us)


def disabled(connection: sqlite3.Connection) -> dict[str, Alert]:
    """The alerts of all subscriptions that were given up, by their names."""
    found = alerts.standing_by_rule(connection, RULE)
    return {alert.subject.removeprefix(_SUBJECT): alert for alert in found}


def enable(connection: sqlite3.Connection, name: str, subscriptions: Iterable[Subscription], now_us: Micros) -> int:
    """Tell a subscription again, also what it missed since attempts began to fail; return how many that are."""
    alert = _end(connection, name, subscriptions, Cleared(at_us=now_us, reason="enabled", text=f"{name} is told again"))
    return 0 if alert is None else outbox.replay(connection, name, alert.raised_us - LONGEST_US, now_us)


def remove(connection: sqlite3.Connection, name: str, subscriptions: Iterable[Subscription], now_us: Micros) -> None:
    """Give up what still waits for a subscription that is gone; that it was given up before is no matter any more."""
    outbox.give_up(connection, name, "no_such_subscription", now_us)
    _end(connection, name, subscriptions, Cleared(at_us=now_us, reason="removed", text=f"{name} was removed"))


def _end(
    connection: sqlite3.Connection, name: str, subscriptions: Iterable[Subscription], cleared: Cleared
) -> Alert | None:
    """End the alert of a subscription that was given up, and tell the party's other ways; None: it was not."""
    alert = disabled(connection).get(name)
    if alert is None:
        return None
    over = ended(alert, cleared)
    alerts.save(connection, [over], cleared.at_us)
    others = [subscription for subscription in subscriptions if subscription.name != name]
    alerts.save_deliveries(connection, notices(over, "resolved", others, cleared.at_us), cleared.at_us)
    return alert
