"""Has a shipment not left its stop by the end of its departure window?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Cleared, Episode, Finding, Judgement, Micros, Severity, Subject, Trip
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

    def past(self, subject: Subject, now_us: Micros) -> tuple[Episode, ...]:
        assert isinstance(subject, Trip)
        if subject.findings:
            return ()
        return tuple(episode for stop in range(len(subject.actuals)) if (episode := self._over(subject, stop)))

    def _over(self, trip: Trip, stop: int) -> Episode | None:
        """How long a stop was not left, from the end of its window on, or nobody saw that."""
        left_us = trip.actuals[stop].departed_us
        further = [a.arrived_us for a in trip.actuals[stop + 1 :] if a.arrived_us is not None]
        if trip.shipment.stops[stop].departure is None or (left_us is None and not further):
            return None
        due_us = self._due_us(trip, stop)
        cleared = self._left(trip, stop, left_us) if left_us is not None else _further(trip, min(further))
        if cleared.at_us <= due_us:
            return None
        return Episode(finding=self._standing(trip, stop, due_us), cleared=cleared)

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
        if trip.findings:
            text = (
                f"The dates of shipment {trip.shipment.shipment_id} contradict each other: {', '.join(trip.findings)}"
            )
            return Cleared(at_us=trip.seen[-1].at_us, reason="unsound_dates", text=text, disproved=True)
        left = [a for a in trip.actuals if a.departed_us is not None and trip.shipment.stops[a.stop].departure]
        if left:
            last = left[-1]
            assert last.departed_us is not None
            return self._left(trip, last.stop, last.departed_us)
        further = [a.arrived_us for a in trip.actuals[1:] if a.arrived_us is not None]
        return _further(trip, further[-1]) if further else None

    def _left(self, trip: Trip, stop: int, left_us: Micros) -> Cleared:
        name, place = f"Shipment {trip.shipment.shipment_id}", trip.shipment.stops[stop].place
        late_s = (left_us - self._due_us(trip, stop)) / SECOND_US
        if late_s <= 0:
            text = f"{name} had left {place} in time, at {clock(left_us)}: we learned of it late"
            return Cleared(at_us=left_us, reason="departed_in_time", text=text, disproved=True)
        text = f"{name} left {place} at {clock(left_us)}, {duration(late_s)} late"
        return Cleared(at_us=left_us, reason="departed_late", text=text)


def _further(trip: Trip, at_us: Micros) -> Cleared:
    text = f"Shipment {trip.shipment.shipment_id} was seen at a later stop: its departure was missed"
    return Cleared(at_us=at_us, reason="seen_further_on", text=text)


def _next_departure(trip: Trip) -> int | None:
    """The first stop that has a departure window and was not left, nor any later stop reached."""
    reached = max((a.stop for a in trip.actuals if a.arrived_us is not None), default=0)
    stops = trip.shipment.stops
    waiting = (i for i in range(reached, len(stops)) if stops[i].departure and trip.actuals[i].departed_us is None)
    return next(waiting, None)
