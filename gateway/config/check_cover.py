"""What places use up: places that exist, counts with their instant, each part of a place once, hours in their order."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.instant import instant_us
from gateway.config.model import Cover
from gateway.config.names import Names, refers
from gateway.config.nodes import Scalar, Table, number
from gateway.errors import Fault


def check_cover(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of what is said of stock, and of what is used of it."""
    cover = root.table("cover")
    yield from _hours(cover)
    first: dict[tuple[str, str], int] = {}
    for demand in cover.tables("demand"):
        yield from refers(demand, "place", names.places, "the code of a place")
        yield from _part(demand)
        yield from _count(demand)
        place, part = demand.text("place"), demand.text("part")
        if place and part and (line := first.setdefault((place, part), demand.line)) != demand.line:
            text = (
                f"expected each part of a place once, came '{part[:64]}' of {place[:64]}, which stands in line {line}"
            )
            yield demand.spot("part").fault(text, "put what is used of it together")


def _hours(cover: Table) -> Iterator[Fault]:
    critical_h = _hours_of(cover, "critical_h", Cover().critical_h)
    warning_h = _hours_of(cover, "warning_h", Cover().warning_h)
    if critical_h > warning_h:
        text = f"expected at most the {warning_h:g} hours of `warning_h`, came {critical_h:g}"
        yield cover.spot("critical_h").fault(text, "what is critical is worth a warning before")


def _hours_of(cover: Table, key: str, default: float) -> float:
    said = number(cover.get(key))
    return default if said is None else said


def _part(demand: Table) -> Iterator[Fault]:
    node = demand.get("part")
    if isinstance(node, Scalar) and isinstance(node.value, str) and (node.value.strip() or "?") != node.value:
        yield node.fault(f"expected a part number without blanks around it, came '{node.value[:64]}'")


def _count(demand: Table) -> Iterator[Fault]:
    if demand.has("stock") != demand.has("counted"):
        said, missing = ("stock", "counted") if demand.has("stock") else ("counted", "stock")
        yield demand.spot(said).fault(f"expected `{missing}` beside it, came `{said}` alone", "write both or neither")
    text = demand.text("counted")
    if text and not _is_instant(text):
        yield demand.spot("counted").fault(
            f"expected a time with its zone, came '{text[:40]}'", "write it like 2026-03-01T06:00+01:00"
        )


def _is_instant(text: str) -> bool:
    try:
        instant_us(text)
    except ValueError:
        return False
    return True
