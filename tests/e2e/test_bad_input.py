"""Bad input of every kind the field has: each gets its clear error, and the data of others flows on meanwhile."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt

from gateway.clock import SystemClock
from gateway.config.model import Device, ReadPoint
from gateway.identity import encode, identify, stored_pc
from gateway.model import LocationEvent
from simulators.impinj_reader import tag_event
from simulators.llrp_reader import LlrpReader
from simulators.load import epc
from tests.device_drivers.test_nmea0183 import GGA, RMC, sentence
from tests.e2e.running import Running, location_events, position_events, running
from tests.e2e.serial_line import plugged
from tests.e2e.site import embedded_broker, site

GOOD = Device(name="good", driver="impinj_iot", connect="mqtt:readers/good", place="SUPPLIER")
PORTAL = Device(name="portal", driver="impinj_iot", connect="mqtt:readers/portal")
DOOR_1 = ReadPoint(name="door-1", place="DOOR-1", device="portal", antennas=(1, 2))
EVERY_S = 0.01  # of the good data
MORE = 20  # good reads that must still come through after something bad
TAG = encode("urn:epc:tag:sscc-96:0.9521141.1234567890")
HEADER = (
    "shipment,origin,destination,planned_departure,planned_arrival_open,planned_arrival_close,assets,shipper,consignee"
)


class Flow:
    """A reader elsewhere, which publishes a new tag every few milliseconds."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.published = 0
        self.stopped = False  # no cancelling: in Python 3.11 wait_for, which aiomqtt uses, now and then swallows it
        self._client = client

    async def run(self) -> None:
        while not self.stopped:
            await self.say("readers/good", read(epc(self.published), antenna=1))
            self.published += 1
            await asyncio.sleep(EVERY_S)

    async def say(self, topic: str, payload: bytes) -> None:
        await self._client.publish(topic, payload, qos=1)

    async def goes_on(self, run: Running) -> None:
        """Return when tags published from now on have arrived, and all those before them."""
        due = self.published + MORE
        arrived = await run.until(location_events, lambda found: len(_good(found)) >= due)
        assert _good(arrived)[:due] == [identify(epc(number)).key for number in range(due)]


def _good(found: list[LocationEvent]) -> list[str]:
    return [event.asset for event in found if event.device == "good"]


def read(tag: bytes, *, antenna: int) -> bytes:
    seen_us = SystemClock().now_us()
    return tag_event(hostname="r", epc=tag, pc=stored_pc(tag), antenna=antenna, rssi_dbm=-50.0, seen_us=seen_us)


@asynccontextmanager
async def flowing(base: Path, *devices: Device) -> AsyncIterator[tuple[Running, Flow]]:
    """A gateway of these devices and two readers on MQTT, of which the good one is heard all the time."""
    broker = embedded_broker()
    config = site(GOOD, PORTAL, *devices, read_points=[DOOR_1], broker=broker)
    async with running(config, base) as run:
        await run.until_device_says("good", "connected")
        port = int(broker.url.rpartition(":")[2])
        async with aiomqtt.Client("127.0.0.1", port, identifier="devices") as client:
            flow = Flow(client)
            publishing = asyncio.create_task(flow.run(), name="good-data")
            try:
                await flow.goes_on(run)
                yield run, flow
                await flow.goes_on(run)
            finally:
                flow.stopped = True
                await publishing


async def kept(run: Running) -> list[dict[str, Any]]:
    """What the operator is shown of the quarantine, oldest first."""
    answer = await run.http.get("/api/v1/quarantine")
    answer.raise_for_status()
    return list(reversed(answer.json()["items"]))


async def until_kept(run: Running, count: int) -> list[dict[str, Any]]:
    await run.until(lambda c: c.execute("SELECT count(*) FROM quarantine").fetchone()[0], lambda n: n >= count)
    return await kept(run)


# --- devices --------------------------------------------------------------------------------------


async def test_an_unknown_antenna_is_kept_with_the_antennas_that_are_known(tmp_path: Path) -> None:
    async with flowing(tmp_path) as (run, flow):
        await flow.say("readers/portal", read(TAG, antenna=9))
        (row,) = await until_kept(run, 1)
        await flow.say("readers/portal", read(TAG, antenna=2))
        found = await run.until(location_events, lambda found: any(event.place == "DOOR-1" for event in found))
    assert (row["source"], row["stage"], row["reason"]) == ("portal", "resolve", "unknown_antenna")
    assert row["text"] == "portal sent antenna 9; its read points have antennas 1, 2"
    assert json.loads(b64decode(row["data"]))["antenna"] == 9
    assert [event.asset for event in found if event.place == "DOOR-1"] == ["urn:epc:id:sscc:9521141.1234567890"]


async def test_a_message_that_is_cut_short_is_kept_with_what_was_expected(tmp_path: Path) -> None:
    async with flowing(tmp_path) as (run, flow):
        cut = read(TAG, antenna=1)[:-20]
        await flow.say("readers/portal", cut)
        (row,) = await until_kept(run, 1)
    assert (row["source"], row["stage"], row["reason"], row["topic"]) == ("portal", "decode", "json", "readers/portal")
    assert row["text"].startswith("portal: expected a ReaderEvent")
    assert b64decode(row["data"]) == cut


