"""The alerts that stand: what rules find opens them, what clears them ends them, and each change is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeAlias

from gateway.config.model import Subscription
from gateway.engine.alerts import About, acknowledged, ended, is_worse, notices, opened, subject_key, worsened
from gateway.model import Ack, Alert, Cleared, Delivery, Finding, Micros, NoticeKind, Subject

Key: TypeAlias = tuple[str, str]  # rule's name, subject's key


class AlertDesk:
    """One alert stands per rule and subject."""

    def __init__(
        self, *, about: Callable[[Subject, Finding, Micros], About], subscriptions: Collection[Subscription]
    ) -> None:
        self._about = about
        self._subscriptions = subscriptions  # as they stand: it may be a view of what changes
        self._open: dict[Key, Alert] = {}
        self._alerts: list[Alert] = []
        self._deliveries: list[Delivery] = []

    def restore(self, alerts: Iterable[Alert]) -> None:
        """Take up the alerts that stand."""
        self._open = {(alert.rule, alert.subject): alert for alert in alerts}

    def standing(self) -> Iterator[Key]:
        """The keys of the alerts that stand; these may end while they are gone through."""
        yield from tuple(self._open)

    def alerts(self) -> Iterator[Alert]:
        """The alerts that stand."""
        yield from tuple(self._open.values())

    def conclude(
        self, rule: str, subject: Subject, verdict: Finding | Cleared, now_us: Micros, told_us: Micros
    ) -> None:
        """Act on what a rule says of a subject at a time; who is told of it is told at `told_us`."""
        key = (rule, subject_key(subject))
        if isinstance(verdict, Finding):
            self._found(key, subject, verdict, now_us, told_us)
        else:
            self.end(key, verdict, told_us)

    def end(self, key: Key, cleared: Cleared, told_us: Micros) -> None:
        """End an alert where one stands."""
        held = self._open.pop(key, None)
        if held is not None:
            self._tell(ended(held, cleared), "withdrawn" if cleared.disproved else "resolved", told_us)

    def acknowledge(self, alert_id: str, ack: Ack) -> None:
        """A party has taken note of an alert: keep that for when it ends. It is stored and told with what was said."""
        for key, held in self._open.items():
            if held.alert_id == alert_id:
                self._open[key] = acknowledged(held, ack)
                return

    def drain(self) -> tuple[list[Alert], list[Delivery]]:
        """What is to be committed since the last drain; asked once."""
        drained = self._alerts, self._deliveries
        self._alerts, self._deliveries = [], []
        return drained

    def _found(self, key: Key, subject: Subject, finding: Finding, now_us: Micros, told_us: Micros) -> None:
        """A finding that repeats changes nothing, one with newer numbers is kept; told is a new one, or a worse one."""
        held = self._open.get(key)
        if held is None:
            self._open[key] = opened(*key, finding, self._about(subject, finding, now_us), now_us)
            self._tell(self._open[key], "raised", told_us)
        elif is_worse(held, finding):
            self._open[key] = worsened(held, finding, now_us)
            self._tell(self._open[key], "raised", told_us)
        elif finding.text != held.text and finding.severity == held.severity:
            self._open[key] = worsened(held, finding, held.recorded_us)
            self._alerts.append(self._open[key])

    def _tell(self, alert: Alert, kind: NoticeKind, told_us: Micros) -> None:
        self._alerts.append(alert)
        # The same finding may come back after late data. Its notices are new ones: receivers drop ids they have had.
        serial = str(alert.recorded_us)
        self._deliveries += notices(alert, kind, self._subscriptions, told_us, serial)
