"""What drivers want published at the broker: filled on the event loop, emptied by the session's thread.

One outbox a connection: what a driver had to say on a connection that ended is of no use on the next.
"""

from __future__ import annotations

from collections import deque
from threading import Lock

import structlog

from gateway.model import Send
from gateway.sources.source import Counts

MOST_UNSENT = 256  # messages that wait
MOST_TOPIC_BYTES = 65_535  # of MQTT

log = structlog.get_logger("source")


class Outbox:
    """Messages in order, bounded; what does not fit, or can go nowhere, is counted."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._waiting: deque[Send] = deque()
        self._open = True
        self._lock = Lock()

    def put(self, send: Send) -> bool:
        """Queue a message; False, and counted, where it cannot be."""
        if not _may_be_published_to(send.topic):  # a driver may have made it of what a device calls itself
            log.warning("cannot publish there", topic=send.topic[:80])
            self.lost()
            return False
        with self._lock:
            if self._open and len(self._waiting) < MOST_UNSENT:
                self._waiting.append(send)
                return True
            self._counts.unsent += 1
            return False

    def take(self) -> Send | None:
        """The next message; None when there is none."""
        return self._waiting.popleft() if self._waiting else None

    def lost(self) -> None:
        """Count a message that could not be published."""
        with self._lock:
            self._counts.unsent += 1

    def close(self) -> None:
        """The connection ended: what waits is lost, and what comes."""
        with self._lock:
            self._open = False
            self._counts.unsent += len(self._waiting)
            self._waiting.clear()


def _may_be_published_to(topic: str) -> bool:
    try:
        size = len(topic.encode())
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return 0 < size <= MOST_TOPIC_BYTES and not any(sign in topic for sign in "+#\0")
