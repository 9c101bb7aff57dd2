"""The one bounded queue between all sources and the pipeline.

Full means wait: an `await`ing source stops reading its socket, a source's thread stops reading its port
or its broker connection, and so the sender is slowed down. Nothing is dropped here, ever.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque

from gateway.errors import SourceError
from gateway.sources.inbound import Arrival, Connected, Disconnected, Inbound

MOST_ITEMS = 20_000
MOST_BYTES = 32 * 1024 * 1024


class IntakeClosed(SourceError):
    """The gateway is stopping and takes nothing more."""


def _weight(item: Arrival) -> int:
    return len(item.chunk.data) if type(item) is Inbound else 0


class Intake:
    """Items in order of arrival, bounded by count and by bytes.

    Make it, `put`, `take` and `close` on the event loop; `put_from_thread` anywhere else.
    """

    def __init__(self, *, most_items: int = MOST_ITEMS, most_bytes: int = MOST_BYTES) -> None:
        self._loop = asyncio.get_running_loop()
        self._most_items = most_items
        self._most_bytes = most_bytes
        self._items: deque[Arrival] = deque()
        self._bytes = 0
        self._standing: dict[str, set[str]] = {}
        self._closed = False
        self._taker_sleeps = False
        self._room = threading.Condition()  # its lock guards all of the above
        self._arrived = asyncio.Event()
        self._room_on_loop = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    @property
    def waiting_bytes(self) -> int:
        """Bytes of the chunks that wait."""
        return self._bytes

    def standing(self, device: str) -> tuple[str, ...]:
        """The peers of a device that were told as connected and not yet as gone; `""` where it is its only one."""
        with self._room:
            return tuple(sorted(self._standing.get(device, ())))

    async def put(self, item: Arrival) -> None:
        """Add an item, waiting while the intake is full. Raises IntakeClosed."""
        while True:
            with self._room:
                if self._add(item):
                    return
                self._room_on_loop.clear()
            await self._room_on_loop.wait()

    def put_from_thread(self, item: Arrival) -> None:
        """Add an item from a thread, blocking it while the intake is full. Raises IntakeClosed."""
        with self._room:
            while not self._add(item):
                self._room.wait()

    async def take(self, limit: int) -> list[Arrival]:
        """All that waits, at least one item and at most `limit`; an empty list once closed and drained."""
        while True:
            batch = self._drain(limit)
            if batch or self._closed:
                return batch
            await self._arrived.wait()

    def close(self) -> None:
        """Refuse new items, free whoever waits for room; what waits can still be taken."""
        with self._room:
            self._closed = True
            self._room.notify_all()
        self._room_on_loop.set()
        self._arrived.set()

    def _add(self, item: Arrival) -> bool:
        if self._closed:
            raise IntakeClosed("the gateway is stopping")
        weight = _weight(item)
        # A chunk above the bound on bytes still passes when it is alone: refusing it would block for ever.
        if self._items and (len(self._items) >= self._most_items or self._bytes + weight > self._most_bytes):
            return False
        self._items.append(item)
        self._bytes += weight
        if type(item) is Connected:
            self._standing.setdefault(item.device, set()).add(item.peer)
        elif type(item) is Disconnected:
            self._standing.get(item.device, set()).discard(item.peer)
        if self._taker_sleeps:  # wake once per sleep, not once per item: waking costs a system call
            self._taker_sleeps = False
            self._loop.call_soon_threadsafe(self._arrived.set)
        return True

    def _drain(self, limit: int) -> list[Arrival]:
        with self._room:
            items = self._items
            if len(items) <= limit:
                batch = list(items)
                items.clear()
                self._bytes = 0
            else:
                batch = [items.popleft() for _ in range(limit)]
                self._bytes -= sum(map(_weight, batch))
            if batch:
                self._room.notify_all()
                self._room_on_loop.set()
            else:
                self._taker_sleeps = True
                self._arrived.clear()
            return batch
