"""Serial lines that simulated devices hang on: a pseudo-terminal, or a TCP port as serial servers give.

A serial line does not wait: what a device says while nobody reads is lost once the line's small buffer is full.
"""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from simulators.tcp_server import TcpServer

READ_BYTES = 4096
UNREAD_BYTES = 65536  # of a TCP client that does not read, before what is said is lost

Heard = Callable[[bytes], None]


class Line(Protocol):
    """Something that bytes can be said on."""

    @property
    def url(self) -> str:
        """How the gateway reaches it."""

    def write(self, data: bytes) -> None:
        """Say bytes, or lose them where nobody reads."""


class Pty:
    """A pseudo-terminal; `on_bytes` gets what the other end writes. Use as `async with`."""

    def __init__(self, on_bytes: Heard = lambda _data: None, *, baud: int = 115200) -> None:
        self.path = ""
        self.lost_bytes = 0
        self._on_bytes = on_bytes
        self._baud = baud
        self._master = self._slave = -1

    async def __aenter__(self) -> Pty:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)  # held open, so that the line outlives each program that opens it
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        asyncio.get_running_loop().add_reader(self._master, self._readable)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self.unplug()

    @property
    def url(self) -> str:
        return f"serial://{self.path}?baud={self._baud}"

    def write(self, data: bytes) -> None:
        with suppress(BlockingIOError):
            data = data[os.write(self._master, data) :]
        self.lost_bytes += len(data)

    def unplug(self) -> None:
        """Pull the plug: the device node goes away, and whoever has it open gets an error."""
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1

    def _readable(self) -> None:
        with suppress(BlockingIOError):
            self._on_bytes(os.read(self._master, READ_BYTES))


class SerialServer:
    """A serial line behind a serial-to-TCP converter that takes one client. Use as `async with`."""

    def __init__(self, on_bytes: Heard = lambda _data: None, *, host: str = "127.0.0.1") -> None:
        self.port = 0
        self.lost_bytes = 0
        self._on_bytes = on_bytes
        self._host = host
        self._client: asyncio.StreamWriter | None = None
        self._server = TcpServer(self._serve, host)

    async def __aenter__(self) -> SerialServer:
        self.port = await self._server.open()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return f"socket://{self._host}:{self.port}"

    def write(self, data: bytes) -> None:
        client = self._client
        if client is None or client.transport.get_write_buffer_size() > UNREAD_BYTES:
            self.lost_bytes += len(data)
            return
        client.write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._client is not None:
            writer.close()
            return
        self._client = writer
        try:
            with suppress(ConnectionError):
                while data := await reader.read(READ_BYTES):
                    self._on_bytes(data)
        finally:
            self._client = None
            writer.close()
