"""Out by MQTT: what drivers publish, the STATE of a Sparkplug host, and devices that come and go at run time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt
import pytest

from gateway.clock import ManualClock
from gateway.config.model import Mqtt
from gateway.model import Send
from gateway.sources import Intake
from gateway.sources.mqtt import MqttSource
from gateway.sources.outbox import MOST_UNSENT, Outbox
from gateway.sources.source import Counts
from tests.servers import Mosquitto
from tests.sources.listening import Heard, listening
from tests.sources.test_mqtt import Cut, connected, publish

NOW_US = 1_800_000_000_123_456
STATE = "spBv1.0/STATE/plant"


def mqtt_source(port: int, intake: Intake, *, host: str | None = None, **filters: str) -> MqttSource:
    return MqttSource(
        mqtt=Mqtt(url=f"mqtt://127.0.0.1:{port}", sparkplug_host=host),
        password=None,
        filters=filters or {"dock": "dock/#"},
        intake=intake,
        clock=ManualClock(NOW_US),
    )


class Listener:
    """Another client of the broker."""

    def __init__(self) -> None:
        self.messages: list[aiomqtt.Message] = []

    async def until(self, count: int) -> list[aiomqtt.Message]:
        async with asyncio.timeout(10):
            while len(self.messages) < count:  # noqa: ASYNC110 another task fills it
                await asyncio.sleep(0.005)
        return self.messages

    def states(self) -> list[bool]:
        return [json.loads(message.payload)["online"] for message in self.messages]


@asynccontextmanager
async def subscribed(port: int, topic: str) -> AsyncIterator[Listener]:
    listener = Listener()
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe(topic, qos=1)

        async def gather() -> None:
            async for message in client.messages:
                listener.messages.append(message)

        gathering = asyncio.create_task(gather())
        try:
            yield listener
        finally:
            gathering.cancel()


@asynccontextmanager
async def cuttable(port: int) -> AsyncIterator[tuple[int, Cut]]:
    proxy = Cut(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], proxy
    server.close()


# --- what drivers publish -----------------------------------------------------------------------------


async def test_a_driver_publishes_in_order_by_the_connection_that_its_device_is_heard_on(mosquitto: Mosquitto) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake)
    async with subscribed(mosquitto.port, "cmd/#") as other, listening(source, intake) as heard:
        await connected(heard)
        write = heard.connected()[0].write
        assert write is not None
        for number in range(100):
            write(Send(data=b"%d" % number, topic="cmd/1", qos=number % 2))  # type: ignore[arg-type]
        messages = await other.until(100)
        assert [message.payload for message in messages] == [b"%d" % number for number in range(100)]
        assert [message.qos for message in messages] == [0, 1] * 50
        assert not any(message.retain for message in messages)
    assert source.counts.unsent == 0


@pytest.mark.parametrize("topic", ["", "a/+/b", "a/#", "a\0b", "\ud800", "x" * 65_536])
async def test_what_can_go_nowhere_is_counted_and_the_connection_stays(mosquitto: Mosquitto, topic: str) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake)
    async with subscribed(mosquitto.port, "cmd/#") as other, listening(source, intake) as heard:
        await connected(heard)
        write = heard.connected()[0].write
        assert write is not None
        write(Send(data=b"x", topic=topic))
        write(Send(data=b"y", topic="cmd/1"))
        assert [message.payload for message in await other.until(1)] == [b"y"]
        assert source.counts.unsent == 1
        assert source.counts.failures == 0


async def test_what_is_written_to_a_connection_that_ended_is_counted_and_not_sent_on_the_next(
    mosquitto: Mosquitto,
) -> None:
    intake = Intake()
    async with cuttable(mosquitto.port) as (port, proxy), subscribed(mosquitto.port, "cmd/#") as other:
        source = mqtt_source(port, intake)
        async with listening(source, intake) as heard:
            await connected(heard)
            proxy.cut()
            await connected(heard, 2)
            stale, present = (one.write for one in heard.connected())
            assert stale is not None
            assert present is not None
            stale(Send(data=b"stale", topic="cmd/1"))
            present(Send(data=b"present", topic="cmd/1"))
            assert [message.payload for message in await other.until(1)] == [b"present"]
            assert source.counts.unsent == 1


def test_an_outbox_is_bounded_and_counts_what_does_not_fit() -> None:
    counts = Counts()
    outbox = Outbox(counts)
    taken = [outbox.put(Send(data=b"%d" % number, topic="t")) for number in range(MOST_UNSENT + 3)]
    assert taken == [True] * MOST_UNSENT + [False] * 3
    assert counts.unsent == 3
    first = outbox.take()
    assert first is not None
    assert first.data == b"0"
    outbox.close()
    assert counts.unsent == 3 + MOST_UNSENT - 1
    assert outbox.take() is None
    assert not outbox.put(Send(data=b"late", topic="t"))


# --- the STATE of a Sparkplug host --------------------------------------------------------------------


async def test_edge_nodes_see_the_host_come_and_go_with_the_time_of_its_will(mosquitto: Mosquitto) -> None:
    intake = Intake()
    async with subscribed(mosquitto.port, STATE) as node:
        async with listening(mqtt_source(mosquitto.port, intake, host="plant"), intake) as heard:
            await connected(heard)
            (birth,) = await node.until(1)
            assert json.loads(birth.payload) == {"online": True, "timestamp": NOW_US // 1000}
            assert birth.qos == 1
        await node.until(2)
    # Where a message lay unread as we closed, the kernel resets the connection, and the Will comes as well.
    assert node.states() in ([True, False], [True, False, False])
    async with subscribed(mosquitto.port, STATE) as late:
        (death,) = await late.until(1)
        assert death.retain
        assert json.loads(death.payload) == {"online": False, "timestamp": NOW_US // 1000}


async def test_a_host_whose_connection_is_cut_is_told_as_offline_by_the_broker_and_online_again_by_itself(
    mosquitto: Mosquitto,
) -> None:
    intake = Intake()
    async with (
        cuttable(mosquitto.port) as (port, proxy),
        subscribed(mosquitto.port, STATE) as node,
        listening(mqtt_source(port, intake, host="plant"), intake) as heard,
    ):
        await connected(heard)
        await node.until(1)
        proxy.cut()
        await node.until(3)
        assert node.states()[:3] == [True, False, True]
        birth, will = (json.loads(message.payload) for message in node.messages[:2])
        assert birth["timestamp"] == will["timestamp"]


async def test_a_host_that_hears_itself_called_offline_says_again_that_it_is_there(mosquitto: Mosquitto) -> None:
    intake = Intake()
    async with listening(mqtt_source(mosquitto.port, intake, host="plant"), intake) as heard:
        await connected(heard)
        async with subscribed(mosquitto.port, STATE) as node:
            await node.until(1)
            await publish(mosquitto.port, (STATE, b'{"online":false,"timestamp":1}'), retain=True)
            await node.until(3)
            assert node.states() == [True, False, True]
            assert heard.inbound() == []


async def test_the_state_reaches_devices_whose_filter_holds_it_too(mosquitto: Mosquitto) -> None:
    intake = Intake()
    async with listening(mqtt_source(mosquitto.port, intake, host="plant", nodes="spBv1.0/#"), intake) as heard:
        await heard.until(lambda: len(heard.inbound("nodes")) == 1)
        assert heard.inbound("nodes")[0].chunk.topic == STATE


async def test_without_a_host_nothing_is_published(mosquitto: Mosquitto) -> None:
    intake = Intake()
    async with subscribed(mosquitto.port, "#") as other:
        async with listening(mqtt_source(mosquitto.port, intake), intake) as heard:
            await connected(heard)
        await publish(mosquitto.port, ("barrier", b""))
        assert [str(message.topic) for message in await other.until(1)] == ["barrier"]


# --- devices that come and go -------------------------------------------------------------------------


def links(heard: Heard) -> list[tuple[str, str]]:
    return [("+", one.device) for one in heard.connected()] + [(one.reason, one.device) for one in heard.disconnected()]


async def test_a_new_device_is_heard_and_an_old_one_no_more_while_the_others_notice_nothing(
    mosquitto: Mosquitto,
) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake, stays="stays/#", goes="goes/#")
    async with listening(source, intake) as heard:
        await connected(heard, 2)
        await publish(mosquitto.port, ("comes/state", b"retained"), retain=True)
        await source.change({"stays": "stays/#", "comes": "comes/#"})
        assert source.devices == ("stays", "comes")
        await connected(heard, 3)
        await heard.until(lambda: heard.payloads("comes") == [b"retained"])
        await publish(mosquitto.port, ("goes/1", b"x"), ("stays/1", b"y"), ("comes/1", b"z"))
        await heard.until(lambda: b"z" in heard.payloads())
        assert heard.payloads("stays") == [b"y"]
        assert heard.payloads("goes") == []
        assert links(heard) == [("+", "stays"), ("+", "goes"), ("+", "comes"), ("removed", "goes")]
        assert intake.standing("goes") == ()
        assert source.counts.connects == 1


async def test_a_device_that_another_ones_filter_covers_comes_and_goes_too(mosquitto: Mosquitto) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake, all="dock/#")
    async with listening(source, intake) as heard:
        await connected(heard)
        await publish(mosquitto.port, ("dock/1", b"retained"), retain=True)
        await source.change({"all": "dock/#", "one": "dock/1"})
        await heard.until(lambda: heard.payloads("one") == [b"retained"])
        await source.change({"one": "dock/1"})
        await publish(mosquitto.port, ("dock/2", b"not for us"), ("dock/1", b"on"))
        await heard.until(lambda: heard.payloads("one")[-1] == b"on")
        assert b"not for us" not in heard.payloads()
        assert links(heard) == [("+", "all"), ("+", "one"), ("removed", "all")]


async def test_a_device_with_another_topic_or_other_settings_begins_anew(mosquitto: Mosquitto) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake, a="a", b="b", c="c")
    async with listening(source, intake) as heard:
        await connected(heard, 3)
        await source.change({"a": "a2", "b": "b", "c": "c"}, anew={"b"})
        await connected(heard, 5)
        assert {(end.device, end.reason) for end in heard.disconnected()} == {("a", "changed"), ("b", "changed")}
        await publish(mosquitto.port, ("a", b"old"), ("a2", b"new"), ("b", b"b"))
        await heard.until(lambda: heard.payloads("b") == [b"b"])
        assert heard.payloads("a") == [b"new"]
        order = [type(one).__name__ for one in heard.arrivals if getattr(one, "device", "") == "b"]
        assert order == ["Connected", "Disconnected", "Connected"]


async def test_what_changed_while_the_broker_was_away_holds_when_it_is_back(mosquitto: Mosquitto) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake, old="old/#", stays="stays/#")
    async with listening(source, intake) as heard:
        await connected(heard, 2)
        await asyncio.to_thread(mosquitto.stop)
        await heard.until(lambda: source.counts.failures >= 2)
        await source.change({"stays": "stays/#", "new": "new/#"})
        await asyncio.to_thread(mosquitto.start)
        await connected(heard, 4)
        await publish(mosquitto.port, ("old/1", b"x"), ("new/1", b"y"), ("stays/1", b"z"))
        await heard.until(lambda: sorted(heard.payloads()) == [b"y", b"z"])
        assert source.counts.unmatched == 0  # the broker was told to forget the old filter


async def test_a_source_that_does_not_run_yet_takes_a_change_at_once(mosquitto: Mosquitto) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake, old="old/#")
    await source.change({"new": "new/#"})
    async with listening(source, intake) as heard:
        await connected(heard)
        assert heard.connected()[0].device == "new"
