"""Planned windows: open and close, hard ends around them, tolerance and grace."""

from __future__ import annotations

import re

from gateway.model import Micros, Window
from gateway.plans.draft import DraftLimits
from gateway.plans.fault import Cell, PlanFault, fault_of
from gateway.plans.instant import BadTime, read_day, read_instant

MOST_SECONDS = 30 * 24 * 3600  # of tolerance and grace

_WHOLE = re.compile("0{0,40}[0-9]{1,9}", re.ASCII)


def read_window(
    opens: Cell, closes: Cell, limits: DraftLimits, zone: str | None, faults: list[PlanFault]
) -> Window | None:
    """Check a window. A close alone is a deadline; an open alone is none, for nothing could be late by it."""
    if not closes.text.strip():
        said = next((cell for cell in (opens, *_cells(limits)) if cell.text.strip()), None)
        if said is not None:
            came = "its beginning" if said is opens else said.name
            text = f"expected the end of the window, came {came} alone"
            faults.append(fault_of(closes if closes.name else said, "missing_value", text))
        return None
    first, last = _span(closes, zone, faults)
    open_us = _span(opens, zone, faults)[0] if opens.text.strip() and opens is not closes else first
    hard = [_instant(cell, zone, faults) for cell in (limits.hard_open, limits.hard_close)]
    if open_us is None or last is None:
        return None
    if last < open_us:
        text = f"expected a window that ends after it begins, came {opens.text} to {closes.text}"
        faults.append(fault_of(closes, "window_ends_before_it_begins", text))
        return None
    window = Window(
        open_us=open_us,
        close_us=last,
        hard_open_us=hard[0],
        hard_close_us=hard[1],
        tolerance_s=_seconds(limits.tolerance_s, faults) or 0,
        grace_s=_seconds(limits.grace_s, faults),
    )
    _around(window, limits, faults)
    return window


def _cells(limits: DraftLimits) -> tuple[Cell, ...]:
    return limits.hard_open, limits.hard_close, limits.tolerance_s, limits.grace_s


def _around(window: Window, limits: DraftLimits, faults: list[PlanFault]) -> None:
    """What is agreed must be possible."""
    if window.hard_open_us is not None and window.hard_open_us > window.open_us:
        text = f"expected a hard end at or before the window's begin, came {limits.hard_open.text}"
        faults.append(fault_of(limits.hard_open, "hard_end_within_window", text))
    if window.hard_close_us is not None and window.hard_close_us < window.close_us:
        text = f"expected a hard end at or after the window's close, came {limits.hard_close.text}"
        faults.append(fault_of(limits.hard_close, "hard_end_within_window", text))


def _span(cell: Cell, zone: str | None, faults: list[PlanFault]) -> tuple[Micros | None, Micros | None]:
    """The first and last moment that a cell means: one and the same but for a day."""
    if not cell.is_day:
        at_us = _instant(cell, zone, faults)
        return at_us, at_us
    try:
        return read_day(cell.text, zone or "UTC")
    except BadTime as error:
        faults.append(fault_of(cell, error.reason, str(error), error.fix))
        return None, None


def _instant(cell: Cell, zone: str | None, faults: list[PlanFault]) -> Micros | None:
    """Read a time; without a known place only its form is checked, as if it were UTC."""
    if not cell.text.strip():
        return None
    try:
        return read_instant(cell.text, zone or "UTC")
    except BadTime as error:
        faults.append(fault_of(cell, error.reason, str(error), error.fix))
        return None


def _seconds(cell: Cell, faults: list[PlanFault]) -> int | None:
    text = cell.text.strip()
    if not text:
        return None
    if not (_WHOLE.fullmatch(text) and int(text) <= MOST_SECONDS):
        came = f"expected whole seconds from 0 to {MOST_SECONDS}, came '{text[:40]}'"
        faults.append(fault_of(cell, "bad_duration", came))
        return None
    return int(text)
