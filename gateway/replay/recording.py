"""What a journal's folder recorded of a time span, for `replay`: read beside the gateway that may be writing it.

Everything is read in pages, so that nothing stays open while a slow replay waits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import msgspec

from gateway.config import Config
from gateway.device_events import link_event
from gateway.errors import BadInput
from gateway.journal import alerts as told
from gateway.journal import events, lane_memory, maintenance, shipments, stock, tape
from gateway.journal import names as linked
from gateway.journal import remarks as said
from gateway.journal.maintenance import Entered
from gateway.model import Alert, Chunk, DeviceEvent, Event, LocationEvent, Micros, Remark, Stocktaking
from gateway.replay.tape import TICK_US, Link, Outcome, Planned, replay
from gateway.sources.inbound import Connected, Disconnected

PAGE = 2000
LEAD_US = 600 * 1_000_000  # devices connect before they say anything


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a recording."""

    from_us: Micros  # what happens from here on is told
    first_us: Micros  # the first chunk may come here: what was recorded before is history
    until_us: Micros


def span_of(connection: sqlite3.Connection, from_us: Micros | None, until_us: Micros | None) -> Span:
    """The part of a time span that the tape holds; None: from its beginning, to its end. Raises BadInput for none."""
    held = tape.span(connection)
    if held is None:
        raise BadInput("the tape is empty: nothing has come from any device, or all of it was dropped by its age")
    first_us = held[0] if from_us is None else max(from_us, held[0])
    span = Span(
        from_us=first_us - LEAD_US if from_us is None else from_us,
        first_us=first_us,
        until_us=held[1] if until_us is None else until_us,
    )
    if span.first_us > min(span.until_us, held[1]):
        raise BadInput("the tape holds nothing of this time")
    return span


def played(
    connection: sqlite3.Connection,
    span: Span,
    config: Config,
    came: Iterable[Chunk],
    *,
    rules: bool = True,
    clock_speed: float = 1.0,
) -> Iterator[Outcome]:
    """What a configuration makes of all that was recorded; `came` are the chunks, which someone may count."""
    return replay(
        came,
        config,
        from_us=span.from_us,
        until_us=span.until_us,
        links=links(connection, span),
        plans=plans(connection),
        remarks=remarks(connection),
        windows=windows(connection),
        counts=counts(connection),
        names=linked.standing(connection),
        history=history(connection, span),
        memories=lane_memory.memories(connection),
        rules=rules,
        tick_us=round(TICK_US * clock_speed),
    )


def chunks(connection: sqlite3.Connection, span: Span) -> Iterator[Chunk]:
    """What came from the devices, in the order in which it came."""
    seq = 0
    while (row := tape.after(connection, seq, from_us=span.from_us, until_us=span.until_us)) is not None:
        seq, came = row
        yield from (chunk for chunk in came if span.from_us <= chunk.received_us <= span.until_us)


def links(connection: sqlite3.Connection, span: Span) -> Iterator[Link]:
    """When devices connected and disconnected."""
    for event in _events(connection, "device"):
        if isinstance(event, DeviceEvent) and span.from_us <= event.at_us <= span.until_us:
            link = _link(event)
            if link is not None:
                yield link


def history(connection: sqlite3.Connection, span: Span) -> Iterator[LocationEvent]:
    """What happened before the tape."""
    for event in _events(connection, "location"):
        if event.recorded_us >= span.first_us:
            return
        if isinstance(event, LocationEvent):
            yield event


def plans(connection: sqlite3.Connection) -> list[Planned]:
    """Every version of every plan, in the order in which the gateway learned of them."""
    found: list[Planned] = []
    seq = 0
    while page := shipments.log_after(connection, seq, PAGE):
        found += [Planned(recorded_us=recorded_us, shipment=shipment) for _, recorded_us, shipment in page]
        seq = page[-1][0]
    return found


def remarks(connection: sqlite3.Connection) -> list[Remark]:
    """All that was said of alerts, in the order in which it was said."""
    found: list[Remark] = []
    seq = 0
    while page := said.log_after(connection, seq, PAGE):
        found += [remark for _, _, remark in page]
        seq = page[-1][0]
    return found


def windows(connection: sqlite3.Connection) -> list[Entered]:
    """All maintenance windows that were entered and called off, in that order."""
    found: list[Entered] = []
    while page := maintenance.log_after(connection, found[-1].number if found else 0, PAGE):
        found += page
    return found


def counts(connection: sqlite3.Connection) -> list[Stocktaking]:
    """All counts of stock, those that were told together as one, in the order in which they were told."""
    found: list[Stocktaking] = []
    seq = 0
    while page := stock.log_after(connection, seq, PAGE):
        for recorded_us, same in groupby(page, key=itemgetter(1)):
            found.append(Stocktaking(recorded_us=recorded_us, counts=tuple(count for _, _, count in same)))
        seq = page[-1][0]
    return found


def alerts(connection: sqlite3.Connection) -> Iterator[Alert]:
    """Every version of every alert, in the order in which they were stored."""
    seq = 0
    while page := told.log_after(connection, seq, PAGE):
        yield from (alert for _, alert in page)
        seq = page[-1][0]


def _events(connection: sqlite3.Connection, type: str) -> Iterator[Event]:
    seq = 0
    while page := events.page(connection, seq=seq, limit=PAGE, type=type):
        yield from (event for _, event in page)
        seq = page[-1][0]


def _link(event: DeviceEvent) -> Link | None:
    """The end or beginning of a connection; None for what a driver tells of its device under the same word."""
    device, text, at_us, recorded_us = event.device, event.text, event.at_us, event.recorded_us
    if event == link_event(device, "connected", text, at_us, recorded_us):
        return Connected(device=device, at_us=at_us, write=None, drop=_keep, peer=text)
    if event == link_event(device, "disconnected", text, at_us, recorded_us):
        head, _, why = text.partition(": ")
        peer, _, reason = head.rpartition(" ")
        return Disconnected(device=device, at_us=at_us, reason=reason, text=why, peer=peer)
    return None


def _keep(why: str) -> None:
    """A connection of the past cannot be dropped."""
