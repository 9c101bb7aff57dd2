"""Distances on the earth, and fences: pure geometry, metres and degrees (WGS 84 taken as a sphere).

A fence is small beside the earth, so its corners are laid on a plane around its first corner once, and
points are compared there: within 0.1 % up to 100 km, and right across the 180th meridian.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_M = 6_371_008.8  # mean radius, IUGG
DEGREE_M = EARTH_M * math.pi / 180  # of latitude

Point = tuple[float, float]  # latitude, longitude in degrees; or x, y in metres on the plane


def haversine_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance in metres."""
    north, south = math.radians(lat), math.radians(other_lat)
    half_lat = math.sin((south - north) / 2)
    half_lon = math.sin(math.radians(other_lon - lon) / 2)
    root = half_lat * half_lat + math.cos(north) * math.cos(south) * half_lon * half_lon
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(root)))


def on_plane(lat: float, lon: float, origin: Point) -> Point:
    """East and north of `origin` in metres, by the shorter way around the earth."""
    east_deg = (lon - origin[1] + 180.0) % 360.0 - 180.0
    return east_deg * DEGREE_M * math.cos(math.radians(origin[0])), (lat - origin[0]) * DEGREE_M


def inside_polygon(x: float, y: float, corners: tuple[Point, ...]) -> bool:
    """Whether a point of the plane lies in a polygon, by counting the edges to its right (even-odd rule)."""
    inside = False
    x1, y1 = corners[-1]
    for x2, y2 in corners:
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        x1, y1 = x2, y2
    return inside


def distance_to_edges(x: float, y: float, corners: tuple[Point, ...]) -> float:
    """Distance on the plane from a point to the nearest edge of a polygon."""
    nearest = math.inf
    x1, y1 = corners[-1]
    for x2, y2 in corners:
        nearest = min(nearest, _distance_to_segment(x, y, x1, y1, x2, y2))
        x1, y1 = x2, y2
    return nearest


def _distance_to_segment(x: float, y: float, x1: float, y1: float, x2: float, y2: float) -> float:
    along_x, along_y = x2 - x1, y2 - y1
    length2 = along_x * along_x + along_y * along_y
    share = 0.0 if length2 == 0 else ((x - x1) * along_x + (y - y1) * along_y) / length2
    share = min(1.0, max(0.0, share))
    return math.hypot(x - x1 - share * along_x, y - y1 - share * along_y)


@dataclass(frozen=True, kw_only=True)
class Circle:
    """A fence of all points within a radius."""

    centre: Point
    radius_m: float

    def distance_m(self, lat: float, lon: float) -> float:
        """How far a point is outside the fence; negative: how deep inside."""
        return haversine_m(lat, lon, *self.centre) - self.radius_m

    @property
    def area_m2(self) -> float:
        return math.pi * self.radius_m**2

    @property
    def reach(self) -> tuple[Point, Point]:
        """South-west and north-east corner of the box around it; east may pass 180 degrees."""
        lat, lon = self.centre
        high = self.radius_m / DEGREE_M * 1.001
        wide = min(180.0, high / max(math.cos(math.radians(min(89.9, abs(lat) + high))), 1e-3))
        return (lat - high, lon - wide), (lat + high, lon + wide)


class Polygon:
    """A fence of three corners or more; the last joins the first."""

    def __init__(self, corners: tuple[Point, ...]) -> None:
        self.origin = corners[0]
        self._plane = tuple(on_plane(lat, lon, self.origin) for lat, lon in corners)
        xs, ys = [x for x, _ in self._plane], [y for _, y in self._plane]
        self.area_m2 = abs(sum(xs[i - 1] * ys[i] - xs[i] * ys[i - 1] for i in range(len(xs)))) / 2
        degree_east_m = DEGREE_M * max(math.cos(math.radians(self.origin[0])), 1e-9)
        south, west = self.origin[0] + min(ys) / DEGREE_M, self.origin[1] + min(xs) / degree_east_m
        north, east = self.origin[0] + max(ys) / DEGREE_M, self.origin[1] + max(xs) / degree_east_m
        self.reach = (south, west), (north, east)
        self.centre: Point = ((south + north) / 2, (west + east) / 2)

    def distance_m(self, lat: float, lon: float) -> float:
        """How far a point is outside the fence; negative: how deep inside."""
        x, y = on_plane(lat, lon, self.origin)
        edge_m = distance_to_edges(x, y, self._plane)
        return -edge_m if inside_polygon(x, y, self._plane) else edge_m


Fence = Circle | Polygon
