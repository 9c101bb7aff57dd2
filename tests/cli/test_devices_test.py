"""`tierview devices test` on devices that speak their real wire, and on the faults that it puts into words."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tty
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from gateway.cli.trial_words import summary
from gateway.clock import SystemClock
from gateway.journal.lock import FolderLock
from gateway.trial.tally import Tally
from simulators.llrp_frames import TagSeen
from simulators.llrp_session import Gone, Mind
from tests.cli.command import tierview
from tests.e2e.captured_reader import read_message
from tests.servers import Mosquitto

HEAD = """\
site: {operator: OEM}
parties: [{code: OEM, name: Elbe Motors, tier: oem}]
places: [{code: PLANT, name: Plant, party: OEM, tier: oem}]
"""
EPC = bytes.fromhex("3034257BF400B7800004CB2F")


def write_device(folder: Path, entry: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(f"{HEAD}devices:\n  - {{name: dock, place: PLANT, {entry}}}\n")
    return file


async def tried(config: Path, *, seconds: float, until: str = "") -> tuple[int | None, list[dict[str, Any]]]:
    """The exit code and the rows of `devices test`; `until` ends it as Ctrl-C does once a row holds the word."""
    command = ["-m", "gateway", "devices", "test", "dock", str(config), "--seconds", str(seconds), "--json"]
    child = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    rows = []
    async with asyncio.timeout(seconds + 20):
        async for line in child.stdout:
            rows.append(json.loads(line))
            if until and until in json.dumps(rows[-1]):
                until = ""
                child.send_signal(2)
        return await child.wait(), rows


def words(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(saying["grade"], saying["text"]) for saying in rows[-1]["says"]]


@asynccontextmanager
async def llrp_reader(mind: Mind) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clock = SystemClock()
        writer.write(mind.connected(clock.now_us()))
        with suppress(asyncio.IncompleteReadError, ConnectionError, Gone):
            while True:
                writer.write(mind.feed(await read_message(reader), clock.now_us()))
                if mind.reading:
                    seen = TagSeen(epc=EPC, antenna=2, rssi_dbm=-48, seen_us=clock.now_us(), pc=0x3000)
                    writer.write(mind.see(seen))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@contextmanager
def terminal() -> Iterator[tuple[int, str]]:
    device, port = os.openpty()
    tty.setraw(port)
    try:
        yield device, os.ttyname(port)
    finally:
        os.close(device)
        os.close(port)


async def test_a_reader_shows_its_reads_by_antenna(tmp_path: Path) -> None:
    async with llrp_reader(Mind()) as port:
        config = write_device(tmp_path, f'driver: llrp, connect: "tcp://127.0.0.1:{port}"')
        code, rows = await tried(config, seconds=20, until="it works")
    assert code == 0
    assert ("ok", "it works") in words(rows)
    antenna = rows[-1]["antennas"]["2"]
    assert (antenna["tags"], antenna["rssi_dbm"][1]) == (1, -48.0)
    assert rows[-1]["readings"]["tag_read"] == antenna["reads"]


def test_what_was_read_is_counted_in_words() -> None:
    tally = Tally()
    tally.readings.update({"tag_read": 3, "fix": 2, "measurement": 1})
    assert summary(tally, 0) == "3 tag reads, 2 fixes, 1 measurement from 0 bytes"


async def test_a_gateway_that_runs_is_named_before_the_device_is_tried(tmp_path: Path) -> None:
    config = write_device(tmp_path, 'driver: m100, connect: "serial:///dev/ttyGONE"')
    (tmp_path / "data").mkdir()
    lock = FolderLock(tmp_path / "data")
    try:
        called = await asyncio.to_thread(tierview, "devices", "test", "dock", config, "--seconds", "0.1")
    finally:
        lock.release()
    assert called.err.startswith(f"a gateway of {config} runs, and may have dock to itself")


async def test_noise_on_a_serial_line_is_called_the_wrong_speed(tmp_path: Path) -> None:
    with terminal() as (device, port):
        config = write_device(tmp_path, f'driver: m100, connect: "serial://{port}?baud=9600"')

        async def noise() -> None:
            while True:
                os.write(device, os.urandom(200))
                await asyncio.sleep(0.05)

        making = asyncio.create_task(noise())
        code, rows = await tried(config, seconds=20, until="framing errors")
        making.cancel()
    assert code == 1
    assert any(grade == "fault" and "at 9600 baud: wrong speed (try 115200" in text for grade, text in words(rows))


async def test_messages_of_a_broker_are_heard(tmp_path: Path, free_port: int) -> None:
    broker = Mosquitto(tmp_path, free_port)
    broker.start()
    try:
        config = write_device(
            tmp_path,
            'driver: json_mqtt, connect: "mqtt:sensors/1", settings: {fields: {temperature: t}}',
        )
        config.write_text(config.read_text() + f"mqtt: {{embedded: false, url: 'mqtt://127.0.0.1:{broker.port}'}}\n")

        async def publish() -> None:
            async with aiomqtt.Client("127.0.0.1", broker.port) as client:
                while True:
                    await client.publish("sensors/1", '{"t": 21.5}', qos=1)
                    await asyncio.sleep(0.1)

        publishing = asyncio.create_task(publish())
        code, rows = await tried(config, seconds=20, until="it works")
        publishing.cancel()
    finally:
        broker.stop()
    assert code == 0
    assert rows[-1]["latest"][-1]["value"] == 21.5


async def test_a_port_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    config = write_device(tmp_path, f'driver: m100, connect: "serial://{tmp_path}/ttyUSB9?baud=115200"')
    code, rows = await tried(config, seconds=20, until="is not there")
    assert code == 1
    assert any("is the device plugged in?" in text for _, text in words(rows))


async def test_a_name_that_is_no_device_is_refused_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from gateway.cli.shell import run

    config = write_device(tmp_path, 'driver: llrp, connect: "tcp://127.0.0.1:1"')
    assert run(["devices", "test", "dok", str(config)]) == 2
    assert "did you mean 'dock'?" in capsys.readouterr().err
