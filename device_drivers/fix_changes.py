"""Tells when a position is lost and when it is found again: once for each change, not once for each message."""

from __future__ import annotations

from gateway.model import Micros, Notice, Output

MOST_FOLLOWED = 10_000  # who is forgotten is told of once too often


class FixChanges:
    """Which of the receivers or trackers behind one decoder has a position."""

    def __init__(self) -> None:
        self._had: dict[str, bool] = {}

    def told(self, who: str, seen_us: Micros | None, *, has_fix: bool) -> list[Output]:
        """A notice if this is a change; to begin with a position is no news."""
        had = self._had.get(who, True)
        if who not in self._had and len(self._had) >= MOST_FOLLOWED:
            del self._had[next(iter(self._had))]
        self._had[who] = has_fix
        if has_fix == had:
            return []
        text = f"{who} has a position again" if has_fix else f"{who} has no position"
        return [Notice(name="fix" if has_fix else "no_fix", text=text, seen_us=seen_us)]
