"""Times as people and their systems write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.plans.instant import BadTime, read_instant

BERLIN = "Europe/Berlin"


def us(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-11-22T14:30", BERLIN, us(2026, 11, 22, 13, 30)),
        ("2026-07-22 14:30:15", BERLIN, us(2026, 7, 22, 12, 30, 15)),
        ("2026-11-22T14:30Z", BERLIN, us(2026, 11, 22, 14, 30)),
        ("2026-11-22T14:30:00+05:30", BERLIN, us(2026, 11, 22, 9, 0)),
        ("2026-11-22T14:30:00-0800", BERLIN, us(2026, 11, 22, 22, 30)),
        ("2026-11-22T14:30:00 +01", BERLIN, us(2026, 11, 22, 13, 30)),
        (" 2020-08-31 20:22:22.827000 ", "UTC", us(2020, 8, 31, 20, 22, 22) + 827_000),
        ("2020-08-31 20:22:22,5", "UTC", us(2020, 8, 31, 20, 22, 22) + 500_000),
        ("2020-08-31T20:22:22.123456789Z", "UTC", us(2020, 8, 31, 20, 22, 22) + 123_456),
        ("2026-10-25T02:30:00+01:00", BERLIN, us(2026, 10, 25, 1, 30)),
        ("2000-01-01T00:00Z", BERLIN, us(2000, 1, 1)),
    ],
)
def test_a_time_is_read_exactly(text: str, zone: str, expected: int) -> None:
    assert read_instant(text, zone) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tomorrow", "bad_time"),
        ("2026-11-22", "bad_time"),
        ("22.11.2026 14:30", "bad_time"),
        ("11/22/2026 14:30", "bad_time"),
        ("2026-13-22T14:30", "bad_time"),
        ("2026-02-29T14:30", "bad_time"),
        ("2026-11-22T24:30", "bad_time"),
        ("2026-11-22T14:30:00+99:00", "bad_time"),
        ("٢٠٢٦-11-22T14:30", "bad_time"),
        ("1899-12-30T00:00", "impossible_date"),
        ("1970-01-01T00:00:00Z", "impossible_date"),
        ("0001-01-01T00:00", "impossible_date"),
        ("9999-12-31T23:59", "impossible_date"),
        ("2026-03-29T02:30", "skipped_local_time"),
        ("2026-10-25T02:30", "repeated_local_time"),
    ],
)
def test_what_is_no_time_is_refused_by_its_reason(text: str, reason: str) -> None:
    with pytest.raises(BadTime) as caught:
        read_instant(text, BERLIN)
    assert caught.value.reason == reason


def test_a_repeated_hour_is_answered_with_both_offsets() -> None:
    with pytest.raises(BadTime) as caught:
        read_instant("2026-10-25T02:30", BERLIN)
    assert caught.value.fix == "write the offset: +02:00 or +01:00"
