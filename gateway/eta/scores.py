"""Which rung speaks: the one that was least off at this horizon, on trips it had not learned from.

So no rung that fails here can do worse than the timetable for long. A lane's own scores are drawn towards those of
all lanes by how few of its legs were scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gateway.eta.bands import HORIZONS_S, band
from gateway.eta.learned import Learned
from gateway.eta.memory import Score, score_key
from gateway.eta.words import Leg, Travelled
from gateway.model import Method

PRIOR_LEGS = 40.0  # of all lanes, that count beside a lane's own
PRIOR_UNREST_S = 20 * 120.0  # like twenty legs that were off by two minutes
# Until anything was scored, shrunk lateness with its prior is the safest.
AT_FIRST = (Method.SHRUNK, Method.SCHEDULE)


class Rung(Protocol):
    """One way to say how late a trip will be."""

    def say(self, leg: Leg) -> float | None:
        """Seconds late at the stop ahead; None: this rung has nothing to go by."""


class Scores:
    """The scores as they stand, worked out once each."""

    def __init__(self, learned: Learned) -> None:
        self._learned = learned
        self._unrest: dict[tuple[str, Method], float] = {}
        self._off: dict[tuple[str, int, Method], float | None] = {}

    def best(self, leg: Leg, said: Mapping[Method, float]) -> Method:
        """The rung that was least off, of those that have something to say."""
        number = band(leg.horizon_s)
        scored = {method: self.off_s(leg.lane, number, method) for method in said}
        known = {method: off_s for method, off_s in scored.items() if off_s is not None}
        if not known:
            return next(method for method in AT_FIRST if method in said)
        return min(known, key=known.__getitem__)

    def off_s(self, lane: str, number: int, method: Method) -> float | None:
        """Mean absolute error in seconds of a method in a band; None: never scored."""
        key = (lane, number, method)
        if key not in self._off:
            self._off[key] = self._worked_out(lane, score_key(number, method))
        return self._off[key]

    def unrest(self, lane: str, method: Method) -> float:
        """How far off a method is on a lane beside all lanes, at the same horizons: 1 is as far."""
        key = (lane, method)
        if key not in self._unrest:
            self._unrest[key] = self._compared(lane, method)
        return self._unrest[key]

    def _compared(self, lane: str, method: Method) -> float:
        own_s, all_s = PRIOR_UNREST_S, PRIOR_UNREST_S
        for number in range(len(HORIZONS_S) + 1):
            key = score_key(number, method)
            own, site = self._learned.known(lane).scores.get(key), self._learned.site.scores.get(key)
            if own is not None and site is not None and site.n > 0:
                own_s += own.off_s
                all_s += own.n * site.off_s / site.n
        return own_s / all_s

    def _worked_out(self, lane: str, key: str) -> float | None:
        site, own = self._learned.site.scores.get(key), self._learned.known(lane).scores.get(key, Score())
        if site is None or site.n == 0:
            return None
        return (PRIOR_LEGS * site.off_s / site.n + own.off_s) / (PRIOR_LEGS + own.n)


def learn(learned: Learned, item: Travelled, said: Mapping[Method, float]) -> None:
    """Score what each rung said of a leg against how late the trip was at its end."""
    number = band(item.leg.horizon_s)
    for method, said_s in said.items():
        for memory in (learned.site, learned.of(item.leg.lane)):
            score = memory.scores.setdefault(score_key(number, method), Score())
            score.n += item.weight
            score.off_s += item.weight * abs(item.late_s - said_s)
