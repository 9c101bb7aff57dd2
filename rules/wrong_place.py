"""Did something that belongs to a shipment come to a site that is none of its stops?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import AssetKind, Cleared, Finding, Journey, Judgement, Micros, Planned, Severity, Subject, Visit
from rules.wording import SECOND_US, clock


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Did something that belongs to a shipment come to a site that is none of its stops?"""

    judges: ClassVar[type[Journey]] = Journey

    for_s: float = 600.0  # it has been there so long: who only drives by is not there
    except_places: tuple[str, ...] = ()  # sites where anything may stop: fuel, rest, customs
    kinds: tuple[AssetKind, ...] = ()  # of what; none: of everything
    severity: Severity = Severity.CRITICAL  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Journey)
        if not subject.visits or (self.kinds and subject.asset_kind not in self.kinds):
            return Judgement()
        here = subject.visits[-1]
        trip = self._astray(subject, here)
        if trip is None or here.until_us is not None:
            return Judgement(verdict=self._cleared(subject))
        due_us = here.since_us + self._for_us
        if now_us < due_us:
            return Judgement(verdict=self._cleared(subject), again_us=due_us)
        text = (
            f"{subject.asset} of shipment {trip.shipment} has been at {here.site} since {clock(here.since_us)},"
            f" which is none of its stops"
        )
        return Judgement(
            verdict=Finding(since_us=here.since_us, reason="wrong_place", severity=self.severity, text=text)
        )

    @property
    def _for_us(self) -> Micros:
        return int(self.for_s * SECOND_US)

    def _astray(self, journey: Journey, visit: Visit) -> Planned | None:
        """The shipment that the asset was on when it came to a site where no plan of it wants it."""
        if visit.site in self.except_places or visit.site in journey.expected_at:
            return None
        begun = [trip for trip in journey.planned if trip.left_us <= visit.since_us]
        if not begun:
            return None
        latest = begun[-1]
        return latest if latest.arrived_us is None or visit.since_us < latest.arrived_us else None

    def _cleared(self, journey: Journey) -> Cleared:
        """It went on; or it never stood where it should not have."""
        name, here = journey.asset, journey.visits[-1]
        for visit in reversed(journey.visits):
            if visit.until_us is None or self._astray(journey, visit) is None:
                continue
            if visit.until_us - visit.since_us >= self._for_us:
                text = f"{name} left {visit.site} at {clock(visit.until_us)}"
                return Cleared(at_us=visit.until_us, reason="went_on", text=text)
            text = f"{name} only passed through {visit.site}, until {clock(visit.until_us)}"
            return Cleared(at_us=visit.until_us, reason="passed_through", text=text, disproved=True)
        text = f"{name} has been at {here.site} since {clock(here.since_us)}, where it may be"
        return Cleared(at_us=here.since_us, reason="right_place", text=text, disproved=True)
