"""How much a device says: counted in steps of a few seconds, for the last minutes. Pure: the time is given."""

from __future__ import annotations

from collections import deque

BUCKET_S = 5.0
BUCKETS = 60  # five minutes


class Meter:
    """Readings in steps of BUCKET_S. `add` is called for each chunk, and does next to nothing."""

    __slots__ = ("_ends_s", "_full", "_now", "_step", "total")

    def __init__(self) -> None:
        self.total = 0
        self._step = 0  # which one `_now` counts
        self._ends_s = float("-inf")
        self._now = 0
        self._full: deque[int] = deque(maxlen=BUCKETS)  # the steps before it, the oldest first

    def add(self, number: int, now_s: float) -> None:
        """Count readings that came now; the time never goes back."""
        if now_s >= self._ends_s:
            self._turn(now_s)
        self.total += number
        self._now += number

    def rates(self, now_s: float) -> tuple[float, ...]:
        """Readings a second in each of the steps that are over, the oldest first; fewer than BUCKETS at first."""
        self._turn(now_s)
        return tuple(count / BUCKET_S for count in self._full)

    def rate(self, now_s: float) -> float:
        """Readings a second now: over the step that is under way and the one before it."""
        self._turn(now_s)
        before = self._full[-1] if self._full else 0
        passed_s = now_s - self._step * BUCKET_S + (BUCKET_S if self._full else 0.0)
        return (before + self._now) / max(passed_s, 1.0)

    def _turn(self, now_s: float) -> None:
        """Close the steps that are over; before anything was counted there are none."""
        step = int(now_s // BUCKET_S)
        passed = step - self._step
        if passed <= 0:
            return
        if self.total:
            self._full.append(self._now)
            self._full.extend([0] * min(passed - 1, BUCKETS))
        self._step, self._now, self._ends_s = step, 0, (step + 1) * BUCKET_S
