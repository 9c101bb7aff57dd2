"""Run a source, gather what it puts into the intake, and wait for conditions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from gateway.sources import Arrival, Connected, Disconnected, Inbound, Intake, Source


class Heard:
    """What a source has put, in order."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []

    async def until(self, condition: Callable[[], bool], deadline_s: float = 10.0) -> None:
        """Return when the condition holds; TimeoutError, with what came, when it does not in time."""
        try:
            async with asyncio.timeout(deadline_s):
                while not condition():  # noqa: ASYNC110 it may hang on a source's thread as well
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise TimeoutError(f"came: {self.arrivals}") from None

    def inbound(self, device: str = "") -> list[Inbound]:
        """Chunks, of one device or of all."""
        return [one for one in self.arrivals if isinstance(one, Inbound) and device in ("", one.chunk.device)]

    def data(self, device: str = "") -> bytes:
        """All bytes of the chunks."""
        return b"".join(one.chunk.data for one in self.inbound(device))

    def payloads(self, device: str = "") -> list[bytes]:
        """Each chunk's bytes."""
        return [one.chunk.data for one in self.inbound(device)]

    def connected(self, device: str = "") -> list[Connected]:
        """Connections, of one device or of all."""
        return [one for one in self.arrivals if isinstance(one, Connected) and device in ("", one.device)]

    def disconnected(self, device: str = "") -> list[Disconnected]:
        """Ends, of one device or of all."""
        return [one for one in self.arrivals if isinstance(one, Disconnected) and device in ("", one.device)]

    def settle_all(self) -> None:
        """As the pipeline does after COMMIT."""
        for one in self.inbound():
            if one.settle is not None:
                one.settle()


@asynccontextmanager
async def listening(source: Source, intake: Intake) -> AsyncIterator[Heard]:
    """What the source puts while the block runs."""
    heard = Heard()

    async def gather() -> None:
        while arrivals := await intake.take(1000):
            heard.arrivals += arrivals

    gathering = asyncio.create_task(gather())
    running = asyncio.create_task(source.run(), name=source.name)
    try:
        yield heard
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        intake.close()
        await gathering
