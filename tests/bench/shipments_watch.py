"""Watches from outside when events and alerts become readable in a journal, to tell how long one led to the other."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from gateway.journal import alerts
from gateway.journal.journal import FILE
from gateway.model import AlertState, Micros

QUIET_S = 20.0  # nothing new for so long: nothing more will come
PAUSE_S = 0.0002  # between two looks; a look is one word of shared memory


class Came(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When something was first readable, by the wall clock."""

    name: str  # the event's asset or the alert's shipment
    at_us: Micros


class AlertWatch:
    """Notes when events of assets, and alerts of one rule, become readable."""

    def __init__(self, folder: Path, rule: str) -> None:
        self._rule = rule
        self._connection = sqlite3.connect(folder / FILE, isolation_level=None)
        self._connection.execute("PRAGMA query_only = ON")
        self._version = -1
        self._event_seq = self._last("events")
        self._alert_seq = self._last("alert_log")
        self.events: list[Came] = []
        self.opened: list[Came] = []
        self.ended: list[Came] = []

    def until(self, met: Callable[[], bool]) -> None:
        """Watch until something holds, or until nothing more comes."""
        last_s = time.monotonic()
        while not met() and time.monotonic() - last_s < QUIET_S:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                time.sleep(PAUSE_S)
                continue
            self._version = version
            if self._look():
                last_s = time.monotonic()

    def count(self, query: str) -> int:
        """What a query counts now."""
        return int(self._connection.execute(query).fetchone()[0])

    def close(self) -> None:
        """Let go of the journal."""
        self._connection.close()

    def _last(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT coalesce(max(seq), 0) FROM {table}").fetchone()[0])

    def _look(self) -> bool:
        now_us = time.time_ns() // 1000
        rows = self._connection.execute("SELECT seq, asset FROM events WHERE seq > ?", (self._event_seq,)).fetchall()
        found = alerts.log_after(self._connection, self._alert_seq, 1_000_000)
        for seq, asset in rows:
            self._event_seq = seq
            self.events.append(Came(name=asset, at_us=now_us))
        for seq, alert in found:
            self._alert_seq = seq
            if alert.rule == self._rule:
                ways = self.opened if alert.state is AlertState.OPEN else self.ended
                ways.append(Came(name=alert.shipment, at_us=now_us))
        return bool(rows or found)
