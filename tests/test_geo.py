"""Geometry against known distances and shapes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.geo import Circle, Polygon, haversine_m

SQUARE = Polygon(((52.0, 10.0), (52.0, 10.01), (52.01, 10.01), (52.01, 10.0)))


def test_hamburg_to_munich_is_612_kilometres() -> None:
    assert haversine_m(53.5511, 9.9937, 48.1374, 11.5755) == pytest.approx(612_000, rel=0.005)


def test_opposite_points_are_half_the_earth_apart() -> None:
    assert haversine_m(0, 0, 0, 180) == pytest.approx(math.pi * 6_371_008.8)


def test_a_circle_knows_how_far_outside_and_how_deep_inside() -> None:
    circle = Circle(centre=(52.0, 10.0), radius_m=300)
    assert circle.distance_m(52.0, 10.0) == pytest.approx(-300)
    assert circle.distance_m(52.0 + 0.01, 10.0) == pytest.approx(1112 - 300, abs=2)


def test_a_polygon_knows_how_far_outside_and_how_deep_inside() -> None:
    assert SQUARE.distance_m(52.005, 10.005) == pytest.approx(-342, abs=2)  # half its width of 685 m
    assert SQUARE.distance_m(51.999, 10.005) == pytest.approx(111.2, abs=0.5)


def test_a_dent_in_a_polygon_is_outside() -> None:
    dented = Polygon(((0, 0), (0, 2), (2, 2), (1, 1), (2, 0)))
    assert dented.distance_m(0.5, 1.0) < 0
    assert dented.distance_m(1.8, 1.0) > 0


def test_a_fence_across_the_180th_meridian_is_one_piece() -> None:
    fence = Polygon(((-17.0, 179.9), (-17.0, -179.9), (-16.8, -179.9), (-16.8, 179.9)))
    assert fence.distance_m(-16.9, 180.0) < 0
    assert fence.distance_m(-16.9, -179.95) < 0
    assert fence.distance_m(-16.9, 179.5) > 0


@given(lat=st.floats(-85, 85), lon=st.floats(-180, 180), east_m=st.floats(-5000, 5000), north_m=st.floats(-5000, 5000))
def test_the_plane_of_a_fence_agrees_with_the_sphere(lat: float, lon: float, east_m: float, north_m: float) -> None:
    there = lat + north_m / 111_195, lon + east_m / 111_195 / math.cos(math.radians(lat))
    tiny = Polygon(((lat, lon), (lat + 1e-7, lon), (lat, lon + 1e-7)))
    assert tiny.distance_m(*there) == pytest.approx(haversine_m(lat, lon, *there), rel=0.01, abs=0.5)
