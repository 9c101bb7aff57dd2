"""A child: an LLRP reader that is set up as any other, and then sends reports as fast as they are taken.

    python -m tests.bench.llrp_reader TAGS REPORTS [--bare]

Its lines: the port; `ready` once a client has set it up (with `--bare`: has connected). Then, for each line that it
gets, it sends: first every tag once, then all reports; and says `first_ns bytes` of this and `bytes sha256` of all.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time

from simulators.llrp_session import Mind
from tests.bench.tags import TAGS_A_REPORT, llrp_reports

BURST = 200  # reports to a write


class Reader:
    """The socket around a reader's mind, and the account of what was sent."""

    def __init__(self, tags: int, reports: int, *, bare: bool) -> None:
        now_us = time.time_ns() // 1000
        self._rounds = [
            llrp_reports(count, tags=tags, each=TAGS_A_REPORT, base_us=now_us - back_us)
            for count, back_us in ((tags, 60_000_000), (reports, 30_000_000))
        ]
        self._bare = bare
        self._mind = Mind()
        self._sent = 0
        self._digest = hashlib.sha256()

    async def serve(self) -> None:
        """Serve one client until this process is ended."""
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        say(f"{server.sockets[0].getsockname()[1]}")
        async with server:
            await server.serve_forever()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._bare:
            await self._set_up(reader, writer)
        say("ready")
        for reports in self._rounds:
            await asyncio.to_thread(sys.stdin.readline)
            began_ns, before = time.monotonic_ns(), self._sent
            for at in range(0, len(reports), BURST):
                self._write(writer, b"".join(reports[at : at + BURST]))
                await writer.drain()
            say(f"{began_ns} {self._sent - before} {self._sent} {self._digest.hexdigest()}")

    async def _set_up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._write(writer, self._mind.connected(time.time_ns() // 1000))
        while not self._mind.reading:
            self._write(writer, self._mind.feed(await reader.read(65_536), time.time_ns() // 1000))

    def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        self._sent += len(data)
        self._digest.update(data)


def say(line: str) -> None:
    """A line for the controller."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(Reader(int(sys.argv[1]), int(sys.argv[2]), bare="--bare" in sys.argv).serve())
