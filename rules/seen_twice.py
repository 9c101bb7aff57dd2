"""Was one asset seen at two sites with less time between than the way takes?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import AssetKind, Cleared, Finding, Journey, Judgement, Micros, Severity, Subject, Visit
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Was one asset seen at two sites with less time between than the way takes?"""

    judges: ClassVar[type[Journey]] = Journey

    top_speed_kmh: float = 130.0  # as the crow flies
    slack_m: float = 2000.0  # sites are wider than points
    kinds: tuple[AssetKind, ...] = ()  # of what; none: of everything
    stands_s: float = 86_400.0  # how long it is told without a further sighting of that sort
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Journey)
        if not subject.visits or (self.kinds and subject.asset_kind not in self.kinds):
            return Judgement()
        twice = next((visit for visit in reversed(subject.visits) if self._too_fast(visit)), None)
        if twice is None:
            text = f"The sightings of {subject.asset} agree"
            at_us = subject.visits[-1].seen_us
            return Judgement(verdict=Cleared(at_us=at_us, reason="sightings_agree", text=text, disproved=True))
        over_us = twice.since_us + int(self.stands_s * SECOND_US)
        if now_us >= over_us:
            text = f"{subject.asset} has been seen at one place at a time since {clock(twice.since_us)}"
            return Judgement(verdict=Cleared(at_us=over_us, reason="no_more", text=text))
        return Judgement(verdict=self._finding(subject, twice), again_us=over_us)

    def _too_fast(self, visit: Visit) -> bool:
        way = visit.way
        if way is None or way.metres is None:
            return False
        return way.took_us / SECOND_US < (way.metres - self.slack_m) * 3.6 / self.top_speed_kmh

    def _finding(self, journey: Journey, twice: Visit) -> Finding:
        way = twice.way
        assert way is not None
        assert way.metres is not None
        text = (
            f"{journey.asset} was seen at {twice.site} at {clock(twice.since_us)}, {duration(way.took_us / SECOND_US)}"
            f" after {way.site}, {way.metres / 1000:.0f} km away: two things carry one number, or a reader has the"
            f" wrong place"
        )
        return Finding(since_us=twice.since_us, reason="two_places", severity=self.severity, text=text)
