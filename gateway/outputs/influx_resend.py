"""Sends a part of a log to a server once more, beside the gateway: no cursor moves, and no point counts twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from gateway.access import Estate
from gateway.clock import SECOND_US, SystemClock
from gateway.config.model import Influx
from gateway.influx import Health, Lines, Sender, Writer
from gateway.journal.gaps import Gap
from gateway.model import Quarantined
from gateway.outputs.influx_out import NOTHING, log_of


class Resend:
    """A span of one log to one server."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        server: Influx,
        log: str,
        lines: Lines,
        writer: Writer,
        *,
        on_health: Callable[[Health], None],
        estate: Estate = NOTHING,
    ) -> None:
        self._clock = SystemClock()
        self._connection = connection
        self._server = server
        self._after = log_of(server, log, estate)
        self._lines = lines
        self._sender = Sender(
            name=f"influx.{server.name}.{log}",
            writer=writer,
            clock=self._clock,
            batch=server.batch,
            on_health=on_health,
        )

    async def run(self, span: Gap, moved: Callable[[int], None]) -> list[Quarantined]:
        """Send it, the oldest first; `moved` is told how many entries are done. Returns what was refused for good."""
        refused: list[Quarantined] = []
        cursor = span.after
        while cursor < span.until:
            began_us = self._clock.now_us()
            rows = [row for row in self._after(self._connection, cursor, self._sender.batch) if row[0] <= span.until]
            lines = [self._lines.line(number, item) for number, item in rows if item is not None]
            refused += await self._sender.send(lines)
            cursor = rows[-1][0] if rows else span.until
            moved(cursor - span.after)
            await self._clock.sleep_until(began_us + round(len(lines) / self._server.backfill_per_s * SECOND_US))
        return refused
