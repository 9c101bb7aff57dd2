"""The base map: world-atlas TopoJSON turned into the few lines and areas that the page draws.

TopoJSON cuts all outlines into arcs that neighbours share, so land (areas) and borders (the arcs that two
countries share) come out of one file without any line standing twice. Coordinates are put on a grid of
1/100 degree (about 1 km; the source's own accuracy at 1:50 million is coarser) and thinned, which makes the
map a third of the original and is still whole for every network in the world.

Form of TopoJSON: https://github.com/topojson/topojson-specification. Form written: see `Basemap`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import msgspec

GRID = 100  # cells per degree
TOLERANCE = 0.8  # cells that a dropped point may lie off the line
SMALLEST_RING = 4  # points with the closing one: less is no area

Point: TypeAlias = tuple[int, int]  # x (longitude), y (latitude) in cells
Line: TypeAlias = list[Point]


class Transform(msgspec.Struct, frozen=True):
    """Integers to degrees: `degrees = integer * scale + translate`, x before y."""

    scale: tuple[float, float]
    translate: tuple[float, float]


class Polygon(msgspec.Struct, frozen=True, tag_field="type", tag="Polygon"):
    """One area: rings of numbers of arcs, the outer one first; ~n means arc n backwards."""

    arcs: list[list[int]]

    @property
    def rings(self) -> list[list[int]]:
        return self.arcs


class MultiPolygon(msgspec.Struct, frozen=True, tag_field="type", tag="MultiPolygon"):
    """Several areas that belong together."""

    arcs: list[list[list[int]]]

    @property
    def rings(self) -> list[list[int]]:
        return [ring for area in self.arcs for ring in area]


class Collection(msgspec.Struct, frozen=True):
    """A GeometryCollection."""

    geometries: list[Polygon | MultiPolygon]


class Objects(msgspec.Struct, frozen=True):
    """The two collections of world-atlas's countries files."""

    countries: Collection
    land: Collection


class Topology(msgspec.Struct, frozen=True):
    """What world-atlas ships."""

    transform: Transform
    arcs: list[list[tuple[int, int]]]  # each a first point, then steps
    objects: Objects


class Basemap(msgspec.Struct, frozen=True):
    """What the page reads: flat integers x, y, dx, dy, dx, dy, ... in cells of 1/`grid` degree."""

    grid: int
    land: list[list[int]]  # closed rings, without the closing point; holes (lakes, seas) are rings too: fill even-odd
    borders: list[list[int]]  # open lines


def build(topology: Topology) -> Basemap:
    """Draw land and borders of a topology on the grid; the same input gives the same output."""
    arcs = [thinned(list(_on_grid(arc, topology.transform))) for arc in topology.arcs]
    land = (_joined(ring, arcs) for geometry in topology.objects.land.geometries for ring in geometry.rings)
    used = Counter(
        _forward(index)
        for geometry in topology.objects.countries.geometries
        for ring in geometry.rings
        for index in ring
    )
    borders = (arcs[index] for index in sorted(used) if used[index] > 1)
    return Basemap(
        grid=GRID,
        land=[_steps(ring[:-1]) for ring in land if len(ring) >= SMALLEST_RING],
        borders=[_steps(line) for line in borders if len(line) > 1],
    )


def thinned(line: Line) -> Line:
    """Drop points that lie within `TOLERANCE` of the line without them (Douglas-Peucker); ends stay."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        middle, distance = _farthest(line, first, last)
        if distance > TOLERANCE:
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    return [point for previous, point in _pairs(line[index] for index in sorted(keep)) if point != previous]


def _farthest(line: Line, first: int, last: int) -> tuple[int, float]:
    """Which point between two is farthest from their chord, and by how many cells."""
    (ax, ay), (bx, by) = line[first], line[last]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    best, most = first, 0.0
    for index in range(first + 1, last):
        x, y = line[index]
        if length:
            distance = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
        else:  # a closed arc: an island
            distance = ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        if distance > most:
            best, most = index, distance
    return best, most


def _on_grid(arc: Sequence[tuple[int, int]], transform: Transform) -> Iterator[Point]:
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        longitude = x * transform.scale[0] + transform.translate[0]
        latitude = y * transform.scale[1] + transform.translate[1]
        yield round(longitude * GRID), round(latitude * GRID)


def _joined(ring: Iterable[int], arcs: Sequence[Line]) -> Line:
    """The points of a ring; where two arcs meet, the shared point stands once."""
    points: Line = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def _forward(index: int) -> int:
    return index if index >= 0 else ~index


def _pairs(points: Iterable[Point]) -> Iterator[tuple[Point | None, Point]]:
    previous: Point | None = None
    for point in points:
        yield previous, point
        previous = point


def _steps(line: Line) -> list[int]:
    flat: list[int] = []
    x = y = 0
    for point in line:
        flat += [point[0] - x, point[1] - y]
        x, y = point
    return flat
