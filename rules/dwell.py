"""Does an asset stay too long at one place?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import AssetKind, Cleared, Episode, Finding, Judgement, Micros, Severity, Stay, Subject, Tier
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Does an asset stay too long at one place?"""

    judges: ClassVar[type[Stay]] = Stay

    limit_s: float = 7200.0  # how long it may stand; two hours are a truck's usual free time
    tiers: tuple[Tier, ...] = (Tier.PORT, Tier.CROSSDOCK)  # where it is asked; none: everywhere
    kinds: tuple[AssetKind, ...] = (AssetKind.TRAILER, AssetKind.CONTAINER)  # of what; none: of everything
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Stay)
        if not self._asks(subject):
            return Judgement()
        due_us = self._due_us(subject)
        if subject.until_us is None and now_us > due_us:
            return Judgement(verdict=self._standing(subject))
        ended = [left for stay in (*subject.earlier, subject) if (left := self._left(stay)) is not None]
        # A short stay behind a long one does not say that the long one was short.
        verdict = next((left for left in reversed(ended) if not left.disproved), ended[-1] if ended else None)
        return Judgement(verdict=verdict, again_us=due_us + 1 if subject.until_us is None else None)

    def past(self, subject: Subject, now_us: Micros) -> tuple[Episode, ...]:
        assert isinstance(subject, Stay)
        stays = (*subject.earlier, subject) if self._asks(subject) else ()
        return tuple(
            Episode(finding=self._standing(stay), cleared=left)
            for stay in stays
            if (left := self._left(stay)) is not None and not left.disproved
        )

    def _asks(self, stay: Stay) -> bool:
        return (not self.tiers or stay.tier in self.tiers) and (not self.kinds or stay.asset_kind in self.kinds)

    def _due_us(self, stay: Stay) -> Micros:
        return stay.since_us + int(self.limit_s * SECOND_US)

    def _standing(self, stay: Stay) -> Finding:
        since, limit = clock(stay.since_us), duration(self.limit_s)
        return Finding(
            since_us=self._due_us(stay),
            reason="dwell_over",
            severity=self.severity,
            text=f"{stay.asset} has stood at {stay.place} since {since}, over {limit}",
            unseen_at=stay.place,
        )

    def _left(self, stay: Stay) -> Cleared | None:
        """How a stay ended; None where it goes on. One that was short enough disproves that it was not."""
        if stay.until_us is None:
            return None
        stood = duration((stay.until_us - stay.since_us) / SECOND_US)
        return Cleared(
            at_us=stay.until_us,
            reason="left",
            text=f"{stay.asset} left {stay.place} at {clock(stay.until_us)}, after {stood}",
            disproved=stay.until_us <= self._due_us(stay),
        )
