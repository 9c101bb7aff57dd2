"""Counts by name of what is passed over, told as one notice an hour: no silence, and no flood of notices."""

from __future__ import annotations

from collections import Counter

from gateway.model import Micros, Notice, Output

HOUR_US = 3_600_000_000
MOST_WORDS = 64  # different names; more are counted as OTHERS
OTHERS = "others"


class Tally:
    """Counts since the last notice; the first is due an hour after the first count."""

    def __init__(self, name: str, text: str) -> None:
        """`name` is the notice's, `text` what its counts are counts of."""
        self._name = name
        self._text = text
        self._counts: Counter[str] = Counter()
        self._due_us: Micros = 0

    def add(self, word: str, now_us: Micros) -> None:
        """Count one."""
        if not self._counts:
            self._due_us = now_us + HOUR_US
        if word not in self._counts and len(self._counts) >= MOST_WORDS:
            word = OTHERS
        self._counts[word] += 1

    def count(self, word: str) -> int:
        """How many since the last notice."""
        return self._counts[word]

    def tell(self, now_us: Micros) -> list[Output]:
        """Return the notice where it is due, and begin anew."""
        if not self._counts or now_us < self._due_us:
            return []
        counts = ", ".join(f"{word} {count}" for word, count in self._counts.most_common())
        self._counts.clear()
        return [Notice(name=self._name, text=f"{self._text}: {counts}")]
