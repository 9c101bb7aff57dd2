"""A Sparkplug 3.0 host application's STATE: by it edge nodes see whether anyone listens, and keep their data if not.

The Will of the connection and the birth after it carry the same time, so that a Will that comes late is known
by its age (chapter "Host Application", tck-id-host-topic-phid-*). One clause is not kept: the standard wants a
clean session. Ours is persistent, for it serves other devices too, and what came while we were away is not lost.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.model import Micros


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The payload."""

    online: bool
    timestamp: int  # ms since 1970


class SparkplugHost:
    """The STATE of one connection."""

    def __init__(self, host_id: str, now_us: Callable[[], Micros]) -> None:
        self.topic = topic_of(host_id)
        self._now_us = now_us
        began_ms = now_us() // 1000
        self.will = msgspec.json.encode(State(online=False, timestamp=began_ms))
        self.birth = msgspec.json.encode(State(online=True, timestamp=began_ms))

    def death(self) -> bytes:
        """Said before we go by our own will."""
        return msgspec.json.encode(State(online=False, timestamp=self._now_us() // 1000))

    def is_contradicted_by(self, topic: str, payload: bytes) -> bool:
        """Whether a message says that we are gone: then the birth is to be said again."""
        if topic != self.topic:
            return False
        try:
            return not msgspec.json.decode(payload, type=State).online
        except (msgspec.DecodeError, UnicodeDecodeError):
            return True


def topic_of(host_id: str) -> str:
    """Where the STATE of a host application stands."""
    return f"spBv1.0/STATE/{host_id}"
