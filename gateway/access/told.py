"""What each party is told of an alert: made once for all its subscriptions."""

from __future__ import annotations

from gateway.access.alert_view import alert_view
from gateway.access.estate import Estate
from gateway.model import Alert

MOST_KEPT = 1024  # views: one notice of one alert is told to its parties within milliseconds


class Told:
    """The views of the alerts that are told just now."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._kept: dict[tuple[int, str], tuple[Alert, Alert | None]] = {}

    def __call__(self, party: str, alert: Alert) -> Alert | None:
        """The alert as this party may be told; None where it may not. The same alert gives the same view."""
        key = (id(alert), party)
        kept = self._kept.get(key)
        if kept is not None and kept[0] is alert:  # which the entry keeps alive, so that no other has its number
            return kept[1]
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        view = self._made(party, alert)
        self._kept[key] = (alert, view)
        return view

    def _made(self, party: str, alert: Alert) -> Alert | None:
        viewer = self._estate.viewer(party)
        if viewer is None or not (viewer.operator or party in alert.parties):
            return None
        return alert_view(alert, viewer, self._estate)
