"""The edge node with a primary host (Sparkplug 3.0, 5.4): it lives while the host does, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from gateway.config import Config
from gateway.config.model import Mqtt
from gateway.config.outputs import Outputs, SparkplugOutput
from gateway.journal import open_journal
from gateway.outputs.lane import OutputLane
from gateway.outputs.sparkplug_primary import PrimaryHost
from gateway.sources.sparkplug_host import State
from tests.outputs.heard import Heard, hearing
from tests.outputs.running import DEADLINE_S, happen, running, until_at
from tests.outputs.test_mqtt_out import arrived
from tests.outputs.test_sparkplug import kinds, until_dead
from tests.outputs.wire import read

NAME = "sparkplug.scada.events"
HOST = "scada-1"
ELBE = "spBv1.0/Elbe/#"


def config(broker: Mqtt) -> Config:
    node = SparkplugOutput(name="scada", group="Elbe", primary_host=HOST)
    return Config(mqtt=broker, outputs=Outputs(sparkplug=(node,)))


def state(*, online: bool, at_ms: int) -> bytes:
    return msgspec.json.encode(State(online=online, timestamp=at_ms))


async def say(heard: Heard, *, online: bool, at_ms: int) -> None:
    await heard.client.publish(f"spBv1.0/STATE/{HOST}", state(online=online, at_ms=at_ms), qos=1, retain=True)


async def until_waiting(lanes: dict[str, OutputLane]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while (now := lanes[NAME].state) is None or now.reason != "host_offline":  # noqa: ASYNC110 - a plain field
            await asyncio.sleep(0.01)


async def until_kind(heard: Heard, kind: str, times: int) -> Sequence[tuple[str, bytes]]:
    count = len(heard.messages)
    while kinds(messages := await heard.until(count)).count(kind) < times:
        count = len(messages) + 1
    return messages


async def test_the_node_is_born_with_its_host_dies_with_it_and_tells_what_happened_between(
    broker: Mqtt, tmp_path: Path
) -> None:
    async with hearing(broker, ELBE) as heard, open_journal(tmp_path / "data") as journal:
        async with running(config(broker), tmp_path, journal) as lanes:
            await happen(journal, [arrived(1, "OEM-DOCK")])
            await until_waiting(lanes)
            assert heard.messages == []
            await say(heard, online=True, at_ms=100)
            await until_at(journal, NAME, 1)
            await say(heard, online=False, at_ms=50)  # the will of a connection before: it counts for nothing
            await happen(journal, [arrived(2, "OEM-DOCK")])
            await until_at(journal, NAME, 2)
            await say(heard, online=False, at_ms=200)
            lived = await until_dead(heard, 1)
            await happen(journal, [arrived(3, "OEM-DOCK")])
            await until_waiting(lanes)
            assert heard.messages == list(lived)
            await say(heard, online=True, at_ms=300)
            await until_at(journal, NAME, 3)
        messages = await until_dead(heard, 2)
    assert kinds(lived) == ["NBIRTH", "DBIRTH", "DDATA", "DDATA", "NDEATH"]
    assert kinds(messages[len(lived) :]) == ["NBIRTH", "DBIRTH", "DDATA", "NDEATH"]
    assert [read(messages[n][1]).metrics["bdSeq"] for n in (0, 4, 5, 8)] == [0, 0, 1, 1]
    assert read(messages[7][1]).metrics["Event/Asset"] == "pallet-3"


async def test_a_host_that_stands_already_is_not_waited_for(broker: Mqtt, tmp_path: Path) -> None:
    async with hearing(broker, ELBE) as heard, open_journal(tmp_path / "data") as journal:
        await say(heard, online=True, at_ms=100)
        async with running(config(broker), tmp_path, journal) as lanes:
            await happen(journal, [arrived(1, "OEM-DOCK")])
            await until_at(journal, NAME, 1)
            now = lanes[NAME].state
    assert now is not None
    assert now.reason == "written"


async def test_a_node_that_died_is_born_again_with_its_host_though_nothing_happens(
    broker: Mqtt, tmp_path: Path
) -> None:
    async with hearing(broker, ELBE) as heard, open_journal(tmp_path / "data") as journal:
        await say(heard, online=True, at_ms=100)
        async with running(config(broker), tmp_path, journal):
            await happen(journal, [arrived(1, "OEM-DOCK")])
            await until_at(journal, NAME, 1)
            await say(heard, online=False, at_ms=200)
            await until_dead(heard, 1)
            await say(heard, online=True, at_ms=300)
            messages = await until_kind(heard, "NBIRTH", 2)
    assert kinds(messages)[:5] == ["NBIRTH", "DBIRTH", "DDATA", "NDEATH", "NBIRTH"]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ([state(online=True, at_ms=5)], [True]),
        (
            [state(online=True, at_ms=5), state(online=False, at_ms=4), state(online=False, at_ms=5)],
            [True, None, False],
        ),
        ([b"ONLINE", b"\xff", b"{}", b'{"online": 1, "timestamp": 5}'], [None, None, None, None]),
    ],
)
def test_a_state_older_than_the_last_and_what_is_none_count_for_nothing(
    said: list[bytes], heard: list[bool | None]
) -> None:
    host = PrimaryHost(HOST)
    assert [host.heard(payload) for payload in said] == heard
    host.forget()
    assert host.heard(state(online=True, at_ms=1)) is True
