"""The pipeline: nothing is settled before it is stored, a full disk stops acknowledgements, and order is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from gateway.catalogue import make_decoder
from gateway.clock import SystemClock
from gateway.config.model import Config, Device
from gateway.hearing import Hearing
from gateway.journal import Journal, events, open_journal, tape
from gateway.locate import Locator
from gateway.model import Chunk, DeviceState
from gateway.places import PlaceIndex
from gateway.resolve import Resolver
from gateway.sources.inbound import Connected, Inbound
from gateway.sources.intake import Intake
from gateway.walk import pipeline as pipeline_module
from gateway.walk.pipeline import Pipeline
from tests.e2e.site import PARTIES, PLACES
from tests.journal.refusing import refusing, until_refused

DEVICE = Device(name="gps", driver="nmea0183", connect="serial:///dev/null", asset="T1")


@dataclass
class Line:
    """A pipeline with one GPS receiver, and what was acknowledged to it."""

    journal: Journal
    intake: Intake
    pipeline: Pipeline
    settled: list[bytes] = field(default_factory=list)

    async def say(self, data: bytes) -> None:
        chunk = Chunk(device=DEVICE.name, received_us=SystemClock().now_us(), data=data)
        await self.intake.put(Inbound(chunk, partial(self.settled.append, data)))

    async def taped(self) -> list[bytes]:
        return [chunk.data for chunk in await self.journal.read(lambda c: list(tape.read(c)))]


@asynccontextmanager
async def line(folder: Path, *, most_chunks: int = 100) -> AsyncIterator[Line]:
    config = Config(parties=PARTIES, places=PLACES, devices=(DEVICE,))
    places = PlaceIndex(config.places)
    async with open_journal(folder) as journal:
        intake = Intake()
        pipeline = Pipeline(
            intake=intake,
            journal=journal,
            clock=SystemClock(),
            resolver=Resolver(config, places),
            locator=Locator(config, places),
            hearing=Hearing([DeviceState(device=DEVICE.name, place="", asset="T1", known_us=1)], {}),
            decoders={DEVICE.name: lambda: make_decoder(DEVICE)},
            most_chunks=most_chunks,
        )
        running = asyncio.create_task(pipeline.run())
        try:
            yield Line(journal, intake, pipeline)
        finally:
            intake.close()
            async with asyncio.timeout(10):
                await running


async def until(line: Line, count: int) -> None:
    async with asyncio.timeout(10):
        while len(line.settled) < count:
            await line.journal.beyond(line.journal.commits)
            await asyncio.sleep(0)  # the pipeline hears of the commit too


async def test_whatever_is_settled_is_on_the_tape_and_in_order(tmp_path: Path) -> None:
    said = [f"noise {number}\n".encode() for number in range(300)]
    async with line(tmp_path, most_chunks=7) as at:
        for data in said:
            await at.say(data)
            assert set(at.settled) <= set(await at.taped()), "settled before it was stored"
        await until(at, len(said))
        assert at.settled == said
        assert await at.taped() == said


async def test_a_journal_that_refuses_stops_acknowledgements_and_loses_nothing(tmp_path: Path) -> None:
    async with line(tmp_path) as at:
        async with refusing(at.journal):
            before_us = SystemClock().now_us()
            for number in range(3):
                await at.say(b"noise %d\n" % number)
                await until_refused(at.journal)
            assert at.settled == []
            assert at.pipeline.horizon_us() <= SystemClock().now_us()
            assert at.pipeline.counts.refused_commits > 0
            assert at.pipeline.horizon_us() - before_us < 1_000_000, "the engine is not to judge beyond what is stored"
        await until(at, 3)
        assert await at.taped() == [b"noise 0\n", b"noise 1\n", b"noise 2\n"]


async def test_what_came_in_before_the_stop_is_stored_though_a_tick_comes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline_module, "TICK_S", 0.01)
    async with line(tmp_path) as at:
        await at.intake.put(
            Connected(device=DEVICE.name, at_us=SystemClock().now_us(), write=None, drop=lambda why: None)
        )
        async with refusing(at.journal):
            await at.say(b"the last\n")
            await until_refused(at.journal)
            await at.say(b"words\n")
            await until_refused(at.journal)
            at.intake.close()
            await asyncio.sleep(0.05)  # some ticks' time, in which nothing tells of one
    async with open_journal(tmp_path) as journal:
        assert [chunk.data for chunk in await journal.read(lambda c: list(tape.read(c)))] == [b"the last\n", b"words\n"]
        assert await journal.read(events.last_seq) == 1
