"""Rung 2, shrunk lateness: late_ahead = a(h) * late + b(h), by horizon h.

Late and early have slopes of their own: who is late mostly stays so, who is early waits somewhere. So do those who
wait at their first stop and those who are under way. The lines are those of all lanes together (what is a lane's
own, `usual` adds), drawn towards a prior by how few legs were seen. The offset b(h) is that of the median, not of the
mean: what the line left over is kept in a sketch beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from gateway.eta.bands import FIRST_BY_PLAN, HORIZONS_S, band, most_late_s
from gateway.eta.learned import Learned
from gateway.eta.line import Line, Sums
from gateway.eta.memory import start_key
from gateway.eta.sketch import Sketch
from gateway.eta.words import Leg, Travelled

EARLY_FADES_S = 600.0  # of being early, a share of 1/e is left after this long: a guess, until something was learned
BEND_PRIOR = 20.0  # legs


class Shrunk:
    """The lines as they stand, worked out once each."""

    def __init__(self, learned: Learned) -> None:
        self._learned = learned
        self._lines: dict[tuple[bool, int], Line] = {}

    def say(self, leg: Leg) -> float | None:
        """Seconds late at the stop ahead."""
        return self.line(waiting=leg.waiting, number=band(leg.horizon_s)).at(leg.late_s)

    def line(self, *, waiting: bool, number: int) -> Line:
        """The line of a start and a band, with the median's offset."""
        if (waiting, number) not in self._lines:
            self._lines[waiting, number] = self._drawn(waiting=waiting, number=number)
        return self._lines[waiting, number]

    def _drawn(self, *, waiting: bool, number: int) -> Line:
        key = start_key(waiting=waiting, number=number)
        line = mean_line(self._learned, key, waiting=waiting, number=number)
        bend = self._learned.site.bends.get(key)
        if bend is None:
            return line
        spread = bend.spread()
        shift_s = spread.median * spread.weight / (spread.weight + BEND_PRIOR)
        return Line(late=line.late, early=line.early, offset_s=line.offset_s + shift_s)


def mean_line(learned: Learned, key: str, *, waiting: bool, number: int) -> Line:
    """The line of all lanes, through the mean."""
    middle_s = HORIZONS_S[min(number, len(HORIZONS_S) - 1)]
    prior = Line(late=1.0, early=0.0 if waiting else math.exp(-middle_s / EARLY_FADES_S))
    return learned.site.lines.get(key, Sums()).line(prior)


def bands_of(travelled: Travelled) -> Iterable[int]:
    """The bands that learn from a leg: below a quarter of an hour by the time that passed, above as it was planned."""
    passed, planned = band(travelled.elapsed_s), band(travelled.leg.horizon_s)
    if passed < FIRST_BY_PLAN:
        yield passed
    if planned >= FIRST_BY_PLAN:
        yield planned


def bounded(late_s: float, number: int) -> float:
    """Lateness, as far as one trip may pull a line."""
    most_s = most_late_s(number)
    return max(-most_s, min(most_s, late_s))


def learn(learned: Learned, legs: list[Travelled]) -> None:
    """Take in legs: first the sums, then what the new lines leave over."""
    seen = [
        (item, number, start_key(waiting=item.leg.waiting, number=number)) for item in legs for number in bands_of(item)
    ]
    for item, number, key in seen:
        sums = learned.site.lines.setdefault(key, Sums())
        sums.add(bounded(item.leg.late_s, number), bounded(item.late_s, number), item.weight)
    lines: dict[str, Line] = {}
    for item, number, key in seen:
        if key not in lines:
            lines[key] = mean_line(learned, key, waiting=item.leg.waiting, number=number)
        left_s = bounded(item.late_s, number) - lines[key].at(bounded(item.leg.late_s, number))
        learned.site.bends.setdefault(key, Sketch()).add(left_s, item.weight)
