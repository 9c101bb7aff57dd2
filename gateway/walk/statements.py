"""What people and systems state through our own API goes the way of every device's bytes: tape, locate, one commit.

So a replay of the tape knows it too, and who stated it is answered once it is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from gateway.errors import SourceError
from gateway.model import Chunk, Clock, Micros, Output, Packing, Rejected
from gateway.sources.inbound import Inbound
from gateway.sources.intake import Intake, IntakeClosed

API = "@api"  # stands for a device; no device can be called so
SAFE_S = 30.0  # how long one who states something waits for its commit

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Packing]).decode


class StatementDecoder:
    """Reads what `Statements` wrote."""

    def start(self, now_us: Micros) -> list[Output]:
        """Nobody waits for a word."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take the packings of one request."""
        try:
            return list(_decode(data))
        except msgspec.MsgspecError as error:
            return [Rejected(data=data, reason="json", text=f"expected packings as stated through the API: {error}")]

    def tick(self, now_us: Micros) -> list[Output]:
        """Statements stand alone."""
        return []


class Statements:
    """The way in."""

    def __init__(self, intake: Intake, clock: Clock) -> None:
        self._intake = intake
        self._clock = clock

    async def pack(self, packings: Sequence[Packing]) -> None:
        """Take packings in, and return once they are committed. Raises SourceError where that cannot be now."""
        safe = asyncio.get_running_loop().create_future()

        def settle() -> None:
            if not safe.done():  # whoever waited may have given up
                safe.set_result(None)

        chunk = Chunk(device=API, received_us=self._clock.now_us(), data=_encode(packings))
        try:
            async with asyncio.timeout(SAFE_S):
                await self._intake.put(Inbound(chunk, settle))
                await safe
        except (TimeoutError, IntakeClosed) as error:
            raise SourceError("expected a pause, for nothing can be stored now") from error
