"""The brokers that outputs are tried with: mosquitto, and the embedded one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.config.model import Mqtt
from gateway.sources.broker import embedded_broker
from tests.servers import Mosquitto


@pytest.fixture(params=["mosquitto", "embedded"])
async def broker(request: pytest.FixtureRequest, tmp_path: Path, free_port: int) -> AsyncIterator[Mqtt]:
    """Where a broker of each kind listens."""
    settings = Mqtt(url=f"mqtt://127.0.0.1:{free_port}", embedded=request.param == "embedded")
    if settings.embedded:
        async with embedded_broker(free_port):
            yield settings
        return
    server = Mosquitto(tmp_path, free_port)
    await asyncio.to_thread(server.start)
    try:
        yield settings
    finally:
        await asyncio.to_thread(server.stop)
