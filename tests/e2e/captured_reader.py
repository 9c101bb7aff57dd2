"""An LLRP reader on TCP that plays back what real readers were captured to say.

The dialogue of the set-up is a simulated reader's, strict about order; its answer to GET_READER_CAPABILITIES is a
real one's, captured. Once the gateway has it reading, the captured reports follow, in the pieces a network makes.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from gateway.clock import SystemClock
from simulators.llrp_session import Gone, Mind

HEADER = struct.Struct(">HII")  # version and type, length, id
GET_CAPABILITIES = 1
PIECE_BYTES = 1000  # cuts messages anywhere


class CapturedReader:
    """One connection at a time."""

    def __init__(self, capabilities: bytes, reports: bytes) -> None:
        self.port = 0
        self._capabilities = capabilities
        self._reports = reports

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Greet, answer, and say the reports as soon as we are to read."""
        mind, clock, told = Mind(), SystemClock(), False
        writer.write(mind.connected(clock.now_us()))
        with suppress(asyncio.IncompleteReadError, ConnectionError, Gone):
            while True:
                message = await read_message(reader)
                if HEADER.unpack_from(message)[0] & 0x3FF == GET_CAPABILITIES:
                    writer.write(_renumbered(self._capabilities, message))
                else:
                    writer.write(mind.feed(message, clock.now_us()))
                if mind.reading and not told:
                    told = True
                    await self._say_reports(writer)
        writer.close()

    async def _say_reports(self, writer: asyncio.StreamWriter) -> None:
        for at in range(0, len(self._reports), PIECE_BYTES):
            writer.write(self._reports[at : at + PIECE_BYTES])
            await writer.drain()


async def read_message(reader: asyncio.StreamReader) -> bytes:
    """One LLRP message."""
    head = await reader.readexactly(HEADER.size)
    return head + await reader.readexactly(HEADER.unpack(head)[1] - HEADER.size)


def _renumbered(answer: bytes, request: bytes) -> bytes:
    kind, length, _ = HEADER.unpack_from(answer)
    return HEADER.pack(kind, length, HEADER.unpack_from(request)[2]) + answer[HEADER.size :]


@asynccontextmanager
async def captured_reader(*, capabilities: bytes, reports: bytes) -> AsyncIterator[CapturedReader]:
    """A reader that listens while the block runs."""
    reader = CapturedReader(capabilities, reports)
    server = await asyncio.start_server(reader.serve, "127.0.0.1", 0)
    reader.port = server.sockets[0].getsockname()[1]
    try:
        yield reader
    finally:
        server.close()
        await server.wait_closed()
