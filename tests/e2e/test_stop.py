"""The gateway stops when it is told to, whatever state the disk is in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway import app
from gateway.app import Options, open_gateway
from gateway.clock import SystemClock
from gateway.config.model import Device
from gateway.journal import open_journal, tape
from gateway.model import Chunk
from gateway.sources.inbound import Inbound
from tests.e2e.site import site
from tests.journal.refusing import refusing, until_refused

DEVICE = Device(name="gps", driver="nmea0183", connect="serial:///dev/nothing-here", asset="T1")


async def test_a_gateway_that_cannot_store_can_be_stopped_and_acknowledges_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "STOP_S", 0.2)
    settled: list[str] = []
    stop = asyncio.Event()
    async with open_gateway(site(DEVICE), Options(base=tmp_path, clock=SystemClock())) as gateway:
        running = asyncio.create_task(gateway.run(stop))
        async with refusing(gateway.journal):
            chunk = Chunk(device=DEVICE.name, received_us=SystemClock().now_us(), data=b"noise\n")
            await gateway.floor.intake.put(Inbound(chunk, lambda: settled.append("noise")))
            await until_refused(gateway.journal)
            stop.set()
            async with asyncio.timeout(10):
                await running
    assert settled == []
    async with open_journal(tmp_path / "data") as journal:
        assert await journal.read(lambda c: list(tape.read(c))) == []
