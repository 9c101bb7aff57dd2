"""Follows one log into one output, in strict order: put, then save the cursor; what cannot be put is tried for ever.

If the power goes between the two, the batch is put again: files cut it off first, subscribers know it by `event_id`,
`alert_id` and `delivery_id`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from gateway.clock import SECOND_US
from gateway.model import Clock, Micros
from gateway.outputs.feed import OutputFeed, Rows

LONGEST_WAIT_S = 20.0


class Away(Exception):
    """An output cannot take anything now."""

    def __init__(self, reason: str, text: str, *, alarm: bool = False) -> None:
        super().__init__(text)
        self.reason = reason  # a stable word: disk_full, broker_away, ...
        self.alarm = alarm  # nothing will be taken until someone does something


class State(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an output fares."""

    reason: str  # written, or why not
    text: str
    since_us: Micros
    alarm: bool


class Target(Protocol):
    """What takes a log's entries."""

    async def open(self) -> None:
        """Be ready, or as far as that is possible now."""

    async def put(self, rows: Rows) -> Mapping[str, int]:
        """Take all of them for good; returns marks to save with the cursor. Raises Away."""

    async def close(self) -> None:
        """Let go of files and connections."""


class OutputLane:
    """One log into one target. `run` returns only by cancellation."""

    def __init__(
        self, *, feed: OutputFeed, target: Target, clock: Clock, batch: int, on_state: Callable[[State], None]
    ) -> None:
        self.state: State | None = None  # None: nothing was tried yet
        self._feed = feed
        self._target = target
        self._clock = clock
        self._batch = batch
        self._on_state = on_state

    async def run(self) -> None:
        """Put everything behind the cursor, for ever."""
        cursor = await self._feed.load()
        try:
            await self._target.open()
            while True:
                rows = await self._feed.after(cursor, self._batch)
                marks = await self._put(rows)
                cursor = rows[-1][0]
                await self._feed.save(cursor, marks)
        finally:
            await asyncio.shield(self._target.close())

    async def _put(self, rows: Rows) -> Mapping[str, int]:
        wait_s = 1.0
        while True:
            try:
                marks = await self._target.put(rows)
            except Away as away:
                self._note(away.reason, str(away), alarm=away.alarm)
            else:
                self._note("written", "", alarm=False)
                return marks
            await self._clock.sleep_until(self._clock.now_us() + round(wait_s * SECOND_US))
            wait_s = min(LONGEST_WAIT_S, wait_s * 2)

    def _note(self, reason: str, text: str, *, alarm: bool) -> None:
        if self.state is None or self.state.reason != reason:
            self.state = State(reason=reason, text=text, since_us=self._clock.now_us(), alarm=alarm)
            self._on_state(self.state)
