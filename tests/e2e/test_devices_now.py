"""Devices as the operator sees them: a reader over TCP, a receiver on a line, a tracker on a broker, and one away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.publish as publish
import pytest
import pytest_asyncio

from gateway.clock import SystemClock
from gateway.config.model import Device, Mqtt, ReadPoint
from gateway.identity import encode
from simulators.llrp_reader import LlrpReader
from simulators.nmea_receiver import sentences
from simulators.world import Position
from tests.e2e.running import DEADLINE_S, Running, free_port, running
from tests.e2e.serial_line import plugged
from tests.e2e.site import site
from tests.servers import Mosquitto
from tests.simulators.waiting import until
from tests.sources.test_serial import Plug

pytestmark = pytest.mark.asyncio(loop_scope="module")

EPC = encode("urn:epc:tag:sscc-96:0.9521141.1234567891")
KEY = "urn:epc:id:sscc:9521141.1234567891"


@dataclass(frozen=True, kw_only=True)
class Yard:
    """A gateway and what is connected to it."""

    run: Running
    reader: LlrpReader
    receiver: Plug
    broker: Mosquitto

    def say_fix(self) -> None:
        now_us = SystemClock().now_us()
        self.receiver.say(
            sentences(Position(asset="TRL-1", lat=52.25, lon=10.5, speed_mps=5.0, course_deg=90.0, at_us=now_us))
        )

    async def publish(self, message: object) -> None:
        await asyncio.to_thread(
            publish.single, "fleet/t1", json.dumps(message), qos=1, hostname="127.0.0.1", port=self.broker.port
        )

    def see(self, antenna: int, rssi_dbm: float) -> None:
        self.reader.see(epc=EPC, antenna=antenna, rssi_dbm=rssi_dbm, seen_us=SystemClock().now_us())

    async def device(self, name: str) -> dict[str, Any]:
        items = (await self.run.http.get("/api/v1/devices")).json()["items"]
        found: dict[str, Any] = next(item for item in items if item["device"] == name)
        return found

    async def until(self, name: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The device as it is told once a condition holds."""
        return await met(lambda: self.device(name), holds)

    async def read(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.run.http.get(f"/api/v1/devices/{name}")).json()["read"]
        return found


