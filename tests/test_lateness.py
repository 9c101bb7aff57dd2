"""Late is past the close of the last window, from its first microsecond on."""

from __future__ import annotations

import pytest

from gateway.lateness import lateness
from gateway.model import Actual, Shipment, Stop, Trip, Window

S = 1_000_000
CLOSE = 1000 * S


def trip(arrived_us: int | None = None, findings: tuple[str, ...] = (), *, window: bool = True) -> Trip:
    due = Window(open_us=900 * S, close_us=CLOSE) if window else None
    shipment = Shipment(
        shipment_id="S", stops=(Stop(place="A"), Stop(place="B", arrival=due)), assets=("T",), parties={}, created_us=0
    )
    return Trip(shipment=shipment, actuals=(Actual(stop=0), Actual(stop=1, arrived_us=arrived_us)), findings=findings)


@pytest.mark.parametrize(
    ("arrived_us", "now_us", "late_s"),
    [
        (None, 0, 0),
        (None, CLOSE, 0),
        (None, CLOSE + 1, 1),
        (None, CLOSE + 60 * S, 60),
        (CLOSE, CLOSE + 60 * S, 0),
        (950 * S, CLOSE + 60 * S, 0),
        (CLOSE + 5 * S, CLOSE + 60 * S, 5),
        (CLOSE + 5 * S, 0, 5),
    ],
)
def test_late_by_arrival_or_by_now(arrived_us: int | None, now_us: int, late_s: int) -> None:
    assert lateness(trip(arrived_us), now_us) == late_s


def test_a_trip_that_contradicts_itself_is_not_called_late() -> None:
    assert lateness(trip(CLOSE + 5 * S, ("arrived_before_it_departed",)), CLOSE + 60 * S) == 0


def test_without_a_window_nothing_is_late() -> None:
    assert lateness(trip(window=False), CLOSE + 60 * S) == 0
