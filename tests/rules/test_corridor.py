"""Metres off a line agree with the great circle, where trucks drive and across the 180th meridian."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.geo import haversine_m
from rules.corridor import length_m, metres_off


@given(st.floats(-65, 65), st.floats(-180, 180), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_from_one_point_it_is_the_great_circle(lat: float, lon: float, north: float, east: float) -> None:
    other = lat + north, (lon + east + 180) % 360 - 180
    assert metres_off(lat, lon, [other]) == pytest.approx(haversine_m(lat, lon, *other), rel=0.02, abs=1)


@pytest.mark.parametrize(
    ("lat", "lon", "line", "km"),
    [
        (52.5, 10.0, [(52.0, 10.0), (53.0, 10.0)], 0.0),
        (52.5, 10.5, [(52.0, 10.0), (53.0, 10.0)], 33.85),
        (51.5, 10.0, [(52.0, 10.0), (53.0, 10.0)], 55.6),
        (0.1, -179.9, [(0.0, 179.0), (0.0, -179.0)], 11.12),
        (52.5, 10.5, [(52.0, 10.0), (52.5, 10.5), (53.0, 10.0)], 0.0),
    ],
)
def test_from_a_line_it_is_the_nearest_point_of_it(
    lat: float, lon: float, line: list[tuple[float, float]], km: float
) -> None:
    assert metres_off(lat, lon, line) / 1000 == pytest.approx(km, abs=0.1)


def test_a_line_of_nothing_is_nowhere_and_lengths_add_up() -> None:
    assert metres_off(52.0, 10.0, []) == math.inf
    assert length_m([(52.0, 10.0), (53.0, 10.0), (53.0, 11.0)]) == pytest.approx(
        haversine_m(52.0, 10.0, 53.0, 10.0) + haversine_m(53.0, 10.0, 53.0, 11.0), rel=0.01
    )
