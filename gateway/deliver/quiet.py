"""When a subscription may be told: at once, or at the end of its quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.config.model import Quiet, Subscription
from gateway.model import Micros, Severity

SECOND_US = 1_000_000


def when(subscription: Subscription, severity: Severity, now_us: Micros) -> Micros:
    """The earliest time at which an alert of this severity may be told; `now_us` itself while it is not quiet."""
    if subscription.quiet is None or severity is Severity.CRITICAL:
        return now_us
    return max(now_us, _end_of_quiet_us(subscription.quiet, now_us) or now_us)


def _end_of_quiet_us(quiet: Quiet, now_us: Micros) -> Micros | None:
    """When the quiet hours end in which this time falls; None: it falls in none.

    By the clock on the wall: hours that summer time skips or repeats are shorter or longer. A time of day that is
    skipped means the instant of the change, of one that comes twice the first counts.
    """
    zone = ZoneInfo(quiet.time_zone)
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    now = datetime.fromtimestamp(now_us / SECOND_US, UTC)
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        began = datetime.combine(day, start, zone)
        ends = datetime.combine(day if end > start else day + timedelta(days=1), end, zone)
        if began.astimezone(UTC) <= now < ends.astimezone(UTC):
            return int(ends.timestamp() * SECOND_US)
    return None
