"""A Teltonika tracker that dials in: it keeps its records until they are acknowledged, and sends them again."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from device_drivers.teltonika_wire import ACCEPT, frame, handshake
from simulators.world import Position

CODEC_8 = 0x08
SATELLITES = 9
MOST_RECORDS = 20  # in one frame; the makers' devices send up to about that many
REDIAL_S = 0.05
ANSWER_S = 5.0  # without an answer for so long it dials anew
IGNITION = 239


def record(position: Position) -> bytes:
    """One record of Codec 8: a position, and the ignition on."""
    return b"".join(
        (
            (position.at_us // 1000).to_bytes(8, "big"),
            b"\x00",
            round(position.lon * 1e7).to_bytes(4, "big", signed=True),
            round(position.lat * 1e7).to_bytes(4, "big", signed=True),
            (0).to_bytes(2, "big"),
            round(position.course_deg).to_bytes(2, "big"),
            bytes((SATELLITES,)),
            round(position.speed_mps * 3.6).to_bytes(2, "big"),
            bytes((0, 1, 1, IGNITION, 1, 0, 0, 0)),
        )
    )


def records_frame(positions: list[Position]) -> bytes:
    """The frame of some records."""
    count = bytes((len(positions),))
    return frame(bytes((CODEC_8,)) + count + b"".join(map(record, positions)) + count)


class TeltonikaTracker:
    """One tracker. `see` gives it positions; `run` sends them for as long as it is not cancelled."""

    def __init__(self, imei: str, host: str, port: int) -> None:
        self.imei = imei
        self.refused = 0  # handshakes that were answered with 00
        self.repeated = 0  # frames sent again, as nobody had acknowledged them
        self.acknowledged: list[Position] = []
        self._host = host
        self._port = port
        self._kept: deque[Position] = deque()
        self._in_doubt = 0  # records of the frame that was sent and not acknowledged
        self._seen = asyncio.Event()

    def see(self, *positions: Position) -> None:
        """Keep positions until they are acknowledged."""
        self._kept.extend(positions)
        self._seen.set()

    @property
    def waiting(self) -> int:
        """How many positions are not acknowledged yet."""
        return len(self._kept)

    async def run(self) -> None:
        """Dial, send and dial again."""
        while True:
            with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                await self._connection()
            await asyncio.sleep(REDIAL_S)

    async def _connection(self) -> None:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(handshake(self.imei))
            if await _answer(reader, 1) != ACCEPT:
                self.refused += 1
                return
            while True:
                await self._send(reader, writer)
        finally:
            writer.transport.abort()

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send the oldest records, the same as before where they are in doubt; forget them once acknowledged."""
        while not self._kept:
            self._seen.clear()
            await self._seen.wait()
        self.repeated += self._in_doubt > 0
        self._in_doubt = self._in_doubt or min(MOST_RECORDS, len(self._kept))
        sent = [self._kept[number] for number in range(self._in_doubt)]
        writer.write(records_frame(sent))
        taken = int.from_bytes(await _answer(reader, 4), "big")
        if taken != len(sent):
            return  # it did not take them: they are sent again
        self._in_doubt = 0
        for _ in sent:
            self.acknowledged.append(self._kept.popleft())


async def _answer(reader: asyncio.StreamReader, size: int) -> bytes:
    async with asyncio.timeout(ANSWER_S):
        return await reader.readexactly(size)
