"""Connecting again and again to one device: when to try next, and what of it is news."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic

import structlog

from gateway.model import Clock
from gateway.sources.backoff import Absence, Backoff
from gateway.sources.inbound import Disconnected
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.source import Counts

STOOD_S = 30.0  # a connection that lasted this long was sound: the next attempts may come quickly again

log = structlog.get_logger("source")


class Attempts:
    """Attempts at one device."""

    def __init__(
        self, *, device: str, counts: Counts, intake: Intake, clock: Clock, first_s: float, most_s: float
    ) -> None:
        """`first_s` and `most_s`: the shortest and the longest wait between two."""
        self._device = device
        self._counts = counts
        self._intake = intake
        self._clock = clock
        self._backoff = Backoff(first_s=first_s, most_s=most_s)
        self._absence = Absence()

    async def run(self, once: Callable[[], Awaitable[tuple[str, str]]]) -> None:
        """Attempt until cancelled, or until the intake is closed.

        `once` is one connection from begin to end; it returns why it ended, as a stable word and in words.
        """
        with suppress(IntakeClosed):
            while True:
                began_s = monotonic()
                reason, text = await once()
                if monotonic() - began_s > STOOD_S:
                    self._backoff.reset()
                await self._away(reason, text)

    def succeeded(self) -> None:
        """The device is there: the next failure is news."""
        self._counts.connects += 1
        self._absence.over()

    async def _away(self, reason: str, text: str) -> None:
        self._counts.failures += 1
        wait_s = self._backoff.next_s()
        log.info("device away", device=self._device, reason=reason, text=text, again_in_s=round(wait_s, 1))
        if self._absence.is_news(reason):
            now_us = self._clock.now_us()
            await self._intake.put(Disconnected(device=self._device, at_us=now_us, reason=reason, text=text))
        await asyncio.sleep(wait_s)
