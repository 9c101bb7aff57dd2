"""A bounded count of how often which value came, from which quantiles are read.

Bins stand on a scale that is even near zero and logarithmic further out (asinh): about 3 s wide at zero when values
are seconds, 5 % of the value from some minutes on. Values beyond ±MOST stand in the last bin. So a sketch never holds
more than MOST_BINS numbers, does not depend on the order of what it is fed, and two of them add up exactly.
The idea is that of DDSketch (Masson, Rim, Lee: VLDB 2019), with signs and a bound.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

import msgspec

LINEAR = 60.0  # below this the bins are about even
STEP = 0.05  # width of a bin on the asinh scale
MOST = 30 * 86_400.0  # thirty days, when values are seconds
_LAST = round(math.asinh(MOST / LINEAR) / STEP)
MOST_BINS = 2 * _LAST + 1


def bin_of(value: float) -> int:
    """The bin in which a value stands."""
    return max(-_LAST, min(_LAST, round(math.asinh(value / LINEAR) / STEP)))


class Sketch(msgspec.Struct, gc=False):
    """Values as weights in bins."""

    bins: dict[int, float] = {}

    def add(self, value: float, weight: float = 1.0) -> None:
        place = bin_of(value)
        self.bins[place] = self.bins.get(place, 0.0) + weight

    def add_all(self, other: Sketch) -> None:
        """Take in what another one holds."""
        for place, weight in other.bins.items():
            self.bins[place] = self.bins.get(place, 0.0) + weight

    def fade(self, keep: float, least: float) -> None:
        """Let all weights shrink to a share of theirs; what is less than `least` is forgotten."""
        self.bins = {place: weight * keep for place, weight in self.bins.items() if weight * keep >= least}

    @property
    def weight(self) -> float:
        return math.fsum(self.bins.values())

    def spread(self) -> Spread:
        """The distribution as it stands now, for reading."""
        return Spread(sorted(self.bins.items()))


class Spread:
    """A distribution to read quantiles and shares from; linear between the edges of its bins. It may be empty."""

    __slots__ = ("_edges", "_shares", "median", "weight")

    def __init__(self, bins: Iterable[tuple[int, float]]) -> None:
        places, weights = [], []
        for place, weight in bins:
            places.append(place)
            weights.append(weight)
        self.weight = math.fsum(weights)
        self._edges: list[float] = []
        self._shares: list[float] = []
        below = 0.0
        for place, upto in zip(places, accumulate(weights), strict=True):
            self._edges += [_edge(place - 0.5), _edge(place + 0.5)]
            self._shares += [below, upto / self.weight]
            below = upto / self.weight
        self.median = self.quantile(0.5)

    def quantile(self, share: float) -> float:
        """The value below which this share (0 to 1) lies; 0 where nothing is known."""
        if not self._edges:
            return 0.0
        at = min(bisect_left(self._shares, share, 1), len(self._shares) - 1)
        return _between(share, self._shares[at - 1], self._shares[at], self._edges[at - 1], self._edges[at])

    def below(self, value: float) -> float:
        """The share (0 to 1) that lies below a value; 0.5 where nothing is known."""
        if not self._edges:
            return 0.5
        at = min(bisect_left(self._edges, value, 1), len(self._edges) - 1)
        return _between(value, self._edges[at - 1], self._edges[at], self._shares[at - 1], self._shares[at])


def _edge(place: float) -> float:
    return LINEAR * math.sinh(place * STEP)


def _between(x: float, x1: float, x2: float, y1: float, y2: float) -> float:
    """Linear between two points, and level outside of them."""
    if x <= x1 or x2 <= x1:
        return y1
    return y2 if x >= x2 else y1 + (y2 - y1) * (x - x1) / (x2 - x1)
