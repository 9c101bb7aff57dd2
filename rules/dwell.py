"""Does an asset stay too long at one place?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import AssetKind, Cleared, Finding, Judgement, Micros, Severity, Stay, Subject, Tier
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Does an asset stay too long at one place?"""

    # Of an asset only its present stay is kept (gateway/engine/subjects.py). What is told of an earlier one once a
    # later one has begun is not taken in, so that a stay that was too long and is over may stay unsaid, or its alert
    # keep the end it was given: here the order of late data matters. To mend it, keep past stays of each asset.
    judges: ClassVar[type[Stay]] = Stay

    limit_s: float = 7200.0  # how long it may stand; two hours are a truck's usual free time
    tiers: tuple[Tier, ...] = (Tier.PORT, Tier.CROSSDOCK)  # where it is asked; none: everywhere
    kinds: tuple[AssetKind, ...] = (AssetKind.TRAILER, AssetKind.CONTAINER)  # of what; none: of everything
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Stay)
        if (self.tiers and subject.tier not in self.tiers) or (self.kinds and subject.asset_kind not in self.kinds):
            return Judgement()
        due_us = subject.since_us + int(self.limit_s * SECOND_US)
        if subject.until_us is not None:
            return Judgement(verdict=self._left(subject, due_us, subject.until_us))
        if now_us <= due_us:
            return Judgement(again_us=due_us + 1)
        since, limit = clock(subject.since_us), duration(self.limit_s)
        text = f"{subject.asset} has stood at {subject.place} since {since}, over {limit}"
        finding = Finding(
            since_us=due_us, reason="dwell_over", severity=self.severity, text=text, unseen_at=subject.place
        )
        return Judgement(verdict=finding)

    def _left(self, stay: Stay, due_us: Micros, until_us: Micros) -> Cleared:
        stood = duration((until_us - stay.since_us) / SECOND_US)
        text = f"{stay.asset} left {stay.place} at {clock(until_us)}, after {stood}"
        return Cleared(at_us=until_us, reason="left", text=text, disproved=until_us <= due_us)
