"""MQTT 3.1.1 publishing at QoS 1 by hand: frames in, an exact account of their acknowledgements out."""

from __future__ import annotations

import asyncio
import struct
import time
from array import array
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

MOST_WINDOW = 60_000  # unacknowledged messages; packet identifiers go up to 65,535
BURST = 256  # frames to a write
AGAIN_S = 0.05  # between attempts to connect
PUBLISH_QOS1, DUP = 0x32, 0x08
PUBACK = b"\x40\x02"


def publish_frame(topic: str, number: int, payload: bytes) -> bytes:
    """MQTT 3.1.1 PUBLISH at QoS 1."""
    body = struct.pack(">H", len(topic)) + topic.encode() + struct.pack(">H", packet_id(number)) + payload
    return bytes([PUBLISH_QOS1]) + _length(len(body)) + body


def packet_id(number: int) -> int:
    """Of message `number`; unique among those that wait."""
    return number % 65_535 + 1


def connect_frame(client_id: str) -> bytes:
    """CONNECT that keeps its session; the longest keep-alive there is, since some brokers refuse to have none."""
    body = b"\x00\x04MQTT\x04\x00\xff\xff" + struct.pack(">H", len(client_id)) + client_id.encode()
    return b"\x10" + _length(len(body)) + body


def _length(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = divmod(value, 128)
        out.append(low | 0x80 if value else low)
        if not value:
            return bytes(out)


class Publisher:
    """Sends frames in order and keeps the account of their acknowledgements."""

    def __init__(self, frames: Sequence[bytes], *, window: int, account: TextIO) -> None:
        if not 0 < window <= MOST_WINDOW:
            raise ValueError(f"window: expected 1 to {MOST_WINDOW}, came {window}")
        self.sent = 0  # frames handed to the connection at least once
        self.acked = 0
        self.reconnects = -1
        self._frames = frames
        self._window = window
        self._account = account
        self._waiting: dict[int, int] = {}  # packet identifier -> number
        self._sent_ns = array("q", bytes(8 * len(frames)))
        self._moved = asyncio.Event()  # something was acknowledged, or the connection changed
        self._writer: asyncio.StreamWriter | None = None

    @property
    def done(self) -> bool:
        """Everything was acknowledged."""
        return self.acked == len(self._frames)

    async def stay_connected(self, host: str, port: int, client_id: str) -> None:
        """Connect, read acknowledgements, and do so again whenever the connection is lost; runs until cancelled."""
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, self._writer = await asyncio.open_connection(host, port)
                self._writer.write(connect_frame(client_id))
                await reader.readexactly(4)  # CONNACK
                self.reconnects += 1
                self._resend()
                self._moved.set()
                await self._read(reader)
            self._close()
            await asyncio.sleep(AGAIN_S)

    async def send_all(self, rate: float) -> None:
        """Send every frame at so many a second (0: as fast as the window lets) and wait for the last PUBACK."""
        began = time.monotonic()
        while not self.done:
            room = self._window - len(self._waiting)
            due = len(self._frames) if rate == 0 else int((time.monotonic() - began) * rate) + 1
            burst = min(room, due - self.sent, BURST, len(self._frames) - self.sent)
            if self._writer is not None and burst > 0:
                self._send(burst)
                await asyncio.sleep(0)
            elif rate and room > 0 and self.sent < len(self._frames):
                await asyncio.sleep(min(0.005, 1 / rate))
            else:
                self._moved.clear()
                await self._moved.wait()

    def _send(self, burst: int) -> None:
        assert self._writer is not None
        numbers = range(self.sent, self.sent + burst)
        now_ns = time.monotonic_ns()
        for number in numbers:
            self._waiting[packet_id(number)] = number
            self._sent_ns[number] = now_ns
        self._writer.write(b"".join(self._frames[number] for number in numbers))
        self.sent += burst

    def _resend(self) -> None:
        assert self._writer is not None
        for number in sorted(self._waiting.values()):
            frame = self._frames[number]
            self._writer.write(bytes([frame[0] | DUP]) + frame[1:])

    async def _read(self, reader: asyncio.StreamReader) -> None:
        tail = b""
        while data := await reader.read(65536):
            tail += data
            whole = len(tail) - len(tail) % 4
            self._take(tail[:whole])
            tail = tail[whole:]

    def _take(self, pubacks: bytes) -> None:
        """PUBACKs have four bytes and nothing else comes to a client that subscribes to nothing."""
        now_ns = time.monotonic_ns()
        lines = []
        for kind, ident in struct.iter_unpack(">2sH", pubacks):
            assert kind == PUBACK, kind
            number = self._waiting.pop(ident, None)
            if number is not None:
                lines.append(f"{number} {self._sent_ns[number]} {now_ns}\n")
        self._account.write("".join(lines))
        self._account.flush()
        self.acked += len(lines)
        self._moved.set()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None
