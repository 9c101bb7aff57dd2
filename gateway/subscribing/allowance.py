"""How often someone may do something: so many times within a while."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MOST_KNOWN = 10_000  # who did something lately


class Allowance:
    """Counts by the machine's time, in memory: a restart forgives."""

    def __init__(self, most: int, window_s: float, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._window_s = window_s
        self._now_s = now_s
        self._done: dict[str, deque[float]] = {}

    def take(self, who: str) -> bool:
        """Whether they may once more; it counts then."""
        now_s = self._now_s()
        done = self._done.setdefault(who, deque())
        while done and now_s - done[0] >= self._window_s:
            done.popleft()
        if len(done) >= self._most:
            return False
        done.append(now_s)
        if len(self._done) > MOST_KNOWN:
            del self._done[next(iter(self._done))]
        return True
