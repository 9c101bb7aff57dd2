"""The way back to a device over TCP: what it does not read in time ends its connection, not our memory."""

from __future__ import annotations

import asyncio
import socket

from gateway.model import Send
from gateway.sources.source import Counts

MOST_UNSENT_BYTES = 262_144  # towards one device; above it the device does not read, and is dropped
KEEP_ALIVE = ((socket.TCP_KEEPIDLE, 10), (socket.TCP_KEEPINTVL, 5), (socket.TCP_KEEPCNT, 3))  # a dead peer: 25 s
KEEP_ALIVE_OPTIONS = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *((socket.IPPROTO_TCP, option, value) for option, value in KEEP_ALIVE),
)


class Link:
    """The way back to one connected device; on the event loop."""

    def __init__(self, writer: asyncio.StreamWriter, counts: Counts, *, most_unsent: int = MOST_UNSENT_BYTES) -> None:
        self._writer = writer
        self._counts = counts
        self._most_unsent = most_unsent
        self.dropped: tuple[str, str] | None = None

    def keep_alive(self) -> None:
        """Have the kernel notice a peer that went without a word."""
        sock = self._writer.get_extra_info("socket")
        for option in KEEP_ALIVE_OPTIONS:
            sock.setsockopt(*option)

    def write(self, send: Send) -> None:
        """Queue bytes; a device that does not read what we send is dropped."""
        if self._writer.transport.is_closing():
            self._counts.unsent += 1
            return
        self._writer.write(send.data)
        if self._writer.transport.get_write_buffer_size() > self._most_unsent:
            self.drop(f"the device does not read: {self._most_unsent} bytes wait for it")

    def drop(self, why: str) -> None:
        """End this connection."""
        self.end("dropped", why)

    def end(self, reason: str, text: str) -> None:
        """End this connection, for a reason of our own."""
        self.dropped = self.dropped or (reason, text)
        self._writer.transport.abort()
