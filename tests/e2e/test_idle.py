"""A gateway that hears nothing does next to nothing: followers that wake one another would not stop by themselves."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from gateway.config.model import Device
from tests.e2e.running import running
from tests.e2e.site import embedded_broker, site

MOST_SHARE = 0.3  # of one core; a loop that wakes itself takes all it can get


async def test_an_idle_gateway_leaves_the_processor_alone(tmp_path: Path) -> None:
    device = Device(name="reader", driver="impinj_iot", connect="mqtt:readers/#", place="DOOR-1")
    async with running(site(device, broker=embedded_broker()), tmp_path) as gateway:
        await gateway.until_device_says("reader", "connected")
        await asyncio.sleep(0.5)  # what the connection set in motion comes to rest
        began_s, began_cpu_s = time.monotonic(), time.process_time()
        await asyncio.sleep(1.0)  # there is no condition to wait for: nothing is to happen
        share = (time.process_time() - began_cpu_s) / (time.monotonic() - began_s)
    assert share < MOST_SHARE
