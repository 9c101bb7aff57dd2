"""How rules write durations and times, so that all alerts read alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from gateway.model import Micros

SECOND_US = 1_000_000


def duration(seconds: float) -> str:
    """45 s, 38 min, 2 h 05 min, 3 d 4 h."""
    whole = int(abs(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d} min"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h"


@lru_cache(maxsize=4096)  # rules say the same few times over and over
def clock(at_us: Micros) -> str:
    """2026-11-22 14:05 UTC."""
    return datetime.fromtimestamp(at_us / SECOND_US, UTC).strftime("%Y-%m-%d %H:%M UTC")


def listed(names: Sequence[str], up_to: int = 5) -> str:
    """A, B and 3 more."""
    rest = len(names) - up_to
    return ", ".join(names[:up_to]) + (f" and {rest} more" if rest > 0 else "")
