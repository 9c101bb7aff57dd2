"""A Sparkplug edge node and a whole gateway, through a real broker: births are asked for, and given."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiomqtt

from gateway.clock import SystemClock
from gateway.config.model import Device, Mqtt
from gateway.model import SensorEvent
from simulators.sparkplug_node import Message, SparkplugNode
from tests.e2e.running import Running, all_events, running
from tests.e2e.site import site
from tests.servers import Mosquitto

DEVICE = Device(
    name="cold-room",
    driver="sparkplug_b",
    connect="mqtt:spBv1.0/Dock/#",
    settings={"metrics": {"Temp": "temperature"}, "units": {"temperature": "CEL"}},
)
ASSET = "sparkplug:Dock/N1/Cold"


class Edge:
    """The node's connection."""

    def __init__(self, client: aiomqtt.Client, node: SparkplugNode) -> None:
        self.node = node
        self._client = client

    async def say(self, *messages: Message) -> None:
        for topic, payload in messages:
            await self._client.publish(topic, payload, qos=0)

    async def listen(self) -> None:
        """Obey what hosts say."""
        async for message in self._client.messages:
            assert isinstance(message.payload, bytes)
            await self.say(*self.node.hear(str(message.topic), message.payload, SystemClock().now_us()))

    def cut(self) -> None:
        """Lose the connection without a word, as a power cut does."""
        socket = self._client._client.socket()
        assert socket is not None
        socket.close()
        self._client.timeout = 0.1  # to leave with: nobody answers its farewell any more


@asynccontextmanager
async def edge(broker: Mosquitto) -> AsyncIterator[Edge]:
    node = SparkplugNode(group="Dock", node="N1", device="Cold", metrics={"Temp": -2.5}, bd_seq=7)
    where = urlsplit(broker.url)
    will = aiomqtt.Will(*node.will, qos=1)
    with suppress(aiomqtt.MqttError):
        async with aiomqtt.Client(str(where.hostname), where.port or 0, identifier="edge", will=will) as client:
            await client.subscribe(node.command_topic, qos=1)
            connection = Edge(client, node)
            listening = asyncio.create_task(connection.listen())
            try:
                yield connection
            finally:
                listening.cancel()
                with suppress(asyncio.CancelledError, aiomqtt.MqttError):
                    await listening


def temperatures(connection: sqlite3.Connection) -> list[tuple[str, object, str]]:
    sensed = [event for event in all_events(connection) if isinstance(event, SensorEvent)]
    return [(event.asset, event.value, event.unit) for event in sensed if event.name == "temperature"]


async def test_data_before_its_birth_brings_a_request_the_births_and_then_the_data(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    broker = Mqtt(url=mosquitto.url, embedded=False, sparkplug_host="tierview")
    async with running(site(DEVICE, broker=broker), tmp_path) as run, edge(mosquitto) as node:
        await run.until_device_says("cold-room", "connected")
        await node.say(node.node.measure({"Temp": -4.0}, SystemClock().now_us()))
        await run.until_device_says("cold-room", "rebirth_requested")
        assert [row.reason for row in await run.quarantined()] == ["no_birth"]
        await run.until_device_says("cold-room", "node_online")
        await run.until(temperatures, lambda found: found == [(ASSET, -4.0, "CEL")])
        await node.say(node.node.measure({"Temp": -5.5}, SystemClock().now_us()))
        await run.until(temperatures, lambda found: found == [(ASSET, -4.0, "CEL"), (ASSET, -5.5, "CEL")])
        assert node.node.rebirths == 1
        await _dies(run, node)


async def _dies(run: Running, node: Edge) -> None:
    node.cut()
    (died,) = await run.until_device_says("cold-room", "node_offline")
    assert (died.text, died.fault) == ("sparkplug:Dock/N1", True)
