"""Clocks. The gateway takes one at start; nothing else reads the time of day."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable

import structlog

from gateway.model import Micros

SECOND_US = 1_000_000
LOOK_US = 100_000  # how often to compare with the time of day
FOLLOW = 10  # by one part in so many
STEP_US = 5 * SECOND_US  # more is no drift: someone, or something, set the clock
LONGEST_SLEEP_S = 60.0  # then look again: the machine may have been asleep, which the event loop does not count

log = structlog.get_logger("clock")

_RUNNING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def running_ns() -> int:
    """Time since the machine was started, which nobody can set; with the time it was asleep, where that is known."""
    return time.clock_gettime_ns(_RUNNING)


class SystemClock:
    """The machine's clock without its jumps.

    It starts with the time of day and runs on evenly. It follows what NTP corrects, by at most a tenth of the
    time that passes. So a clock that is set a day forward fires no deadline of that day; it is told in the log.
    Whoever wants the new time at once starts the gateway anew. May be asked by any thread.
    """

    def __init__(
        self, *, of_day_ns: Callable[[], int] = time.time_ns, running_ns: Callable[[], int] = running_ns
    ) -> None:
        self._of_day_ns = of_day_ns
        self._running_ns = running_ns
        self._anchor = (running_ns() // 1000, of_day_ns() // 1000)  # one tuple, so that threads see both or neither
        self._told = False

    def now_us(self) -> Micros:
        ran_us, then_us = self._anchor
        passed_us = self._running_ns() // 1000 - ran_us
        now_us = then_us + passed_us
        if passed_us < LOOK_US:
            return now_us
        off_us = self._of_day_ns() // 1000 - now_us
        self._tell(off_us)
        now_us += max(-passed_us // FOLLOW, min(passed_us // FOLLOW, off_us))
        self._anchor = (ran_us + passed_us, now_us)
        return now_us

    async def sleep_until(self, due_us: Micros) -> None:
        while True:
            left_us = due_us - self.now_us()
            await asyncio.sleep(max(0, min(left_us / SECOND_US, LONGEST_SLEEP_S)))
            if left_us <= LONGEST_SLEEP_S * SECOND_US:
                return

    def _tell(self, off_us: Micros) -> None:
        stepped = abs(off_us) > STEP_US
        if stepped and not self._told:
            log.warning("the machine's clock was set; the gateway follows slowly", by_s=off_us / SECOND_US)
        self._told = stepped


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
