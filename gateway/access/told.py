"""What each party is told of an alert: made once for all its subscriptions."""

from __future__ import annotations

from collections.abc import Hashable

from gateway.access.alert_view import alert_view, alike
from gateway.access.estate import Estate
from gateway.model import Alert

MOST_KEPT = 256  # alerts: one notice of one alert is told to its parties within milliseconds


class Told:
    """The views of the alerts that are told just now."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._kept: dict[int, _Views] = {}

    def __call__(self, party: str, alert: Alert) -> Alert | None:
        """The alert as this party may be told; None where it may not. Who is told the same gets the same value."""
        viewer = self._estate.viewer(party)
        if viewer is None or not (viewer.operator or party in alert.parties):
            return None
        kept = self._kept.get(id(alert))
        if kept is None or kept.alert is not alert:  # which the entry keeps alive, so that no other has its number
            kept = self._keep(alert)
        group = alike(alert, viewer, self._estate)
        view = kept.views.get(group)
        if view is None:
            view = kept.views[group] = alert_view(alert, viewer, self._estate)
        return view

    def _keep(self, alert: Alert) -> _Views:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        kept = self._kept[id(alert)] = _Views(alert)
        return kept


class _Views:
    """An alert, and its views by those to whom it looks the same."""

    def __init__(self, alert: Alert) -> None:
        self.alert = alert
        self.views: dict[Hashable, Alert] = {}
