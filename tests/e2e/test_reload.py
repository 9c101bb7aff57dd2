"""Devices that change in the file while the gateway runs: they count at once, and nobody else notices.

The gateway is `tierview run` in all but the process: its file is watched for real, its devices stand on real TCP.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from structlog.testing import capture_logs

from gateway.catalogue import catalogue
from gateway.config import load
from gateway.reload import merge
from tests.e2e.running import Running, free_port, location_events, running

HEAD = """\
site: {{operator: OEM}}
http: {{listen: "127.0.0.1:{port}"}}
mqtt: {{embedded: false}}
parties: [{{code: OEM, name: Elbe Motors, tier: oem}}]
places:
  - {{code: PLANT, name: Plant, party: OEM, tier: oem}}
  - {{code: DOOR-1, name: Door, party: OEM, tier: oem, kind: door, inside: PLANT}}
locating: {{presence: {{least_reads: 1, least_rssi_dbm: -128}}}}
rules: [{{name: silent, rule: silent_device, settings: {{limit_s: 3600}}}}]
devices:
"""
TAGS = [f"3034257BF400B7800004CB{number:02X}" for number in range(1, 9)]


class Reader:
    """An ASCII reader on TCP that says tags to whoever is connected."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self._writers.append(writer)
        with suppress(ConnectionError):
            await reader.read()
        self._writers.remove(writer)
        writer.close()

    def close(self) -> None:
        """End what is still connected."""
        for writer in self._writers:
            writer.close()

    def say(self, tag: str) -> None:
        """Say a tag to whoever is connected."""
        for writer in self._writers:
            writer.write(f"{tag}\r\n".encode())


@asynccontextmanager
async def reader() -> AsyncIterator[Reader]:
    mind = Reader()
    server = await asyncio.start_server(mind.serve, "127.0.0.1", 0)
    mind.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mind
        mind.close()


def entry(name: str, port: int, place: str = "PLANT", more: str = "") -> str:
    return f'  - {{name: {name}, driver: ascii_line, connect: "tcp://127.0.0.1:{port}", place: {place}{more}}}\n'


async def arrived(run: Running, tag: str) -> tuple[str, str]:
    """Where a tag arrived, and who read it."""
    found = await run.until(location_events, lambda events: any(event.asset.endswith(_serial(tag)) for event in events))
    (event,) = [event for event in found if event.asset.endswith(_serial(tag))]
    return event.place, event.device


def _serial(tag: str) -> str:
    return f".{int(tag, 16) & (1 << 38) - 1}"


async def test_devices_come_go_and_move_while_the_others_stay_connected(tmp_path: Path) -> None:
    file, head = tmp_path / "config.yaml", HEAD.format(port=free_port())
    async with reader() as stays, reader() as goes, reader() as comes:
        file.write_text(head + entry("stays", stays.port) + entry("goes", goes.port))
        async with running(load(file, catalogue()), tmp_path, file) as run:
            await run.until_device_says("stays", "connected")
            await run.until_device_says("goes", "connected")
            stays.say(TAGS[0])
            assert await arrived(run, TAGS[0]) == ("PLANT", "stays")

            file.write_text(head + entry("stays", stays.port, place="DOOR-1") + entry("comes", comes.port))
            await run.until_device_says("comes", "connected")
            gone = await run.until_device_says("goes", "disconnected")
            assert gone[0].text == "removed: it is no longer in the configuration"
            comes.say(TAGS[1])
            assert await arrived(run, TAGS[1]) == ("PLANT", "comes")
            stays.say(TAGS[2])
            assert await arrived(run, TAGS[2]) == ("DOOR-1", "stays"), "it stands elsewhere now"
            assert (stays.connections, comes.connections) == (1, 1)

            shown = (await run.http.get("/api/v1/devices")).json()["items"]
            assert [device["device"] for device in shown] == ["stays", "comes"]

            changed = entry("stays", stays.port, place="DOOR-1", more=', settings: {pattern: "<{epc}>"}')
            file.write_text(head + changed + entry("comes", comes.port))
            await run.until_device_says("stays", "connected", times=2)
            stays.say(f"<{TAGS[3]}>")
            assert await arrived(run, TAGS[3]) == ("DOOR-1", "stays"), "read by its new settings"
            assert (stays.connections, comes.connections) == (2, 1)


async def test_a_file_with_faults_changes_nothing_and_is_told_of_each(tmp_path: Path) -> None:
    file, head = tmp_path / "config.yaml", HEAD.format(port=free_port())
    async with reader() as dock:
        file.write_text(head + entry("dock", dock.port))
        async with running(load(file, catalogue()), tmp_path, file) as run:
            await run.until_device_says("dock", "connected")
            with capture_logs() as logs:
                file.write_text(head + entry("dock", dock.port, more=", plce: X") + entry("new", 1, place="NOWHERE"))
                async with asyncio.timeout(20):
                    while not any("faults" in line for line in logs):  # noqa: ASYNC110 - nothing tells of a log line
                        await asyncio.sleep(0.02)
            (told,) = [line["faults"] for line in logs if "faults" in line][:1]
            assert len(told) == 2
            assert "plce" in told[0]
            assert "NOWHERE" in told[1]
            dock.say(TAGS[4])
            assert await arrived(run, TAGS[4]) == ("PLANT", "dock")
            assert dock.connections == 1


def test_what_is_no_device_waits_for_the_next_start(tmp_path: Path) -> None:
    file, head = tmp_path / "config.yaml", HEAD.format(port=8080)
    file.write_text(head + entry("dock", 1))
    now = load(file, catalogue())
    file.write_text(head.replace("3600", "60") + entry("dock", 2))
    merged = merge(now, load(file, catalogue()))
    assert merged.waiting == ("rules",)
    assert merged.config.rules == now.rules
    assert merged.config.devices[0].connect == "tcp://127.0.0.1:2"
    assert merged.unknown_places == ()

    yard = "  - {code: YARD, name: Yard, party: OEM, tier: oem}\nlocating:"
    file.write_text(head.replace("locating:", yard) + entry("dock", 2, place="YARD"))
    merged = merge(now, load(file, catalogue()))
    assert (merged.waiting, merged.unknown_places) == (("places",), ("YARD",))
