"""The tape through everything again: drivers, resolve, locate, rules. Pure: no clock, no file.

Time is the tape's: a chunk counts as recorded when it was received, decoders are ticked on every whole second
between chunks, and each rule's deadline fires at its own time. So the same tape gives the same events and
alerts at any speed and any number of times; what differs from what the gateway did then is what was changed in
the configuration. Where the tape begins later than the gateway did, assets are met anew: the first reading of
each is an arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from typing import TypeAlias

import msgspec

from gateway.access import Estate
from gateway.assembly import decoder_makers, expected_devices, make_engine
from gateway.config import Config
from gateway.engine.engine import Engine
from gateway.eta.learned import NO_MEMORIES
from gateway.eta.memory import Memory
from gateway.hearing import Hearing
from gateway.journal.maintenance import Entered
from gateway.locate import Locator
from gateway.model import (
    Alert,
    AlertState,
    Chunk,
    Event,
    LocationEvent,
    Micros,
    Quarantined,
    Remark,
    Severity,
    Shelf,
    Shipment,
    Stocktaking,
)
from gateway.places import PlaceIndex
from gateway.quality.names import Link as NameLink
from gateway.quality.names import NameBook
from gateway.resolve import Resolver
from gateway.sources.inbound import Arrival, Connected, Disconnected, Inbound, Tick
from gateway.walk.digest import Digest
from gateway.walk.statements import API

TICK_US = 1_000_000  # as the pipeline does
SLOW_TICK_US = 60_000_000  # ... once nothing has come for this long
MOST_RECENT = 200_000  # ids of events by which one that is repeated is known, as the journal would


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan, from when on the gateway knew it."""

    recorded_us: Micros
    shipment: Shipment


Link: TypeAlias = Connected | Disconnected
Moment: TypeAlias = Planned | Remark | Entered | Stocktaking | LocationEvent | Connected | Disconnected | Chunk
Outcome: TypeAlias = Event | Alert | Quarantined


def replay(
    chunks: Iterable[Chunk],
    config: Config,
    *,
    from_us: Micros,
    until_us: Micros,
    links: Iterable[Link] = (),
    plans: Sequence[Planned] = (),
    remarks: Iterable[Remark] = (),
    windows: Iterable[Entered] = (),
    counts: Iterable[Stocktaking] = (),
    names: Iterable[NameLink] = (),
    history: Iterable[LocationEvent] = (),
    rules: bool = True,
    memories: Mapping[str, Memory] = NO_MEMORIES,
    tick_us: Micros = TICK_US,
) -> Iterator[Outcome]:
    """What the chunks of a time span lead to, in order.

    `links` say when devices came and went; `plans` are all versions of all plans, `remarks` all that was said of
    alerts, `windows` all maintenance that was entered, and `counts` all counts of stock, each in its order. `history`
    is what happened before `from_us`: rules know it, and what it led to is not told again. `names` count all the time,
    as if they had been known from the beginning. `tick_us` is longer where the gateway ran on a clock that was faster
    than the machine's, as the demo's is. `memories` is what lanes have taught, likewise all the time: estimates are
    those that would be made now, not those of that time.
    """
    planned = {asset for plan in plans for asset in plan.shipment.assets}
    player = _Player(config, from_us, planned, tick_us, NameBook(names), memories if rules else None)
    streams: list[Iterable[Moment]] = [plans, remarks, windows, counts, history, links, chunks]
    for moment in merge(*streams, key=_at_us):
        if _at_us(moment) > until_us:
            break
        yield from player.reach(_at_us(moment))
        yield from player.meet(moment)
    yield from player.reach(until_us)


def _at_us(moment: Moment) -> Micros:
    if isinstance(moment, Chunk):
        return moment.received_us
    return moment.recorded_us if isinstance(moment, Planned | Entered | Stocktaking | LocationEvent) else moment.at_us


