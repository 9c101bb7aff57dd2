"""The gate: what belongs together waits before it, prepared, and is let go in the same instant."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress

from gateway.model import Micros


class Gate:
    """Opens once for all that wait before it, and remembers when, by the monotonic clock."""

    def __init__(self, holders: Iterable[object]) -> None:
        self.missing = set(holders)  # those that the others wait for
        self._gathered = asyncio.Event()
        self._open = asyncio.Event()
        self._opened_ns = 0
        self.opened_us: Micros = 0
        if not self.missing:
            self._gathered.set()

    def arrive(self, who: object) -> None:
        """One is ready."""
        self.missing.discard(who)
        if not self.missing:
            self._gathered.set()

    async def gathered(self, timeout_s: float) -> None:
        """Return when all holders are ready, or have let the others wait for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._gathered.wait()

    def open(self, now_us: Micros) -> None:
        self.opened_us, self._opened_ns = now_us, time.monotonic_ns()
        self._open.set()

    def since_us(self) -> int:
        """Real microseconds since it opened."""
        return (time.monotonic_ns() - self._opened_ns) // 1000

    async def wait(self) -> None:
        await self._open.wait()
