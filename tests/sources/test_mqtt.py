"""MQTT against real brokers: acknowledged after COMMIT, repeated when not, never acknowledged for another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from gateway.clock import ManualClock
from gateway.config.model import Mqtt
from gateway.sources import Inbound, Intake
from gateway.sources.broker import embedded_broker
from gateway.sources.mqtt import MqttSource
from tests.servers import Mosquitto
from tests.sources.listening import Heard, listening

BOTH = pytest.mark.parametrize("kind", ["mosquitto", "embedded"])


@asynccontextmanager
async def running_broker(kind: str, folder: Path, port: int) -> AsyncIterator[int]:
    if kind == "embedded":
        async with embedded_broker(port):
            yield port
        return
    broker = Mosquitto(folder, port)
    await asyncio.to_thread(broker.start)
    try:
        yield port
    finally:
        await asyncio.to_thread(broker.stop)


def mqtt_source(port: int, intake: Intake, **filters: str) -> MqttSource:
    mqtt = Mqtt(url=f"mqtt://127.0.0.1:{port}")
    return MqttSource(
        mqtt=mqtt, password=None, filters=filters or {"dock": "dock/#"}, intake=intake, clock=ManualClock(7)
    )


async def publish(port: int, *messages: tuple[str, bytes], qos: int = 1, retain: bool = False) -> None:
    async with aiomqtt.Client("127.0.0.1", port) as client:
        for topic, payload in messages:
            await client.publish(topic, payload, qos=qos, retain=retain)


async def connected(heard: Heard, times: int = 1) -> None:
    await heard.until(lambda: len(heard.connected()) == times)


@BOTH
async def test_messages_come_in_order_with_their_topic_to_every_device_they_mean(
    kind: str, tmp_path: Path, free_port: int
) -> None:
    intake = Intake()
    async with running_broker(kind, tmp_path, free_port) as port:
        source = mqtt_source(port, intake, all="dock/#", reads="dock/+/reads", other="yard")
        async with listening(source, intake) as heard:
            await connected(heard, 3)
            await publish(port, ("dock/1/reads", b"one"), ("dock/1/state", b"two"), ("yard", b"three"))
            await heard.until(lambda: len(heard.inbound()) == 4)
            assert heard.payloads("all") == [b"one", b"two"]
            assert heard.payloads("reads") == [b"one"]
            assert heard.payloads("other") == [b"three"]
            assert {one.chunk.topic for one in heard.inbound("all")} == {"dock/1/reads", "dock/1/state"}
            assert all(one.settle is not None for one in heard.inbound())


@BOTH
async def test_what_was_not_settled_comes_again_and_what_was_does_not(
    kind: str, tmp_path: Path, free_port: int
) -> None:
    async with running_broker(kind, tmp_path, free_port) as port:
        first = Intake()
        async with listening(mqtt_source(port, first), first) as heard:
            await connected(heard)
            await publish(port, *((f"dock/{number}", b"%d" % number) for number in range(6)))
            await heard.until(lambda: len(heard.inbound()) == 6)
            settled = heard.inbound()[:3]
            for one in settled:
                assert one.settle is not None
                one.settle()
            await publish(port, ("dock/barrier", b"barrier"))  # by then the acknowledgements went out
            await heard.until(lambda: len(heard.inbound()) == 7)
        second = Intake()
        async with listening(mqtt_source(port, second), second) as heard:
            await heard.until(lambda: len(heard.inbound()) == 4)
            assert heard.payloads() == [b"3", b"4", b"5", b"barrier"]
            heard.settle_all()
            await publish(port, ("dock/last", b"last"))
            await heard.until(lambda: len(heard.inbound()) == 5)
            heard.settle_all()


@BOTH
async def test_what_was_published_while_the_gateway_was_away_comes_when_it_is_back(
    kind: str, tmp_path: Path, free_port: int
) -> None:
    async with running_broker(kind, tmp_path, free_port) as port:
        first = Intake()
        async with listening(mqtt_source(port, first), first) as heard:
            await connected(heard)
        await publish(port, *((f"dock/{number}", b"%d" % number) for number in range(50)))
        second = Intake()
        async with listening(mqtt_source(port, second), second) as heard:
            await heard.until(lambda: len(heard.inbound()) == 50)
            assert heard.payloads() == [b"%d" % number for number in range(50)]


class Cut:
    """A proxy before the broker whose connections can be cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += [writer, up_writer]
        await asyncio.gather(self._copy(reader, up_writer), self._copy(up_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


async def test_an_acknowledgement_of_an_old_connection_never_goes_out_on_a_new_one(mosquitto: Mosquitto) -> None:
    intake = Intake()
    proxy = Cut(mosquitto.port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    source = mqtt_source(server.sockets[0].getsockname()[1], intake)
    async with listening(source, intake) as heard:
        await connected(heard)
        await publish(mosquitto.port, ("dock/a", b"a"), ("dock/b", b"b"))
        await heard.until(lambda: len(heard.inbound()) == 2)
        stale = heard.inbound()
        proxy.cut()
        await connected(heard, 2)
        await heard.until(lambda: len(heard.inbound()) == 4)
        assert heard.payloads() == [b"a", b"b", b"a", b"b"]
        for one in stale:
            assert one.settle is not None
            one.settle()
        proxy.cut()
        await heard.until(lambda: len(heard.inbound()) == 6)  # they came a third time: nothing was acknowledged
        assert {end.reason for end in heard.disconnected()} == {"closed"}
    server.close()


async def test_a_broker_that_restarts_is_told_once_and_heard_again(mosquitto: Mosquitto) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake)
    async with listening(source, intake) as heard:
        await connected(heard)
        await asyncio.to_thread(mosquitto.stop)
        await heard.until(lambda: source.counts.failures >= 3)
        assert [end.reason for end in heard.disconnected()] == ["closed", "refused"]
        await asyncio.to_thread(mosquitto.start)
        await heard.until(lambda: len(heard.connected()) == 2, 6.0)
        await publish(mosquitto.port, ("dock/1", b"after"))
        await heard.until(lambda: heard.payloads() == [b"after"])


async def test_a_broker_that_forgot_us_is_subscribed_to_anew(tmp_path: Path, free_port: int) -> None:
    intake = Intake()
    async with embedded_broker(free_port) as broker, listening(mqtt_source(free_port, intake), intake) as heard:
        await connected(heard)
        await broker.stop()
        await heard.until(lambda: len(heard.connected()) == 2, 15.0)  # `watch` starts it anew, knowing nothing
        assert broker.restarts == 1
        await publish(free_port, ("dock/1", b"after"))
        await heard.until(lambda: heard.payloads() == [b"after"])


async def test_retained_messages_do_not_come_again_with_each_reconnection(mosquitto: Mosquitto) -> None:
    await publish(mosquitto.port, ("dock/state", b"retained"), retain=True)
    intake = Intake()
    proxy = Cut(mosquitto.port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with listening(mqtt_source(server.sockets[0].getsockname()[1], intake), intake) as heard:
        await heard.until(lambda: len(heard.inbound()) == 1)
        heard.settle_all()
        await publish(mosquitto.port, ("dock/1", b"barrier"))
        await heard.until(lambda: len(heard.inbound()) == 2)
        heard.settle_all()
        proxy.cut()
        await connected(heard, 2)
        await publish(mosquitto.port, ("dock/2", b"after"))
        await heard.until(lambda: b"after" in heard.payloads())
        assert heard.payloads().count(b"retained") == 1
    server.close()


@BOTH
async def test_a_full_intake_leaves_the_messages_with_the_broker_and_loses_none(
    kind: str, tmp_path: Path, free_port: int
) -> None:
    intake = Intake(most_items=20)
    async with running_broker(kind, tmp_path, free_port) as port:
        running = asyncio.create_task(mqtt_source(port, intake).run())
        await intake.take(1)
        publishing = asyncio.create_task(publish(port, *((f"dock/{n}", b"%d" % n) for n in range(2000))))
        got: list[bytes] = []
        async with asyncio.timeout(30):
            while len(got) < 2000:
                for one in await intake.take(7):
                    assert isinstance(one, Inbound)
                    assert one.settle is not None
                    one.settle()
                    got.append(one.chunk.data)
        assert got == [b"%d" % number for number in range(2000)]
        await publishing
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_qos_0_has_nothing_to_settle(mosquitto: Mosquitto) -> None:
    intake = Intake()
    async with listening(mqtt_source(mosquitto.port, intake), intake) as heard:
        await connected(heard)
        await publish(mosquitto.port, ("dock/1", b"x"), qos=0)
        await heard.until(lambda: len(heard.inbound()) == 1)
        assert heard.inbound()[0].settle is None


async def test_a_message_for_two_devices_is_acknowledged_when_both_have_it(mosquitto: Mosquitto) -> None:
    first = Intake()
    async with listening(mqtt_source(mosquitto.port, first, a="dock/#", b="dock/1"), first) as heard:
        await connected(heard, 2)
        await publish(mosquitto.port, ("dock/1", b"x"))
        await heard.until(lambda: len(heard.inbound()) == 2)
        settle = heard.inbound()[0].settle
        assert settle is not None
        settle()
    second = Intake()
    async with listening(mqtt_source(mosquitto.port, second, a="dock/#", b="dock/1"), second) as heard:
        await heard.until(lambda: len(heard.inbound()) == 2)
        heard.settle_all()
        await publish(mosquitto.port, ("dock/2", b"y"))
        await heard.until(lambda: len(heard.inbound()) == 3)
        heard.settle_all()
    third = Intake()
    async with listening(mqtt_source(mosquitto.port, third, a="dock/#", b="dock/1"), third) as heard:
        await connected(heard, 2)
        await publish(mosquitto.port, ("dock/3", b"z"))
        await heard.until(lambda: b"z" in heard.payloads())
        assert b"x" not in heard.payloads()


async def test_topics_of_an_older_configuration_are_acknowledged_and_counted(mosquitto: Mosquitto) -> None:
    first = Intake()
    async with listening(mqtt_source(mosquitto.port, first, old="old/#"), first) as heard:
        await connected(heard)
    await publish(mosquitto.port, ("old/1", b"x"))
    second = Intake()
    source = mqtt_source(mosquitto.port, second)
    async with listening(source, second) as heard:
        await connected(heard)
        await publish(mosquitto.port, ("dock/1", b"y"))
        await heard.until(lambda: heard.payloads() == [b"y"])
        assert source.counts.unmatched == 1


async def test_a_driver_that_wants_to_begin_anew_gets_a_fresh_connection_of_its_device_alone(
    mosquitto: Mosquitto,
) -> None:
    intake = Intake()
    source = mqtt_source(mosquitto.port, intake, a="a", b="b")
    async with listening(source, intake) as heard:
        await connected(heard, 2)
        heard.connected("a")[0].drop("confused")
        await connected(heard, 3)
        assert [end.device for end in heard.disconnected()] == ["a"]
        assert source.counts.connects == 1


async def test_a_broker_that_refuses_us_is_told_in_words(tmp_path: Path, free_port: int) -> None:
    broker = Mosquitto(tmp_path, free_port, anonymous=False)
    await asyncio.to_thread(broker.start)
    intake = Intake()
    async with listening(mqtt_source(free_port, intake), intake) as heard:
        await heard.until(lambda: len(heard.disconnected()) == 1)
        (away,) = heard.disconnected()
        assert away.reason == "not_allowed"
        assert "are username, password and client id right?" in away.text
    await asyncio.to_thread(broker.stop)


async def test_closing_the_intake_ends_the_source(mosquitto: Mosquitto) -> None:
    intake = Intake()
    running = asyncio.create_task(mqtt_source(mosquitto.port, intake).run())
    await intake.take(1)
    intake.close()
    await publish(mosquitto.port, ("dock/1", b"too late"))
    await asyncio.wait_for(running, 10)
