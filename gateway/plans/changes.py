"""What changed from one version of a plan to the next, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gateway.model import PartLine, Shipment, Window

Value: TypeAlias = str | float | None  # times are Micros; None: not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field before and after; of times, the field ends in `_us`."""

    field: str  # stops[1].arrival.close_us, parties.carrier, assets, parts.P-1 C62
    before: Value
    after: Value


def changes(before: Shipment, after: Shipment) -> list[Change]:
    """Every difference, in the order of the fields; none where both plan the same.

    What an asset or a part is named by is its place in neither list: taken out and put in are told, order is not.
    """
    old, new = dict(_fields(before)), dict(_fields(after))
    return [
        Change(field="assets" if field.startswith("assets ") else field, before=old.get(field), after=new.get(field))
        for field in dict.fromkeys((*old, *new))
        if old.get(field) != new.get(field)
    ]


def _fields(plan: Shipment) -> Iterator[tuple[str, Value]]:
    for index, stop in enumerate(plan.stops):
        yield f"stops[{index}].place", stop.place
        yield from _window(f"stops[{index}].arrival", stop.arrival)
        yield from _window(f"stops[{index}].departure", stop.departure)
    for index, leg in enumerate(plan.legs):
        yield f"legs[{index}].mode", leg.mode
        yield f"legs[{index}].carrier", leg.carrier
        yield f"legs[{index}].trip", leg.trip
    for role, party in plan.parties.items():
        yield f"parties.{role}", party
    yield "contents", plan.contents
    for asset in plan.assets:
        yield f"assets {asset}", asset
    yield from _parts(plan.parts)


def _window(path: str, window: Window | None) -> Iterator[tuple[str, Value]]:
    if window is None:
        return
    yield f"{path}.open_us", window.open_us
    yield f"{path}.close_us", window.close_us
    yield f"{path}.hard_open_us", window.hard_open_us
    yield f"{path}.hard_close_us", window.hard_close_us
    yield f"{path}.tolerance_s", window.tolerance_s
    yield f"{path}.grace_s", window.grace_s


def _parts(parts: tuple[PartLine, ...]) -> Iterator[tuple[str, Value]]:
    """Each part by its unit and what it is in, its lines summed; one without a quantity is there all the same."""
    sums: dict[str, float | str] = {}
    for line in parts:
        field = " ".join(filter(None, (f"parts.{line.number}", line.unit, line.within and f"in {line.within}")))
        held = sums.get(field, 0.0)
        unsaid = line.quantity is None or isinstance(held, str)
        sums[field] = "" if unsaid else held + line.quantity  # type: ignore[operator]  # both are numbers here
    yield from sums.items()
