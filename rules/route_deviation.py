"""Has something under way been too far off the way between its stops, for too long?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gateway.model import Cleared, Finding, Heading, Judgement, Micros, Severity, Spot, Subject, Track
from rules.corridor import Point, length_m, metres_off
from rules.wording import SECOND_US, clock


@dataclass(frozen=True, kw_only=True)
class Route:
    """The way from one stop to another as it is driven; where none is said, the straight line counts."""

    origin: str  # code of a stop
    destination: str  # code of the next stop
    points: tuple[Point, ...]  # between the two, latitude and longitude


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Has something under way been too far off the way between its stops, for too long?"""

    judges: ClassVar[type[Track]] = Track

    within_m: float = 15_000.0  # of the way; a detour is no deviation ...
    share: float = 0.25  # ... nor is this share of the way's length, where no route is said: roads are not straight
    for_s: float = 900.0  # how long it must have been off; 25 minutes at most
    routes: tuple[Route, ...] = ()  # how legs are driven
    severity: Severity = Severity.WARNING  # of its alerts: info, warning or critical

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Track)
        heading = subject.heading
        if heading is None:
            text = f"{subject.asset} is not under way any more"
            return Judgement(verdict=Cleared(at_us=now_us, reason="not_under_way", text=text))
        spots = [spot for spot in subject.spots if spot.at_us >= heading.left_us]
        line, allowed_m = self._way(heading)
        if not spots or len(line) < 2:
            return Judgement()
        off = _newest_off(spots, line, allowed_m)
        if not off:
            at_us, text = spots[-1].at_us, f"{subject.asset} is back on its way, at {clock(spots[-1].at_us)}"
            return Judgement(verdict=Cleared(at_us=at_us, reason="back", text=text))
        # Only what was told counts: a tracker that fell silent off its way may have come back.
        if off[-1].at_us - off[0].at_us < int(self.for_s * SECOND_US):
            text = f"{subject.asset} was on its way until {clock(off[0].at_us)}"
            return Judgement(verdict=Cleared(at_us=off[0].at_us, reason="was_on_its_way", text=text, disproved=True))
        text = (
            f"{subject.asset} of shipment {heading.shipment} is more than {allowed_m / 1000:.0f} km off its way from"
            f" {heading.origin} to {heading.destination}"
        )
        return Judgement(
            verdict=Finding(since_us=off[0].at_us, reason="off_its_way", severity=self.severity, text=text)
        )

    def _way(self, heading: Heading) -> tuple[Sequence[Point], float]:
        """The line that it should follow, and how far it may be off."""
        legs = (heading.origin, heading.destination)
        route = next((route for route in self.routes if (route.origin, route.destination) == legs), None)
        if route is None:
            return heading.points, max(self.within_m, self.share * length_m(heading.points[:2]))
        return (*heading.points[:1], *route.points, *heading.points[1:]), self.within_m


def _newest_off(spots: Sequence[Spot], line: Sequence[Point], allowed_m: float) -> list[Spot]:
    """The newest positions that are all too far off; none where the newest is not."""
    off: list[Spot] = []
    for spot in reversed(spots):
        if metres_off(spot.lat, spot.lon, line) <= allowed_m:
            break
        off.insert(0, spot)
    return off
