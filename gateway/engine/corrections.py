"""Late data that shows a finding otherwise: what was said wrongly is withdrawn, and said anew. Pure.

An alert is never edited into another one. Where what happened before it was told, and was learned of after, moves its
time or its reason, a new alert supersedes it. What has ended is remembered for a while: late data may show that it was
never so, or that it had not ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import msgspec

from gateway.model import Alert, AlertState, Cleared, Finding, Micros

Key: TypeAlias = tuple[str, str]  # rule's name, subject's key

KEEP_US = 48 * 3600 * 1_000_000  # an alert that ended is remembered so long, or as long as its trip is kept
MOST_ENDED = 50  # alerts of one rule and subject: the oldest are forgotten first


def is_corrected(alert: Alert, finding: Finding, happened_us: Micros) -> bool:
    """Whether a finding says of the past something else than the alert said when it was told.

    `happened_us`: when that happened which led to the finding. What happened after the alert was told is how things
    went on, and no correction: the next pallet is loaded, the next share of the free time is used.
    """
    is_late = happened_us <= alert.recorded_us and not finding.foretold
    return is_late and (finding.since_us != _found_us(alert) or finding.reason != alert.reason)


def is_elsewhere(alert: Alert, finding: Finding) -> bool:
    """Whether both rest on not having seen something, but at other times and places: they are two matters."""
    places = {alert.unseen_at, finding.unseen_at}
    return len(places - {""}) == 2 and finding.since_us != _found_us(alert)


def is_of(alert: Alert, finding: Finding) -> bool:
    """Whether an alert says what a finding says: since then, and of that place."""
    return finding.since_us in (alert.raised_us, _found_us(alert)) and not is_elsewhere(alert, finding)


def is_before(cleared: Cleared, alert: Alert) -> bool:
    """Whether something is said to have ended before an alert's beginning."""
    return not cleared.disproved and cleared.at_us <= alert.raised_us


def never_was(alert: Alert, at_us: Micros) -> Cleared:
    """What withdraws an alert that ended, where late data leaves nothing of it."""
    text = "Late data shows that it was never so, or not then"
    return Cleared(
        at_us=at_us if alert.ended_us is None else alert.ended_us, reason="never_so", text=text, disproved=True
    )


def gone_on(alert: Alert, finding: Finding, at_us: Micros) -> Cleared:
    """What ends an alert about one place when the same is found of the next."""
    text = f"It went on from {alert.unseen_at}: now it is about {finding.unseen_at}"
    return Cleared(at_us=at_us, reason="went_on", text=text)


def superseded(old: Alert, new: Alert, at_us: Micros) -> tuple[Alert, Alert]:
    """Both as they refer to each other. What parties said of one that stood, and whom it escalated to, goes on."""
    withdrawn = msgspec.structs.replace(
        old,
        state=AlertState.WITHDRAWN,
        ended_us=at_us if old.ended_us is None else old.ended_us,
        ended_reason="superseded",
        ended_text=f"Late data shows it otherwise: {new.text}",
        clearing=None,
        settles_us=None,
        superseded_by=new.alert_id,
    )
    if old.state is not AlertState.OPEN:
        return withdrawn, msgspec.structs.replace(new, supersedes=old.alert_id)
    carried = msgspec.structs.replace(
        new, supersedes=old.alert_id, acks=old.acks, shelves=old.shelves, escalated=old.escalated
    )
    return withdrawn, carried


class Ended:
    """The alerts that ended lately, by rule and subject, the oldest first."""

    def __init__(self) -> None:
        self._alerts: dict[Key, list[Alert]] = {}

    def add(self, alert: Alert) -> None:
        """Remember an alert that ended, or the newer version of one."""
        key = (alert.rule, alert.subject)
        others = [held for held in self._alerts.get(key, []) if held.alert_id != alert.alert_id]
        alerts = sorted([*others, alert], key=_raised)
        if len(alerts) > MOST_ENDED:
            alerts.remove(next((held for held in alerts if held.state is AlertState.WITHDRAWN), alerts[0]))
        self._alerts[key] = alerts

    def found_again(self, key: Key, finding: Finding) -> Alert | None:
        """The alert whose end a finding disproves: it says that the same still stood when that was said to be over."""
        return next((alert for alert in reversed(self._alerts.get(key, [])) if _still_stood(alert, finding)), None)

    def concerned(self, key: Key, cleared: Cleared, happened_us: Micros) -> Iterator[Alert]:
        """Those that were resolved, and of which something that happened before that, and was learned of only now,
        says that they ended earlier or never were."""
        for alert in self.resolved(key):
            ended_us = alert.ended_us or 0
            earlier = alert.raised_us < cleared.at_us < ended_us
            if happened_us < ended_us and (earlier or (cleared.disproved and cleared.at_us <= alert.raised_us)):
                yield alert

    def resolved(self, key: Key) -> list[Alert]:
        """Those that ended and, as far as is known, were right."""
        return [alert for alert in self._alerts.get(key, []) if alert.state is AlertState.RESOLVED]

    def knows(self, alert: Alert) -> bool:
        """Whether another of its rule and subject had its id."""
        return any(held.alert_id == alert.alert_id for held in self._alerts.get((alert.rule, alert.subject), ()))

    def expire(self, key: Key, now_us: Micros) -> None:
        """Forget those of a rule and subject that ended long ago."""
        kept = [alert for alert in self._alerts.get(key, []) if expires_us(alert) > now_us]
        self._alerts.pop(key, None)
        if kept:
            self._alerts[key] = kept

    def forget(self, keys: Iterable[Key]) -> None:
        """Forget all of these."""
        for key in keys:
            self._alerts.pop(key, None)


def expires_us(alert: Alert) -> Micros:
    """When an alert that ended is forgotten."""
    return (alert.ended_us or 0) + KEEP_US


def _found_us(alert: Alert) -> Micros:
    return alert.found_us or alert.raised_us


def _raised(alert: Alert) -> tuple[Micros, str]:
    return alert.recorded_us, alert.alert_id


def _still_stood(alert: Alert, finding: Finding) -> bool:
    if alert.superseded_by or alert.ended_us is None or is_elsewhere(alert, finding):
        return False
    return finding.since_us == alert.raised_us or (
        alert.state is AlertState.RESOLVED and finding.since_us < alert.ended_us
    )
