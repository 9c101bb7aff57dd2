"""Is a shipment late at its next stop, or has nobody seen it there by the end of its window?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Cleared, Episode, Finding, Judgement, Micros, Severity, Subject, Trip
from rules.windows import late_after_us
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Is a shipment late at its next stop, or has nobody seen it there by the end of its window?"""

    judges: ClassVar[type[Trip]] = Trip

    grace_s: float = 0.0  # after the window closes, before it counts as late
    severity: Severity = Severity.CRITICAL  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Trip)
        if subject.findings:
            return Judgement(verdict=_unsound(subject))
        waiting = _next_arrival(subject)
        if waiting is None:
            return Judgement(verdict=self._arrived(subject))
        due_us = self._due_us(subject, waiting)
        if now_us > due_us:
            return Judgement(verdict=self._late(subject, waiting, due_us))
        return Judgement(verdict=self._arrived(subject), again_us=due_us + 1)

    def past(self, subject: Subject, now_us: Micros) -> tuple[Episode, ...]:
        assert isinstance(subject, Trip)
        return () if subject.findings else tuple(self._over(subject))

    def _over(self, trip: Trip) -> Iterator[Episode]:
        """Each stop at which it came late; of stops that it passed by unseen the first stands for all."""
        before = 0
        for actual in trip.actuals[1:]:
            if actual.arrived_us is None:
                continue
            asked = [stop for stop in range(before + 1, actual.stop + 1) if trip.shipment.stops[stop].arrival]
            before = actual.stop
            if asked and asked[-1] == actual.stop:
                cleared = self._came(trip, actual.stop, actual.arrived_us)
                if not cleared.disproved:
                    yield Episode(finding=self._late(trip, asked[0], self._due_us(trip, asked[0])), cleared=cleared)

    def _due_us(self, trip: Trip, stop: int) -> Micros:
        window = trip.shipment.stops[stop].arrival
        assert window is not None
        return late_after_us(window, self.grace_s)

    def _late(self, trip: Trip, stop: int, due_us: Micros) -> Finding:
        place = trip.shipment.stops[stop].place
        due = f"Shipment {trip.shipment.shipment_id} was due at {place} by {clock(due_us)}"
        return Finding(
            since_us=due_us,
            reason="not_seen",
            severity=self.severity,
            text=f"{due} and has not been seen there",
            unseen_at=place,
        )

    def _arrived(self, trip: Trip) -> Cleared | None:
        """The last stop reached ends what was said about it: on time disproves it, late resolves it."""
        reached = self._reached(trip)
        return self._came(trip, *reached[-1]) if reached else None

    def _reached(self, trip: Trip) -> list[tuple[int, Micros]]:
        """The stops with a window that were reached, and when."""
        return [
            (actual.stop, actual.arrived_us)
            for actual in trip.actuals
            if actual.arrived_us is not None and trip.shipment.stops[actual.stop].arrival
        ]

    def _came(self, trip: Trip, stop: int, arrived_us: Micros) -> Cleared:
        late_s = (arrived_us - self._due_us(trip, stop)) / SECOND_US
        name, place = f"Shipment {trip.shipment.shipment_id}", trip.shipment.stops[stop].place
        if late_s <= 0:
            text = f"{name} had arrived at {place} in time, at {clock(arrived_us)}: we learned of it late"
            return Cleared(at_us=arrived_us, reason="arrived_in_time", text=text, disproved=True)
        text = f"{name} arrived at {place} at {clock(arrived_us)}, {duration(late_s)} late"
        return Cleared(at_us=arrived_us, reason="arrived_late", text=text)


def _next_arrival(trip: Trip) -> int | None:
    """The first stop that has a window and was not reached, nor any stop behind it."""
    reached = max((a.stop for a in trip.actuals if a.arrived_us is not None), default=0)
    stops = trip.shipment.stops
    return next((i for i in range(reached + 1, len(stops)) if stops[i].arrival is not None), None)


def _unsound(trip: Trip) -> Cleared:
    text = f"The dates of shipment {trip.shipment.shipment_id} contradict each other: {', '.join(trip.findings)}"
    return Cleared(at_us=trip.seen[-1].at_us, reason="unsound_dates", text=text, disproved=True)
