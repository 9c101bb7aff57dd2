"""The walk of a batch: chunks -> readings -> observations -> events, in one commit, then acknowledged.

Whatever waits in the intake is one batch: an idle gateway commits each chunk at once, a busy one commits
many together, and nobody waits for a timer. While one batch is being committed the next is decoded; its
commit starts when the one before is safe, so that batches are stored in the order in which they came.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec
import structlog

from gateway.device_events import device_event, link_event
from gateway.errors import JournalError
from gateway.hearing import Hearing
from gateway.journal import Journal, events, quarantine, states, tape
from gateway.locate import Locator, Row
from gateway.model import (
    Chunk,
    Clock,
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
from gateway.resolve import Resolver
from gateway.sources.inbound import Arrival, Connected, Disconnected, Inbound, Tick
from gateway.sources.intake import Intake

TICK_S = 1.0
GIVE_UP = "give_up"  # the Notice by which a driver asks for a new connection
FULL_DISK_WAIT_S = (0.5, 1, 2, 4)  # then every 4 s, until there is room

MakeDecoder: TypeAlias = Callable[[], Decoder]

log = structlog.get_logger("pipeline")


class Counts(msgspec.Struct):
    """What passed, for /metrics; counted here because here everything passes."""

    chunks: int = 0
    readings: int = 0
    rejected: int = 0
    unresolved: int = 0
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


class Pipeline:
    """One task: `run`. Owns the decoders; a decoder lives as long as its device's connection."""

    def __init__(
        self,
        *,
        intake: Intake,
        journal: Journal,
        clock: Clock,
        resolver: Resolver,
        locator: Locator,
        hearing: Hearing,
        decoders: Mapping[str, MakeDecoder],
        most_chunks: int,
    ) -> None:
        self.counts = Counts()
        self._intake = intake
        self._journal = journal
        self._clock = clock
        self._resolver = resolver
        self._locator = locator
        self._hearing = hearing
        self._make = decoders
        self._most_chunks = most_chunks
        self._decoders: dict[str, Decoder] = {}
        self._links: dict[str, Connected] = {}
        self._unsafe: list[Micros] = []  # when batches that are not committed yet were recorded

    def horizon_us(self) -> Micros:
        """Everything recorded before this time is committed: the engine judges no further."""
        return self._unsafe[0] - 1 if self._unsafe else self._clock.now_us()

    async def run(self) -> None:
        """Work until the intake is closed and empty."""
        async with asyncio.TaskGroup() as group:
            ticking = group.create_task(self._tick(), name="pipeline-tick")
            stored: asyncio.Task[None] | None = None
            while arrivals := await self._intake.take(self._most_chunks):
                batch = self.digest(arrivals)
                if stored is not None:
                    await stored
                stored = group.create_task(self._store(batch), name="pipeline-store")
            ticking.cancel()

    def digest(self, arrivals: list[Arrival]) -> Batch:
        """Decode, resolve and locate; nothing is stored yet."""
        now_us = self._clock.now_us()
        batch = Batch(recorded_us=now_us, chunks=[], settles=[], observations=[], events=[], rows=[], quarantined=[])
        self._unsafe.append(batch.recorded_us)
        for arrival in arrivals:
            if type(arrival) is Inbound:
                self._chunk(arrival, batch)
            elif type(arrival) is Connected:
                self._connected(arrival, batch)
            elif type(arrival) is Disconnected:
                self._disconnected(arrival, batch)
            elif type(arrival) is Tick:
                self._ticked(arrival, batch)
        located = self._locator.observe(batch.observations, batch.recorded_us)
        batch.events += located.events
        batch.rows = located.rows
        self.counts.chunks += len(batch.chunks)
        return batch

    def _chunk(self, inbound: Inbound, batch: Batch) -> None:
        chunk = inbound.chunk
        decoder = self._decoders.get(chunk.device)
        if decoder is None:
            decoder = self._decoders[chunk.device] = self._make[chunk.device]()
        batch.chunks.append(chunk)
        if inbound.settle is not None:
            batch.settles.append(inbound.settle)
        self._hearing.heard(chunk.device, chunk.received_us)
        outputs = decoder.feed(chunk.data, chunk.received_us, chunk.topic)
        self._take(outputs, chunk.device, chunk.received_us, batch, chunk.topic)

    def _connected(self, link: Connected, batch: Batch) -> None:
        self._links[link.device] = link
        self._hearing.linked(link.device, connected=True)
        batch.events.append(link_event(link.device, "connected", "", link.at_us, batch.recorded_us))
        decoder = self._decoders[link.device] = self._make[link.device]()
        self._take(decoder.start(link.at_us), link.device, link.at_us, batch)

    def _disconnected(self, end: Disconnected, batch: Batch) -> None:
        self._links.pop(end.device, None)
        self._decoders.pop(end.device, None)
        self._hearing.linked(end.device, connected=False)
        text = f"{end.reason}: {end.text}"
        batch.events.append(link_event(end.device, "disconnected", text, end.at_us, batch.recorded_us))
        log.warning("device lost", device=end.device, reason=end.reason, text=end.text)

    def _ticked(self, tick: Tick, batch: Batch) -> None:
        for device in list(self._links):
            self._take(self._decoders[device].tick(tick.at_us), device, tick.at_us, batch)

    def _take(self, outputs: list[Output], device: str, received_us: Micros, batch: Batch, topic: str = "") -> None:
        """What a decoder returned, in order: to locate, to quarantine, back to the device, or to the log of health."""
        for output in outputs:
            kind = type(output)
            if kind is Send:
                self._send(device, output)  # type: ignore[arg-type]
            elif kind is Rejected:
                batch.quarantined.append(_rejected(output, device, received_us, topic))  # type: ignore[arg-type]
                self.counts.rejected += 1
            elif kind is Notice:
                self._notice(output, device, received_us, batch)  # type: ignore[arg-type]
            else:
                self._reading(output, device, received_us, batch)

    def _reading(self, reading: Output, device: str, received_us: Micros, batch: Batch) -> None:
        self.counts.readings += 1
        resolved = self._resolver.resolve(device, reading, received_us)  # type: ignore[arg-type]
        if type(resolved) is Observation:
            batch.observations.append(resolved)
        elif type(resolved) is Quarantined:
            batch.quarantined.append(resolved)
            self.counts.unresolved += 1

    def _notice(self, notice: Notice, device: str, received_us: Micros, batch: Batch) -> None:
        batch.events.append(device_event(device, notice, received_us, batch.recorded_us))
        link = self._links.get(device)
        if notice.name == GIVE_UP and link is not None:
            link.drop(notice.text)

    def _send(self, device: str, send: Send) -> None:
        link = self._links.get(device)
        if link is not None and link.write is not None:
            link.write(send.data)

    async def _store(self, batch: Batch) -> None:
        """Commit, then tell those who wait. While the disk is full nothing is acknowledged and nothing is dropped."""
        heard = self._hearing.unsaved()

        def job(connection: sqlite3.Connection) -> int:
            if batch.chunks:
                tape.insert(connection, batch.chunks, tape.pack(batch.chunks))
            quarantine.insert(connection, batch.quarantined)
            states.save_assets(connection, batch.rows)
            states.save_devices(connection, heard)
            return events.insert(connection, batch.events)

        if batch.chunks or batch.events or batch.quarantined or batch.rows or heard:
            self.counts.events += await self._commit(job)
        self._unsafe.pop(0)
        for settle in batch.settles:
            settle()

    async def _commit(self, job: Callable[[sqlite3.Connection], int]) -> int:
        waits = itertools.chain(FULL_DISK_WAIT_S, itertools.repeat(FULL_DISK_WAIT_S[-1]))
        while True:
            try:
                stored = await self._journal.write(job)
            except JournalError as error:
                self.counts.refused_commits += 1
                log.error("not stored, not acknowledged; trying again", error=str(error))  # noqa: TRY400
                await asyncio.sleep(next(waits))
            else:
                self.counts.commits += 1
                return stored

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if self._links:
                await self._intake.put(Tick(self._clock.now_us()))


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
