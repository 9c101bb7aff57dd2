"""The whole child process: what the real drivers read over its real wires agrees with the world's truth."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers import impinj_iot, json_mqtt, llrp, m100, nmea0183
from gateway.config.model import Device
from gateway.identity import identify
from gateway.model import Decoder, Fix, Output, Passage, Rejected, Send, TagRead
from simulators.geo import Point, distance_m
from simulators.receivers import Received
from simulators.run import print_notice
from simulators.scenarios import PORT_CONGESTION
from simulators.world import World
from tests.simulators.waiting import until
from tests.simulators.worlds import EPOCH_US, ROOT, demo_config

SPEED = 1200.0
SEED = 4
STREAMS = {"llrp": (llrp, {"keepalive_s": 600.0}), "m100": (m100, {}), "nmea0183": (nmea0183, {})}
COMMAND = [sys.executable, "-m", "simulators.run", "--config", str(ROOT / "config.yaml"), "--seed", str(SEED)]


@dataclass(kw_only=True)
class Ear:
    """A device heard through its real driver."""

    device: Device
    decoder: Decoder
    write: Callable[[bytes], object] = lambda _data: None
    outputs: list[Output] = field(default_factory=list)

    def hear(self, data: bytes, topic: str = "") -> None:
        self.take(self.decoder.feed(data, EPOCH_US, topic))

    def take(self, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, Send):
                self.write(output.data)
            else:
                self.outputs.append(output)

    def of(self, kind: type[Any]) -> list[Any]:
        return [output for output in self.outputs if isinstance(output, kind)]


@asynccontextmanager
async def child(
    *arguments: str, stderr: int | None = None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """The simulators as the demo starts them, once they are ready."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *arguments, stdout=asyncio.subprocess.PIPE, stderr=stderr, cwd=ROOT
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            ready = json.loads(await process.stdout.readline())
        yield process, ready
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def listen_tcp(ear: Ear, url: str) -> asyncio.Task[None]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    ear.write = writer.write
    ear.take(ear.decoder.start(EPOCH_US))

    async def pump() -> None:
        try:
            while data := await reader.read(65536):
                ear.hear(data)
        finally:
            writer.close()

    return asyncio.create_task(pump())