class _Player:
    """The parts of a gateway that need no clock, played by the tape's time."""

    def __init__(
        self,
        config: Config,
        from_us: Micros,
        planned: set[str],
        tick_us: Micros,
        book: NameBook,
        memories: Mapping[str, Memory] | None,
    ) -> None:
        places = PlaceIndex(config.places, Estate(config).watchers)
        known = expected_devices(config, from_us)
        hearing = Hearing(known, {})
        self._devices = frozenset((API, *(state.device for state in known)))
        self._digest = Digest(
            resolver=Resolver(config, places, book),
            locator=Locator(config, places),
            hearing=hearing,
            decoders=decoder_makers(config),
        )
        self._engine = None if memories is None else _engine(config, places, hearing, memories)
        self._from_us = from_us
        self._tick_us = tick_us
        self._now_us: Micros = 0
        self._heard_us: Micros = from_us
        self._ticked_us: Micros = from_us
        self._linked: set[tuple[str, str]] = set()
        self._unknown: set[str] = set()
        self._planned = planned
        self._past: dict[str, list[LocationEvent]] = defaultdict(list)
        self._recent: dict[str, None] = {}
        self._stood: dict[str, tuple[AlertState, Severity, str, tuple[Shelf, ...]]] = {}  # as they were told last

    def reach(self, at_us: Micros) -> Iterator[Outcome]:
        """Let time pass up to a moment: decoders are ticked, deadlines fire."""
        while self._digest.hears_any and (due_us := self._next_tick()) < at_us:
            self._ticked_us = due_us
            yield from self._advance(due_us)
            yield from self._arrive(Tick(due_us))
            if self._engine is not None:
                self._engine.listen()
                yield from self._concluded()
        self._ticked_us = max(self._ticked_us, at_us)
        yield from self._advance(at_us)

    def meet(self, moment: Moment) -> Iterator[Outcome]:
        """Take what is at this moment."""
        match moment:
            case Planned():
                if self._engine is not None:
                    past = [event for asset in moment.shipment.assets for event in self._past[asset]]
                    self._engine.plan(moment.shipment, past)
            case Remark():
                if self._engine is not None:
                    self._engine.remark(moment)
            case Entered():
                if self._engine is not None:
                    self._engine.maintain(moment.name, moment.window, moment.recorded_us)
            case Stocktaking():
                if self._engine is not None:
                    self._engine.count(moment)
            case LocationEvent():
                self._remember(moment)
                self._take(moment)
            case Chunk():
                yield from self._chunk(moment)
            case Connected() | Disconnected():
                if moment.device in self._devices:
                    self._link(moment)
                    yield from self._arrive(moment)
        yield from self._concluded()

    def _next_tick(self) -> Micros:
        slow_us = max(SLOW_TICK_US, self._tick_us)
        step_us = slow_us if self._ticked_us - self._heard_us >= slow_us else self._tick_us
        return self._ticked_us - self._ticked_us % step_us + step_us

    def _advance(self, at_us: Micros) -> Iterator[Outcome]:
        if self._engine is not None and self._now_us < self._from_us <= at_us:
            self._engine.advance(self._from_us - 1)
            self._told(self._engine.drain().alerts)  # what fell due in the past is no news
        self._now_us = max(self._now_us, at_us)
        if self._engine is not None:
            self._engine.advance(self._now_us)
            yield from self._concluded()

    def _chunk(self, chunk: Chunk) -> Iterator[Outcome]:
        if chunk.device not in self._devices:
            yield from self._refuse(chunk)
            return
        if (chunk.device, chunk.peer) not in self._linked:  # the tape begins amid its connection: its start is no news
            link = Connected(device=chunk.device, at_us=chunk.received_us, write=None, drop=_keep, peer=chunk.peer)
            self._link(link)
            self._digest.digest([link], self._now_us)
        self._heard_us = self._now_us
        yield from self._arrive(Inbound(chunk))

    def _refuse(self, chunk: Chunk) -> Iterator[Quarantined]:
        """Say once of each device on the tape that the configuration does not know it."""
        if chunk.device in self._unknown:
            return
        self._unknown.add(chunk.device)
        text = f"{chunk.device} is on the tape and not in the configuration: what came from it is left out"
        yield Quarantined(
            received_us=chunk.received_us,
            source=chunk.device,
            stage="decode",
            reason="unknown_device",
            text=text,
            data=b"",
            topic=chunk.topic,
        )

    def _link(self, link: Link) -> None:
        self._heard_us = self._now_us
        if isinstance(link, Connected):
            self._linked.add((link.device, link.peer))
        else:
            self._linked.discard((link.device, link.peer))

    def _arrive(self, arrival: Arrival) -> Iterator[Outcome]:
        batch = self._digest.digest([arrival], self._now_us)
        yield from batch.quarantined
        for event in batch.events:
            if event.event_id not in self._recent:
                self._remember(event)
                yield event
                self._take(event)
                yield from self._concluded()

    def _remember(self, event: Event) -> None:
        self._recent[event.event_id] = None
        if len(self._recent) > MOST_RECENT:
            del self._recent[next(iter(self._recent))]
        if isinstance(event, LocationEvent) and event.asset in self._planned:
            self._past[event.asset].append(event)

    def _take(self, event: Event) -> None:
        if self._engine is not None:
            self._engine.take(event)

    def _concluded(self) -> Iterator[Alert]:
        """The alerts that rules raised and ended since; nobody is told of them but the caller."""
        if self._engine is not None:
            alerts = self._told(self._engine.drain().alerts)
            if self._now_us >= self._from_us:
                yield from alerts

    def _told(self, versions: Iterable[Alert]) -> list[Alert]:
        """Those of which anything was told: in the others only numbers are newer."""
        told = []
        for alert in versions:
            now = (alert.state, alert.severity, alert.reason, alert.shelves)
            if self._stood.get(alert.alert_id) != now:
                self._stood[alert.alert_id] = now
                told.append(alert)
        return told


def _engine(config: Config, places: PlaceIndex, hearing: Hearing, memories: Mapping[str, Memory]) -> Engine:
    engine = make_engine(config, places, hearing, subscriptions=(), memories=memories)
    engine.restore(trips=(), stays=(), alerts=(), now_us=0)  # sets the deadlines of devices that are never heard
    return engine


def _keep(why: str) -> None:
    """A connection of the past cannot be dropped."""
