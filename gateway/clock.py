"""Clocks. The gateway takes one at start; nothing else reads the time of day."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time

from gateway.model import Micros

SECOND_US = 1_000_000


class SystemClock:
    """The machine's clock."""

    def now_us(self) -> Micros:
        return time.time_ns() // 1000

    async def sleep_until(self, due_us: Micros) -> None:
        await asyncio.sleep(max(0, due_us - self.now_us()) / SECOND_US)


class ScaledClock:
    """A clock that runs `speed` times as fast as the machine's: the demo's, where a minute is two hours.

    `epoch_us` and `started_ns` (of the monotonic clock, which all processes of one machine share) let the
    simulators keep the same time in a process of their own.
    """

    def __init__(self, *, epoch_us: Micros, speed: float, started_ns: int | None = None) -> None:
        self.epoch_us = epoch_us
        self.speed = speed
        self.started_ns = time.monotonic_ns() if started_ns is None else started_ns

    def now_us(self) -> Micros:
        return self.epoch_us + int((time.monotonic_ns() - self.started_ns) / 1000 * self.speed)

    async def sleep_until(self, due_us: Micros) -> None:
        await asyncio.sleep(max(0, due_us - self.now_us()) / SECOND_US / self.speed)


class ManualClock:
    """A clock that stands still until it is told the time: replay and tests."""

    def __init__(self, now_us: Micros = 0) -> None:
        self._now_us = now_us
        self._sleepers: list[tuple[Micros, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now_us(self) -> Micros:
        return self._now_us

    def advance_to(self, now_us: Micros) -> None:
        """Set the time, never back, and wake who slept until then."""
        self._now_us = max(self._now_us, now_us)
        while self._sleepers and self._sleepers[0][0] <= self._now_us:
            sleeper = heapq.heappop(self._sleepers)[2]
            if not sleeper.done():
                sleeper.set_result(None)

    async def sleep_until(self, due_us: Micros) -> None:
        if due_us <= self._now_us:
            await asyncio.sleep(0)
            return
        sleeper = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (due_us, next(self._order), sleeper))
        await sleeper
