"""The walk of a batch: chunks -> readings -> observations -> events, in one commit, then acknowledged.

Whatever waits in the intake is one batch: an idle gateway commits each chunk at once, a busy one commits
many together, and nobody waits for a timer. While one batch is being committed the next is decoded; its
commit starts when the one before is safe, so that batches are stored in the order in which they came.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import suppress

import structlog

from gateway.devices import DeviceWatch
from gateway.hearing import Hearing
from gateway.journal import Journal, events, findings, quality_days, quarantine, states, tape
from gateway.locate import Locator
from gateway.model import Clock, Micros
from gateway.quality.inspect import Inspector
from gateway.resolve import Resolver
from gateway.sources.inbound import Arrival, Disconnected, Tick
from gateway.sources.intake import Intake, IntakeClosed
from gateway.walk.digest import Batch, Digest, MakeDecoder

TICK_S = 1.0

log = structlog.get_logger("pipeline")


class Pipeline:
    """One task: `run`."""

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
        inspector: Inspector | None = None,
        watch: DeviceWatch | None = None,
    ) -> None:
        self._digest = Digest(
            resolver=resolver,
            locator=locator,
            hearing=hearing,
            decoders=decoders,
            inspector=inspector,
            watch=watch,
        )
        self.counts = self._digest.counts
        self._intake = intake
        self._journal = journal
        self._clock = clock
        self._hearing = hearing
        self._most_chunks = most_chunks
        self._unsafe: list[Micros] = []  # when batches that are not committed yet were recorded

    def rearrange(
        self, *, resolver: Resolver, locator: Locator, decoders: Mapping[str, MakeDecoder], inspector: Inspector
    ) -> None:
        """Take other devices with the next batch."""
        self._digest.rearrange(resolver=resolver, locator=locator, decoders=decoders, inspector=inspector)

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
        self._unsafe.append(now_us)
        for arrival in arrivals:
            if type(arrival) is Disconnected and arrival.told:
                lost = {"device": arrival.device, "reason": arrival.reason, "text": arrival.text}
                log.warning("device lost", **lost, **({"peer": arrival.peer} if arrival.peer else {}))
        return self._digest.digest(arrivals, now_us)

    async def _store(self, batch: Batch) -> None:
        """Commit, then tell those who wait. While the disk is full nothing is acknowledged and nothing is dropped."""
        heard = self._hearing.unsaved()

        def job(connection: sqlite3.Connection) -> int:
            if batch.chunks:
                tape.insert(connection, batch.chunks, tape.pack(batch.chunks))
            quarantine.insert(connection, batch.quarantined)
            _save_quality(connection, batch)
            states.save_assets(connection, batch.rows)
            states.save_devices(connection, heard)
            return events.insert(connection, batch.events)

        if batch.chunks or batch.events or batch.quarantined or batch.rows or batch.replayed or batch.left or heard:
            self.counts.events += await self._journal.insist(job, self._refused)
            self.counts.commits += 1
        self._unsafe.pop(0)
        for settle in batch.settles:
            settle()

    def _refused(self) -> None:
        self.counts.refused_commits += 1

    async def _tick(self) -> None:
        with suppress(IntakeClosed):  # what came in before is still being stored
            while True:
                await asyncio.sleep(TICK_S)
                if self._digest.hears_any:
                    await self._intake.put(Tick(self._clock.now_us()))


def _save_quality(connection: sqlite3.Connection, batch: Batch) -> None:
    """What is doubted, and what became of rows that were tried again: with the events that they led to."""
    quarantine.insert(connection, batch.parts)
    if batch.replayed:
        quarantine.replayed(connection, batch.replayed, batch.recorded_us)
    if batch.left:
        quarantine.failed_again(connection, batch.left, batch.recorded_us)
    if batch.inspected is not None:
        findings.note(connection, batch.inspected.tallies)
        findings.note_unplanned(connection, batch.inspected.arrived)
        quality_days.add(connection, batch.inspected.days)
