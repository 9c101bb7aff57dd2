"""The alerts that stand, found by rule and subject or by their id; and which devices are known to be silent."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.engine.alerts import is_untold
from gateway.engine.corrections import Key
from gateway.model import Alert


class Standing:
    """One alert stands per rule and subject."""

    def __init__(self) -> None:
        self._alerts: dict[Key, Alert] = {}
        self._keys: dict[str, Key] = {}  # by alert's id
        self._untold: dict[Key, None] = {}
        self._silent: dict[str, set[str]] = {}  # device:NAME or track:ASSET -> rules that say so

    def get(self, key: Key) -> Alert | None:
        return self._alerts.get(key)

    def find(self, alert_id: str) -> Alert | None:
        """The alert of this id; None where it does not stand."""
        key = self._keys.get(alert_id)
        return None if key is None else self._alerts[key]

    def keys(self) -> Iterator[Key]:
        """Those that stand now; they may end while they are gone through."""
        yield from tuple(self._alerts)

    def all(self) -> Iterator[Alert]:
        """Likewise."""
        yield from tuple(self._alerts.values())

    def untold(self) -> Iterator[Alert]:
        """Those of which somebody has yet to be told."""
        yield from [self._alerts[key] for key in sorted(self._untold)]

    def put(self, alert: Alert) -> None:
        """A new alert, or a newer version of one."""
        key = (alert.rule, alert.subject)
        self._alerts[key] = alert
        self._keys[alert.alert_id] = key
        self._untold.pop(key, None)
        if is_untold(alert):
            self._untold[key] = None
        if _tells_of_silence(alert):
            self._silent.setdefault(alert.subject, set()).discard(alert.rule)
            if alert.clearing is None:
                self._silent[alert.subject].add(alert.rule)

    def pop(self, key: Key) -> Alert | None:
        """It stands no longer."""
        alert = self._alerts.pop(key, None)
        if alert is not None:
            self._keys.pop(alert.alert_id, None)
            self._untold.pop(key, None)
            self._silent.get(alert.subject, set()).discard(alert.rule)
        return alert

    def is_silent(self, subject: str) -> bool:
        """Whether an alert says that a device or a tracker is not heard."""
        return bool(self._silent.get(subject))

    def any_silent(self) -> bool:
        """Whether any does."""
        return any(self._silent.values())

    def of_silence(self, subject: str) -> Iterator[Alert]:
        """The alerts that say that a device is not heard."""
        for rule in sorted(self._silent.get(subject, ())):
            yield self._alerts[rule, subject]


def _tells_of_silence(alert: Alert) -> bool:
    """Whatever is asked of a device is its silence; of a track also its way."""
    return alert.subject.startswith("device:") or (alert.subject.startswith("track:") and alert.reason == "silent")
