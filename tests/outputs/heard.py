"""A subscriber that keeps what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiomqtt

from gateway.config.model import Mqtt

DEADLINE_S = 30


class Heard:
    """What came, in order."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.messages: list[tuple[str, bytes]] = []
        self._came = asyncio.Condition()

    async def listen(self) -> None:
        async for message in self.client.messages:
            assert isinstance(message.payload, bytes)
            async with self._came:
                self.messages.append((str(message.topic), message.payload))
                self._came.notify_all()

    async def until(self, count: int) -> list[tuple[str, bytes]]:
        """Wait for so many messages."""
        async with asyncio.timeout(DEADLINE_S), self._came:
            await self._came.wait_for(lambda: len(self.messages) >= count)
        return list(self.messages)


@asynccontextmanager
async def hearing(settings: Mqtt, topics: str, identifier: str = "listener") -> AsyncIterator[Heard]:
    """Subscribed, and keeping, while the block runs."""
    port = urlsplit(settings.url).port or 1883
    async with aiomqtt.Client("127.0.0.1", port, identifier=identifier, max_queued_incoming_messages=100_000) as client:
        await client.subscribe(topics, qos=1)
        heard = Heard(client)
        task = asyncio.create_task(heard.listen())
        try:
            yield heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
