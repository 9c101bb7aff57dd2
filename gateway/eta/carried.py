"""Rung 1, carried lateness: a trip stays as late as it was, or as early."""

from __future__ import annotations

from gateway.eta.words import Leg


class Carried:
    """As late as when last known. Beyond a quarter of an hour this is often worse than the timetable."""

    def say(self, leg: Leg) -> float | None:
        """Seconds late at the stop ahead: those of when it was last known."""
        return leg.late_s
