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
    return {alert.subject.removeprefix(_SUBJECT): alert for alert in alerts.standing(connection) if alert.rule == RULE}


def enable(connection: sqlite3.Connection, name: str, subscriptions: Iterable[Subscription], now_us: Micros) -> int:
    """Tell a subscription again, also what it missed since attempts began to fail; return how many that are."""
    alert = disabled(connection).get(name)
    if alert is None:
        return 0
    over = ended(alert, Cleared(at_us=now_us, reason="enabled", text=f"{name} is told again"))
    alerts.save(connection, [over], now_us)
    others = [subscription for subscription in subscriptions if subscription.name != name]
    alerts.save_deliveries(connection, notices(over, "resolved", others, now_us), now_us)
    return outbox.replay(connection, name, alert.raised_us - LONGEST_US, now_us)
