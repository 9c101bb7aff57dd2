"""Readings a second, in steps, over the last minutes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.devices import BUCKET_S, BUCKETS, Meter


def test_before_anything_came_there_are_no_steps() -> None:
    meter = Meter()
    assert (meter.rate(1000.0), meter.rates(1000.0)) == (0.0, ())


def test_a_step_counts_once_it_is_over() -> None:
    meter = Meter()
    meter.add(10, 1000.0)
    meter.add(10, 1004.0)
    assert meter.rates(1004.9) == ()
    assert meter.rate(1004.0) == 5.0, "of the step that is under way"
    assert meter.rates(1005.0) == (4.0,)
    meter.add(10, 1007.5)
    assert meter.rate(1007.5) == 30 / 7.5
    assert meter.rates(1020.0) == (4.0, 2.0, 0.0, 0.0)


def test_silence_for_hours_leaves_one_line_of_nothing() -> None:
    meter = Meter()
    meter.add(7, 0.0)
    assert meter.rates(1e6) == (0.0,) * BUCKETS
    assert (meter.rate(1e6), meter.total) == (0.0, 7)


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 1000)), max_size=40))
def test_no_reading_is_lost_while_the_line_is_long_enough(steps: list[tuple[float, int]]) -> None:
    meter, now_s, recent = Meter(), 50_000.0, 0.0
    told: list[tuple[float, int]] = []
    for wait_s, number in steps:
        now_s += wait_s
        meter.add(number, now_s)
        told.append((now_s, number))
    end_s = (now_s // BUCKET_S + 1) * BUCKET_S
    recent = sum(number for at_s, number in told if at_s >= end_s - BUCKETS * BUCKET_S)
    assert round(sum(meter.rates(end_s)) * BUCKET_S) == recent
    assert meter.total == sum(number for _, number in steps)
