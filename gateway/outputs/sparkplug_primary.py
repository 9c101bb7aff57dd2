"""The host application that an edge node waits for: its STATE, as the edge node reads it (Sparkplug 3.0, 5.4).

The host keeps `{"online": ..., "timestamp": ms}` at spBv1.0/STATE/HOST, retained, with an offline one as its will. A
STATE that is older than the last one is of a connection that has ended: it counts for nothing
(tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp).
"""

from __future__ import annotations

import msgspec

from gateway.sources.sparkplug_host import State, topic_of


class PrimaryHost:
    """What was heard of the host over one connection of ours."""

    def __init__(self, host_id: str) -> None:
        self.host_id = host_id
        self.topic = topic_of(host_id)
        self._newest_ms: int | None = None

    def forget(self) -> None:
        """With a new connection of ours whatever is retained counts, also from a host whose clock was set back."""
        self._newest_ms = None

    def heard(self, payload: bytes) -> bool | None:
        """Whether the host is there, by a message on its topic; None: the message says nothing new, or is no STATE."""
        try:
            state = msgspec.json.decode(payload, type=State)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if self._newest_ms is not None and state.timestamp < self._newest_ms:
            return None
        self._newest_ms = state.timestamp
        return state.online
