"""When a place works: shifts, holidays and special days of a calendar, on the clock of the place's time zone.

A shift is the time between two instants: those at which the clock on the wall first shows its opening and its close,
or would have, where summer time skips them. So summer time makes a night shift an hour shorter or longer, shifts that
meet on the wall meet in time, and nothing is counted twice. A whole shift belongs to the day on which it begins.

Where no calendar is (None), a place never rests. Pure: no clock. Times are Micros, durations seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.config.model import Calendar, Config, Hours
from gateway.model import Micros

MOST_DAYS = 3 * 366  # that are looked ahead: a place that opens no more within them is closed for good

_SECOND_US = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIRST_US = 0
_LAST_US = (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)  # beyond it no plan is read
_DAY = timedelta(days=1)


class PlantCalendar:
    """A calendar of the configuration on the clock of one time zone."""

    def __init__(self, calendar: Calendar, zone: str) -> None:
        self.name = calendar.name
        self._zone = ZoneInfo(zone)
        self._shifts = {
            weekday: tuple(sorted(_minutes(shift) for shift in calendar.shifts if day in shift.days))
            for weekday, day in enumerate(_WEEKDAYS)
        }
        self._special = {
            date.fromisoformat(special.day): tuple(sorted(_minutes(hours) for hours in special.hours))
            for special in calendar.special
        }
        self._every_year = frozenset(text for text in calendar.holidays if len(text) == 5)
        self._spans = tuple(_span(text) for text in calendar.holidays if len(text) > 5)

    def hours_of(self, day: date) -> tuple[tuple[int, int], ...]:
        """Opening and close of each shift that begins on a day: minutes from its midnight on the wall."""
        if day in self._special:
            return self._special[day]
        holiday = f"{day:%m-%d}" in self._every_year or any(first <= day <= last for first, last in self._spans)
        return () if holiday else self._shifts[day.weekday()]

    def open_times(self, from_us: Micros, days: int = MOST_DAYS) -> Iterator[tuple[Micros, Micros]]:
        """Spans in which it is open, in order and apart, from those that end after a time on."""
        first = _at(from_us).astimezone(self._zone).date() - 2 * _DAY  # a shift that began then may go on
        held: tuple[Micros, Micros] | None = None
        for opens, closes in self._shift_times(first, days + 3):
            if held is not None and opens <= held[1]:
                held = (held[0], max(held[1], closes))
                continue
            if held is not None and held[1] > from_us:
                yield held
            held = (opens, closes)
        if held is not None and held[1] > from_us:
            yield held

    def _shift_times(self, first: date, days: int) -> Iterator[tuple[Micros, Micros]]:
        for number in range(days):
            day = first + number * _DAY
            for opens, closes in self.hours_of(day):
                span = (self._instant(day, opens), self._instant(day, closes))
                if span[0] < span[1]:  # summer time may skip all of it
                    yield span

    def _instant(self, day: date, minutes: int) -> Micros:
        """When the clock on the wall first shows this time, or one behind it."""
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 - the wall's own
        aware = wall.replace(tzinfo=self._zone)
        at = aware.astimezone(UTC)
        if at.astimezone(self._zone).replace(tzinfo=None) != wall:
            at = self._end_of_gap(aware)
        return (at - _EPOCH) // timedelta(microseconds=1)

    def _end_of_gap(self, skipped: datetime) -> datetime:
        """The instant at which the clock is put forward over a time."""
        before, behind = skipped.replace(fold=1).astimezone(UTC), skipped.replace(fold=0).astimezone(UTC)
        while behind - before > timedelta(seconds=1):
            middle = before + (behind - before) // 2
            middle = middle.replace(microsecond=0)
            if middle.astimezone(self._zone).replace(tzinfo=None) < skipped.replace(tzinfo=None):
                before = max(middle, before)
            else:
                behind = middle
        return behind


def calendars_of(config: Config) -> dict[str, PlantCalendar]:
    """The calendar of each place that has one, by the place's code."""
    by_name = {calendar.name: calendar for calendar in config.calendars}
    return {
        place.code: PlantCalendar(by_name[place.calendar], place.time_zone)
        for place in config.places
        if place.calendar is not None
    }


def open_between(calendar: PlantCalendar | None, from_us: Micros, until_us: Micros) -> float:
    """For how many seconds it is open between two times; 0 where the second is not after the first."""
    from_us, until_us = _bounded(from_us), _bounded(until_us)
    if until_us <= from_us:
        return 0.0
    if calendar is None:
        return (until_us - from_us) / _SECOND_US
    total_us = 0
    days = (until_us - from_us) // (24 * 3600 * _SECOND_US) + 2
    for opens, closes in calendar.open_times(from_us, days):
        if opens >= until_us:
            break
        total_us += min(closes, until_us) - max(opens, from_us)
    return total_us / _SECOND_US


def next_open(calendar: PlantCalendar | None, at_us: Micros) -> Micros | None:
    """When it is open next: at once where it is open now; None where it opens no more within three years."""
    if calendar is None:
        return at_us
    at_us = _bounded(at_us)
    return next((max(opens, at_us) for opens, _ in calendar.open_times(at_us)), None)


def open_until(calendar: PlantCalendar | None, from_us: Micros, open_s: float, days: int = MOST_DAYS) -> Micros | None:
    """When it will have been open for so many seconds since a time; None where that is not within so many days."""
    left_us = round(open_s * _SECOND_US)
    if calendar is None or left_us <= 0:
        return from_us + max(left_us, 0)
    from_us = _bounded(from_us)
    for opens, closes in calendar.open_times(from_us, days):
        begin = max(opens, from_us)
        if closes - begin >= left_us:
            return begin + left_us
        left_us -= closes - begin
    return None


def _bounded(at_us: Micros) -> Micros:
    return min(max(at_us, _FIRST_US), _LAST_US)


def _at(at_us: Micros) -> datetime:
    return _EPOCH + timedelta(microseconds=at_us)


def _minutes(hours: Hours) -> tuple[int, int]:
    """Opening and close in minutes of the day; a close at or before the opening is of the next day."""
    opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (hours.opens, hours.closes))
    return opens, closes if closes > opens else closes + 24 * 60


def _span(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last or first)
