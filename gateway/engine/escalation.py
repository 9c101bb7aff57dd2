"""Who else is told when nobody acknowledges an alert: one step after another, each once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gateway.config.model import Escalation, Subscription
from gateway.engine.alerts import LOUDNESS
from gateway.engine.audience import is_shelved
from gateway.model import Alert, Micros

SECOND_US = 1_000_000


class EscalationTable:
    """The steps, by how long after it was told last they are due. An acknowledgement or the end cancels them.

    What was done stands in `Alert.escalated`. So a step that comes due a second time, after a restart, tells nobody.
    """

    def __init__(self, steps: Sequence[Escalation]) -> None:
        self._steps = steps

    def next_us(self, alert: Alert, after_us: Micros = -1) -> Micros | None:
        """When the next step is due that lies behind a time; None: there is none."""
        if alert.told_us is None or alert.acks:
            return None
        dues = (_due_us(step, alert.told_us) for step in self._steps if _concerns(step, alert))
        return min((due_us for due_us in dues if due_us > after_us), default=None)

    def tells(self, alert: Alert, subscriptions: Collection[Subscription], due_us: Micros) -> list[Subscription]:
        """Who is to be told by the steps that are due: of the parties that it concerns, and nobody twice."""
        if alert.told_us is None or alert.acks:
            return []
        due = [step for step in self._steps if _concerns(step, alert) and _due_us(step, alert.told_us) <= due_us]
        names = {name for step in due for name in step.tell} - set(alert.escalated)
        return [
            subscription
            for subscription in subscriptions
            if subscription.name in names
            and subscription.party in alert.parties
            and not is_shelved(alert, subscription.party, due_us)
        ]


def _due_us(step: Escalation, told_us: Micros) -> Micros:
    return told_us + int(step.after_s * SECOND_US)


def _concerns(step: Escalation, alert: Alert) -> bool:
    return (
        (not step.rules or alert.rule in step.rules)
        and (not step.lanes or alert.lane in step.lanes)
        and LOUDNESS[alert.severity] >= LOUDNESS[step.least_severity]
    )
