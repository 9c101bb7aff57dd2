"""The floor of a fan-out: the same bytes to the same receivers, written beforehand, by the barest of clients.

And what people use: httpx, one client for all, gathered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import httpx
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from gateway.config.model import Mqtt
from tests.bench.fanout_ours import Ends, Told

BODY = b'{"type":"tierview.alert.raised","data":"' + b"x" * 900 + b'"}'
FRAME = b"event: notice\ndata: " + BODY + b"\n\n"

Send = Callable[[], Awaitable[None]]


class Post(asyncio.Protocol):
    """A connection that has said who it is and waits for a go."""

    def __init__(self, path: str) -> None:
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(BODY)}\r\n\r\n"
        self._request = head.encode() + BODY

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._answered: asyncio.Future[None] | None = None

    def data_received(self, data: bytes) -> None:
        assert self._answered is not None
        if data.startswith(b"HTTP/1.1 204"):
            self._answered.set_result(None)

    async def send(self) -> None:
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(self._request)
        await self._answered


async def bare(ends: Ends, webhooks: int, mqtt: int, sse: int, count: int) -> list[Told]:
    """So many fan-outs, each when the one before was accepted by all; the first is not measured."""
    loop = asyncio.get_running_loop()
    sends: list[Send] = []
    posts = []
    for number in range(webhooks):
        port = ends.servers[number % len(ends.servers)]
        _, post = await loop.create_connection(lambda n=number: Post(f"/in/{n}"), "127.0.0.1", port)  # type: ignore[misc]
        posts.append(post)
        sends.append(post.send)
    writers = [(await asyncio.open_connection("127.0.0.1", ends.taker))[1] for _ in range(sse)]
    sends += [_writing(writer) for writer in writers]
    client = await _publisher(ends.mqtt) if mqtt and ends.mqtt is not None else None
    if client is not None:
        sends += [client.publishing(f"bench/{number}") for number in range(mqtt)]
    told = [await _together(sends) for _ in range(count + 1)]
    if client is not None:
        await client.close()
    for post in posts:
        post.transport.close()
    for writer in writers:
        writer.close()
    return told[1:]


async def by_httpx(ends: Ends, webhooks: int, count: int) -> list[Told]:
    """As people write it."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        urls = [f"http://127.0.0.1:{ends.servers[n % len(ends.servers)]}/in/{n}" for n in range(webhooks)]

        def posting(url: str) -> Send:
            async def send() -> None:
                (await client.post(url, content=BODY)).raise_for_status()

            return send

        sends = [posting(url) for url in urls]
        return [await _together(sends) for _ in range(count + 1)][1:]


async def _together(sends: Sequence[Send]) -> Told:
    began_s = time.monotonic()
    at_s: list[float] = []

    async def one(send: Send) -> None:
        await send()
        at_s.append(time.monotonic())

    await asyncio.gather(*(one(send) for send in sends))
    return Told(spread_ms=(max(at_s) - min(at_s)) * 1000, last_ms=(max(at_s) - began_s) * 1000, accepted=len(at_s))


def _writing(writer: asyncio.StreamWriter) -> Send:
    async def send() -> None:
        writer.write(FRAME)
        await writer.drain()

    return send


class Publisher:
    """paho, bare."""

    def __init__(self, settings: Mqtt) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.max_inflight_messages_set(1000)
        self.connected = asyncio.Event()
        self._client.on_connect = self._connect
        self._client.on_publish = self._published
        host, _, port = settings.url.partition("://")[2].partition(":")
        self._client.connect_async(host, int(port))
        self._client.loop_start()

    def publishing(self, topic: str) -> Send:
        async def send() -> None:
            accepted = self._loop.create_future()
            self._waiting[self._client.publish(topic, BODY, qos=1, retain=True).mid] = accepted
            await accepted

        return send

    async def close(self) -> None:
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def _connect(self, *_told: object) -> None:
        self._loop.call_soon_threadsafe(self.connected.set)

    def _published(self, _client: paho.Client, _userdata: object, mid: int, *_told: object) -> None:
        self._loop.call_soon_threadsafe(self._accept, mid)

    def _accept(self, mid: int) -> None:
        self._waiting.pop(mid).set_result(None)


async def _publisher(settings: Mqtt) -> Publisher:
    publisher = Publisher(settings)
    await publisher.connected.wait()
    return publisher
