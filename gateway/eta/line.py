"""A line through what was seen: how late trips ended that had been so late, or so early, before."""

from __future__ import annotations

import msgspec

RIDGE = 20 * 60.0**2  # the prior counts like twenty legs that were a minute late
LEVEL = 5.0  # and its offset like five legs


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Lateness at the stop ahead = `late` * seconds late + `early` * seconds early (negative) + `offset_s`."""

    late: float
    early: float
    offset_s: float = 0.0

    def at(self, late_s: float) -> float:
        """Seconds late at the stop ahead."""
        return (self.late if late_s > 0 else self.early) * late_s + self.offset_s


class Sums(msgspec.Struct, kw_only=True, gc=False):
    """What least squares needs of the legs seen: sums, which add up in any order."""

    n: float = 0.0
    late: float = 0.0
    late2: float = 0.0
    late_end: float = 0.0
    early: float = 0.0
    early2: float = 0.0
    early_end: float = 0.0
    end: float = 0.0

    def add(self, late_s: float, end_s: float, weight: float) -> None:
        """Count a leg: seconds late before, and at its end."""
        self.n += weight
        self.end += weight * end_s
        if late_s > 0:
            self.late += weight * late_s
            self.late2 += weight * late_s * late_s
            self.late_end += weight * late_s * end_s
        else:
            self.early += weight * late_s
            self.early2 += weight * late_s * late_s
            self.early_end += weight * late_s * end_s

    def add_all(self, other: Sums) -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def fade(self, keep: float) -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) * keep)

    def line(self, prior: Line) -> Line:
        """The best line, drawn towards `prior` where few legs were seen; its slopes stay between 0 and 1.

        A leg is either late or early, so that the normal equations fall apart but for the offset.
        """
        late2, early2 = self.late2 + RIDGE, self.early2 + RIDGE
        late_end = self.late_end + RIDGE * prior.late
        early_end = self.early_end + RIDGE * prior.early
        n = self.n + LEVEL
        top = self.end + LEVEL * prior.offset_s - self.late * late_end / late2 - self.early * early_end / early2
        offset_s = top / (n - self.late**2 / late2 - self.early**2 / early2)
        late = _slope((late_end - offset_s * self.late) / late2)
        early = _slope((early_end - offset_s * self.early) / early2)
        offset_s = (self.end + LEVEL * prior.offset_s - late * self.late - early * self.early) / n
        return Line(late=late, early=early, offset_s=offset_s)


def _slope(value: float) -> float:
    return min(1.0, max(0.0, value))
