"""Did a shipment come before the window of a dock that takes its parts just in time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Cleared, Finding, Judgement, Micros, Severity, Subject, Trip
from rules.windows import early_before_us
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Did a shipment come before the window of a dock that takes its parts just in time?"""

    judges: ClassVar[type[Trip]] = Trip

    before_s: float = 1800.0  # earlier than this before the window opens, or than its tolerance, is too early
    places: tuple[str, ...] = ()  # stops where it is asked; none: everywhere
    severity: Severity = Severity.INFO  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Trip)
        name = f"Shipment {subject.shipment.shipment_id}"
        reached = self._last_reached(subject)
        if reached is None:
            return Judgement()
        place, arrived_us, open_us, early_us = reached
        if arrived_us >= early_us:
            text = f"{name} came to {place} at {clock(arrived_us)}, and not too early"
            return Judgement(verdict=Cleared(at_us=arrived_us, reason="not_early", text=text, disproved=True))
        if now_us >= open_us:
            text = f"The window of {name[0].lower()}{name[1:]} at {place} has opened"
            return Judgement(verdict=Cleared(at_us=open_us, reason="window_open", text=text))
        early = duration((open_us - arrived_us) / SECOND_US)
        text = f"{name} came to {place} at {clock(arrived_us)}, {early} before its window opens"
        finding = Finding(since_us=arrived_us, reason="came_early", severity=self.severity, text=text)
        return Judgement(verdict=finding, again_us=open_us)

    def _last_reached(self, trip: Trip) -> tuple[str, Micros, Micros, Micros] | None:
        """Place, arrival, opening, and from when on it is not too early, of the last stop reached that has a window."""
        for actual in reversed(trip.actuals):
            stop = trip.shipment.stops[actual.stop]
            if stop.arrival is None or actual.arrived_us is None:
                continue
            if self.places and stop.place not in self.places:
                return None
            return stop.place, actual.arrived_us, stop.arrival.open_us, early_before_us(stop.arrival, self.before_s)
        return None
