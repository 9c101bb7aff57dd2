"""How much of a party's data was usable as it came, day by day.

A record is a reading or a row of a plan. It is usable at first try where it was neither kept back nor repaired:
its names known, its number's form right, its clock believed. The score of a day is the mean of the shares of usable
readings and of usable plan rows, in percent; a kind of which nothing came does not count. So ten thousand good
readings do not hide that every second plan is useless. Days are of UTC, by receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import msgspec

from gateway.model import Micros

DEFINITION = (
    "Share of records usable at first try, neither kept back nor repaired: the mean of the share of readings and the"
    " share of plan rows, in percent, by day of receipt (UTC)."
)
RecordKind: TypeAlias = Literal["reading", "plan"]


class DayCount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Records of one kind that came from a party on one day."""

    day: str  # 2026-03-01
    party: str
    kind: RecordKind
    total: int
    flawed: int  # kept back or repaired


def day_of(at_us: Micros) -> str:
    """The day of a time, in UTC."""
    return datetime.fromtimestamp(at_us / 1_000_000, UTC).date().isoformat()


def score(counts: Iterable[DayCount]) -> float | None:
    """The score of a party's counts of one day; None where nothing came."""
    shares = [1 - count.flawed / count.total for count in counts if count.total]
    return round(100 * sum(shares) / len(shares), 1) if shares else None
