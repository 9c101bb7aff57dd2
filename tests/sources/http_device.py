"""A device with an HTTP server of its own: it answers as it is told, over a real socket."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def status(line: str, *headers: str) -> bytes:
    """A whole answer without a body."""
    return "\r\n".join((f"HTTP/1.1 {line}", *headers, "Content-Length: 0", "", "")).encode()


@dataclass
class Ask:
    """One request, and the way to answer it."""

    head: str
    writer: asyncio.StreamWriter

    def header(self, name: str) -> str:
        """A header of the request; empty where it has none."""
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return ""


Answer: TypeAlias = Callable[[Ask], Awaitable[None]]


@dataclass
class Device:
    """The running server."""

    port: int
    asks: list[Ask] = field(default_factory=list)


@asynccontextmanager
async def http_device(answer: Answer, context: ssl.SSLContext | None = None) -> AsyncIterator[Device]:
    """A device that answers each request by `answer`, and closes the connection after it."""
    device = Device(port=0)
    writers = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            ask = Ask(head.decode("latin-1"), writer)
            device.asks.append(ask)
            await answer(ask)
            await writer.drain()
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    device.port = server.sockets[0].getsockname()[1]
    try:
        yield device
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()
