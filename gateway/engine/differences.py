"""What changed rules would tell otherwise: alerts that come, go, or move."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Literal

import msgspec

from gateway.model import Alert, Micros


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """An alert of one rule and subject as it is, and as it would be; one of both is None where it comes or goes."""

    kind: Literal["come", "gone", "moved"]  # moved: its times, how loud it was or how it ended are others
    before: Alert | None
    after: Alert | None

    @property
    def either(self) -> Alert:
        """The alert as it would be, or, where it goes, as it is."""
        alert = self.after or self.before
        assert alert is not None
        return alert


def newest(versions: Iterable[Alert], from_us: Micros, until_us: Micros) -> list[Alert]:
    """Of each alert that was raised in a time span the last version; what ended after it still stood in it."""
    held = {alert.alert_id: alert for alert in versions if alert.recorded_us <= until_us}
    return [_within(alert, until_us) for alert in held.values() if from_us <= alert.raised_us <= until_us]


def _within(alert: Alert, until_us: Micros) -> Alert:
    if alert.ended_us is None or alert.ended_us <= until_us:
        return alert
    return msgspec.structs.replace(alert, state=type(alert.state).OPEN, ended_us=None, ended_reason="", ended_text="")


def differences(before: Iterable[Alert], after: Iterable[Alert]) -> list[Difference]:
    """What differs, by the times at which it was raised; those of one rule and subject are compared in their order."""
    here, there = _by_subject(before), _by_subject(after)
    found = []
    for key in here.keys() | there.keys():
        same = {alert.alert_id: alert for alert in here.get(key, ())}
        unmatched = [alert for alert in there.get(key, ()) if alert.alert_id not in same]
        pairs = [(same.pop(alert.alert_id), alert) for alert in there.get(key, ()) if alert.alert_id in same]
        found += [_difference(*pair) for pair in (*pairs, *zip_longest(same.values(), unmatched))]
    told = [difference for difference in found if difference is not None]
    return sorted(told, key=lambda one: (one.either.raised_us, one.either.alert_id))


def _by_subject(alerts: Iterable[Alert]) -> dict[tuple[str, str], list[Alert]]:
    found: dict[tuple[str, str], list[Alert]] = {}
    for alert in sorted(alerts, key=lambda alert: alert.raised_us):
        found.setdefault((alert.rule, alert.subject), []).append(alert)
    return found


def _difference(before: Alert | None, after: Alert | None) -> Difference | None:
    if before is None:
        return Difference(kind="come", before=None, after=after)
    if after is None:
        return Difference(kind="gone", before=before, after=None)
    return None if _what(before) == _what(after) else Difference(kind="moved", before=before, after=after)


def _what(alert: Alert) -> tuple[object, ...]:
    return alert.raised_us, alert.severity, alert.state, alert.ended_us, alert.reason
