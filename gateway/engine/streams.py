"""What the gateway learned, read from the journal's logs, in the order in which it learned of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from heapq import merge
from itertools import groupby, takewhile
from typing import NamedTuple, TypeAlias

from gateway.journal import events, maintenance, remarks, shipments, stock
from gateway.journal.maintenance import Entered
from gateway.model import Event, Micros, Remark, Shipment, Stocktaking

EVENTS_CURSOR = "engine.events"
PLANS_CURSOR = "engine.plans"
REMARKS_CURSOR = "engine.remarks"
MAINTENANCE_CURSOR = "engine.maintenance"
STOCK_CURSOR = "engine.stock"

News: TypeAlias = Shipment | Remark | Entered | Stocktaking | Event


class Learned(NamedTuple):
    """One thing that the gateway learned; a tuple, since there may be many thousands in a second."""

    at_us: Micros  # when it did
    seq: int  # in its log
    cursor: str  # of its log
    what: News


def _plans(connection: sqlite3.Connection, seq: int, limit: int) -> list[Learned]:
    found = shipments.log_after(connection, seq, limit)
    return [Learned(recorded_us, number, PLANS_CURSOR, shipment) for number, recorded_us, shipment in found]


def _remarks(connection: sqlite3.Connection, seq: int, limit: int) -> list[Learned]:
    found = remarks.log_after(connection, seq, limit)
    return [Learned(at_us, number, REMARKS_CURSOR, remark) for number, at_us, remark in found]


def _maintenance(connection: sqlite3.Connection, seq: int, limit: int) -> list[Learned]:
    found = maintenance.log_after(connection, seq, limit)
    return [Learned(entered.recorded_us, entered.number, MAINTENANCE_CURSOR, entered) for entered in found]


def _stock(connection: sqlite3.Connection, seq: int, limit: int) -> list[Learned]:
    found = stock.log_after(connection, seq, limit)
    return [
        Learned(recorded_us, number, STOCK_CURSOR, Stocktaking(recorded_us=recorded_us, counts=(count,)))
        for number, recorded_us, count in found
    ]


def _events(connection: sqlite3.Connection, seq: int, limit: int) -> list[Learned]:
    found = events.after(connection, seq, limit)
    return [Learned(event.recorded_us, number, EVENTS_CURSOR, event) for number, event in found]


# Of what was learned in one instant, that of the upper log comes first.
LOGS: Mapping[str, Callable[[sqlite3.Connection, int, int], list[Learned]]] = {
    PLANS_CURSOR: _plans,
    REMARKS_CURSOR: _remarks,
    MAINTENANCE_CURSOR: _maintenance,
    STOCK_CURSOR: _stock,
    EVENTS_CURSOR: _events,
}


def learned(connection: sqlite3.Connection, cursors: Mapping[str, int], limit: int) -> tuple[list[Learned], bool]:
    """What stands behind the cursors, at most `limit` of each log; and whether there is more to ask for at once."""
    found = [log(connection, cursors[cursor], limit) for cursor, log in LOGS.items()]
    ends_us = [max(one.at_us for one in news) for news in found if len(news) == limit]
    if not ends_us:
        return _joined(merge(*found, key=_at_us)), False
    until_us = min(ends_us)  # more follows in that log, which what is later in the others must not overtake
    known = [takewhile(lambda one: one.at_us <= until_us, news) for news in found]
    return _joined(merge(*known, key=_at_us)), True


def _joined(news: Iterable[Learned]) -> list[Learned]:
    """Counts that were told together are one thing: what they concern is asked once."""
    joined: list[Learned] = []
    for is_stock, same in groupby(news, key=lambda one: one.cursor == STOCK_CURSOR and one.at_us):
        told = list(same)
        if is_stock is not False:
            counts = tuple(count for one in told if isinstance(one.what, Stocktaking) for count in one.what.counts)
            told = [told[-1]._replace(what=Stocktaking(recorded_us=told[-1].at_us, counts=counts))]
        joined += told
    return joined


def _at_us(one: Learned) -> Micros:
    return one.at_us