async def test_an_unplugged_port_is_told_and_heard_again_once_it_is_back(tmp_path: Path) -> None:
    gps = Device(name="gps", driver="nmea0183", connect=f"serial://{tmp_path / 'gps'}?baud=9600", asset="TRL-1")
    async with flowing(tmp_path, gps) as (run, flow):
        with plugged(tmp_path / "gps") as plug:
            await run.until_device_says("gps", "connected")
            plug.say(sentence(RMC) + sentence(GGA))
            await run.until(position_events, lambda found: len(found) == 1)
        missing, lost = (await run.until_device_says("gps", "disconnected", 2))[:2]
        await flow.goes_on(run)
        with plugged(tmp_path / "gps") as plug:
            await run.until_device_says("gps", "connected", 2)
            later = RMC.replace("120000", "120100"), GGA.replace("120000", "120100")
            plug.say(b"".join(map(sentence, later)))
            await run.until(position_events, lambda found: len(found) == 2)
    assert lost.fault
    assert lost.text.startswith(f"lost: {tmp_path / 'gps'} went away")
    assert missing.text.startswith(f"port_missing: {tmp_path / 'gps'} is not there: is the device plugged in?")


async def test_a_truncated_frame_costs_only_itself(shared_fixtures: Path, tmp_path: Path) -> None:
    module = Device(name="m100", driver="m100", connect=f"serial://{tmp_path / 'm100'}?baud=115200", place="PLANT")
    stream = (shared_fixtures / "devices/serial/m100_stream.bin").read_bytes()
    with plugged(tmp_path / "m100") as plug:
        async with flowing(tmp_path, module) as (run, _):
            await run.until_device_says("m100", "connected")
            plug.say(stream)
            (row,) = await until_kept(run, 1)
            await run.until(location_events, lambda found: sum(event.device == "m100" for event in found) == 3)
    assert (row["source"], row["stage"], row["reason"], row["size"]) == ("m100", "decode", "truncated", 23)


async def test_a_reader_that_another_client_has_is_told_and_taken_when_it_is_free(tmp_path: Path) -> None:
    async with LlrpReader(now_us=SystemClock().now_us) as reader:
        _, theirs = await asyncio.open_connection("127.0.0.1", reader.port)
        dock = Device(name="dock", driver="llrp", connect=reader.url, place="PLANT")
        async with flowing(tmp_path, dock) as (run, flow):
            (in_use, *_) = await run.until_device_says("dock", "reader_in_use")
            await run.until_device_says("dock", "disconnected")
            await flow.goes_on(run)
            theirs.close()
            await run.until_device_says("dock", "reading")
            reader.see(epc=TAG, antenna=1, rssi_dbm=-50.0, seen_us=SystemClock().now_us())
            await run.until(location_events, lambda found: any(event.device == "dock" for event in found))
    assert in_use.fault
    assert in_use.text == "another program is connected to the reader; it serves one at a time"


# --- plans ----------------------------------------------------------------------------------------


async def test_bad_rows_of_a_csv_are_told_by_line_and_column_and_hold_up_no_good_ones(tmp_path: Path) -> None:
    rows = [
        HEADER,
        "S-1,SUPPLIER,PLANT,2026-01-05T06:00Z,2026-01-05T10:00Z,2026-01-05T12:00Z,TRL-1,T1,OEM",
        "S-2,SUPPLIER,PLNAT,2026-01-05T06:00Z,2026-01-05T10:00Z,2026-01-05T12:00Z,TRL-2,T1,OEM",
        "S-3,SUPPLIER,PLANT,2026-01-05T06:00Z,2026-01-05T12:00Z,2026-01-05T10:00Z,TRL-3,T1,OEM",
        "S-4,SUPPLIER,PLANT,2026-01-06T06:00Z,2026-01-06T10:00Z,2026-01-06T12:00Z,TRL-4,T1,OEM",
    ]
    async with flowing(tmp_path) as (run, _):
        answer = await run.http.post(
            "/api/v1/shipments/import", content="\n".join(rows), headers={"content-type": "text/csv"}
        )
        assert answer.status_code == 200
        held = await kept(run)
        plans = (await run.http.get("/api/v1/shipments")).json()["items"]
    told = answer.json()
    assert told["accepted"] == 2
    assert [(fault["line"], fault["column"], fault["reason"]) for fault in told["rejected"]] == [
        (3, "destination", "unknown_place"),
        (4, "planned_arrival_close", "window_ends_before_it_begins"),
    ]
    assert told["rejected"][0]["text"] == "expected the code of a place, came 'PLNAT' — write PLANT"
    assert "came 2026-01-05T12:00Z to 2026-01-05T10:00Z" in told["rejected"][1]["text"]
    assert [(row["source"], row["stage"], row["reason"]) for row in held] == [
        ("api:OEM", "import", "unknown_place"),
        ("api:OEM", "import", "window_ends_before_it_begins"),
    ]
    assert [b64decode(row["data"]).decode() for row in held] == rows[2:4]
    assert [plan["shipment_id"] for plan in plans] == ["S-1", "S-4"]


async def test_a_shipment_whose_window_ends_before_it_begins_is_refused_with_the_field(tmp_path: Path) -> None:
    plan = {
        "shipment_id": "S-5",
        "stops": [
            {"place": "SUPPLIER"},
            {"place": "PLANT", "arrival": {"open": "2026-01-05T12:00Z", "close": "2026-01-05T10:00Z"}},
        ],
        "assets": ["TRL-5"],
        "parties": {"shipper": "T1", "consignee": "OEM"},
    }
    async with flowing(tmp_path) as (run, _):
        answer = await run.http.post("/api/v1/shipments", json=plan)
        plans = (await run.http.get("/api/v1/shipments")).json()["items"]
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["reason"]) == ("stops[1].arrival.close", "window_ends_before_it_begins")
    assert plans == []