def listen_serial(ear: Ear, url: str) -> int:
    port = os.open(urlsplit(url).path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    ear.write = lambda data: os.write(port, data)
    asyncio.get_running_loop().add_reader(port, lambda: ear.hear(os.read(port, 65536)))
    ear.take(ear.decoder.start(EPOCH_US))
    return port


def listen_mqtt(ears: list[Ear], url: str) -> Client:
    parts = urlsplit(url)
    by_topic = {ear.device.connect.removeprefix("mqtt:"): ear for ear in ears}
    client = Client(CallbackAPIVersion.VERSION2)

    def subscribe(*_: object) -> None:
        client.subscribe("#", 1)

    def hear(_client: Client, _data: object, message: MQTTMessage) -> None:
        by_topic[message.topic].hear(bytes(message.payload), message.topic)

    client.on_connect, client.on_message = subscribe, hear
    client.connect(parts.hostname or "", parts.port or 0)
    client.loop_start()
    return client


def stream_ear(device: Device) -> Ear:
    module, settings = STREAMS[device.driver]
    return Ear(device=device, decoder=module.Decoder(module.Settings(**settings)))


def message_ear(device: Device) -> Ear:
    module = {"impinj_iot": impinj_iot, "json_mqtt": json_mqtt}[device.driver]
    return Ear(device=device, decoder=module.Decoder(msgspec.convert(dict(device.settings), module.Settings)))


async def test_every_device_speaks_its_drivers_wire_and_tells_the_truth(broker_url: str, tmp_path: Path) -> None:
    config = demo_config()
    plan = tmp_path / "plan.csv"
    arguments = ["--mqtt", broker_url, "--epoch-us", str(EPOCH_US), "--speed", str(SPEED), "--plan-out", str(plan)]
    messages = [message_ear(device) for device in config.devices if device.connect.startswith("mqtt:")]
    streams = [stream_ear(device) for device in config.devices if not device.connect.startswith("mqtt:")]
    client = listen_mqtt(messages, broker_url)
    async with child(*arguments, "--started-ns", str(time.monotonic_ns())) as (process, ready):
        assert set(ready["devices"]) == {ear.device.name for ear in streams}
        assert len(plan.read_text().splitlines()) == ready["shipments"] + 1
        tasks, ports = [], []
        for ear in streams:
            url = ready["devices"][ear.device.name]
            if url.startswith("serial:"):
                ports.append(listen_serial(ear, url))
            else:
                tasks.append(await listen_tcp(ear, url))
        await until(lambda: all(ear.of(TagRead) or ear.of(Fix) for ear in streams), 20)
        await until(lambda: all(ear.outputs for ear in messages), 20)
        client.disconnect()
        client.loop_stop()
        for port in ports:
            asyncio.get_running_loop().remove_reader(port)
            os.close(port)
        process.terminate()
        assert await process.wait() == 0
        await asyncio.gather(*tasks)
    world = World(config=config, scenario=PORT_CONGESTION, seed=SEED, epoch_us=EPOCH_US)
    for ear in [*streams, *messages]:
        assert ear.of(Rejected) == []
        check_fixes(ear, world)
        check_tags(ear, world)
        check_passages(ear, world)


def check_fixes(ear: Ear, world: World) -> None:
    for fix in ear.of(Fix):
        where = world.true_location(ear.device.asset or "", fix.seen_us)
        assert where is not None
        assert distance_m(where.point, Point(fix.lat, fix.lon)) < 30


def check_tags(ear: Ear, world: World) -> None:
    """Readers with a clock: each tag was at the reader's site when it says it read it."""
    assets = {key: name for name, key in world.network.tags.items()}
    sites = world.network.sites.values()
    site = next(
        (site for site in sites for door in (*site.doors, site.line) if door and door.device == ear.device.name), None
    )
    for read in ear.of(TagRead):
        key = identify(read.epc, read.pc).key
        assert site is not None
        if key == site.reference or read.seen_us is None:
            continue
        where = world.true_location(assets.get(key, key), read.seen_us)
        assert where is not None, key
        assert distance_m(where.point, site.spot) < 150


def check_passages(ear: Ear, world: World) -> None:
    for passage in ear.of(Passage):
        before = world.true_location(passage.asset, passage.seen_us - 2000)
        after = world.true_location(passage.asset, passage.seen_us + 2000)
        assert before is not None
        assert after is not None
        assert bool(after.place) == (passage.direction == "in") == (not before.place)


async def test_receivers_stand_where_the_child_says(broker_url: str) -> None:
    async with child("--mqtt", broker_url, "--receivers", "OEM,T1-B") as (_, ready):
        assert set(ready["receivers"]) == set(ready["secrets"]) == {"OEM", "T1-B"}
        async with httpx.AsyncClient() as client:
            for url in ready["receivers"].values():
                assert (await client.post(url, content=b"{}")).status_code == 401


async def test_stopped_with_clients_connected_the_child_ends_without_a_word(broker_url: str) -> None:
    async with child("--mqtt", broker_url, "--receivers", "OEM", stderr=asyncio.subprocess.PIPE) as (process, ready):
        addresses = map(urlsplit, [*ready["devices"].values(), *ready["receivers"].values()])
        clients = [
            await asyncio.open_connection(address.hostname, address.port)
            for address in addresses
            if address.scheme != "serial"
        ]
        assert len(clients) == 4  # two LLRP readers, a serial line behind TCP, a receiver
        process.terminate()
        for reader, writer in clients:
            with suppress(ConnectionError):
                await reader.read()  # until the child has cut it
            writer.close()
        _, told = await process.communicate()
    assert (process.returncode, told.decode()) == (0, "")


def test_what_a_partner_is_told_at_the_end_is_how_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    alert = {"rule": "late-arrival", "shipment": "SEA-01", "text": "is late", "ended_text": "arrived at 14:05"}
    for kind, data in (("raised", alert | {"ended_text": ""}), ("resolved", alert)):
        body = json.dumps({"type": f"tierview.alert.{kind}", "data": data}).encode()
        print_notice("OEM", Received(webhook_id="n-1", timestamp=0, body=body, at_ns=0))
    lines = [line.partition("OEM")[2] for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        " was told: raised late-arrival SEA-01 — is late",
        " was told: resolved late-arrival SEA-01 — arrived at 14:05",
    ]


async def test_the_child_ends_when_its_parent_is_gone(broker_url: str) -> None:
    script = " ".join([*COMMAND, "--mqtt", broker_url]) + " & read unused"
    parent = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", script, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    orphan = json.loads(await asyncio.wait_for(parent.stdout.readline(), 20))["pid"]
    try:
        parent.kill()
        await parent.wait()
        async with asyncio.timeout(10):
            assert await parent.stdout.read() == b""  # ends when the child, too, has closed it
    except TimeoutError:
        os.kill(orphan, signal.SIGKILL)
        raise


def test_a_configuration_that_cannot_be_read_is_told_by_line(tmp_path: Path) -> None:
    bad = tmp_path / "config.yaml"
    bad.write_text("places:\n  - {code: A, tier: tier9}\n")
    told = subprocess.run([*COMMAND[:4], str(bad)], capture_output=True, text=True, cwd=ROOT, check=False)
    assert told.returncode == 1
    assert f"{bad}:2:" in told.stderr


@pytest.mark.parametrize("name", ["llrp", "m100", "nmea0183", "impinj_iot", "json_mqtt"])
def test_the_demo_has_a_device_of_every_driver(name: str) -> None:
    assert any(device.driver == name for device in demo_config().devices)
