"""The embedded broker: on loopback alone, told in words when it cannot, and gone when its gateway is."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiomqtt
import pytest

from gateway.errors import SourceError
from gateway.sources.broker import MOST_PAYLOAD_BYTES, EmbeddedBroker, embedded_broker
from tests.servers import wait_for_port

ROOT = Path(__file__).resolve().parents[2]
GATEWAY = """
import asyncio
from gateway.sources.broker import embedded_broker

async def main():
    async with embedded_broker({port}):
        await asyncio.Event().wait()

asyncio.run(main())
"""


def answers(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


async def test_it_listens_on_loopback_alone_and_frees_its_port(free_port: int) -> None:
    async with embedded_broker(free_port):
        assert answers(free_port)
        assert not answers(free_port, "127.0.0.2")
    assert not answers(free_port)


async def test_it_takes_messages_as_large_as_drivers_do(free_port: int) -> None:
    payload = bytes(MOST_PAYLOAD_BYTES - 100)
    async with embedded_broker(free_port), aiomqtt.Client("127.0.0.1", free_port) as client:
        await client.subscribe("big")
        await client.publish("big", payload, qos=1)
        async with asyncio.timeout(10):
            message = await anext(client.messages)
        assert message.payload == payload


async def test_a_taken_port_is_told_with_what_to_do(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)), pytest.raises(SourceError, match=r"mqtt\.embedded: false"):
        await EmbeddedBroker(free_port).start()


async def test_it_dies_with_a_gateway_that_is_killed(free_port: int) -> None:
    gateway = subprocess.Popen([sys.executable, "-c", GATEWAY.format(port=free_port)], cwd=ROOT)
    await asyncio.to_thread(wait_for_port, free_port, gateway)
    gateway.send_signal(signal.SIGKILL)
    await asyncio.to_thread(gateway.wait, 10)
    async with asyncio.timeout(10):
        while answers(free_port):  # noqa: ASYNC110 what is waited for lies in another process
            await asyncio.sleep(0.01)
