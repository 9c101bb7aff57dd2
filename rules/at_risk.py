"""Might a shipment be late at a stop ahead, though it need not be?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Judgement, Micros, Severity, Subject, Trip
from rules.forecast import judged


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Might a shipment be late at a stop ahead, though it need not be?"""

    judges: ClassVar[type[Trip]] = Trip

    chance: float = 0.3  # of being late: from here on it is told
    clear: float = 0.2  # below, it is over; between both what stands stands
    grace_s: float = 300.0  # after the window closes, before it counts as late
    least_trips: int = 5  # of its lane: with fewer learned the interval is a guess, and only P50 counts
    least_horizon_s: float = 0.0  # nothing is told of a stop that is due sooner ...
    most_horizon_s: float = 86400.0  # ... or later
    severity: Severity = Severity.INFO  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Trip)
        return judged(subject, now_us, self, "at_risk")
