"""What is wrong with a plan: where, a stable word, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text as it came, and the name under which it came: a column, or a path in a JSON body."""

    name: str
    text: str = ""  # empty: not said
    is_day: bool = False  # a date alone, which means the whole of that day at the place


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFault:
    """One reason why a plan cannot be used, or what was put right in it."""

    field: str  # the column or path it stands in
    reason: str  # a stable word: unknown_place, window_ends_before_it_begins, ...
    text: str  # what was expected, what came, and the fix
    subject: str = ""  # the name or number that it is about, as it came
    suggestion: str = ""  # what was probably meant


def fault_of(cell: Cell, reason: str, text: str, fix: str = "", subject: str = "", suggestion: str = "") -> PlanFault:
    """The fault of a cell; `fix` is what to write instead."""
    said = text + (f" — {fix}" if fix else "")
    return PlanFault(field=cell.name, reason=reason, text=said, subject=subject, suggestion=suggestion)


def bounded(cell: Cell, most: int, faults: list[PlanFault]) -> None:
    """Add a fault where a text is too long, or holds what cannot be printed."""
    text = cell.text.strip()
    if len(text) > most:
        faults.append(fault_of(cell, "too_long", f"expected at most {most} characters, came {len(text)}"))
    elif text and not text.isprintable():
        faults.append(fault_of(cell, "unprintable", f"expected printable text, came {text[:40]!a}"))
