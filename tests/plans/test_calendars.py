"""Calendars of places: shifts on the wall's clock, counted in time, over every change of summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.model import Calendar, Config, Hours, Place, Shift, SpecialDay
from gateway.model import Micros, Tier
from gateway.plans.calendars import PlantCalendar, calendars_of, next_open, open_between, open_until

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Days on or beside which a clock is changed: by an hour, by half an hour, at midnight, by a whole day.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kolkata", date(2026, 6, 1)),
]


def at(text: str, zone: str = "Europe/Berlin") -> Micros:
    return (datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) - EPOCH) // timedelta(microseconds=1)


def shift(opens: str, closes: str, *days: str) -> Shift:
    return Shift(opens=opens, closes=closes, days=days or WEEK)  # type: ignore[arg-type]


def calendar(*shifts: Shift, zone: str = "Europe/Berlin", **more: object) -> PlantCalendar:
    return PlantCalendar(Calendar.model_validate({"name": "c", "shifts": shifts, **more}), zone)


EARLY_AND_LATE = calendar(shift("06:00", "14:00", "mon", "tue"), shift("14:00", "22:00", "mon"))
NIGHTS = calendar(shift("22:00", "06:00"))


def test_a_week_has_the_hours_of_its_shifts() -> None:
    monday = at("2026-11-23T00:00")
    assert open_between(EARLY_AND_LATE, monday, monday + 7 * DAY) == 24 * 3600
    assert open_between(EARLY_AND_LATE, at("2026-11-23T13:00"), at("2026-11-23T15:00")) == 2 * 3600
    assert open_between(EARLY_AND_LATE, at("2026-11-23T22:00"), at("2026-11-24T06:00")) == 0
    assert open_between(EARLY_AND_LATE, monday + DAY, monday) == 0


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T05:59", "2026-11-23T06:00"),
        ("2026-11-23T06:00", "2026-11-23T06:00"),
        ("2026-11-23T21:59:59", "2026-11-23T21:59:59"),
        ("2026-11-23T22:00", "2026-11-24T06:00"),
        ("2026-11-24T14:00", "2026-11-30T06:00"),
    ],
)
def test_it_opens_next_with_the_next_shift_or_is_open_now(now: str, opens: str) -> None:
    assert next_open(EARLY_AND_LATE, at(now)) == at(opens)


@pytest.mark.parametrize(
    ("evening", "hours"), [("2026-03-28T12:00", 7), ("2026-10-24T12:00", 9), ("2026-11-21T12:00", 8)]
)
def test_a_night_is_as_long_as_the_wall_says(evening: str, hours: int) -> None:
    assert open_between(NIGHTS, at(evening), at(evening) + DAY) == hours * 3600


def test_on_a_holiday_no_shift_begins_and_that_of_the_day_before_goes_on() -> None:
    off = calendar(shift("22:00", "06:00"), holidays=("2026-11-24", "12-24", "2027-01-01..2027-01-03"))
    assert open_between(off, at("2026-11-24T00:00"), at("2026-11-25T00:00")) == 6 * 3600
    assert next_open(off, at("2026-11-24T06:00")) == at("2026-11-25T22:00")
    for year in (2026, 2031):
        assert open_between(off, at(f"{year}-12-24T12:00"), at(f"{year}-12-25T12:00")) == 0
    assert next_open(off, at("2027-01-01T12:00")) == at("2027-01-04T22:00")


def test_a_special_day_has_its_own_hours_even_on_a_holiday_or_none() -> None:
    special = (
        SpecialDay(day="2026-11-24", hours=(Hours(opens="10:00", closes="12:00"),)),
        SpecialDay(day="2026-11-25"),
    )
    it = calendar(shift("06:00", "14:00"), holidays=("2026-11-24",), special=special)
    assert open_between(it, at("2026-11-24T00:00"), at("2026-11-26T00:00")) == 2 * 3600


def test_shifts_that_overlap_or_meet_are_counted_once() -> None:
    it = calendar(shift("06:00", "14:00"), shift("13:00", "22:00"), shift("22:00", "06:00"))
    assert open_between(it, at("2026-11-23T00:00"), at("2026-11-24T00:00")) == 24 * 3600
    assert next(it.open_times(at("2026-11-23T12:00"), 5))[0] < at("2026-11-23T00:00")


def test_hours_from_eight_to_eight_are_a_whole_day_and_to_24_a_day_to_its_end() -> None:
    assert (
        open_between(calendar(shift("08:00", "08:00", "mon")), at("2026-11-23T00:00"), at("2026-11-30T00:00")) == 86400
    )
    assert (
        open_between(calendar(shift("20:00", "24:00", "mon")), at("2026-11-23T00:00"), at("2026-11-30T00:00")) == 14400
    )


def test_where_it_never_opens_nothing_is_next() -> None:
    closed = calendar()
    assert next_open(closed, 0) is None
    assert open_until(closed, 0, 1) is None
    assert open_between(closed, 0, 10**18) == 0


def test_without_a_calendar_it_never_rests() -> None:
    assert (open_between(None, 5, 5 + DAY), next_open(None, 7), open_until(None, 7, 2)) == (86400, 7, 7 + 2 * SECOND)


@pytest.mark.parametrize("at_us", [-(10**18), 10**18])
def test_absurd_times_are_no_error(at_us: Micros) -> None:
    assert open_between(NIGHTS, at_us, at_us + DAY) >= 0
    next_open(NIGHTS, at_us)
    open_until(NIGHTS, at_us, 60)


def test_free_time_runs_while_it_is_open() -> None:
    friday = calendar(shift("06:00", "22:00", "mon", "tue", "wed", "thu", "fri"))
    assert open_until(friday, at("2026-11-20T21:00"), 2 * 3600) == at("2026-11-23T07:00")
    assert open_until(friday, at("2026-11-20T21:00"), 3600) == at("2026-11-20T22:00")


def test_each_place_has_its_calendar_on_its_own_clock() -> None:
    days = Calendar(name="days", shifts=(shift("06:00", "14:00"),))
    places = tuple(
        Place(code=code, name=code, party="P", tier=Tier.OEM, time_zone=zone, calendar=name)
        for code, zone, name in (("A", "Europe/Berlin", "days"), ("B", "America/Detroit", "days"), ("C", "UTC", None))
    )
    found = calendars_of(Config(calendars=(days,), places=places))
    midnight = at("2026-11-23T00:00")
    assert {code: next_open(it, midnight) for code, it in found.items()} == {
        "A": midnight + 6 * HOUR,
        "B": at("2026-11-23T06:00", "America/Detroit"),
    }


# --- over every change of summer time, against the clock on the wall read minute by minute -----------

minutes = st.integers(0, 24 * 60 - 1)
any_shift = st.builds(
    lambda opens, closes, days: shift(_clock(opens), _clock(closes), *days),
    minutes,
    minutes,
    st.lists(st.sampled_from(WEEK), min_size=1, max_size=7, unique=True),
)
shifts = st.lists(any_shift, min_size=1, max_size=4)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@cache
def _wall(zone: str, around: date) -> list[tuple[Micros, datetime]]:
    """Eight days around a change, minute by minute: the time, and what the wall shows."""
    first = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=4)
    steps = (first + timedelta(minutes=number) for number in range(8 * 24 * 60))
    local = ZoneInfo(zone)
    return [
        ((step - EPOCH) // timedelta(microseconds=1), step.astimezone(local).replace(tzinfo=None)) for step in steps
    ]


def _first_shown(wall: list[tuple[Micros, datetime]], wanted: datetime) -> Micros:
    return next(at_us for at_us, shown in wall if shown >= wanted)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(CHANGES), shifts)
def test_it_is_open_as_the_wall_shows(change: tuple[str, date], said: list[Shift]) -> None:
    zone, day = change
    wall = _wall(zone, day)
    spans = []
    for number in range(-3, 2):
        begins = day + timedelta(days=number)
        midnight = datetime(begins.year, begins.month, begins.day)  # noqa: DTZ001 - the wall's own
        for one in said:
            if WEEK[begins.weekday()] in one.days:
                opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (one.opens, one.closes))
                closes += 0 if closes > opens else 24 * 60
                spans.append([_first_shown(wall, midnight + timedelta(minutes=end)) for end in (opens, closes)])
    inside = [at_us for at_us, _ in wall[88 * 60 : 108 * 60]]  # far enough from both ends
    ours = list(calendar(*said, zone=zone).open_times(inside[0], 4))
    assert [at_us for at_us in inside if any(opens <= at_us < closes for opens, closes in ours)] == [
        at_us for at_us in inside if any(opens <= at_us < closes for opens, closes in spans)
    ]


times = st.integers(-5 * DAY, 5 * DAY)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CHANGES), shifts, times, times, times)
def test_open_time_adds_up(change: tuple[str, date], said: list[Shift], a: int, b: int, c: int) -> None:
    zone, day = change
    noon = at(f"{day}T12:00", "UTC")
    first, second, third = sorted((noon + a, noon + b, noon + c))
    it = calendar(*said, zone=zone)
    whole = open_between(it, first, third)
    assert whole == pytest.approx(open_between(it, first, second) + open_between(it, second, third), abs=1e-5)
    assert 0 <= whole <= (third - first) / SECOND


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CHANGES), shifts, times)
def test_before_it_opens_next_it_is_closed_and_then_it_is_open(
    change: tuple[str, date], said: list[Shift], offset: int
) -> None:
    zone, day = change
    now = at(f"{day}T12:00", "UTC") + offset
    it = calendar(*said, zone=zone)
    opens = next_open(it, now)
    assert opens is not None
    assert opens >= now
    assert open_between(it, now, opens) == 0
    assert open_between(it, opens, opens + SECOND) > 0


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CHANGES), shifts, times, st.integers(1, 5 * 86_400))
def test_free_time_ends_when_so_much_of_it_was_open(
    change: tuple[str, date], said: list[Shift], offset: int, open_s: int
) -> None:
    zone, day = change
    now = at(f"{day}T12:00", "UTC") + offset
    it = calendar(*said, zone=zone)
    until = open_until(it, now, open_s)
    assert until is not None
    assert open_between(it, now, until) == pytest.approx(open_s, abs=1e-5)
    assert open_between(it, now, until - SECOND) < open_s
