"""Deadlines of subjects, many and often moved: what was moved or dropped stays in the heap until it is in the way."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

from gateway.model import Micros

MOST_STALE = 1000  # entries that were moved or dropped, beyond as many as there are deadlines

Key = TypeVar("Key", bound=Hashable)


class Timers(Generic[Key]):
    """For each key the one time at which it is due."""

    def __init__(self) -> None:
        self._due: dict[Key, Micros] = {}
        self._heap: list[tuple[Micros, Key]] = []

    def __len__(self) -> int:
        return len(self._due)

    def set(self, key: Key, due_us: Micros | None) -> None:
        """Set, move or (None) drop a deadline."""
        if due_us is None:
            self._due.pop(key, None)
        elif self._due.get(key) != due_us:
            self._due[key] = due_us
            heapq.heappush(self._heap, (due_us, key))
            if len(self._heap) > MOST_STALE + 2 * len(self._due):
                self._heap = [(due_us, key) for key, due_us in self._due.items()]
                heapq.heapify(self._heap)

    def hasten(self, key: Key, due_us: Micros) -> None:
        """Set a deadline, or move it to the front; one that is earlier stays."""
        self.set(key, min(due_us, self._due.get(key, due_us)))

    def next_us(self) -> Micros | None:
        """The earliest deadline."""
        self._skim()
        return self._heap[0][0] if self._heap else None

    def pop(self, now_us: Micros) -> tuple[Micros, Key] | None:
        """Take the earliest deadline that is not after `now_us`, with its key; ties by key."""
        self._skim()
        if not self._heap or self._heap[0][0] > now_us:
            return None
        due_us, key = heapq.heappop(self._heap)
        del self._due[key]
        return due_us, key

    def _skim(self) -> None:
        heap = self._heap
        while heap and self._due.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
