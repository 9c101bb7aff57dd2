"""Did something come straight from a far tier to a near one, past those between?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from gateway.model import AssetKind, Cleared, Finding, Journey, Judgement, Micros, Severity, Subject, Tier, Visit
from rules.wording import clock


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Did something come straight from a far tier to a near one, past those between?"""

    judges: ClassVar[type[Journey]] = Journey

    origins: tuple[Tier, ...] = (Tier.TIER3, Tier.TIER2)  # from one of these ...
    destinations: tuple[Tier, ...] = (Tier.OEM,)  # ... straight to one of these
    planned: bool = False  # also where its plan says so
    kinds: tuple[AssetKind, ...] = (AssetKind.PALLET, AssetKind.CONTAINER)  # of what; none: of everything
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Journey)
        if not subject.visits or (self.kinds and subject.asset_kind not in self.kinds):
            return Judgement()
        jumped = next((visit for visit in reversed(subject.visits) if self._jumped(subject, visit)), None)
        if jumped is None:
            here = subject.visits[-1]
            text = f"{subject.asset} came to {here.site} as it should, at {clock(here.since_us)}"
            return Judgement(verdict=Cleared(at_us=here.since_us, reason="went_through", text=text, disproved=True))
        if jumped.until_us is not None:
            text = f"{subject.asset} left {jumped.site} at {clock(jumped.until_us)}"
            return Judgement(verdict=Cleared(at_us=jumped.until_us, reason="left", text=text))
        return Judgement(verdict=self._finding(subject, jumped))

    def _jumped(self, journey: Journey, visit: Visit) -> bool:
        way = visit.way
        if way is None or way.tier not in self.origins or visit.tier not in self.destinations:
            return False
        return self.planned or not any(
            leg == (way.site, visit.site) for trip in journey.planned for leg in pairwise(trip.sites)
        )

    def _finding(self, journey: Journey, jumped: Visit) -> Finding:
        assert jumped.way is not None
        text = (
            f"{journey.asset} came to {jumped.site} ({jumped.tier}) at {clock(jumped.since_us)}"
            f" straight from {jumped.way.site} ({jumped.way.tier})"
        )
        return Finding(since_us=jumped.since_us, reason="tier_jump", severity=self.severity, text=text)