async def met(look: Callable[[], Awaitable[dict[str, Any]]], holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What is found once a condition holds of it."""
    found: dict[str, Any] = {}
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not holds(found := await look()):  # noqa: ASYNC110 - asked over HTTP
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"last was found {found}") from None
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def yard(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Yard]:
    folder = tmp_path_factory.mktemp("yard")
    async with _yard(folder) as opened:
        yield opened


@asynccontextmanager
async def _yard(folder: Path) -> AsyncIterator[Yard]:
    broker = Mosquitto(folder, free_port(), saves_changes=False)
    broker.start()
    try:
        with plugged(folder / "gps") as receiver:
            async with LlrpReader(now_us=SystemClock().now_us) as reader:
                devices = (
                    Device(name="dock", driver="llrp", connect=reader.url, place="PLANT"),
                    Device(name="gps", driver="nmea0183", connect=f"serial://{receiver.name}", asset="TRL-1"),
                    Device(
                        name="tracker",
                        driver="json_mqtt",
                        connect="mqtt:fleet/t1",
                        settings={"preset": "generic_tracker"},
                    ),
                    Device(name="away", driver="llrp", connect=f"tcp://127.0.0.1:{free_port()}", place="PLANT"),
                    Device(name="dials", driver="teltonika", connect=f"listen:tcp://127.0.0.2:{free_port()}"),
                )
                point = ReadPoint(name="door-1", place="DOOR-1", device="dock", antennas=(1, 2))
                mqtt = Mqtt(url=broker.url, embedded=False)
                async with running(site(*devices, read_points=[point], broker=mqtt), folder / "g") as run:
                    await run.until_device_says("dock", "reading")
                    yield Yard(run=run, reader=reader, receiver=receiver, broker=broker)
    finally:
        broker.stop()


async def test_each_kind_of_line_has_its_counts_and_its_state(yard: Yard) -> None:
    yard.see(1, -50.0)
    yard.say_fix()
    await yard.publish({"lat": 52.0, "lon": 10.0, "asset": "TRL-2"})
    dock = await yard.until("dock", lambda found: found["state"] == "connected" and found["rate"] > 0)
    assert dock["address"] == yard.reader.url
    assert dock["links"] == 1
    assert dock["since"] is not None
    gps = await yard.until("gps", lambda found: found["readings"] > 0)
    assert (gps["state"], gps["address"]) == ("connected", f"{yard.receiver.name}, 9600 baud")
    tracker = await yard.until("tracker", lambda found: found["chunks"] > 0)
    assert (tracker["state"], tracker["readings"] > 0, tracker["rejected"]) == ("connected", True, 0)


async def test_one_that_is_away_fails_with_what_to_do_and_one_that_never_dialled_in_is_silent(yard: Yard) -> None:
    away = await yard.until("away", lambda found: found["state"] == "failing")
    assert away["trouble"]["reason"] == "refused"
    assert "is the service on, and is the port right?" in away["trouble"]["text"]
    assert away["since"] is not None
    dials = await yard.device("dials")
    assert (dials["state"], dials["since"], dials["links"]) == ("silent", None, 0)


async def test_what_a_reader_reads_is_told_by_tag_and_antenna(yard: Yard) -> None:
    yard.see(1, -50.0)
    yard.see(2, -61.0)

    found = await met(lambda: yard.read("dock"), lambda found: found["antennas"] == [1, 2])
    (tag,) = found["tags"]
    assert (tag["epc"], tag["asset"], tag["label"]) == (EPC.hex().upper(), KEY, "SSCC 9521141.1234567891")
    assert {one["antenna"]: one["rssi_dbm"] for one in tag["antennas"]} == {1: -50.0, 2: -61.0}
    await met(lambda: yard.read("dock"), lambda found: found["tags"][0]["place"] == "DOOR-1")


async def test_the_stream_tells_all_at_first_then_what_changes_and_what_the_one_reads(yard: Yard) -> None:
    async with yard.run.http.stream("GET", "/api/v1/device-stream?device=dock") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        frames = _frames(answer)
        first = await anext(frames)
        assert first[0] == "devices"
        assert first[1]["all"] == ["dock", "gps", "tracker", "away", "dials"]
        assert [one["device"] for one in first[1]["items"]] == first[1]["all"]
        before = {tag["epc"]: tag["count"] for tag in (await _next(frames, "read"))["tags"]}
        yard.see(1, -44.0)
        changed = await _next(frames, "devices")
        assert "away" not in [one["device"] for one in changed["items"]], "it did not change"
        async with asyncio.timeout(DEADLINE_S):
            while (tags := (await _next(frames, "read"))["tags"])[0]["count"] == before[EPC.hex().upper()]:
                pass
        assert {one["antenna"]: one["rssi_dbm"] for one in tags[0]["antennas"]}[1] == -44.0
    looked = yard.run.gateway.floor.watch.doing("dock")
    await until(lambda: not looked.onlookers)


async def test_a_test_watches_the_link_that_stands_and_takes_none_from_the_gateway(yard: Yard) -> None:
    async def reading() -> None:
        while True:
            yard.see(1, -52.0)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(reading())
    found = (await yard.run.http.post("/api/v1/devices/dock/test", json={"seconds": 1})).json()
    task.cancel()
    assert (found["how"], [said["grade"] for said in found["says"]]) == ("watched", ["ok"])
    assert found["antennas"][0]["reads"] > 0
    assert found["antennas"][0]["rssi_dbm"] == [-52.0, -52.0, -52.0]
    assert yard.reader.refused == 0, "no second client came"


async def test_a_test_of_one_that_is_away_says_why_and_of_one_that_dials_in_waits(yard: Yard) -> None:
    found = (await yard.run.http.post("/api/v1/devices/away/test", json={"seconds": 20})).json()
    assert found["how"] == "connected"
    assert found["seconds"] < 20, "the next attempt would say the same"
    assert found["says"][0]["grade"] == "fault"
    assert "refuses connections" in found["says"][0]["text"]
    found = (await yard.run.http.post("/api/v1/devices/dials/test", json={"seconds": 1})).json()
    assert (found["how"], found["says"][0]["grade"]) == ("watched", "fault")
    assert "nobody dialled in" in found["says"][0]["text"]


async def test_tests_are_bounded_and_one_at_a_time(yard: Yard) -> None:
    http = yard.run.http
    running_test = asyncio.create_task(http.post("/api/v1/devices/gps/test", json={"seconds": 2}))
    await until(lambda: bool(yard.run.gateway.floor.watch.doing("gps").onlookers))
    refused = await http.post("/api/v1/devices/dock/test", json={"seconds": 1})
    assert (refused.status_code, refused.json()["detail"]) == (409, "expected no test that runs: gps is being tested")
    assert (await running_test).status_code == 200
    for body in ({"seconds": 0}, {"seconds": 3600}, {"seconds": 1, "port": "/dev/ttyS0"}):
        assert (await http.post("/api/v1/devices/dock/test", json=body)).status_code == 422
    assert (await http.post("/api/v1/devices/nobody/test", json={"seconds": 1})).status_code == 404
    assert (await http.get("/api/v1/devices/nobody")).status_code == 404
    assert (await http.get("/api/v1/device-stream?device=nobody")).status_code == 404


async def test_metrics_count_each_device_also_those_that_share_a_connection(yard: Yard) -> None:
    await yard.publish({"lat": 52.1, "lon": 10.1, "asset": "TRL-2"})
    await yard.until("tracker", lambda found: found["chunks"] > 0)
    told = (await yard.run.http.get("/metrics")).text
    counted = {
        line.split(" ")[0]: float(line.split(" ")[1])
        for line in told.splitlines()
        if "tierview_device_" in line and line[0] != "#"
    }
    for name in ("chunks", "bytes"):
        assert counted[f'tierview_device_{name}_total{{device="tracker"}}'] > 0
    assert counted['tierview_device_readings_total{device="dock"}'] > 0
    assert counted['tierview_device_readings_total{device="dials"}'] == 0


async def _frames(answer: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    name = ""
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


async def _next(frames: AsyncIterator[tuple[str, Any]], name: str) -> Any:
    async with asyncio.timeout(DEADLINE_S):
        async for told, data in frames:
            if told == name:
                return data
    raise AssertionError(f"the stream ended before {name}")
