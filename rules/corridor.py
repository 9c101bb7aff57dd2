"""How far a position is off a line of points: on a plane around the position, which is good within 100 km."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

DEGREE_M = 111_195.08  # of latitude, on a sphere of 6,371,008.8 m

Point = tuple[float, float]  # latitude, longitude


def metres_off(lat: float, lon: float, line: Sequence[Point]) -> float:
    """Metres from a position to the nearest point of a line; infinite where the line has no point."""
    shrink = math.cos(math.radians(lat))
    plane = [(((x - lon + 180.0) % 360.0 - 180.0) * shrink, y - lat) for y, x in line]
    if len(plane) == 1:
        return math.hypot(*plane[0]) * DEGREE_M
    return min((_to_segment(*a, *b) for a, b in pairwise(plane)), default=math.inf) * DEGREE_M


def _to_segment(x1: float, y1: float, x2: float, y2: float) -> float:
    """From the origin to a segment."""
    along_x, along_y = x2 - x1, y2 - y1
    length2 = along_x * along_x + along_y * along_y
    share = 0.0 if length2 == 0 else min(1.0, max(0.0, -(x1 * along_x + y1 * along_y) / length2))
    return math.hypot(x1 + share * along_x, y1 + share * along_y)


def length_m(line: Sequence[Point]) -> float:
    """Metres along a line."""
    return sum(
        math.hypot(b[0] - a[0], ((b[1] - a[1] + 180.0) % 360.0 - 180.0) * math.cos(math.radians(a[0]))) * DEGREE_M
        for a, b in pairwise(line)
    )
