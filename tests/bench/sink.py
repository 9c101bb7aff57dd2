"""A child: the cheapest HTTP server that takes line protocol; its first line is its port."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Sequence

from gateway.model import Micros
from tests.bench.counted import Counted

DONE = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


def times_of(body: bytes) -> Sequence[Micros]:
    """The times of line protocol's lines; they stand at their ends, in nanoseconds."""
    return [int(line.rpartition(b" ")[2]) // 1000 for line in body.splitlines()]


async def serve(listening: socket.socket, counted: Counted) -> None:
    """Serve for ever."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
                body = await reader.readexactly(length)
                counted.note(body, body.count(b"\n") + 1)
                writer.write(DONE)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(one, sock=listening) as server:
        await server.serve_forever()


def main() -> None:
    """Take bodies on a thread, answer the controller on this one."""
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    counted = Counted(times_of)
    threading.Thread(target=lambda: asyncio.run(serve(listening, counted)), daemon=True).start()
    counted.answer_controller()


if __name__ == "__main__":
    main()
