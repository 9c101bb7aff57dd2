"""Devices that change in the file while the gateway runs: they count at once, and nobody else notices.

The gateway is `tierview run` in all but the process: its file is watched for real, its devices stand on real TCP.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.catalogue import catalogue
from gateway.config import Config, load
from gateway.running.reload import Reloader, merge
from gateway.sources import Applied
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


async def test_a_driver_that_cannot_be_loaded_changes_nothing_either(tmp_path: Path) -> None:
    file, head = tmp_path / "config.yaml", HEAD.format(port=free_port())
    async with reader() as dock:
        file.write_text(head + entry("dock", dock.port))
        async with running(load(file, catalogue()), tmp_path, file) as run:
            await run.until_device_says("dock", "connected")
            with capture_logs() as logs:
                (tmp_path / "drivers").mkdir(mode=0o777)
                (tmp_path / "drivers").chmod(0o777)
                file.write_text(head + entry("dock", dock.port, place="DOOR-1"))
                await _until_logged(logs, "chmod go-w")
            dock.say(TAGS[5])
            assert await arrived(run, TAGS[5]) == ("PLANT", "dock")


@pytest.mark.parametrize("way", ["link to elsewhere", "mounted", "replaced"])
async def test_every_way_in_which_the_file_changes_is_noticed(tmp_path: Path, way: str) -> None:
    folder, head = tmp_path / "config", HEAD.format(port=free_port())
    folder.mkdir()
    file = folder / "config.yaml"
    async with reader() as dock:
        before, after = (head + entry("dock", dock.port, place=place) for place in ("PLANT", "DOOR-1"))
        if way == "link to elsewhere":
            (tmp_path / "elsewhere").mkdir()
            file.symlink_to(tmp_path / "elsewhere" / "real.yaml")
        elif way == "mounted":
            (folder / "..1").mkdir()
            (folder / "..data").symlink_to("..1")
            file.symlink_to("..data/config.yaml")
        file.write_text(before)
        with capture_logs() as logs:
            async with running(load(file, catalogue()), tmp_path, file) as run:
                await run.until_device_says("dock", "connected")
                if way == "mounted":
                    (folder / "..2").mkdir()
                    (folder / "..2" / "config.yaml").write_text(after)
                    (folder / "..new").symlink_to("..2")
                    (folder / "..new").rename(folder / "..data")
                elif way == "replaced":
                    (folder / ".config.yaml.swp").write_text(after)
                    (folder / ".config.yaml.swp").rename(file)
                else:
                    file.write_text(after)
                await _until_logged(logs, "devices changed")
                dock.say(TAGS[6])
                assert await arrived(run, TAGS[6]) == ("DOOR-1", "dock")


async def test_where_the_kernel_watches_no_more_the_file_is_looked_at(tmp_path: Path) -> None:
    file, head = tmp_path / "config.yaml", HEAD.format(port=8080)
    file.write_text(head + entry("dock", 1))
    changed: asyncio.Queue[Config] = asyncio.Queue()

    async def apply(config: Config) -> Applied:
        changed.put_nowait(config)
        return Applied(started=(), stopped=(), restarted=("dock",))

    reloader = Reloader(file, load(file, catalogue()), apply)
    with capture_logs() as logs:
        while not any("looking every" in line["event"] for line in logs):  # another program may let go of one
            with _no_watches():
                running = asyncio.create_task(reloader.run())
                await asyncio.sleep(0.1)
            if not logs:
                running.cancel()
    file.write_text(head + entry("dock", 2))
    async with asyncio.timeout(20):
        assert (await changed.get()).devices[0].connect == "tcp://127.0.0.1:2"
    running.cancel()
    await asyncio.wait((running,))


async def _until_logged(logs: list[MutableMapping[str, Any]], text: str) -> None:
    async with asyncio.timeout(20):
        while not any(text in str(line) for line in logs):  # noqa: ASYNC110 - nothing tells of a log line
            await asyncio.sleep(0.02)


@contextmanager
def _no_watches() -> Iterator[None]:
    """Hold all of this user's inotify instances, as many other programs together may."""
    libc, held = ctypes.CDLL(None), []
    while (number := libc.inotify_init()) >= 0:
        held.append(number)
    try:
        yield
    finally:
        for number in held:
            os.close(number)


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
