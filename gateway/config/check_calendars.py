"""Calendars: days that exist, spans that end after they begin, days that are special once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gateway.config.nodes import Spot, Table
from gateway.errors import Fault

LEAP_YEAR = 2024  # of a day of every year 02-29 is one


def check_calendars(root: Table) -> Iterator[Fault]:
    """Yield a fault for each day of a calendar that there is not, or that is said twice."""
    for calendar in root.tables("calendars"):
        for spot, text in calendar.texts("holidays"):
            yield from _holiday(spot, text)
        yield from _special(calendar)


def _holiday(spot: Spot, text: str) -> Iterator[Fault]:
    first, _, last = text.partition("..")
    days = [_day(part if len(part) > 5 else f"{LEAP_YEAR}-{part}") for part in (first, last) if part]
    if None in days:
        swapped = f"{text[3:]}-{text[:2]}"
        month_first = len(text) == 5 and _day(f"{LEAP_YEAR}-{swapped}") is not None
        yield spot.fault(f"expected a day that exists, came '{text[:40]}'", f"write {swapped}" if month_first else "")
    elif last and days[1] < days[0]:  # type: ignore[operator]  # neither is None here
        yield spot.fault(f"expected a span that ends after it begins, came '{text[:40]}'", f"write {last}..{first}")


def _special(calendar: Table) -> Iterator[Fault]:
    seen: set[str] = set()
    for special in calendar.tables("special"):
        text = special.text("day")
        if text and _day(text) is None:
            yield special.spot("day").fault(f"expected a day that exists, came '{text[:40]}'")
        elif text in seen:
            yield special.spot("day").fault(f"expected each day once, came {text} again", "put its hours together")
        seen.add(text)


def _day(text: str) -> date | None:
    """The day that a text is; None where there is no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
