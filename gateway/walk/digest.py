"""What a batch of arrivals means: decoded, resolved, located. Pure: no clock, no file, no task.

The pipeline stores what comes out; a replay of the tape prints it. So both understand the same bytes alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeAlias

import msgspec

from gateway.device_events import device_event, link_event
from gateway.devices import DeviceWatch
from gateway.hearing import Hearing
from gateway.identity.identify import RAW
from gateway.locate import Locator, Row
from gateway.model import (
    Chunk,
    Decoder,
    Event,
    Micros,
    Notice,
    Observation,
    Output,
    Quarantined,
    Rejected,
    Send,
)
from gateway.quality.inspect import Inspected, Inspector
from gateway.resolve import Resolver
from gateway.sources.inbound import Again, Arrival, Connected, Disconnected, Inbound, Tick
from gateway.walk.try_again import try_again

GIVE_UP = "give_up"  # the Notice by which a driver asks for a new connection

MakeDecoder: TypeAlias = Callable[[], Decoder]
Line: TypeAlias = tuple[str, str]  # device and peer


class Counts(msgspec.Struct):
    """What passed, for /metrics; counted here because here everything passes."""

    chunks: int = 0
    readings: int = 0
    rejected: int = 0
    unresolved: int = 0
    retried: int = 0  # records that had waited in quarantine
    raw_identities: int = 0  # reads of tags that decode as nothing we know; they are followed all the same
    events: int = 0
    commits: int = 0
    refused_commits: int = 0


class Batch(msgspec.Struct):
    """Everything that one commit stores, and who waits for it."""

    recorded_us: Micros
    chunks: list[Chunk]
    settles: list[Callable[[], None]]
    observations: list[Observation]
    events: list[Event]
    rows: list[Row]  # the encoded states of assets that changed
    quarantined: list[Quarantined]
    retried: list[Observation]  # of what was tried again
    replayed: list[int]  # rows of the quarantine that wait no more
    left: list[tuple[int, Quarantined]]  # rows that could not be used this time either, and why
    parts: list[Quarantined]  # of messages that can be read now: what of them cannot be used
    inspected: Inspected | None = None


class Digest:
    """Owns the decoders; a decoder lives as long as its connection: a device and, where it takes many, a peer."""

    def __init__(
        self,
        *,
        resolver: Resolver,
        locator: Locator,
        hearing: Hearing,
        decoders: Mapping[str, MakeDecoder],
        inspector: Inspector | None = None,
        watch: DeviceWatch | None = None,
    ) -> None:
        self.counts = Counts()
        self._watch = DeviceWatch() if watch is None else watch
        self._inspector = inspector
        self._resolver = resolver
        self._locator = locator
        self._hearing = hearing
        self._make = decoders
        self._decoders: dict[Line, Decoder] = {}
        self._links: dict[Line, Connected] = {}

    def rearrange(
        self, *, resolver: Resolver, locator: Locator, decoders: Mapping[str, MakeDecoder], inspector: Inspector | None
    ) -> None:
        """Take other devices from now on; what is on its way from those that are gone is still decoded."""
        self._resolver, self._locator, self._inspector = resolver, locator, inspector
        self._make = {**self._make, **decoders}

    @property
    def hears_any(self) -> bool:
        """Whether any device is connected, or what was heard is not decided yet: only then ticks are needed."""
        return bool(self._links) or self._locator.is_waiting

    def digest(self, arrivals: Iterable[Arrival], now_us: Micros) -> Batch:
        """Decode, resolve and locate; `now_us` is when the events count as recorded."""
        batch = _empty(now_us)
        for arrival in arrivals:
            if type(arrival) is Inbound:
                self._chunk(arrival, batch)
            elif type(arrival) is Connected:
                self._connected(arrival, batch)
            elif type(arrival) is Disconnected:
                self._disconnected(arrival, batch)
            elif type(arrival) is Tick:
                self._ticked(arrival, batch)
            elif type(arrival) is Again:
                self._again(arrival, batch)
        located = self._locator.observe([*batch.observations, *batch.retried], batch.recorded_us)
        batch.events += located.events
        batch.rows = located.rows
        batch.quarantined += located.quarantined
        self.counts.unresolved += len(located.quarantined)
        self.counts.chunks += len(batch.chunks)
        self._inspect(batch)
        return batch

    def _inspect(self, batch: Batch) -> None:
        inspector = self._inspector
        if inspector is None:
            return
        batch.quarantined = [inspector.owned(held) for held in batch.quarantined]
        batch.left = [(number, inspector.owned(held)) for number, held in batch.left]
        batch.parts = [inspector.owned(held) for held in batch.parts]
        batch.inspected = inspector.inspect(batch.observations, batch.quarantined, batch.events, batch.recorded_us)

    def _again(self, again: Again, batch: Batch) -> None:
        """Try a record once more: what it means now, or why it still waits."""
        self.counts.retried += 1
        if again.settle is not None:
            batch.settles.append(again.settle)
        outcome = try_again(again.held, self._resolver, self._make)
        batch.retried += outcome.observations
        batch.parts += outcome.parts
        if outcome.still is None:
            batch.replayed.append(again.number)
        else:
            batch.left.append((again.number, outcome.still))

    def _chunk(self, inbound: Inbound, batch: Batch) -> None:
        chunk = inbound.chunk
        line = (chunk.device, chunk.peer)
        decoder = self._decoders.get(line)
        if decoder is None:
            decoder = self._decoders[line] = self._make[chunk.device]()
        batch.chunks.append(chunk)
        if inbound.settle is not None:
            batch.settles.append(inbound.settle)
        self._hearing.heard(chunk.device, chunk.received_us)
        outputs = decoder.feed(chunk.data, chunk.received_us, chunk.topic)
        self._take(outputs, line, chunk.received_us, batch, chunk.topic, len(chunk.data))

    def _connected(self, link: Connected, batch: Batch) -> None:
        line = (link.device, link.peer)
        self._links[line] = link
        self._watch.connected(link)
        self._hearing.linked(link.device, connected=True)
        if link.told:
            batch.events.append(link_event(link.device, "connected", link.peer, link.at_us, batch.recorded_us))
        decoder = self._decoders[line] = self._make[link.device]()
        self._take(decoder.start(link.at_us), line, link.at_us, batch)

    def _disconnected(self, end: Disconnected, batch: Batch) -> None:
        line = (end.device, end.peer)
        self._links.pop(line, None)
        self._decoders.pop(line, None)
        self._watch.disconnected(end)
        self._hearing.linked(end.device, connected=any(device == end.device for device, _ in self._links))
        if end.told:
            text = f"{end.peer} {end.reason}: {end.text}".lstrip()
            batch.events.append(link_event(end.device, "disconnected", text, end.at_us, batch.recorded_us))

    def _ticked(self, tick: Tick, batch: Batch) -> None:
        for line in list(self._links):
            self._take(self._decoders[line].tick(tick.at_us), line, tick.at_us, batch)

    def _take(
        self, outputs: list[Output], line: Line, received_us: Micros, batch: Batch, topic: str = "", size: int = 0
    ) -> None:
        """What a decoder returned, in order: to locate, to quarantine, back to the device, or to the log of health."""
        device, before = line[0], self.counts.readings
        for output in outputs:
            kind = type(output)
            if kind is Send:
                self._send(line, output, batch)  # type: ignore[arg-type]
            elif kind is Rejected:
                batch.quarantined.append(_rejected(output, device, received_us, topic))  # type: ignore[arg-type]
                self.counts.rejected += 1
            elif kind is Notice:
                self._notice(output, line, received_us, batch)  # type: ignore[arg-type]
            else:
                self._reading(output, device, received_us, batch)
        self._watch.took(device, outputs, self.counts.readings - before, received_us, size)

    def _reading(self, reading: Output, device: str, received_us: Micros, batch: Batch) -> None:
        self.counts.readings += 1
        resolved = self._resolver.resolve(device, reading, received_us)  # type: ignore[arg-type]
        if type(resolved) is Observation:
            batch.observations.append(resolved)
            self.counts.raw_identities += resolved.asset.startswith(RAW)
        elif type(resolved) is Quarantined:
            batch.quarantined.append(resolved)
            self.counts.unresolved += 1

    def _notice(self, notice: Notice, line: Line, received_us: Micros, batch: Batch) -> None:
        batch.events.append(device_event(line[0], notice, received_us, batch.recorded_us))
        link = self._links.get(line)
        if notice.name == GIVE_UP and link is not None:
            link.drop(notice.text)

    def _send(self, line: Line, send: Send, batch: Batch) -> None:
        link = self._links.get(line)
        if link is None or link.write is None:
            return
        if send.when_safe:
            batch.settles.append(partial(link.write, send))
        else:
            link.write(send)


def _empty(now_us: Micros) -> Batch:
    return Batch(
        recorded_us=now_us,
        chunks=[],
        settles=[],
        observations=[],
        events=[],
        rows=[],
        quarantined=[],
        retried=[],
        replayed=[],
        left=[],
        parts=[],
    )


def _rejected(rejected: Rejected, device: str, received_us: Micros, topic: str) -> Quarantined:
    return Quarantined(
        received_us=received_us,
        source=device,
        stage="decode",
        reason=rejected.reason,
        text=f"{device}: {rejected.text}",
        data=rejected.data,
        topic=topic,
    )
