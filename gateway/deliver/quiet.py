"""When a subscription may be told: at once, at its next time of day, or at the end of its quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.config.model import Digest, Quiet, Subscription
from gateway.model import Micros, Severity

SECOND_US = 1_000_000


def when(subscription: Subscription, severity: Severity, now_us: Micros, *, gathered: bool = False) -> Micros:
    """The earliest time at which an alert of this severity may be told; `now_us` itself where nothing holds it.

    `gathered`: it has waited for its time of day already. Quiet hours hold what that time falls into.
    """
    if severity is Severity.CRITICAL:
        return now_us
    from_us = now_us if subscription.digest is None or gathered else _next_us(subscription.digest, now_us)
    if subscription.quiet is None:
        return from_us
    return max(from_us, _end_of_quiet_us(subscription.quiet, from_us) or from_us)


def _next_us(digest: Digest, now_us: Micros) -> Micros:
    """The first of the digest's times that is not before this one; each is met once a day, as with quiet hours."""
    zone = ZoneInfo(digest.time_zone)
    today = datetime.fromtimestamp(now_us / SECOND_US, UTC).astimezone(zone).date()
    times = [
        int(datetime.combine(today + timedelta(days=days), time.fromisoformat(at), zone).timestamp()) * SECOND_US
        for days in (0, 1, 2)  # the third: where a clock set forward skips the last of tomorrow's before this one
        for at in digest.at
    ]
    return min(at_us for at_us in times if at_us >= now_us)


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
