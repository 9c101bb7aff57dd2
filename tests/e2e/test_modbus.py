"""A Modbus device polled by a whole gateway: values round by round, a refused register told, a server that goes."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import JsonValue
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from gateway.config.model import Device
from gateway.model import SensorEvent
from tests.e2e.running import all_events, free_port, running
from tests.e2e.site import site

REGISTERS: list[JsonValue] = [
    {"name": "temperature", "address": 1, "type": "int16", "scale": 0.1, "unit": "CEL"},
    {"name": "missing", "address": 900},
    {"name": "door_open", "address": 3, "kind": "discrete"},
]
ROUND = {("temperature", -10.1, "CEL"), ("door_open", True, "")}


@asynccontextmanager
async def cold_room(port: int) -> AsyncIterator[None]:
    bits = SimData(0, values=[False, False, False, True] + [False] * 12, datatype=DataType.BITS)
    words = SimData(0, values=[658, 65_435], datatype=DataType.REGISTERS)
    server = ModbusTcpServer([SimDevice(1, simdata=([bits], [bits], [words], [words]))], address=("127.0.0.1", port))
    await server.serve_forever(background=True)
    try:
        yield
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]


def sensed(connection: sqlite3.Connection) -> list[tuple[str, float | bool | str, str]]:
    events = [event for event in all_events(connection) if isinstance(event, SensorEvent)]
    assert {(event.asset, event.place) for event in events} <= {("cold-room", "DOOR-1")}
    return [(event.name, event.value, event.unit) for event in events]


async def test_a_device_is_polled_round_by_round_and_again_after_it_was_away(tmp_path: Path) -> None:
    port = free_port()
    device = Device(
        name="cold-room",
        driver="modbus",
        connect=f"tcp://127.0.0.1:{port}",
        place="DOOR-1",
        settings={"framing": "tcp", "every_s": 1.0, "answer_s": 10.0, "registers": REGISTERS},
    )
    async with running(site(device), tmp_path) as run:
        async with cold_room(port):
            found = await run.until(sensed, lambda found: len(found) >= 2 * len(ROUND))
            assert set(found) == ROUND
            (refused,) = await run.until_device_says("cold-room", "register_refused")
            assert refused.text == "missing (unit 1, holding 900): illegal data address (2)"
        await run.until_device_says("cold-room", "disconnected")
        before = len(await run.gateway.journal.read(sensed))
        async with cold_room(port):
            found = await run.until(sensed, lambda found: len(found) >= before + len(ROUND))
            assert set(found) == ROUND
        assert await run.quarantined() == []
