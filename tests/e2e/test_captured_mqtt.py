"""Real captured tag reads over MQTT, through both brokers, into a whole gateway: every row is accounted for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiomqtt

from device_drivers.impinj_iot import Decoder, Settings
from gateway.config.model import Device, Mqtt, ReadPoint
from gateway.identity import identify, stored_pc
from gateway.model import EventKind, LocationEvent, Micros, Tier
from simulators.impinj_reader import tag_event
from tests.e2e.running import Running, all_quarantined, location_events, payloads, running
from tests.e2e.site import site

TOPIC = "readers/r700/events"
DEVICE = Device(name="r700", driver="impinj_iot", connect=f"mqtt:{TOPIC}")
DOORS = [
    ReadPoint(name=f"door-{antenna}", place=f"DOOR-{antenna}", device="r700", antennas=(antenna,)) for antenna in (1, 3)
]
AT_US: Micros = 1_767_261_600_000_000  # 2026-01-01T10:00:00Z
RTI_AFI = 0xA3  # ISO 17364
SGLN = "urn:epc:id:sgln:"


async def publish(broker: Mqtt, messages: Iterable[bytes]) -> None:
    host, _, port = broker.url.removeprefix("mqtt://").partition(":")
    async with aiomqtt.Client(host, int(port), identifier="r700") as client:
        for message in messages:
            await client.publish(TOPIC, message, qos=1)


async def play(run: Running, broker: Mqtt, messages: list[bytes]) -> list[LocationEvent]:
    """Publish, and wait until all of it is stored; what the gateway then says of where things are."""
    await run.until_device_says("r700", "connected")
    await publish(broker, messages)
    taped = await run.until(lambda c: payloads(c, "r700"), lambda found: len(found) >= len(messages))
    assert taped == messages
    return await run.gateway.journal.read(location_events)


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_every_captured_row_of_an_impinj_reader(shared_fixtures: Path, tmp_path: Path, broker: Mqtt) -> None:
    captured = rows(shared_fixtures / "devices/mqtt_rfid/impinj_iot.jsonl")
    assert len(captured) == 3
    async with running(site(DEVICE, read_points=DOORS, broker=broker), tmp_path) as run:
        told = await play(run, broker, [json.dumps(row["payload"]).encode() for row in captured])
        assert await run.quarantined() == []
    expected = [row["expected"] for row in captured]
    assert [(event.asset, event.place, event.read_point, event.at_us) for event in told] == [
        (
            f"urn:tierview:raw:{tag['epc_hex'].upper()}",
            f"DOOR-{tag['antenna']}",
            f"door-{tag['antenna']}",
            seen_us(row["payload"]),
        )
        for row, tag in zip(captured, expected, strict=True)
    ]
    # the third row is of the first one's tag, fifty-six days earlier: it completes history and moves nothing
    assert [event.late for event in told] == [False, False, True]


def seen_us(payload: dict[str, Any]) -> Micros | None:
    (read,) = Decoder(Settings()).feed(json.dumps(payload).encode(), 0)
    return getattr(read, "seen_us", None)


async def test_rows_of_an_antenna_that_nobody_placed_are_kept_with_the_reason(
    shared_fixtures: Path, tmp_path: Path, broker: Mqtt
) -> None:
    captured = rows(shared_fixtures / "devices/mqtt_rfid/impinj_iot.jsonl")
    async with running(site(DEVICE, read_points=DOORS[:1], broker=broker), tmp_path) as run:
        told = await play(run, broker, [json.dumps(row["payload"]).encode() for row in captured])
        (kept,) = await run.gateway.journal.read(all_quarantined)
    assert (kept.source, kept.stage, kept.reason) == ("r700", "resolve", "unknown_antenna")
    assert kept.text == "r700 sent antenna 3; its read points have antennas 1"
    assert [event.place for event in told] == ["DOOR-1", "DOOR-1"]


async def test_every_tag_of_the_identity_fixtures_is_known_by_its_right_key(
    shared_fixtures: Path, tmp_path: Path, broker: Mqtt
) -> None:
    keys = expected_keys(shared_fixtures / "devices/epc")
    assert Counter(key.partition(":raw:")[1] for key in keys.values()) == {"": 121, ":raw:": 7}
    messages = [message(number, epc, pc) for number, (epc, pc) in enumerate(keys)]
    async with running(site(DEVICE, read_points=DOORS, broker=broker), tmp_path) as run:
        told = await play(run, broker, messages)
        assert await run.quarantined() == []
        metrics = (await run.http.get("/metrics")).text
    assert f"tierview_readings_total {len(keys)}.0" in metrics
    assert "tierview_raw_identities_total 7.0" in metrics
    # a tag on a door frame does not travel: what reads it tells nothing of goods
    moving = [key for key in keys.values() if not key.startswith(SGLN)]
    assert len(keys) - len(moving) == 14
    assert [event.asset for event in told] == moving
    assert {(event.kind, event.place, event.tier) for event in told} == {(EventKind.ARRIVED, "DOOR-1", Tier.OEM)}


def expected_keys(folder: Path) -> dict[tuple[bytes, int], str]:
    """Tag (EPC and PC) -> the key that the fixtures expect; of ISO tags they say the text."""
    found = {}
    for name in ("tds_legacy", "generated_96", "undecodable"):
        for row in rows(folder / f"{name}.jsonl"):
            epc = bytes.fromhex(row["hex"])
            found[epc, stored_pc(epc)] = row.get("pure_identity", f"urn:tierview:raw:{row['hex']}")
    for row in rows(folder / "iso17364_6bit.jsonl"):
        if "uii_hex" in row:
            uii = bytes.fromhex(row["uii_hex"])
            pc = stored_pc(uii, RTI_AFI)
            key = identify(uii, pc).key
            assert key.endswith(quote(row["expected_text"], safe="+"))
            found[uii, pc] = key
    return found


def message(number: int, epc: bytes, pc: int) -> bytes:
    return tag_event(hostname="r700", epc=epc, pc=pc, antenna=1, rssi_dbm=-50.0, seen_us=AT_US + number)
