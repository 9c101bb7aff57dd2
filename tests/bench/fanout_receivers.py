"""Receivers of a fan-out, as bare as they can be: `python -m tests.bench.fanout_receivers SERVERS`.

Every server takes posts on connections that stay, answers each with 204, and answers a GET with an event stream that
it never ends: then it is the client of nobody, only a socket that takes what comes. Prints its ports, then waits for
the end of its input.
"""

from __future__ import annotations

import asyncio
import re
import sys

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Receiver(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._held = b""

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (request_end := self._end()) is not None:
            self._held = self._held[request_end:]
            self._transport.write(ANSWER)

    def _end(self) -> int | None:
        head_end = self._held.find(HEAD_END)
        found = LENGTH.search(self._held, 0, head_end) if head_end >= 0 else None
        if found is None:
            return None
        end = head_end + len(HEAD_END) + int(found[1])
        return end if len(self._held) >= end else None


class Listener(asyncio.Protocol):
    """One that only takes."""


async def serve(count: int) -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Receiver, "127.0.0.1", 0, backlog=4096) for _ in range(count)]
    taker = await loop.create_server(Listener, "127.0.0.1", 0, backlog=4096)
    ports = [server.sockets[0].getsockname()[1] for server in (*servers, taker)]
    sys.stdout.write(" ".join(map(str, ports)) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
