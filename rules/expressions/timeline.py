"""From when until when an expression was true of a subject, and when it may change next.

An expression changes only at instants that are known: when something happened to its subject, when a number of
minutes that it compares with is reached, and at the hours and midnights that it names. Between these it is evaluated
once. So the answer follows from the subject and the time alone, whatever was asked before, and no clock has to tick.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import inf
from zoneinfo import ZoneInfo

from gateway.model import Micros, Subject
from rules.expressions.abouts import CALENDAR
from rules.expressions.fields import About, Running, Value
from rules.expressions.run import CannotEvaluate, Program

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
CALENDAR_DAYS = 8  # looked back for hours and weekdays: within a week each of them comes
DAYS_AHEAD = 4  # looked at for the next midnight, whatever the zone
MOST_CHANGES = 64  # what happened to a subject: the newest
MOST_INSTANTS = 400  # evaluated of one subject: the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when until when it was true; None: it still is."""

    since_us: Micros
    until_us: Micros | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What an expression was up to an instant, and when it may be otherwise."""

    at_us: Micros  # the instant: what happened to its subject later is known, too, and counts
    spans: tuple[Span, ...]
    next_us: Micros | None  # None: only when its subject changes
    fault: str = ""  # why nobody knows


class Timeline:
    """One condition, and one that ends it again, over the subjects of a kind."""

    def __init__(
        self, about: About, raises: Program, clears: Program | None, time_zone: str, gate: Program | None = None
    ) -> None:
        self._about, self._raises, self._clears = about, raises, clears
        self._gate = gate  # false: it never was true
        programs = [raises] if clears is None else [raises, clears]
        names = sorted({name for one in programs for name in one.names})
        self._fields = [about.field(name) for name in names if name not in CALENDAR]
        self._thresholds: dict[str, set[int]] = {}
        for one in programs:
            for name, numbers in one.thresholds.items():
                self._thresholds.setdefault(name, set()).update(numbers)
        self._ends = {
            name: (min(numbers) - 1, max(numbers) + 1)
            for name, numbers in self._thresholds.items()
            if name not in CALENDAR
        }
        self._timed = [field for field in self._fields if field.name in self._thresholds]
        self._hours = _hours(self._thresholds)
        self._zone = ZoneInfo(time_zone)

    def past(self, subject: Subject, now_us: Micros) -> Past:
        """When it was true up to now, or up to what happened last, as far as we know it.

        So a deadline that fires after a restart, at its own time, does not find again what was over long ago.
        """
        begins_us: Micros | None = self._about.begins(subject)
        if begins_us is None:
            return Past(at_us=now_us, spans=(), next_us=None)
        try:
            if not self._may_be(subject):
                return Past(at_us=now_us, spans=(), next_us=None)
        except CannotEvaluate as error:
            return Past(at_us=now_us, spans=(), next_us=None, fault=str(error))
        changes = self._changes(subject, begins_us)
        at_us = max(now_us, changes[-1])
        ends_us = self._about.ends(subject)
        found = {*changes, *self._minutes(subject, changes), *self._calendar(begins_us, at_us)}
        instants = sorted(when_us for when_us in found if ends_us is None or when_us < ends_us)
        before = [when_us for when_us in instants if when_us <= at_us][-MOST_INSTANTS:]
        next_us = next((when_us for when_us in instants if when_us > at_us), None)
        try:
            spans = tuple(self._spans(subject, before))
        except CannotEvaluate as error:
            return Past(at_us=at_us, spans=(), next_us=next_us, fault=str(error))
        return _ended(Past(at_us=at_us, spans=spans, next_us=next_us), ends_us)

    def values(self, subject: Subject, at_us: Micros) -> dict[str, Value]:
        """The variables that the expressions name, as they were at an instant.

        Minutes beyond all numbers with which they are compared are told as the next beyond: it makes no difference.
        """
        then = self._about.then(subject, at_us)
        values = {field.name: field.value(then, at_us) for field in self._fields}
        for name, (least, most) in self._ends.items():
            minutes = values[name]
            assert isinstance(minutes, int)
            values[name] = min(max(minutes, least), most)
        return values | dict(self._calendar_values(at_us))

    def _may_be(self, subject: Subject) -> bool:
        """Whether what never changes lets it be true at all. It is read off the subject: it is so at any instant."""
        if self._gate is None:
            return True
        return self._gate.evaluate({name: self._about.field(name).value(subject, 0) for name in self._gate.names})

    def _spans(self, subject: Subject, instants: Iterable[Micros]) -> Iterator[Span]:
        since_us: Micros | None = None
        present_us = self._about.present(subject)
        for at_us in instants:
            values = self.values(subject, at_us)
            if since_us is None:
                since_us = at_us if self._raises.evaluate(values) else None
            elif self._is_over(values):
                yield Span(since_us=since_us, until_us=at_us)
                since_us = None
        if since_us is not None:
            yield Span(since_us=max(since_us, present_us), until_us=None)

    def _is_over(self, values: Mapping[str, Value]) -> bool:
        holds = self._raises.evaluate(values)
        return not holds and (self._clears is None or self._clears.evaluate(values))

    def _changes(self, subject: Subject, begins_us: Micros) -> list[Micros]:
        later = {when_us for when_us in self._about.changes(subject) if when_us > begins_us}
        return [begins_us, *sorted(later)[-MOST_CHANGES:]]

    def _minutes(self, subject: Subject, changes: Sequence[Micros]) -> Iterator[Micros]:
        """When what counts minutes reaches, or leaves, a number with which it is compared."""
        for from_us, until_us in pairwise([*changes, inf]) if self._timed else ():
            then = self._about.then(subject, int(from_us))
            for field in self._timed:
                found = field.get(then, int(from_us))
                if isinstance(found, Running):
                    flips = (flip for number in self._thresholds[field.name] for flip in found.flips(number))
                    yield from (flip for flip in flips if from_us < flip < until_us)

    def _calendar(self, begins_us: Micros, now_us: Micros) -> Iterator[Micros]:
        """The hours named, and midnights, of the days around."""
        if not self._hours:
            return
        first_us = max(begins_us, now_us - CALENDAR_DAYS * DAY_US)
        for day in range(-1, (now_us - first_us) // DAY_US + DAYS_AHEAD):
            for when_us in _of_day(first_us // DAY_US + day, self._hours, self._zone):
                if when_us > begins_us:
                    yield when_us

    def _calendar_values(self, at_us: Micros) -> Iterator[tuple[str, int]]:
        if self._hours:
            local = datetime.fromtimestamp(at_us / SECOND_US, self._zone)
            yield from (("weekday", local.isoweekday()), ("hour", local.hour))


def _ended(past: Past, ends_us: Micros | None) -> Past:
    """Nothing goes on after the end of its subject."""
    last = past.spans[-1] if past.spans else None
    if last is None or last.until_us is not None or ends_us is None:
        return past
    if ends_us <= past.at_us:
        return replace(past, spans=(*past.spans[:-1], replace(last, until_us=ends_us)))
    return replace(past, next_us=ends_us if past.next_us is None else min(past.next_us, ends_us))


def _hours(thresholds: Mapping[str, Iterable[int]]) -> tuple[int, ...]:
    """At which hours of a day something named may change; none where neither hours nor weekdays are."""
    hours = {hour for number in thresholds.get("hour", ()) for hour in (number, number + 1) if 0 < hour < 24}
    return tuple(sorted({0, *hours})) if CALENDAR.keys() & thresholds.keys() else ()


@lru_cache(maxsize=1024)
def _of_day(day: int, hours: tuple[int, ...], zone: ZoneInfo) -> tuple[Micros, ...]:
    """Instants at which these hours begin on a day of the zone, counted from 1970."""
    date = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)
    local = (datetime(date.year, date.month, date.day, hour, tzinfo=zone) for hour in hours)
    return tuple(int(when.timestamp()) * SECOND_US for when in local)
