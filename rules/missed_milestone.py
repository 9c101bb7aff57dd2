"""Was a shipment seen further on, while nobody told of a stop before that?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Cleared, Finding, Judgement, Micros, Severity, Subject, Trip, Window
from rules.wording import SECOND_US, listed


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Was a shipment seen further on, while nobody told of a stop before that?"""

    judges: ClassVar[type[Trip]] = Trip

    wait_s: float = 1800.0  # after it was seen further on: readers and gates hand in what they kept
    places: tuple[str, ...] = ()  # stops where it is asked; none: everywhere
    severity: Severity = Severity.INFO  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Trip)
        missed = [] if subject.findings else sorted(self._missed(subject))
        again_us = next((due_us for due_us, _, _, _ in missed if due_us > now_us), None)
        due = sorted((order, place, what) for due_us, order, place, what in missed if due_us <= now_us)
        if not due:
            return Judgement(verdict=_complete(subject), again_us=again_us)
        what = listed([f"{what} {place}" for _, place, what in due])
        text = f"Shipment {subject.shipment.shipment_id} was seen further on, and nobody told of its {what}"
        finding = Finding(
            since_us=missed[0][0], reason="missed", severity=self.severity, text=text, unseen_at=missed[0][2]
        )
        return Judgement(verdict=finding, again_us=again_us)

    def _missed(self, trip: Trip) -> Iterator[tuple[Micros, int, str, str]]:
        """When each milestone that was passed by counts as missed, its number, place, and what it is."""
        further_us: Micros | None = None
        for number, (window, seen_us, place, what) in reversed(list(enumerate(_milestones(trip)))):
            if seen_us is not None:
                further_us = seen_us
            elif window and further_us is not None and (not self.places or place in self.places):
                yield max(further_us + int(self.wait_s * SECOND_US), window.close_us), number, place, what


def _milestones(trip: Trip) -> Iterator[tuple[Window | None, Micros | None, str, str]]:
    for stop, actual in zip(trip.shipment.stops, trip.actuals, strict=True):
        yield stop.arrival, actual.arrived_us, stop.place, "arrival at"
        yield stop.departure, actual.departed_us, stop.place, "departure from"


def _complete(trip: Trip) -> Cleared | None:
    """Nothing is missing, or not any more: what was told late shows that nothing was missed."""
    if not trip.seen:
        return None
    text = f"All that shipment {trip.shipment.shipment_id} passed by has been told since"
    return Cleared(at_us=trip.seen[-1].at_us, reason="told_late", text=text, disproved=True)
