"""How sure an estimate is: quantiles of how far estimates of its kind have been off.

The errors are those on trips that had not been learned from (split conformal prediction: Papadopoulos 2002;
Lei et al. 2018), divided by how restless their lane is beside others, so that all lanes together give the shape and
the lane gives the width. A kind is a start, a band, whether it was late, and how often the trip is heard of.

The median stays where the rung put it, but for trips that are heard of seldom: of them, that they are seen at a stop
says when. A trip that is not there yet can only arrive from now on: what is told are the quantiles of what is left of
the distribution.
"""

from __future__ import annotations

import math

from gateway.eta.bands import MINUTE_S, band
from gateway.eta.learned import Learned
from gateway.eta.memory import start_key
from gateway.eta.sketch import Sketch, Spread
from gateway.eta.words import Leg, Travelled
from gateway.model import SHARES

SELDOM = ("seldom", "hardly")
FIRST_BAND = band(4 * MINUTE_S)  # shorter horizons are of its kind
LATE_S = 120.0  # more is late, for the kind of error
LEAST_LEGS = 40.0  # of a kind; below it, those of any rhythm speak together
SURE_OF_NOTHING = 0.999  # less than the rest of a distribution is no distribution
# Tomorrow differs more from what was learned than the trips of one day from each other. By how much, the days of
# CapMetrics say: with 1.0, 74 to 79 % of arrivals lie between P10 and P90, instead of 80 %.
WIDER = 1.10
UNSCORED = 0.25  # of the time that is left: the mean error where none was seen yet, and
UNSCORED_LEAST_S = 60.0
LAPLACE_MEAN = 600.0
MEDIAN = (0.5,)


class Interval:
    """The distributions as they stand, worked out once each."""

    def __init__(self, learned: Learned) -> None:
        self._misses = learned.site.misses
        self._spreads: dict[str, Spread] = {}

    def around(self, leg: Leg, late_s: float, unrest: float, now_late_s: float) -> tuple[float, ...]:
        """The SHARES of lateness around an estimate; `now_late_s` is how late it would be if it arrived now."""
        spread, off = self._spread(f"{kind(leg)} {leg.rhythm}"), 0.0
        if spread.weight < LEAST_LEGS or leg.rhythm not in SELDOM:
            spread = spread if spread.weight >= LEAST_LEGS else self._spread(kind(leg))
            off = spread.median
        unit, passed_s = unrest, now_late_s - late_s
        if spread.weight < LEAST_LEGS:
            ahead_s = leg.horizon_s + max(0.0, late_s)
            unit = unrest * max(UNSCORED_LEAST_S, UNSCORED * ahead_s) / LAPLACE_MEAN
            spread, off = LAPLACE, 0.0
            if passed_s < 0:  # from a guess nothing follows while it may still come true
                passed_s = -math.inf
        steps = _steps(spread, off, passed_s / unit)
        return tuple(max(now_late_s, late_s + unit * step) for step in steps)

    def _spread(self, key: str) -> Spread:
        if key not in self._spreads:
            self._spreads[key] = self._misses.get(key, Sketch()).spread()
        return self._spreads[key]


def _laplace() -> Spread:
    """What errors look like as a rule: two exponential tails, with a mean absolute error of LAPLACE_MEAN."""
    sketch = Sketch()
    for number in range(1, 200):
        error = -LAPLACE_MEAN * math.log(number / 200)
        sketch.add(error)
        sketch.add(-error)
    return sketch.spread()


LAPLACE = _laplace()


def _steps(spread: Spread, off: float, passed: float) -> list[float]:
    """The SHARES around an estimate: the median as if estimates were never `off` by a constant, the others widened."""
    middle = spread.median
    p10, p25, _, p75, p90 = (middle + WIDER * (step - middle) for step in _left(spread, passed))
    p50 = _left(spread, passed + off, MEDIAN)[0] - off
    return [min(p10, p50), min(p25, p50), p50, max(p75, p50), max(p90, p50)]


def _left(spread: Spread, passed: float, shares: tuple[float, ...] = SHARES) -> list[float]:
    """Quantiles of what a distribution holds beyond a value."""
    gone = min(SURE_OF_NOTHING, spread.below(passed))
    return [spread.quantile(gone + share * (1 - gone)) for share in shares]


def kind(leg: Leg) -> str:
    """Which errors are like this leg's."""
    start = start_key(waiting=leg.waiting, number=max(FIRST_BAND, band(leg.horizon_s)))
    return f"{start} {'late' if leg.late_s > LATE_S else 'fair'}"


def learn(learned: Learned, item: Travelled, error_s: float, unrest: float) -> None:
    """Take in how far the chosen estimate was off."""
    for key in (kind(item.leg), f"{kind(item.leg)} {item.leg.rhythm}"):
        learned.site.misses.setdefault(key, Sketch()).add(error_s / unrest, item.weight)
