"""Where things are on the globe, near enough for trucks: distances, curved roads, points in fences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

EARTH_M = 6_371_008.8  # mean radius, IUGG
METRES_PER_DEGREE = EARTH_M * math.pi / 180


@dataclass(frozen=True)
class Point:
    """WGS 84, degrees."""

    lat: float
    lon: float


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def shifted(point: Point, north_m: float, east_m: float) -> Point:
    """The point that lies so many metres away; good for some kilometres."""
    lon = east_m / (METRES_PER_DEGREE * math.cos(math.radians(point.lat)))
    return Point(point.lat + north_m / METRES_PER_DEGREE, point.lon + lon)


def course_deg(a: Point, b: Point) -> float:
    """Initial course from one point to another, 0 to 360, true."""
    lat_a, lat_b, turn = math.radians(a.lat), math.radians(b.lat), math.radians(b.lon - a.lon)
    east = math.sin(turn) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(turn)
    return math.degrees(math.atan2(east, north)) % 360


@dataclass(frozen=True)
class Road:
    """A road between two points that swings to one side and back, as roads do; `bend` is its swing by its length."""

    start: Point
    end: Point
    bend: float = 0.0

    def at(self, share: float) -> Point:
        """The point after a share of the way, 0 to 1."""
        lat, lon = self.end.lat - self.start.lat, self.end.lon - self.start.lon
        squeeze = math.cos(math.radians((self.start.lat + self.end.lat) / 2))
        swing = self.bend * (math.sin(math.pi * share) + math.sin(3 * math.pi * share) / 4)
        return Point(
            self.start.lat + lat * share - lon * squeeze * swing,
            self.start.lon + lon * share + lat / squeeze * swing,
        )

    @cached_property
    def length_m(self) -> float:
        """Along the curve."""
        points = [self.at(n / 32) for n in range(33)]
        return sum(distance_m(a, b) for a, b in pairwise(points))


def inside(point: Point, polygon: tuple[Point, ...]) -> bool:
    """Even-odd rule; the edge itself belongs to either side."""
    within = False
    for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        crosses = (a.lat > point.lat) != (b.lat > point.lat)
        if crosses and point.lon < (b.lon - a.lon) * (point.lat - a.lat) / (b.lat - a.lat) + a.lon:
            within = not within
    return within


def deep_inside(polygon: tuple[Point, ...], without: tuple[tuple[Point, ...], ...] = ()) -> Point:
    """A point in a polygon and outside others, about as far from every edge as can be."""
    south, north = min(p.lat for p in polygon), max(p.lat for p in polygon)
    west, east = min(p.lon for p in polygon), max(p.lon for p in polygon)
    steps = [(n + 0.5) / 24 for n in range(24)]
    grid = [Point(south + (north - south) * y, west + (east - west) * x) for y in steps for x in steps]
    free = [p for p in grid if inside(p, polygon) and not any(inside(p, hole) for hole in without)]
    edges = [corner for ring in (polygon, *without) for corner in _edge_points(ring)]
    return max(free, key=lambda p: min(distance_m(p, edge) for edge in edges))


def _edge_points(ring: tuple[Point, ...]) -> list[Point]:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return [Road(a, b).at(n / 16) for a, b in pairs for n in range(16)]
