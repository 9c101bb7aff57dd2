"""How long what a place has of a part lasts: what was counted, less what the place has used since. Pure.

A place uses a part at an even rate while it works, by its calendar; where neither it nor a place around it has one, it
never rests. Deliveries do not add to a stock: the next count does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from gateway.config.alerting import Demand
from gateway.config.instant import instant_us
from gateway.config.model import Config
from gateway.model import Micros, StockCount
from gateway.plans.calendars import PlantCalendar, calendars_of, open_between, open_until

HOUR_S = 3600
HOUR_US = HOUR_S * 1_000_000
LONGEST_DAYS = 92  # what lasts longer than a quarter is said to last so long
LONGEST_US = LONGEST_DAYS * 24 * HOUR_US


def left_at(count: StockCount, per_hour: float, calendar: PlantCalendar | None, at_us: Micros) -> float:
    """What is left of what was counted, in its unit; never below zero, and before the count what was counted."""
    used = per_hour * open_between(calendar, count.counted_us, at_us) / HOUR_S
    return max(0.0, count.quantity - used)


def runs_out_us(count: StockCount, per_hour: float, calendar: PlantCalendar | None) -> Micros:
    """When it is used up, or LONGEST_US after the count where that is sooner."""
    latest_us = count.counted_us + LONGEST_US
    open_s = count.quantity / per_hour * HOUR_S
    if open_s >= LONGEST_DAYS * 24 * HOUR_S:
        return latest_us
    at_us = open_until(calendar, count.counted_us, open_s, LONGEST_DAYS)
    return latest_us if at_us is None else min(at_us, latest_us)


@dataclass(frozen=True, kw_only=True)
class Stock:
    """A part at a place: what was counted last, and how quickly it is used."""

    place: str
    part: str
    count: StockCount | None = None  # None: nobody counted it
    per_hour: float | None = None  # None: nobody said
    calendar: PlantCalendar | None = None

    @cached_property
    def runs_out_us(self) -> Micros | None:
        """When it is used up; None: not known."""
        if self.count is None or self.per_hour is None:
            return None
        return runs_out_us(self.count, self.per_hour, self.calendar)

    def left_at(self, at_us: Micros) -> float | None:
        """What is left of it at an instant; None: not known."""
        if self.count is None or self.per_hour is None:
            return None
        return left_at(self.count, self.per_hour, self.calendar, at_us)


def stocks_of(config: Config, lineage: Callable[[str], Iterable[str]]) -> Stocks:
    """What a configuration says of them; `lineage` gives a place and those around it, near ones first."""
    calendars = calendars_of(config)
    return Stocks(
        config.cover.demand, lambda place: next((calendars[one] for one in lineage(place) if one in calendars), None)
    )


class Stocks:
    """What is known of all parts at all places."""

    def __init__(self, demand: Iterable[Demand], calendar_of: Callable[[str], PlantCalendar | None]) -> None:
        self._calendar_of = calendar_of
        self._by_part: dict[str, dict[str, Stock]] = {}  # part -> place -> stock
        for entry in demand:
            self._put(replace(self._held(entry.place, entry.part), per_hour=entry.per_hour))
            if (count := _counted(entry)) is not None:
                self.count((count,))

    def count(self, counts: Iterable[StockCount]) -> set[str]:
        """Take counts, of which older ones change nothing; return the parts of which more is known now."""
        changed = set()
        for count in counts:
            held = self._held(count.place, count.part)
            if held.count is None or count.counted_us >= held.count.counted_us:
                per_hour = held.per_hour if count.per_hour is None else count.per_hour
                self._put(replace(held, count=count, per_hour=per_hour))
                changed.add(count.part)
        return changed

    def of(self, part: str) -> Collection[Stock]:
        """What is known of a part, wherever it is used."""
        return self._by_part.get(part, {}).values()

    def find(self, place: str, part: str) -> Stock | None:
        """What is known of a part at a place; None where nothing is."""
        return self._by_part.get(part, {}).get(place)

    def all(self) -> Iterator[Stock]:
        """Everything."""
        for places in self._by_part.values():
            yield from places.values()

    def _held(self, place: str, part: str) -> Stock:
        return self.find(place, part) or Stock(place=place, part=part, calendar=self._calendar_of(place))

    def _put(self, stock: Stock) -> None:
        self._by_part.setdefault(stock.part, {})[stock.place] = stock


def _counted(entry: Demand) -> StockCount | None:
    """The count that stands in the configuration, whose instant was checked; None where there is none."""
    if entry.stock is None or entry.counted is None:
        return None
    return StockCount(place=entry.place, part=entry.part, quantity=entry.stock, counted_us=instant_us(entry.counted))
