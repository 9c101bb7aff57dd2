"""How values are spread: percentiles and variation."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value below which this share lies, between two values in proportion (as PERCENTILE.INC); None of none."""
    if not values:
        return None
    ordered = sorted(values)
    rank = (len(ordered) - 1) * percent / 100
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def variation(values: Sequence[float]) -> float | None:
    """Coefficient of variation in percent: sample standard deviation by mean; None of fewer than two, or mean 0."""
    if len(values) < 2:
        return None
    mean = statistics.fmean(values)
    return 100 * statistics.stdev(values, mean) / mean if mean else None
