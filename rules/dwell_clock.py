"""How much of its free time has an asset used, before demurrage or detention is to be paid?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from gateway.model import AssetKind, Cleared, Episode, Finding, Journey, Judgement, Micros, Severity, Subject, Tier
from rules.wording import SECOND_US, clock, duration


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How much of its free time has an asset used, before demurrage or detention is to be paid?"""

    judges: ClassVar[type[Journey]] = Journey

    free_s: float = 432_000.0  # free time; five days
    runs: Literal["inside", "outside"] = "inside"  # the site, as demurrage does, or outside it, as detention does
    tiers: tuple[Tier, ...] = (Tier.PORT,)  # of the sites that start and stop the clock
    places: tuple[str, ...] = ()  # these sites only; none: all of the tiers
    kinds: tuple[AssetKind, ...] = (AssetKind.CONTAINER,)  # of what; none: of everything
    info_at: float = 0.5  # share of the free time after which it is told
    warning_at: float = 0.8  # share after which it is told louder
    critical_at: float = 1.0  # share after which it is told loudest

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Journey)
        if self.kinds and subject.asset_kind not in self.kinds:
            return Judgement()
        spans = list(self._spans(subject))
        if not spans:
            return Judgement()
        since_us, until_us, site = spans[-1]
        if until_us is not None:
            return Judgement(verdict=self._stopped(subject, since_us, until_us))
        steps = self._steps(since_us)
        again_us = next((due_us for due_us, _, _ in steps if due_us > now_us), None)
        passed = [step for step in steps if step[0] <= now_us]
        if not passed:
            return Judgement(verdict=self._before(subject, spans), again_us=again_us)
        return Judgement(verdict=self._finding(subject, site, since_us, passed[-1]), again_us=again_us)

    def past(self, subject: Subject, now_us: Micros) -> tuple[Episode, ...]:
        assert isinstance(subject, Journey)
        if self.kinds and subject.asset_kind not in self.kinds:
            return ()
        return tuple(
            Episode(finding=self._at_most(subject, site, since_us, until_us), cleared=stopped)
            for since_us, until_us, site in self._spans(subject)
            if until_us is not None and not (stopped := self._stopped(subject, since_us, until_us)).disproved
        )

    def _spans(self, journey: Journey) -> Iterator[tuple[Micros, Micros | None, str]]:
        """From when until when the clock ran, and at, or away from, which site."""
        visits = [visit for visit in journey.visits if self._counts(visit.site, visit.tier)]
        for number, visit in enumerate(visits):
            if self.runs == "inside":
                yield visit.since_us, visit.until_us, visit.site
            elif visit.until_us is not None:
                back_us = visits[number + 1].since_us if number + 1 < len(visits) else None
                yield visit.until_us, back_us, visit.site

    def _counts(self, site: str, tier: Tier) -> bool:
        return (not self.tiers or tier in self.tiers) and (not self.places or site in self.places)

    def _steps(self, since_us: Micros) -> list[tuple[Micros, float, Severity]]:
        shares = (
            (self.info_at, Severity.INFO),
            (self.warning_at, Severity.WARNING),
            (self.critical_at, Severity.CRITICAL),
        )
        return [
            (since_us + int(self.free_s * share * SECOND_US), share, severity) for share, severity in sorted(shares)
        ]

    def _finding(self, journey: Journey, site: str, since_us: Micros, step: tuple[Micros, float, Severity]) -> Finding:
        _, share, severity = step
        where = f"has been at {site}" if self.runs == "inside" else f"has been away from {site}"
        ends = clock(since_us + int(self.free_s * SECOND_US))
        text = (
            f"{journey.asset} {where} since {clock(since_us)} and has used {share:.0%} of its free time"
            f" of {duration(self.free_s)}, to {ends}"
        )
        reason = "free_time_over" if share >= 1 else "free_time_running"
        first_us = self._steps(since_us)[0][0]
        return Finding(since_us=first_us, reason=reason, severity=severity, text=text)

    def _at_most(self, journey: Journey, site: str, since_us: Micros, until_us: Micros) -> Finding:
        """What was found of a run that is over: how loud it came to be."""
        steps = self._steps(since_us)
        loudest = next(step for step in reversed(steps) if step[0] < until_us)
        return self._finding(journey, site, since_us, loudest)

    def _stopped(self, journey: Journey, since_us: Micros, until_us: Micros) -> Cleared:
        first_us = self._steps(since_us)[0][0]
        ran = duration((until_us - since_us) / SECOND_US)
        text = f"The clock of {journey.asset} stopped at {clock(until_us)}, after {ran}"
        return Cleared(at_us=until_us, reason="stopped", text=text, disproved=until_us <= first_us)

    def _before(self, journey: Journey, spans: list[tuple[Micros, Micros | None, str]]) -> Cleared:
        """What ends the clock's earlier run, of which an alert may stand."""
        if len(spans) > 1 and (until_us := spans[-2][1]) is not None:
            return self._stopped(journey, spans[-2][0], until_us)
        since_us = spans[-1][0]
        text = f"The clock of {journey.asset} began only at {clock(since_us)}"
        return Cleared(at_us=since_us, reason="began_later", text=text, disproved=True)
