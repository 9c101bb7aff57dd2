"""On time in full (OTIF), by four definitions. Each has its sentence, which stands beside the number.

What is the same in all: a shipment counts once it is due, whether it came early or never; one without a window at
its last stop, or whose data contradict themselves, does not count. What is read at the last stop soon enough after
its shipment arrived came with it: unloading takes time that is not the carrier's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from gateway.clock import SECOND_US
from gateway.config.kpis import OtifName
from gateway.kpi.facts import Facts
from gateway.model import Micros, Window

SENTENCES: Mapping[OtifName, str] = MappingProxyType(
    {
        "slot": "Share of shipments due that arrived within their booked window, with its tolerance before and after,"
        " and all of whose units came by its end.",
        "day": "Share of shipments due that arrived, with all of their units, by the end of the planned day on the"
        " clock of the last stop; earlier is on time.",
        "line": "Share of part lines due of which all units that they are packed in came within the window, with its"
        " tolerance before and after; a line that says no unit needs all of the shipment's.",
        "unit": "Share of units (pallets, boxes) due that came no later than the window's end with its tolerance;"
        " earlier is on time.",
    }
)


class Share(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many of how many."""

    good: int = 0
    counted: int = 0

    @property
    def value(self) -> float | None:
        """In percent; None where nothing counts."""
        return round(100 * self.good / self.counted, 1) if self.counted else None


class Comings(msgspec.Struct, frozen=True, kw_only=True):
    """When a shipment and each of its units came to the last stop; None: not."""

    window: Window
    zone: str
    arrived_us: Micros | None
    units: Mapping[str, Micros | None]
    lines: tuple[str, ...]  # the unit that each part line is in; empty: not said


def sentence(name: OtifName, unloading_s: float) -> str:
    """What the number means."""
    return f"{SENTENCES[name]} A unit read within {unloading_s / 3600:g} h of its shipment's arrival came with it."


def on_time_in_full(name: OtifName, facts: Facts, zone: str, now_us: Micros, unloading_s: float) -> Share:
    """What one shipment adds to the figure of this name; `zone` is that of its last stop."""
    window = facts.window
    if window is None or facts.doubted or now_us <= _due_us(name, window, zone):
        return Share()
    unloading_us = round(unloading_s * SECOND_US)
    comings = Comings(
        window=window,
        zone=zone,
        arrived_us=facts.arrived_us,
        units={unit.asset: _came_us(unit.read_us, facts.arrived_us, unloading_us) for unit in facts.units},
        lines=tuple(line.within for line in facts.shipment.parts),
    )
    verdicts = _JUDGES[name](comings)
    return Share(good=sum(verdicts), counted=len(verdicts))


def total(shares: Sequence[Share]) -> Share:
    """The sum of what shipments add."""
    return Share(good=sum(share.good for share in shares), counted=sum(share.counted for share in shares))


def _came_us(read_us: Micros | None, arrived_us: Micros | None, unloading_us: Micros) -> Micros | None:
    if read_us is None or arrived_us is None:
        return read_us
    return arrived_us if arrived_us <= read_us <= arrived_us + unloading_us else read_us


def _slot(comings: Comings) -> list[bool]:
    window = comings.window
    in_full = all(_by_end(window, came_us) for came_us in comings.units.values())
    return [_within(window, comings.arrived_us) and in_full]


def _day(comings: Comings) -> list[bool]:
    planned = _day_of(comings.window.close_us, comings.zone)
    came = (comings.arrived_us, *comings.units.values())
    return [all(at_us is not None and _day_of(at_us, comings.zone) <= planned for at_us in came)]


def _line(comings: Comings) -> list[bool]:
    everything = tuple(comings.units)
    needed = [(within,) if within in comings.units else everything for within in comings.lines]
    return [all(_within(comings.window, comings.units[unit]) for unit in units) for units in needed]


def _unit(comings: Comings) -> list[bool]:
    return [_by_end(comings.window, came_us) for came_us in comings.units.values()]


_Judge: TypeAlias = Callable[[Comings], list[bool]]
_JUDGES: Mapping[OtifName, _Judge] = MappingProxyType({"slot": _slot, "day": _day, "line": _line, "unit": _unit})


def _within(window: Window, at_us: Micros | None) -> bool:
    return at_us is not None and window.early_us(at_us) == 0 and window.late_us(at_us) == 0


def _by_end(window: Window, at_us: Micros | None) -> bool:
    return at_us is not None and window.late_us(at_us) == 0


def _due_us(name: OtifName, window: Window, zone: str) -> Micros:
    """From when on the result is known: nothing counts before, so that no success counts sooner than a failure."""
    if name != "day":
        return window.close_us + window.tolerance_s * SECOND_US
    day = _day_of(window.close_us, zone)
    midnight = datetime.combine(date.fromordinal(day.toordinal() + 1), datetime.min.time(), ZoneInfo(zone))
    return round(midnight.timestamp()) * SECOND_US - 1


def _day_of(at_us: Micros, zone: str) -> date:
    return datetime.fromtimestamp(at_us // SECOND_US, UTC).astimezone(ZoneInfo(zone)).date()
