"""JSON over MQTT through real brokers: every event in its topic, in order, also after the broker was away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.config import Config
from gateway.config.model import Mqtt, Party, Place, Site
from gateway.config.outputs import MqttOutput, Outputs
from gateway.journal import open_journal, states
from gateway.model import AssetKind, Event, EventKind, LocationEvent, SensorEvent, Tier
from gateway.outputs.mqtt_out import topic
from tests.deliver.test_dispatcher import ALERT
from tests.influx.test_backfill import made
from tests.outputs.heard import hearing
from tests.outputs.running import happen, running, until_at
from tests.servers import Mosquitto

NAME = "mqtt.bus.events"


def config(broker: Mqtt, party: str = "") -> Config:
    return Config(
        site=Site(name="here", operator="OEM"),
        parties=(Party(code="OEM", name="Maker", tier=Tier.OEM), Party(code="SUP", name="Supplier", tier=Tier.TIER1)),
        places=(
            Place(code="OEM-DOCK", name="Dock", tier=Tier.OEM, party="OEM"),
            Place(code="SUP-DOCK", name="Dock", tier=Tier.TIER1, party="SUP"),
        ),
        mqtt=broker,
        outputs=Outputs(mqtt=(MqttOutput(name="bus", party=party, batch=50),)),
    )


def arrived(number: int, place: str) -> LocationEvent:
    return LocationEvent(
        event_id=f"arrived-{number}",
        kind=EventKind.ARRIVED,
        asset=f"pallet-{number}",
        asset_kind=AssetKind.PALLET,
        place=place,
        tier=Tier.OEM if place.startswith("OEM") else Tier.TIER1,
        at_us=1_772_323_200_000_000 + number,
        received_us=1_772_323_200_000_000 + number,
        recorded_us=1_772_323_200_000_000 + number,
    )


def said(messages: Sequence[tuple[str, bytes]]) -> list[dict[str, Any]]:
    return [json.loads(payload) for _, payload in messages]


async def test_every_event_and_alert_is_said_once_in_order_below_its_tier(broker: Mqtt, tmp_path: Path) -> None:
    happened: list[Event] = [arrived(number, ("OEM-DOCK", "SUP-DOCK")[number % 2]) for number in range(1, 301)]
    async with (
        hearing(broker, "tierview/v1/OEM/out/#") as heard,
        open_journal(tmp_path / "data") as journal,
    ):
        await happen(journal, happened, [ALERT])
        async with running(config(broker), tmp_path, journal):
            await until_at(journal, NAME, 300)
            await until_at(journal, "mqtt.bus.alerts", 1)
            messages = await heard.until(301)
    located = [one for one in messages if "/location/" in one[0]]
    assert [one["event_id"] for one in said(located)] == [event.event_id for event in happened]
    assert [one["seq"] for one in said(located)] == list(range(1, 301))
    assert located[0][0] == "tierview/v1/OEM/out/location/tier1/SUP-DOCK"
    assert located[1][0] == "tierview/v1/OEM/out/location/oem/OEM-DOCK"
    (alert,) = [one for one in messages if "/alert/" in one[0]]
    assert alert[0] == f"tierview/v1/OEM/out/alert/{ALERT.rule}"
    assert json.loads(alert[1])["alert_id"] == ALERT.alert_id


async def test_a_party_hears_of_its_own_places_alone(broker: Mqtt, tmp_path: Path) -> None:
    happened = [arrived(number, ("OEM-DOCK", "SUP-DOCK")[number % 2]) for number in range(1, 101)]
    async with hearing(broker, "tierview/#") as heard, open_journal(tmp_path / "data") as journal:
        await happen(journal, happened, [ALERT])
        async with running(config(broker, "SUP"), tmp_path, journal):
            await until_at(journal, NAME, 100)
            await until_at(journal, "mqtt.bus.alerts", 1)
            messages = await heard.until(50)
    assert {where for where, _ in messages} == {"tierview/v1/SUP/out/location/tier1/SUP-DOCK"}
    assert [one["place"] for one in said(messages)] == ["SUP-DOCK"] * 50


async def test_what_happens_while_the_broker_is_away_is_said_when_it_is_back(tmp_path: Path, free_port: int) -> None:
    server = Mosquitto(tmp_path, free_port)
    broker = Mqtt(url=server.url, embedded=False)
    happened = made(200, seed=90)
    async with open_journal(tmp_path / "data") as journal:
        await happen(journal, happened)
        async with running(config(broker), tmp_path, journal) as lanes:
            async with asyncio.timeout(30):
                while (state := lanes[NAME].state) is None or state.reason != "broker_away":  # noqa: ASYNC110
                    await asyncio.sleep(0.01)  # nothing tells of it but the state
            assert await journal.read(lambda c: states.cursor(c, NAME)) == 0
            await asyncio.to_thread(server.start)
            try:
                await until_at(journal, NAME, 200)
                async with hearing(broker, "tierview/v1/OEM/out/#") as heard:
                    await happen(journal, [arrived(1000, "OEM-DOCK")])
                    messages = await heard.until(1)
            finally:
                await asyncio.to_thread(server.stop)
    assert said(messages)[0]["event_id"] == "arrived-1000"


HOSTILE = ["+", "#", "a/b", "$SYS", "x\0y", "line\nfeed", "ü" * 40, ""]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_to_another_topic(name: str) -> None:
    measured = SensorEvent(
        event_id="e", asset="a", name=name, value=1.0, device="d", at_us=1, received_us=1, recorded_us=1
    )
    found = topic("SUP", measured)
    assert found.startswith("tierview/v1/SUP/out/sensor/transit/")
    assert found.count("/") == 6
    assert not set(found) & set("+#\0\n")
