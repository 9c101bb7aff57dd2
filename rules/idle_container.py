"""Does a container, rack or trailer stand unused, while others are short of them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import AssetKind, Cleared, Finding, Journey, Judgement, Micros, Severity, Subject, Tier, Visit
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Does a container, rack or trailer stand unused, while others are short of them?"""

    judges: ClassVar[type[Journey]] = Journey

    limit_s: float = 1_209_600.0  # neither moved nor loaded nor unloaded for so long; fourteen days
    tiers: tuple[Tier, ...] = ()  # where it is asked; none: everywhere
    places: tuple[str, ...] = ()  # at these sites only; none: at all
    kinds: tuple[AssetKind, ...] = (AssetKind.RTI, AssetKind.CONTAINER, AssetKind.TRAILER)  # of what; none: everything
    severity: Severity = Severity.INFO  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Journey)
        here = subject.visits[-1] if subject.visits else None
        if here is None or not self._asks(subject, here):
            return Judgement()
        used_us = max(subject.touched_us[0], here.since_us)
        due_us = used_us + int(self.limit_s * SECOND_US)
        if here.until_us is not None:
            return Judgement(verdict=self._used(subject, f"left {here.site}"))
        if now_us < due_us:
            return Judgement(verdict=self._used(subject, "was used again"), again_us=due_us)
        text = f"{subject.asset} has stood unused at {here.site} since {clock(used_us)}, over {duration(self.limit_s)}"
        finding = Finding(since_us=due_us, reason="idle", severity=self.severity, text=text, unseen_at=here.site)
        return Judgement(verdict=finding)

    def _asks(self, journey: Journey, here: Visit) -> bool:
        return (
            (not self.kinds or journey.asset_kind in self.kinds)
            and (not self.tiers or here.tier in self.tiers)
            and (not self.places or here.site in self.places)
        )

    def _used(self, journey: Journey, how: str) -> Cleared:
        """It is in use; where it had been before the limit passed, it never stood idle."""
        at_us, *earlier = journey.touched_us
        disproved = not earlier or at_us <= earlier[0] + int(self.limit_s * SECOND_US)
        text = f"{journey.asset} {how} at {clock(at_us)}"
        return Cleared(at_us=at_us, reason="used", text=text, disproved=disproved)
