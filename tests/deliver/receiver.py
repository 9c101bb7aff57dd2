"""Webhook receivers on loopback, good and bad, at the level of bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Behave = Callable[[asyncio.StreamWriter], Coroutine[None, None, None]]


@dataclass
class Request:
    """What a receiver got."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A receiver that answers as it was told to."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)


def answering(status: int, *headers: str) -> Behave:
    """Answer with a status and no body."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} Said", "content-length: 0", *headers, "", ""]
        writer.write("\r\n".join(lines).encode())
        await writer.drain()

    return behave


async def hanging(writer: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await asyncio.Event().wait()


async def endless(writer: asyncio.StreamWriter) -> None:
    """Answer 200 with a body that does not end."""
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        await writer.drain()


async def dripping(writer: asyncio.StreamWriter) -> None:
    """Answer 200 with a body that comes one byte a second."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(1)


async def broken(writer: asyncio.StreamWriter) -> None:
    """Answer 200 and break off within the body."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nx")
    await writer.drain()
    writer.close()


@asynccontextmanager
async def receiving(*behaviours: Behave) -> AsyncIterator[Receiver]:
    """A receiver that behaves in turn; the last behaviour stays."""
    receiver = Receiver()
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            while (request := await _read(reader)) is not None:
                receiver.requests.append(request)
                await behaviours[min(len(receiver.requests), len(behaviours)) - 1](writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.decode().split("\r\n")[1:-2]
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Request(headers=headers, body=await reader.readexactly(int(headers.get("content-length", "0"))))
