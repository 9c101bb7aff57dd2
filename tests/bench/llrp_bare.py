"""A child: the least that takes LLRP reports from a socket. `python -m tests.bench.llrp_bare PORT TAGS REPORTS`.

It knows the one layout that comes, keeps the last read of each tag in a dict, and stores nothing. It says `came_ns
reads tags` when every tag has come, and again when all reports have.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.bench.tags import LAYOUT

READ_BYTES = 65_536
HEADER_BYTES = 10


async def receive(port: int, tags: int, reports: int) -> None:
    """Take reads until there are none to come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    last: dict[bytes, tuple[int, int, int]] = {}
    reads, buffer = 0, b""
    for total in (tags, tags + reports):
        while reads < total:
            buffer += await reader.read(READ_BYTES)
            at = 0
            while at + HEADER_BYTES <= len(buffer):
                end = at + int.from_bytes(buffer[at + 2 : at + 6], "big")
                if end > len(buffer):
                    break
                for epc, antenna, rssi_dbm, seen_us, _, _ in LAYOUT.iter_unpack(buffer[at + HEADER_BYTES : end]):
                    last[epc] = (antenna, rssi_dbm, seen_us)
                    reads += 1
                at = end
            buffer = buffer[at:]
        sys.stdout.write(f"{time.monotonic_ns()} {reads} {len(last)}\n")
        sys.stdout.flush()
    await writer.wait_closed()  # until it has been looked at


if __name__ == "__main__":
    asyncio.run(receive(*map(int, sys.argv[1:4])))
