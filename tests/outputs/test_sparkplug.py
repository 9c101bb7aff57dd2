"""The edge node as the specification (3.0) wants it: births, order, death and rebirth, through real brokers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from device_drivers.sparkplug_b import Decoder, Settings
from device_drivers.sparkplug_b_pb2 import Metric, Payload
from gateway.config import Config
from gateway.config.model import Mqtt
from gateway.config.outputs import Outputs, SparkplugOutput
from gateway.journal import open_journal
from gateway.model import AssetKind, DeviceEvent, Event, LocationEvent, Measurement, PositionEvent, SensorEvent
from gateway.outputs.sparkplug_node import MOST_METRICS, EdgeNode
from tests.deliver.test_dispatcher import ALERT
from tests.outputs.heard import Heard, hearing
from tests.outputs.running import happen, running, until_at
from tests.outputs.test_mqtt_out import arrived
from tests.outputs.wire import Read, read
from tests.servers import Mosquitto

NAME = "sparkplug.scada.events"
NODE = "spBv1.0/Elbe/{kind}/tierview"
AT_US = 1_772_323_200_000_000


def config(broker: Mqtt) -> Config:
    return Config(mqtt=broker, outputs=Outputs(sparkplug=(SparkplugOutput(name="scada", group="Elbe"),)))


def sensed(number: int, value: float | bool | str, at_us: int = AT_US) -> SensorEvent:
    return SensorEvent(
        event_id=f"sensed-{number}",
        asset="TRL-7",
        name="temperature",
        value=value,
        unit="CEL",
        device="logger",
        at_us=at_us,
        received_us=at_us,
        recorded_us=at_us,
    )


def day() -> list[Event]:
    now_us = time.time_ns() // 1000
    position = PositionEvent(
        event_id="p", asset="TRL-7", asset_kind=AssetKind.TRAILER, lat=52.5, lon=13.4, device="gps", at_us=now_us,
        received_us=now_us, recorded_us=now_us,
    )  # fmt: skip
    health = DeviceEvent(
        event_id="d", device="gps", name="connected", at_us=now_us, received_us=now_us, recorded_us=now_us
    )
    return [
        arrived(1, "OEM-DOCK"),
        sensed(1, -18.5, now_us),
        position,
        sensed(2, value=True, at_us=now_us),
        sensed(3, "ajar", now_us),
        health,
        arrived(2, "OEM-DOCK"),
        *(sensed(10 + number, float(number), now_us) for number in range(300)),
    ]


def kinds(messages: Sequence[tuple[str, bytes]]) -> list[str]:
    return [topic.split("/")[2] for topic, _ in messages]


def of_kind(messages: Sequence[tuple[str, bytes]], kind: str) -> list[Read]:
    return [read(payload) for topic, payload in messages if topic.split("/")[2] == kind]


async def until_dead(heard: Heard, deaths: int) -> list[tuple[str, bytes]]:
    count = len(heard.messages)
    while kinds(messages := await heard.until(count)).count("NDEATH") < deaths:
        count = len(messages) + 1
    return messages


async def test_a_node_lives_and_dies_as_the_specification_has_it(broker: Mqtt, tmp_path: Path) -> None:
    happened = day()
    async with hearing(broker, "spBv1.0/#") as heard, open_journal(tmp_path / "data") as journal:
        await happen(journal, happened, [ALERT])
        for life in range(2):
            async with running(config(broker), tmp_path, journal):
                await until_at(journal, NAME, len(happened) + life)
                await until_at(journal, "sparkplug.scada.alerts", 1)
            messages = await until_dead(heard, life + 1)
            await happen(journal, [arrived(100 + life, "OEM-DOCK")])
    births, deaths = of_kind(messages, "NBIRTH"), of_kind(messages, "NDEATH")
    assert [birth.metrics["bdSeq"] for birth in births] == [death.metrics["bdSeq"] for death in deaths] == [0, 1]
    assert [birth.metrics["Node Control/Rebirth"] for birth in births] == [False, False]
    assert all(death.seq is None and list(death.metrics) == ["bdSeq"] for death in deaths)
    ends = [number for number, kind in enumerate(kinds(messages)) if kind == "NDEATH"]
    for lived in (messages[: ends[0]], messages[ends[0] + 1 : ends[1]]):
        assert kinds(lived)[0] == "NBIRTH"
        assert [read(payload).seq for _, payload in lived] == [number % 256 for number in range(len(lived))]
        born = {topic for topic, _ in lived if "/DBIRTH/" in topic}
        assert {topic.replace("/DDATA/", "/DBIRTH/") for topic, _ in lived if "/DDATA/" in topic} <= born
    assert_told(happened, messages)


def assert_told(happened: Sequence[Event], messages: Sequence[tuple[str, bytes]]) -> None:
    told = of_kind(messages, "DDATA")
    assets = [one.metrics["Event/Asset"] for one in told if "Event/Asset" in one.metrics]
    assert assets == [event.asset for event in happened if isinstance(event, LocationEvent)] + ["pallet-100"]
    values = [v for one in told for name, v in one.metrics.items() if name.startswith("Sensor/temperature")]
    assert values == [event.value for event in happened if isinstance(event, SensorEvent)]
    (position,) = [one for one in told if "Position/Latitude" in one.metrics]
    assert (position.metrics["Position/Latitude"], position.metrics["Position/Speed"]) == (52.5, None)
    old = next(one for one in told if "Event/Asset" in one.metrics)
    assert old.historical == set(old.metrics)
    assert old.times["Event/Asset"] == (AT_US + 1) // 1000
    assert not position.historical
    (alert,) = of_kind(messages, "NDATA")
    assert alert.metrics["Alert/Id"] == ALERT.alert_id


async def test_a_host_that_missed_the_birth_asks_for_it_and_reads_on(broker: Mqtt, tmp_path: Path) -> None:
    async with open_journal(tmp_path / "data") as journal, running(config(broker), tmp_path, journal):
        await happen(journal, [arrived(1, "OEM-DOCK"), sensed(1, -18.5)])
        await until_at(journal, NAME, 2)
        async with hearing(broker, "spBv1.0/Elbe/+/tierview/#") as heard:
            asked = Payload(metrics=[Metric(name="Node Control/Rebirth", datatype=11, boolean_value=True)])
            await heard.client.publish(NODE.format(kind="NCMD"), b"\xff\xff no payload", qos=1)
            await heard.client.publish(NODE.format(kind="NCMD"), asked.SerializeToString(), qos=1)
            births = [one for one in await heard.until(5) if "NCMD" not in one[0]]
    assert kinds(births) == ["NBIRTH", "DBIRTH", "DBIRTH"]
    assert [read(payload).seq for _, payload in births] == [0, 1, 2]
    assert read(births[2][1]).metrics["Sensor/temperature"] == -18.5
    assert read(births[0][1]).metrics["bdSeq"] == 0


async def test_a_connection_that_is_cut_is_a_death_with_its_own_number(tmp_path: Path, free_port: int) -> None:
    """The will speaks, and what was not taken is told again after the next birth."""
    server = Mosquitto(tmp_path, free_port)
    broker = Mqtt(url=server.url, embedded=False)
    await asyncio.to_thread(server.start)
    try:
        async with open_journal(tmp_path / "data") as journal, running(config(broker), tmp_path, journal):
            await happen(journal, [arrived(1, "OEM-DOCK")])
            await until_at(journal, NAME, 1)
            async with hearing(broker, "spBv1.0/#") as heard:
                async with hearing(broker, "none", identifier="tierview-out-scada"):  # takes its place: a cut
                    cut = await heard.until(1)
                await happen(journal, [arrived(2, "OEM-DOCK")])
                await until_at(journal, NAME, 2)
                messages = await heard.until(4)
    finally:
        await asyncio.to_thread(server.stop)
    assert kinds(cut) == ["NDEATH"]
    assert read(cut[0][1]).metrics == {"bdSeq": 0}
    assert kinds(messages) == ["NDEATH", "NBIRTH", "DBIRTH", "DDATA"]
    assert read(messages[1][1]).metrics["bdSeq"] == 1
    assert read(messages[3][1]).metrics["Event/Asset"] == "pallet-2"


async def test_a_broker_that_answers_no_more_is_given_up_and_told_all_again_when_it_does(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.outputs.sparkplug_link.ANSWER_S", 0.3)
    server = Mosquitto(tmp_path, free_port)
    broker = Mqtt(url=server.url, embedded=False)
    await asyncio.to_thread(server.start)
    try:
        async with (
            hearing(broker, "spBv1.0/Elbe/+/tierview/#") as heard,
            open_journal(tmp_path / "data") as journal,
            running(config(broker), tmp_path, journal) as lanes,
        ):
            await happen(journal, [arrived(1, "OEM-DOCK")])
            await until_at(journal, NAME, 1)
            server.freeze()
            await happen(journal, [arrived(2, "OEM-DOCK")])
            async with asyncio.timeout(30):
                while (now := lanes[NAME].state) is None or now.text != "no SUBACK":  # noqa: ASYNC110 - a plain field
                    await asyncio.sleep(0.01)
            server.thaw()
            await until_at(journal, NAME, 2)
            while kinds(messages := await heard.until(len(heard.messages)))[-1:] != ["DDATA"]:
                await heard.until(len(messages) + 1)
    finally:
        await asyncio.to_thread(server.stop)
    assert kinds(messages).count("NBIRTH") >= 2
    assert [one.metrics["Event/Asset"] for one in of_kind(messages, "DDATA")][-1] == "pallet-2"


def test_our_own_driver_reads_what_the_node_says() -> None:
    node, decoder = EdgeNode(group="Elbe", node="tierview"), Decoder(Settings())
    messages = [*node.births(AT_US), *node.tell(sensed(1, -18.5), AT_US), *node.tell(sensed(2, 3.0), AT_US)]
    heard = [out for topic, payload in messages for out in decoder.feed(payload, AT_US, topic)]
    values = [(one.name, one.value) for one in heard if isinstance(one, Measurement) and one.value != "TRL-7"]
    assert values[-2:] == [("Sensor/temperature", -18.5), ("Sensor/temperature", 3.0)]


def test_names_that_no_topic_can_have_are_made_safe() -> None:
    event = DeviceEvent(event_id="d", device="a/b+#", name="x", at_us=1, received_us=1, recorded_us=1)
    node = EdgeNode(group="Elbe", node="tierview")
    assert {topic.split("/")[-1] for topic, _ in node.tell(event, 1)} == {"device:a_b__"}


def test_metrics_are_bounded() -> None:
    node = EdgeNode(group="Elbe", node="tierview")
    event = sensed(1, 1.0)
    for number in range(MOST_METRICS):
        node.tell(msgspec.structs.replace(event, name=f"n{number % 100}", device=f"d{number // 100}"), AT_US)
    births = [read(payload) for _, payload in node.births(AT_US)]
    assert MOST_METRICS - 2 <= sum(len(birth.metrics) for birth in births) - 2 <= MOST_METRICS  # without bdSeq, Rebirth
    assert node.untold > 0
    assert node.tell(event, AT_US) == []
