"""How horizons and hours are put together, so that a few trips already tell something."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, tzinfo

from gateway.clock import SECOND_US
from gateway.model import Micros

MINUTE_S = 60.0
HOUR_S = 3600.0

# Upper ends of the horizon bands, in seconds; what is beyond the last is a band too.
HORIZONS_S = (
    *(minutes * MINUTE_S for minutes in (1, 3, 5, 10, 15, 22.5, 30, 45, 60, 90)),
    *(hours * HOUR_S for hours in (2, 4, 8, 16, 32, 64)),
)
HOURS_TOGETHER = 2


def band(horizon_s: float) -> int:
    """The number of a horizon's band, from 0."""
    return bisect_right(HORIZONS_S, horizon_s)


# A device that reports every ten minutes is never seen arriving five minutes after its last report, unless late.
# Below this horizon one learns by the time that passed, which does not depend on how often a device reports.
FIRST_BY_PLAN = band(15 * MINUTE_S)


def most_late_s(number: int) -> float:
    """More lateness than this counts as this much when a band's line is fitted: half an hour, or half the horizon."""
    return max(30 * MINUTE_S, HORIZONS_S[min(number, len(HORIZONS_S) - 1)] / 2)


def hours(at_us: Micros, zone: tzinfo) -> str:
    """Weekday class and hours of an instant at a place: `weekday 06` is from six to eight."""
    local = datetime.fromtimestamp(at_us // SECOND_US, zone)
    day = local.weekday()
    kind = "weekday" if day < 5 else ("saturday", "sunday")[day - 5]
    return f"{kind} {local.hour // HOURS_TOGETHER * HOURS_TOGETHER:02}"
