"""Has a shipment not left its stop by the end of its departure window?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Cleared, Finding, Judgement, Micros, Severity, Subject, Trip
from rules.windows import late_after_us
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Has a shipment not left its stop by the end of its departure window?"""

    judges: ClassVar[type[Trip]] = Trip

    grace_s: float = 900.0  # after the window closes, before it counts as late
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Trip)
        waiting = None if subject.findings else _next_departure(subject)
        if waiting is None:
            return Judgement(verdict=self._gone(subject))
        due_us = self._due_us(subject, waiting)
        if now_us > due_us:
            return Judgement(verdict=self._standing(subject, waiting, due_us))
        return Judgement(verdict=self._gone(subject), again_us=due_us + 1)

    def _due_us(self, trip: Trip, stop: int) -> Micros:
        window = trip.shipment.stops[stop].departure
        assert window is not None
        return late_after_us(window, self.grace_s)

    def _standing(self, trip: Trip, stop: int, due_us: Micros) -> Finding:
        place = trip.shipment.stops[stop].place
        return Finding(
            since_us=due_us,
            reason="not_departed",
            severity=self.severity,
            text=f"Shipment {trip.shipment.shipment_id} was to leave {place} by {clock(due_us)} and has not left",
            unseen_at=place,
        )

    def _gone(self, trip: Trip) -> Cleared | None:
        name = f"Shipment {trip.shipment.shipment_id}"
        if trip.findings:
            text = (
                f"The dates of shipment {trip.shipment.shipment_id} contradict each other: {', '.join(trip.findings)}"
            )
            return Cleared(at_us=trip.seen[-1].at_us, reason="unsound_dates", text=text, disproved=True)
        left = [a for a in trip.actuals if a.departed_us is not None and trip.shipment.stops[a.stop].departure]
        if left:
            last = left[-1]
            assert last.departed_us is not None
            place = trip.shipment.stops[last.stop].place
            late_s = (last.departed_us - self._due_us(trip, last.stop)) / SECOND_US
            if late_s <= 0:
                text = f"{name} had left {place} in time, at {clock(last.departed_us)}: we learned of it late"
                return Cleared(at_us=last.departed_us, reason="departed_in_time", text=text, disproved=True)
            text = f"{name} left {place} at {clock(last.departed_us)}, {duration(late_s)} late"
            return Cleared(at_us=last.departed_us, reason="departed_late", text=text)
        further = [a.arrived_us for a in trip.actuals[1:] if a.arrived_us is not None]
        if further:
            text = f"{name} was seen at a later stop: its departure was missed"
            return Cleared(at_us=further[-1], reason="seen_further_on", text=text)
        return None


def _next_departure(trip: Trip) -> int | None:
    """The first stop that has a departure window and was not left, nor any later stop reached."""
    reached = max((a.stop for a in trip.actuals if a.arrived_us is not None), default=0)
    stops = trip.shipment.stops
    waiting = (i for i in range(reached, len(stops)) if stops[i].departure and trip.actuals[i].departed_us is None)
    return next(waiting, None)
