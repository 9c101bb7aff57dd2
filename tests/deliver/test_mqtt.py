"""Notices by MQTT through real brokers: retained while an alert stands, gone when it ends, each party its own topic."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import msgspec
import pytest

from gateway.config.model import Mqtt
from gateway.deliver.channel import Message, Outcome
from gateway.deliver.mqtt import MqttOut, topic
from gateway.model import Alert, AlertState, Delivery
from gateway.sources.broker import embedded_broker
from tests.deliver.test_dispatcher import ALERT
from tests.servers import Mosquitto

ENDED = msgspec.structs.replace(ALERT, state=AlertState.RESOLVED, ended_us=3, ended_reason="arrived_late")
BARRIER = "tierview/v1/barrier"


@pytest.fixture(params=["mosquitto", "embedded"])
async def broker(request: pytest.FixtureRequest, tmp_path: Path, free_port: int) -> AsyncIterator[Mqtt]:
    settings = Mqtt(url=f"mqtt://127.0.0.1:{free_port}", embedded=request.param == "embedded")
    if settings.embedded:
        async with embedded_broker(free_port):
            yield settings
        return
    server = Mosquitto(tmp_path, free_port)
    await asyncio.to_thread(server.start)
    try:
        yield settings
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def publisher(settings: Mqtt) -> AsyncIterator[MqttOut]:
    out = MqttOut(settings, None)
    try:
        async with asyncio.timeout(10):
            while not await connected(out):  # noqa: ASYNC110 - nothing tells but trying
                await asyncio.sleep(0.01)
        yield out
    finally:
        await out.close()


async def connected(out: MqttOut) -> bool:
    try:
        await out.publish(BARRIER, b"", retain=False)
    except ConnectionError:
        return False
    return True


def delivery(party: str, notice: Any = "raised") -> Delivery:
    return Delivery(
        delivery_id=f"dl_{party}_{notice}",
        alert_id=ALERT.alert_id,
        notice=notice,
        subscription=f"{party}-mqtt",
        party=party,
        channel="mqtt",
    )


def message(party: str, alert: Alert, notice: str) -> Message:
    told = delivery(party, notice)
    return Message(message_id=told.delivery_id, deliveries=(told,), alerts=(alert,))


async def send(out: MqttOut, party: str, alert: Alert, notice: str = "raised") -> Outcome:
    return await (await out.prepare(message(party, alert, notice))).send()


async def told(settings: Mqtt, out: MqttOut, filters: str) -> list[tuple[str, bool, bytes]]:
    """What a subscriber that comes now is told: topic, whether it was retained, body."""
    host, _, port = settings.url.partition("://")[2].partition(":")
    found: list[tuple[str, bool, bytes]] = []
    async with asyncio.timeout(10), aiomqtt.Client(host, int(port)) as client:
        await client.subscribe(filters, qos=1)
        await client.subscribe(BARRIER, qos=1)
        await out.publish(BARRIER, b"", retain=False)
        async for message in client.messages:
            if str(message.topic) == BARRIER:
                return found
            found.append((str(message.topic), bool(message.retain), bytes(message.payload)))
    raise AssertionError("the broker ended the subscription")


async def test_a_standing_alert_is_found_by_whoever_subscribes_later_and_gone_when_it_ended(broker: Mqtt) -> None:
    async with publisher(broker) as out:
        assert (await send(out, "OEM", ALERT)).accepted
        ((where, retained, body),) = await told(broker, out, "tierview/v1/OEM/#")
        assert (where, retained) == ("tierview/v1/OEM/alert/al_1", True)
        assert json.loads(body)["data"]["state"] == "open"
        assert (await send(out, "OEM", ENDED, "resolved")).accepted
        assert await told(broker, out, "tierview/v1/OEM/#") == []


async def test_an_alert_that_corrects_another_stands_in_its_place(broker: Mqtt) -> None:
    right = msgspec.structs.replace(ALERT, alert_id="al_2", supersedes=ALERT.alert_id)
    async with publisher(broker) as out:
        await send(out, "OEM", ALERT)
        await send(out, "OEM", right)
        ((where, retained, _),) = await told(broker, out, "tierview/v1/OEM/#")
    assert (where, retained) == ("tierview/v1/OEM/alert/al_2", True)


async def test_who_listens_hears_how_it_ended(broker: Mqtt) -> None:
    host, _, port = broker.url.partition("://")[2].partition(":")
    async with publisher(broker) as out, aiomqtt.Client(host, int(port)) as client:
        await client.subscribe("tierview/v1/OEM/#", qos=1)
        await send(out, "OEM", ALERT)
        await send(out, "OEM", ENDED, "resolved")
        types, states = [], []
        async with asyncio.timeout(10):
            async for message in client.messages:
                if not message.payload:
                    break  # the retained one was taken away
                said = json.loads(message.payload)
                types.append(said["type"])
                states.append(said["data"]["state"])
    assert types == ["tierview.alert.raised", "tierview.alert.resolved"]
    assert states == ["open", "resolved"]


async def test_each_party_is_told_under_its_own_topic_alone(broker: Mqtt) -> None:
    async with publisher(broker) as out:
        for party in ("OEM", "SUPPLIER"):
            await send(out, party, ALERT)
        for party in ("OEM", "SUPPLIER"):
            found = await told(broker, out, f"tierview/v1/{party}/#")
            assert [where for where, _, _ in found] == [topic(party, ALERT.alert_id)]


async def test_a_notice_rendered_before_the_end_does_not_leave_the_alert_standing(broker: Mqtt) -> None:
    async with publisher(broker) as out:
        await send(out, "OEM", ALERT)
        slow = await out.prepare(message("OEM", ALERT, "acknowledged"))
        await send(out, "OEM", ENDED, "resolved")
        assert (await slow.send()).accepted
        assert await told(broker, out, "tierview/v1/OEM/#") == []
        await send(out, "OEM", ALERT)  # the finding came back
        assert len(await told(broker, out, "tierview/v1/OEM/#")) == 1


async def test_while_the_broker_is_away_a_notice_is_to_come_again(free_port: int) -> None:
    out = MqttOut(Mqtt(url=f"mqtt://127.0.0.1:{free_port}", embedded=False), None)
    outcome = await send(out, "OEM", ALERT)
    await out.close()
    assert (outcome.accepted, outcome.again, outcome.reason) == (False, True, "broker_away")
