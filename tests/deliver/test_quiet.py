"""Quiet hours by the clock on the wall, also when summer time begins and ends."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.config.model import Digest, Quiet, Subscription
from gateway.deliver.quiet import when
from gateway.model import Micros, Severity

BERLIN = ZoneInfo("Europe/Berlin")
BERLINS = Digest(at=("06:00", "18:00"), time_zone="Europe/Berlin")


def told(start: str, end: str, zone: str = "Europe/Berlin") -> Subscription:
    quiet = Quiet(start=start, end=end, time_zone=zone)
    return Subscription(name="desk", party="OEM", channel="email", to=("a@b.example",), quiet=quiet)


def us(text: str) -> Micros:
    """Local time in Berlin, or with an offset of its own."""
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=BERLIN)).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("hours", "now", "free"),
    [
        (("22:00", "06:00"), "2026-11-22T21:59:59", "2026-11-22T21:59:59"),
        (("22:00", "06:00"), "2026-11-22T22:00", "2026-11-23T06:00"),
        (("22:00", "06:00"), "2026-11-23T05:59:59", "2026-11-23T06:00"),
        (("22:00", "06:00"), "2026-11-23T06:00", "2026-11-23T06:00"),
        (("12:00", "13:00"), "2026-11-22T12:30", "2026-11-22T13:00"),
        (("12:00", "13:00"), "2026-11-22T11:00", "2026-11-22T11:00"),
        # 2026-03-29: 02:00 becomes 03:00. The night is an hour shorter.
        (("22:00", "06:00"), "2026-03-28T23:00", "2026-03-29T06:00+02:00"),
        (("01:00", "02:30"), "2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00"),
        # 2026-10-25: 03:00 becomes 02:00. The night is an hour longer.
        (("22:00", "06:00"), "2026-10-25T05:30+01:00", "2026-10-25T06:00+01:00"),
        (("01:00", "02:30"), "2026-10-25T02:00+02:00", "2026-10-25T02:30+02:00"),
        (("01:00", "02:30"), "2026-10-25T02:15+01:00", "2026-10-25T02:15+01:00"),
    ],
)
def test_what_is_due_in_quiet_hours_waits_for_their_end(hours: tuple[str, str], now: str, free: str) -> None:
    assert when(told(*hours), Severity.WARNING, us(now)) == us(free)


def test_critical_alerts_do_not_wait_and_nobody_waits_without_quiet_hours() -> None:
    now_us = us("2026-11-22T23:00")
    assert when(told("22:00", "06:00"), Severity.CRITICAL, now_us) == now_us
    always = Subscription(name="erp", party="OEM", channel="mqtt")
    assert when(always, Severity.INFO, now_us) == now_us


@pytest.mark.parametrize(
    ("now", "free"),
    [
        ("2026-11-22T05:59:59", "2026-11-22T06:00"),
        ("2026-11-22T06:00", "2026-11-22T06:00"),
        ("2026-11-22T06:00:01", "2026-11-22T18:00"),
        ("2026-11-22T18:00:01", "2026-11-23T06:00"),
        # 2026-03-29: 02:00 becomes 03:00; 2026-10-25: 03:00 becomes 02:00. The times of day stay.
        ("2026-03-28T18:00:01", "2026-03-29T06:00+02:00"),
        ("2026-10-24T18:00:01", "2026-10-25T06:00+01:00"),
    ],
)
def test_what_is_no_emergency_waits_for_the_digests_next_time_of_day(now: str, free: str) -> None:
    desk = told("12:00", "13:00").model_copy(update={"quiet": None, "digest": BERLINS})
    assert when(desk, Severity.WARNING, us(now)) == us(free)
    assert when(desk, Severity.CRITICAL, us(now)) == us(now)
    assert when(desk, Severity.WARNING, us(now), gathered=True) == us(now)


def test_a_digest_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    desk = told("05:00", "07:30").model_copy(update={"digest": BERLINS})
    assert when(desk, Severity.WARNING, us("2026-11-22T01:00")) == us("2026-11-22T07:30")
    assert when(desk, Severity.WARNING, us("2026-11-22T06:30"), gathered=True) == us("2026-11-22T07:30")
    assert when(desk, Severity.WARNING, us("2026-11-22T07:30"), gathered=True) == us("2026-11-22T07:30")
