"""Watches a gateway's journal from outside: what another process can read there has been committed."""

from __future__ import annotations

import sqlite3
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.journal import events, tape
from gateway.journal.journal import FILE
from gateway.model import LocationEvent

QUIET_S = 20.0  # nothing new for so long: nothing more will come
READY_S = 60.0
PAUSE_S = 0.0002  # between two looks; a look is one word of shared memory

Weigh = Callable[[sqlite3.Connection, int], Sequence[tuple[int, int]]]  # rows behind a number: (their number, weight)


def chunks_on_tape(connection: sqlite3.Connection, seq: int) -> Sequence[tuple[int, int]]:
    """Rows of the tape, by how many messages they hold."""
    return connection.execute("SELECT seq, chunks FROM tape WHERE seq > ? ORDER BY seq", (seq,)).fetchall()


def bytes_on_tape(connection: sqlite3.Connection, seq: int) -> Sequence[tuple[int, int]]:
    """Rows of the tape, by how many bytes of the device they hold."""
    found: list[tuple[int, int]] = []
    while (row := tape.after(connection, seq)) is not None:
        seq = row[0]
        found.append((seq, sum(len(chunk.data) for chunk in row[1])))
    return found


def location_events(connection: sqlite3.Connection, seq: int) -> Sequence[tuple[int, int]]:
    """Rows of location events, one each."""
    return connection.execute(
        "SELECT seq, 1 FROM events WHERE seq > ? AND type = 'location' ORDER BY seq", (seq,)
    ).fetchall()


class JournalWatch:
    """Notes when each row became readable."""

    def __init__(self, folder: Path, weigh: Weigh, alive: Callable[[], None]) -> None:
        """`alive` raises when the gateway has ended."""
        self._folder = folder
        self._weigh = weigh
        self._alive = alive
        self._seen: list[tuple[int, int]] = []  # the newest row's number, and when it was first seen
        self._version = -1
        self._total = 0

    def open(self) -> None:
        """Return once the gateway has made its journal and hears its device."""
        deadline_s = time.monotonic() + READY_S
        while time.monotonic() < deadline_s:
            self._alive()
            if (self._folder / FILE).exists() and self._connect():
                return
            time.sleep(0.02)
        raise TimeoutError(f"the gateway was not ready within {READY_S:g} s")

    def _connect(self) -> bool:
        uri = f"{(self._folder / FILE).absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        try:
            heard = connection.execute("SELECT count(*) FROM events WHERE type = 'device'").fetchone()[0]
        except sqlite3.OperationalError:  # no tables yet
            heard = 0
        if heard:
            self._connection = connection
            return True
        connection.close()
        return False

    def until(self, total: int) -> None:
        """Watch until so much has been committed since the start, or until nothing more comes."""
        last_s = time.monotonic()
        while self._total < total and time.monotonic() - last_s < QUIET_S:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                time.sleep(PAUSE_S)
                continue
            self._version = version
            if self._look():
                last_s = time.monotonic()
        self._alive()

    def _look(self) -> bool:
        now_ns = time.monotonic_ns()
        rows = self._weigh(self._connection, self._seen[-1][0] if self._seen else 0)
        if rows:
            self._seen.append((rows[-1][0], now_ns))
            self._total += sum(weight for _, weight in rows)
        return bool(rows)

    def when_ns(self, seq: int) -> int:
        """When a row became readable, by the monotonic clock."""
        return self._seen[bisect_left(self._seen, (seq, 0))][1]

    @property
    def last_ns(self) -> int:
        """When the newest row became readable."""
        return self._seen[-1][1]

    def taped(self) -> list[tuple[int, bytes]]:
        """Every message on the tape: its row's number, and its bytes."""
        found: list[tuple[int, bytes]] = []
        seq = 0
        while (row := tape.after(self._connection, seq)) is not None:
            seq = row[0]
            found += [(seq, chunk.data) for chunk in row[1]]
        return found

    def located(self) -> list[tuple[int, LocationEvent]]:
        """Every location event, with its number."""
        found = events.after(self._connection, 0, 2**31)
        return [(seq, event) for seq, event in found if isinstance(event, LocationEvent)]

    def close(self) -> None:
        """Let go of the journal."""
        self._connection.close()
