"""How long a stock lasts, held against somebody who walks through it minute by minute on the clock of the wall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.alerting import Demand
from gateway.config.model import Calendar, Shift
from gateway.engine.cover import LONGEST_US, Stocks, left_at, runs_out_us
from gateway.model import Micros, StockCount
from gateway.plans.calendars import PlantCalendar

MINUTE_US = 60 * 1_000_000
HOUR_US = 60 * MINUTE_US
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAYS = ("2026-03-27", "2026-10-26")
# Early and late on workdays, a night shift on all days but Friday: it is the one that summer time cuts and stretches.
EARLY = Shift(days=("mon", "tue", "wed", "thu", "fri"), opens="06:00", closes="14:00")
LATE = Shift(days=("mon", "tue", "wed", "thu", "fri"), opens="14:00", closes="22:00")
NIGHT = Shift(days=("mon", "tue", "wed", "thu", "sat", "sun"), opens="22:00", closes="06:00")
CALENDAR = Calendar(name="plant", shifts=(EARLY, LATE, NIGHT), holidays=HOLIDAYS)
PLANT = PlantCalendar(CALENDAR, "Europe/Berlin")
# Days whose three weeks hold a change of summer time and a holiday.
STARTS = st.sampled_from([datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 16, tzinfo=UTC)])


def micros(at: datetime) -> Micros:
    return (at - EPOCH) // timedelta(microseconds=1)


def at(text: str) -> Micros:
    return micros(datetime.fromisoformat(text).replace(tzinfo=BERLIN))


def works(instant: datetime) -> bool:
    """Whether the plant works in a minute, by the wall's clock alone."""
    wall = instant.astimezone(BERLIN)
    begun = wall.date() if wall.hour >= 6 else wall.date() - timedelta(days=1)
    if begun.isoformat() in HOLIDAYS:
        return False
    is_night = wall.hour >= 22 or wall.hour < 6
    return begun.weekday() != 4 if is_night else begun.weekday() < 5


def walked(counted: datetime, quantity: float, per_hour: float) -> Iterator[tuple[datetime, float]]:
    """What is left at the beginning of each minute, until it is used up."""
    left, now = quantity, counted
    while left > 1e-9:
        yield now, left
        left -= per_hour / 60 if works(now) else 0.0
        now += timedelta(minutes=1)
    yield now, 0.0


@settings(deadline=None, max_examples=40)
@given(start=STARTS, minute=st.integers(0, 14 * 1440), hours=st.integers(1, 90), per_hour=st.sampled_from([1, 6, 60]))
def test_a_stock_lasts_as_long_as_somebody_finds_who_walks_through_it(
    start: datetime, minute: int, hours: int, per_hour: int
) -> None:
    counted = start + timedelta(minutes=minute)
    count = StockCount(place="P", part="A", quantity=hours * per_hour, counted_us=micros(counted))
    for now, left in walked(counted, count.quantity, per_hour):
        if now.minute == 0 or not left:
            assert left_at(count, per_hour, PLANT, micros(now)) == pytest.approx(left, abs=1e-6)
    assert runs_out_us(count, per_hour, PLANT) == micros(now)


@settings(deadline=None)
@given(
    start=STARTS,
    minute=st.integers(0, 20 * 1440),
    quantity=st.floats(0, 1e4),
    per_hour=st.floats(1, 1e4),
    later_h=st.floats(0, 2000),
)
def test_a_stock_only_shrinks_and_is_gone_from_when_it_runs_out(
    start: datetime, minute: int, quantity: float, per_hour: float, later_h: float
) -> None:
    counted_us = micros(start + timedelta(minutes=minute))
    count = StockCount(place="P", part="A", quantity=quantity, counted_us=counted_us)
    end_us = runs_out_us(count, per_hour, PLANT)
    later_us = counted_us + int(later_h * HOUR_US)
    assert counted_us <= end_us
    assert 0 <= left_at(count, per_hour, PLANT, later_us) <= quantity
    if end_us < counted_us + LONGEST_US:
        assert left_at(count, per_hour, PLANT, end_us) == pytest.approx(0, abs=max(1e-6, per_hour / 3.6e9))
    assert left_at(count, per_hour, PLANT, counted_us - HOUR_US) == quantity


def test_the_hour_that_summer_time_skips_is_not_worked() -> None:
    spring = StockCount(place="P", part="A", quantity=70, counted_us=at("2026-03-28T20:00"))
    autumn = StockCount(place="P", part="A", quantity=90, counted_us=at("2026-10-24T20:00"))
    assert runs_out_us(spring, 10, PLANT) == at("2026-03-29T06:00")  # a night shift of seven hours
    assert runs_out_us(autumn, 10, PLANT) == at("2026-10-25T06:00")  # and one of nine


def test_what_lasts_longer_than_a_quarter_is_said_to_last_so_long() -> None:
    closed = PlantCalendar(Calendar(name="closed", shifts=()), "UTC")
    for calendar, quantity in ((None, 1e300), (PLANT, 1e300), (closed, 1.0), (None, 1e-320)):
        count = StockCount(place="P", part="A", quantity=quantity, counted_us=at("2026-03-01T00:00"))
        latest_us = count.counted_us + LONGEST_US
        assert runs_out_us(count, 1e-6, calendar) <= latest_us
        assert (runs_out_us(count, 1e-6, calendar) == latest_us) == (quantity > 1e-9)


def test_the_newest_count_stands_in_whatever_order_they_come() -> None:
    day = at(date(2026, 3, 2).isoformat() + "T06:00")
    counts = [StockCount(place="P", part="A", quantity=q, counted_us=day + q * HOUR_US, per_hour=10) for q in (1, 2, 3)]
    for order in permutations(counts):
        stocks = Stocks((), lambda _: None)
        for count in order:
            stocks.count([count, count])
        held = stocks.find("P", "A")
        assert held is not None
        assert held.count == counts[-1]


def test_a_count_that_says_no_rate_leaves_the_one_before() -> None:
    demand = Demand(place="P", part="A", per_hour=60, stock=120, counted="2026-03-02T06:00+01:00")
    stocks = Stocks([demand], lambda _: None)
    told = StockCount(place="P", part="A", quantity=30, counted_us=at("2026-03-02T07:00"))
    assert stocks.count([told]) == {"A"}
    held = stocks.find("P", "A")
    assert held is not None
    assert held.runs_out_us == at("2026-03-02T07:30")
    old = StockCount(place="P", part="A", quantity=999, counted_us=at("2026-03-02T05:00"))
    assert stocks.count([old]) == set()
    assert stocks.find("P", "A") == held


def test_what_nobody_counted_or_said_the_use_of_is_not_known() -> None:
    stocks = Stocks([Demand(place="P", part="A", per_hour=60)], lambda _: None)
    stocks.count([StockCount(place="P", part="B", quantity=10, counted_us=at("2026-03-02T07:00"))])
    assert [(s.part, s.runs_out_us, s.left_at(0)) for s in stocks.all()] == [("A", None, None), ("B", None, None)]
