"""A child: an InfluxDB on its worst day, which answers after five seconds, and each other time that it has no room.

With the argument `quick` it is one on its best day. Its first line is its port. What it was sent is not kept: beside it
the gateway's own intake is measured.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from functools import partial

ANSWER_S = 5.0
QUICK = "quick"
DONE = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
FULL = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"


async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, quick: bool) -> None:
    """Serve one connection."""
    answers = 0
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0"))
            if not quick:
                await asyncio.sleep(ANSWER_S)
            writer.write(FULL if answers % 2 and not quick else DONE)
            answers += 1
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(*, quick: bool) -> None:
    """Serve for ever."""
    listening = socket.create_server(("127.0.0.1", 0))
    async with await asyncio.start_server(partial(one, quick=quick), sock=listening) as server:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(quick=sys.argv[1:] == [QUICK]))
