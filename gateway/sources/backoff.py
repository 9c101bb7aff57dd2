"""How long to wait before the next attempt, and which failures are news."""

from __future__ import annotations

import random


class Backoff:
    """Waits that double from `first_s` to `most_s`, each with jitter so that a hundred devices do not come at once."""

    def __init__(self, *, first_s: float, most_s: float, chance: random.Random | None = None) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._chance = chance or random.Random()  # noqa: S311 jitter is no secret
        self._failures = 0

    def next_s(self) -> float:
        """The next wait: between half of and the whole of the doubled wait."""
        whole_s = min(self._most_s, self._first_s * 2 ** min(self._failures, 30))
        self._failures += 1
        return self._chance.uniform(whole_s / 2, whole_s)

    def reset(self) -> None:
        """The connection stood: begin again with short waits."""
        self._failures = 0


class Absence:
    """Whether a failure is told: the first, and each with another reason than the one before."""

    def __init__(self) -> None:
        self._told = ""

    def is_news(self, reason: str) -> bool:
        """True once for each change of the reason."""
        news = reason != self._told
        self._told = reason
        return news

    def over(self) -> None:
        """The device is back: the next failure is news."""
        self._told = ""
