"""The short form of `make eval-eta`: a part of the lanes, learned on one day and tested on the next."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tests.evaluate.eta import judge, main
from tests.evaluate.eta_data import Day, read_day


def some_lanes(day: Day) -> Day:
    """The day's trips of every third lane."""
    lanes = sorted({trip.shipment.lane for trip in day.trips})[::3]
    kept = tuple(trip for trip in day.trips if trip.shipment.lane in set(lanes))
    return Day(name=day.name, trips=kept, points=day.points, pings=day.pings, unplanned=day.unplanned)


@pytest.fixture(scope="module")
def buses(shared_fixtures: Path) -> Path:
    return shared_fixtures / "delays" / "capmetrics"


def test_estimates_are_better_than_timetable_and_carried_lateness_on_an_unseen_day(buses: Path) -> None:
    fit, test = (some_lanes(read_day(buses, name)) for name in ("2015-03-18", "2015-03-19"))
    rows = judge([fit], [test], ZoneInfo("America/Chicago")).rows(least_chance=0.5)
    assert all(row is not None and row.ours_s <= row.schedule_s for row in rows)
    for row in rows[1:]:
        assert row is not None
        assert row.n > 500
        assert row.ours_s < min(row.carry_s, row.shrunk_s)
        assert 0.72 <= row.coverage <= 0.88


def test_a_day_that_is_not_there_is_named(buses: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(buses), "--fit", "2015-03-18", "--test", "1999-01-01"]) == 2
    assert "1999-01-01" in capsys.readouterr().err


def test_trips_are_looked_up_by_the_schedule_in_force(buses: Path) -> None:
    day = read_day(buses, "2015-03-19")
    assert day.arrivals == pytest.approx(8918, abs=20)
    late_s = sorted(
        abs(actual.arrived_us - stop.arrival.close_us) / 1e6
        for trip in day.trips
        for actual, stop in zip(trip.actuals, trip.shipment.stops, strict=True)
        if actual.arrived_us is not None and stop.arrival is not None
    )
    assert late_s[len(late_s) // 2] < 180
    assert msgspec.msgpack.encode(day.trips[0])
