"""Watches what waits for outputs: for the metrics, and to say in the log when a backfill begins and ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Protocol

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.config import Config
from gateway.journal import Journal
from gateway.outputs.backlog import Backlog, backlogs, lane_names

LOOK_EVERY_S = 5.0

log = structlog.get_logger("outputs")


class Fares(Protocol):
    """How a lane fares."""

    @property
    def reason(self) -> str:
        """The word written, or why nothing is."""

    @property
    def alarm(self) -> bool:
        """Nothing will be taken until someone does something."""


class Runs(Protocol):
    """A task."""

    async def run(self) -> None:
        """Work until cancelled."""


class Lane(Runs, Protocol):
    """A task that can be asked."""

    @property
    def state(self) -> Fares | None:
        """None: nothing was tried yet."""


class OutputWatch(Collector):
    """One task, `run`; and metrics of what it saw last."""

    def __init__(self, config: Config, journal: Journal, lanes: Mapping[str, Lane]) -> None:
        self.backlogs: list[Backlog] = []
        self.per_s: dict[str, float] = {}  # how fast the backlog left to the backfill lane shrinks
        self._names = list(lane_names(config))
        self._journal = journal
        self._lanes = lanes
        self._looked_s = 0.0

    def tasks(self) -> dict[str, Runs]:
        """Every lane, and this watch of them, by task name."""
        return {**self._lanes, "output-watch": self}

    async def run(self) -> None:
        """Look every few seconds; without outputs there is nothing to look at."""
        while self._names:
            await self.look(time.monotonic())
            await asyncio.sleep(LOOK_EVERY_S)
        await asyncio.Event().wait()

    async def look(self, now_s: float) -> None:
        """Look once, at a time of the monotonic clock."""
        seen = await self._journal.read(lambda c: backlogs(c, self._names))
        before = {one.output: one.left for one in self.backlogs}
        for one in seen:
            self._compare(one.output, before.get(one.output, 0), one.left, now_s - self._looked_s)
        self.backlogs, self._looked_s = seen, now_s

    def _compare(self, output: str, before: int, left: int, passed_s: float) -> None:
        if left and not before:
            log.warning("backfill begins: what is new goes first", output=output, entries=left)
        if before and not left:
            log.info("backfill ended: everything is delivered", output=output)
        if left < before:
            self.per_s[output] = (before - left) / passed_s
        elif not left:
            self.per_s.pop(output, None)

    def collect(self) -> Iterable[Metric]:
        waiting = GaugeMetricFamily(
            "tierview_output_waiting_entries", "entries that an output has not taken yet", labels=["output"]
        )
        left = GaugeMetricFamily(
            "tierview_output_backfill_entries", "of older entries, left to the backfill lane", labels=["output"]
        )
        ends = GaugeMetricFamily(
            "tierview_output_backfill_seconds", "until the backfill ends, at its present rate", labels=["output"]
        )
        for one in self.backlogs:
            waiting.add_metric([one.output], one.waiting)
            left.add_metric([one.output], one.left)
            if one.left and (per_s := self.per_s.get(one.output)):
                ends.add_metric([one.output], one.left / per_s)
        yield from (waiting, left, ends, self._failing())

    def _failing(self) -> Metric:
        failing = GaugeMetricFamily(
            "tierview_output_failing",
            "1 while an output takes nothing; alarm=yes: until someone does something",
            labels=["output", "reason", "alarm"],
        )
        for name, lane in self._lanes.items():
            if lane.state is not None and lane.state.reason != "written":
                failing.add_metric([name, lane.state.reason, "yes" if lane.state.alarm else "no"], 1)
        return failing
