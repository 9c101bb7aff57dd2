"""Has the tracker of something under way not been heard for too long?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.model import AssetKind, Cleared, Finding, Judgement, Micros, Severity, Subject, Track
from rules.wording import SECOND_US, clock


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Has the tracker of something under way not been heard for too long?"""

    judges: ClassVar[type[Track]] = Track

    limit_s: float = 3600.0  # how long it may say nothing between two stops
    kinds: tuple[AssetKind, ...] = ()  # of what; none: of everything
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Track)
        if self.kinds and subject.asset_kind not in self.kinds:
            return Judgement()
        heading = subject.heading
        if heading is None:
            text = f"{subject.asset} is not under way any more"
            return Judgement(verdict=Cleared(at_us=now_us, reason="not_under_way", text=text))
        # While the gateway was away it could hear nobody, and before it set out nobody asked.
        since_us = max(subject.heard_us, subject.known_us, heading.since_us)
        due_us = since_us + int(self.limit_s * SECOND_US)
        if now_us < due_us:
            return Judgement(verdict=_heard(subject), again_us=due_us)
        text = (
            f"The tracker {subject.device} of {subject.asset}, under way from {heading.origin} to"
            f" {heading.destination}, has not been heard since {clock(subject.heard_us)}"
        )
        return Judgement(verdict=Finding(since_us=due_us, reason="silent", severity=self.severity, text=text))


def _heard(track: Track) -> Cleared | None:
    """What ends its silence: only what was heard since the gateway listens."""
    if track.heard_us < track.known_us:
        return None
    text = f"The tracker {track.device} of {track.asset} is heard again, at {clock(track.heard_us)}"
    return Cleared(at_us=track.heard_us, reason="heard", text=text)
