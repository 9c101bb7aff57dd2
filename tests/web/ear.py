"""An ear at the event stream: everything heard so far, and waiting for more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

import httpx

from tests.web.box import DEADLINE_S


@dataclass(frozen=True)
class Heard:
    """One server-sent event."""

    id: str
    event: str
    data: str


@dataclass
class Ear:
    """Listens from `async with` on; `ended` when the gateway ended the stream."""

    client: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)
    path: str = "/api/v1/stream"
    bytes: bytes = b""
    heard: list[Heard] = field(default_factory=list)
    ended: bool = False

    async def __aenter__(self) -> Ear:
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, met: Callable[[list[Heard]], bool]) -> None:
        """Wait until what was heard is enough, at most DEADLINE_S."""
        await self._wait(lambda: met(self.heard))

    async def opened(self) -> None:
        """Wait for the stream's first bytes."""
        await self._wait(lambda: bool(self.bytes))

    async def end(self) -> None:
        """Wait until the gateway ends the stream."""
        await self._wait(lambda: self.ended)

    async def _wait(self, met: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not met():
                self._news.clear()
                await self._news.wait()

    async def _listen(self) -> None:
        async with self.client.stream("GET", self.path, headers=self.headers, timeout=None) as answer:
            assert answer.status_code == 200, answer.status_code
            async for chunk in answer.aiter_raw():
                self.bytes += chunk
                self._parse()
                self._news.set()
        self.ended = True
        self._news.set()

    def _parse(self) -> None:
        blocks = self.bytes.split(b"\n\n")[:-1]
        found = [_heard(block.decode()) for block in blocks if b"data: " in block]
        self.heard[:] = found


def _heard(block: str) -> Heard:
    fields = dict(line.split(": ", 1) for line in block.split("\n"))
    return Heard(id=fields.get("id", ""), event=fields["event"], data=fields["data"])
