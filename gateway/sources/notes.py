"""Notes from the event loop to a thread that sleeps in poll."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable, Iterator
from threading import Lock


class Notes:
    """What the event loop leaves for the session's thread, and how it is woken. After `close` notes are thrown away."""

    def __init__(self) -> None:
        self._left: deque[Callable[[], object]] = deque()
        self._hears, self._rings = socket.socketpair()
        self._hears.settimeout(0)
        self._rung = False
        self._lock = Lock()
        self._open = True

    def fileno(self) -> int:
        """What to poll for reading."""
        return self._hears.fileno()

    def leave(self, note: Callable[[], object]) -> None:
        """Leave a note; rings once until the notes are taken."""
        with self._lock:
            if not self._open:
                return
            self._left.append(note)
            if not self._rung:
                self._rung = True
                self._rings.send(b"!")

    def take(self) -> Iterator[Callable[[], object]]:
        """All notes, in order."""
        if not self._rung:
            return
        with self._lock:
            self._rung = False
            self._hears.recv(1)
        while self._left:
            yield self._left.popleft()

    def close(self) -> None:
        """Throw away what is left, and what will be left."""
        with self._lock:
            self._open = False
            self._hears.close()
            self._rings.close()
