"""Counts from time to time and tells one InfluxDB; what it misses is not told again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

import msgspec
import structlog

from gateway.access import Viewer
from gateway.config.model import Influx
from gateway.errors import TierviewError
from gateway.influx import Lines, Writer
from gateway.influx.answer import Verdict
from gateway.influx.follower import written
from gateway.influx.samples import InventorySample, Sample, apart
from gateway.sampling import docks_now
from gateway.sampling.figures_now import day_figures
from gateway.sampling.gateway_now import GatewayNow
from gateway.sampling.stock_now import inventory
from gateway.web.house import House

WHOLE_EVERY = 10  # samples of stock, of which the others tell only what changed

log = structlog.get_logger("influx")


class Sampler:
    """One task, `run`, for one server: as its party sees things, or as the operator does."""

    def __init__(self, *, server: Influx, house: House, lines: Lines, writer: Writer) -> None:
        self.written, self.missed = 0, 0  # samples
        self._server = server
        self._house = house
        self._lines = lines
        self._writer = writer
        self._gateway = GatewayNow(house)
        self._stock = StockChanges()
        self._failing = ""

    async def run(self) -> None:
        """Sample until cancelled."""
        try:
            async with asyncio.TaskGroup() as kinds:
                kinds.create_task(self._again(self.stock_and_gateway, self._server.sample_s), name="samples")
                kinds.create_task(self._again(self.figures, self._server.figures_s), name="figures")
        finally:
            await self._writer.close()

    async def stock_and_gateway(self) -> None:
        """One sample of both, and the loads that left; how the gateway stands is the operator's alone."""
        viewer = self._viewer()
        if viewer is None:
            return
        stock = self._stock.news(await inventory(self._house, viewer, self._server.most_items))
        own: Sequence[Sample] = [*await self._gateway.look(), *self._gateway.antennas()] if viewer.operator else ()
        await self._write([*stock, *await docks_now.departed(self._house, viewer), *own])

    async def figures(self) -> None:
        """The figures of the last days, and each visit that they rest on."""
        viewer = self._viewer()
        if viewer is None:
            return
        counted: Sequence[Sample] = await day_figures(self._house, viewer)
        await self._write([*counted, *await docks_now.visits(self._house, viewer)])

    def _viewer(self) -> Viewer | None:
        """None: the server's party is not known any more, so it is told nothing."""
        party = self._server.party
        return self._house.estate.viewer(party) if party else Viewer(party="", operator=True)

    async def _again(self, sample: Callable[[], Awaitable[None]], every_s: float) -> None:
        while True:
            try:
                await sample()
            except TierviewError as error:  # the journal does not answer, or more is there than one answer counts
                log.warning("not counted", server=self._server.name, what=sample.__name__, text=str(error))
            await asyncio.sleep(every_s)

    async def _write(self, samples: Sequence[Sample]) -> None:
        lines = await written([(apart(sample), sample) for sample in samples], self._lines.line)
        for begin in range(0, len(lines), self._server.batch):
            part = lines[begin : begin + self._server.batch]
            answer = await self._writer.write(part)
            taken = answer.verdict is Verdict.WRITTEN
            self.written, self.missed = self.written + len(part) * taken, self.missed + len(part) * (not taken)
            self._note("" if taken else answer.reason)

    def _note(self, failing: str) -> None:
        if failing != self._failing:
            log.info("samples", server=self._server.name, state=failing or "written")
        self._failing = failing


class StockChanges:
    """What of a sample differs from the one before, with zeros for what is gone: no line stays at its last."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, str, str], InventorySample] = {}
        self._number = 0

    def news(self, samples: Sequence[InventorySample]) -> list[InventorySample]:
        """What is to be told."""
        now = {(one.place, one.tier, one.sort, one.item): one for one in samples}
        whole = self._number % WHOLE_EVERY == 0
        self._number += 1
        told = [one for key, one in now.items() if whole or not _same(self._held.get(key), one)]
        gone = list(self._gone(now, samples))
        self._held = now
        return told + gone

    def _gone(
        self, now: dict[tuple[str, str, str, str], InventorySample], samples: Sequence[InventorySample]
    ) -> Iterator[InventorySample]:
        at_us = max((one.at_us for one in samples), default=None)
        for key, one in self._held.items():
            if key not in now:
                later_us = one.at_us + 1_000_000 if at_us is None else at_us
                yield msgspec.structs.replace(one, quantity=0.0, cover_h=None, at_us=later_us)


def _same(held: InventorySample | None, one: InventorySample) -> bool:
    return held is not None and msgspec.structs.replace(held, at_us=one.at_us) == one
