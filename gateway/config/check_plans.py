"""Plans of places: the picture is one, and it is told in one way where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.config.check_places import check_position
from gateway.config.nodes import Items, Table, number
from gateway.config.picture import read_picture
from gateway.errors import BadInput, Fault

POINTS = 3
LEAST_AREA = 1.0  # square pixels of the triangle, doubled


def check_plans(root: Table, folder: Path) -> Iterator[Fault]:
    """Yield the faults of each place's plan; `folder` is where the file stands."""
    for place in root.tables("places"):
        if place.has("plan"):
            plan = place.table("plan")
            yield from _image(plan, folder)
            yield from _laid(plan)


def _image(plan: Table, folder: Path) -> Iterator[Fault]:
    name = plan.text("image")
    if not name:
        return  # the shape check tells
    try:
        read_picture(folder / name)
    except BadInput as error:
        yield plan.spot("image").fault(f"{error}: '{name[:120]}'", f"it is looked for in {folder}")


def _laid(plan: Table) -> Iterator[Fault]:
    points = list(plan.tables("points"))
    if plan.has("bounds") == bool(points):
        came = "both" if points else "neither"
        yield plan.fault(f"expected `bounds` or three `points`, came {came}", "write one of the two")
        return
    yield from _points(plan, points) if points else _bounds(plan)


def _bounds(plan: Table) -> Iterator[Fault]:
    node = plan.get("bounds")
    corners = node.nodes if isinstance(node, Items) else ()
    for corner in corners:
        yield from check_position(corner)
    values = [tuple(map(number, corner.nodes)) for corner in corners if isinstance(corner, Items)]
    if [len(value) for value in values] != [2, 2] or None in (*values[0], *values[1]):
        return  # the shape check tells
    (south, west), (north, east) = values
    if not (south < north and west < east):  # type: ignore[operator]  # none of them is None
        text = "expected the south-west corner, then the north-east one, came another order"
        yield plan.spot("bounds").fault(text, "write [[south, west], [north, east]]")


def _points(plan: Table, points: list[Table]) -> Iterator[Fault]:
    for point in points:
        yield from check_position(point.get("at"))
    if len(points) != POINTS:
        yield plan.spot("points").fault(f"expected {POINTS} points, came {len(points)}")
        return
    for name in ("pixel", "at"):
        pairs = [_pair(point, name) for point in points]
        if all(pairs) and abs(_area(pairs)) < (LEAST_AREA if name == "pixel" else 1e-12):
            text = f"expected three points that are not on one line, came such by their `{name}`"
            yield plan.spot("points").fault(text, "take points far apart: three corners do well")


def _pair(point: Table, name: str) -> tuple[float, ...]:
    node = point.get(name)
    values = [number(one) for one in node.nodes] if isinstance(node, Items) else []
    known = tuple(value for value in values if value is not None)
    return known if len(known) == len(values) == 2 else ()


def _area(pairs: list[tuple[float, ...]]) -> float:
    (ax, ay), (bx, by), (cx, cy) = pairs
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
