"""All sources together: only what differs is started, stopped or begun anew; the rest notices nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from gateway.clock import ManualClock
from gateway.config.model import Device, Mqtt
from gateway.errors import BadInput
from gateway.model import Micros
from gateway.sources import Applied, Intake, Sources, open_source
from tests.servers import Mosquitto
from tests.sources.listening import Heard
from tests.sources.test_listen import dialled
from tests.sources.test_mqtt import publish
from tests.sources.test_serial import Plug


def device(name: str, connect: str, **more: object) -> Device:
    return Device(name=name, driver="x", connect=connect, **more)  # type: ignore[arg-type]


def applied(*, started: str = "", stopped: str = "", restarted: str = "") -> Applied:
    return Applied(started=tuple(started.split()), stopped=tuple(stopped.split()), restarted=tuple(restarted.split()))


@asynccontextmanager
async def running(sources: Sources, intake: Intake) -> AsyncIterator[Heard]:
    heard = Heard()

    async def gather() -> None:
        while arrivals := await intake.take(1000):
            heard.arrivals += arrivals

    gathering, run = asyncio.create_task(gather()), asyncio.create_task(sources.run())
    try:
        yield heard
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run
        intake.close()
        await gathering


def sources_of(intake: Intake, base: Path = Path(), *, port: int = 1883) -> Sources:
    mqtt = Mqtt(url=f"mqtt://127.0.0.1:{port}")
    return Sources(mqtt=mqtt, intake=intake, clock=ManualClock(7), base=base)


@asynccontextmanager
async def reader() -> AsyncIterator[tuple[str, list[asyncio.StreamWriter]]]:
    """A device that serves TCP: its address, and its connections so far."""
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}", writers
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()


async def test_each_line_has_a_source_and_the_broker_one_for_all() -> None:
    sources = sources_of(Intake())
    connects = {
        "gps": "serial:///dev/x",
        "reader": "tls://h:1",
        "vessels": "listen:tcp://127.0.0.1:1",
        "portal": "https://h/s",
        "a": "mqtt:a/#",
        "b": "mqtt:b",
    }
    await sources.apply(device(name, connect) for name, connect in connects.items())
    assert {source.name: source.devices for source in sources} == {
        "serial:gps": ("gps",),
        "tcp:reader": ("reader",),
        "listen:vessels": ("vessels",),
        "http:portal": ("portal",),
        "mqtt:127.0.0.1:1883": ("a", "b"),
    }
    with pytest.raises(ValueError, match="share one source"):
        open_source(device("a", "mqtt:a"), password=None, intake=Intake(), clock=ManualClock(), base=Path())


async def test_a_new_device_starts_a_removed_one_stops_and_the_others_keep_their_connection() -> None:
    intake = Intake()
    sources = sources_of(intake)
    async with reader() as (stays, stayed), reader() as (goes, gone), reader() as (comes, came):
        assert await sources.apply([device("stays", stays), device("goes", goes)]) == applied(started="goes stays")
        async with running(sources, intake) as heard:
            await heard.until(lambda: len(heard.connected()) == 2)
            then = await sources.apply([device("comes", comes), device("stays", stays)])
            assert then == applied(started="comes", stopped="goes")
            await heard.until(lambda: len(heard.connected()) == 3)
            assert [(end.device, end.reason) for end in heard.disconnected()] == [("goes", "removed")]
            stayed[0].write(b"still here")
            came[0].write(b"and I")
            await heard.until(lambda: len(heard.inbound()) == 2)
            assert (len(stayed), len(gone), len(came)) == (1, 1, 1)
            assert [source.name for source in sources] == ["tcp:stays", "tcp:comes"]


async def test_applying_the_same_again_and_changing_only_where_readings_count_touches_nothing() -> None:
    intake = Intake()
    sources = sources_of(intake)
    async with reader() as (address, writers):
        await sources.apply([device("dock", address)])
        async with running(sources, intake) as heard:
            await heard.until(lambda: len(heard.connected()) == 1)
            assert await sources.apply([device("dock", address)]) == applied()
            assert await sources.apply([device("dock", address, place="DOOR", asset="TRL")]) == applied()
            writers[0].write(b"on")
            await heard.until(lambda: heard.data() == b"on")
            assert heard.disconnected() == []


async def test_other_settings_make_a_device_begin_anew_in_order() -> None:
    intake = Intake()
    sources = sources_of(intake)
    async with reader() as (address, _):
        await sources.apply([device("dock", address)])
        async with running(sources, intake) as heard:
            await heard.until(lambda: len(heard.connected()) == 1)
            then = await sources.apply([device("dock", address, settings={"power_dbm": 20})])
            assert then == applied(restarted="dock")
            await heard.until(lambda: len(heard.connected()) == 2)
            assert [type(one).__name__ for one in heard.arrivals] == ["Connected", "Disconnected", "Connected"]
            assert heard.disconnected()[0].reason == "changed"


async def test_a_port_passes_from_one_device_to_another_and_its_peers_are_told_as_gone(free_port: int) -> None:
    intake = Intake()
    sources = sources_of(intake)
    listen = f"listen:tcp://127.0.0.1:{free_port}"
    await sources.apply([device("old", listen)])
    async with running(sources, intake) as heard, dialled(free_port, b"1") as one, dialled(free_port, b"2") as two:
        await heard.until(lambda: len(heard.inbound()) == 2)
        assert await sources.apply([device("new", listen)]) == applied(started="new", stopped="old")
        await heard.until(lambda: len(heard.disconnected()) == 2)
        assert {(end.device, end.peer) for end in heard.disconnected()} == {("old", one.name), ("old", two.name)}
        async with dialled(free_port, b"3") as three:
            await heard.until(lambda: heard.data("new") == b"3")
            assert intake.standing("new") == (three.name,)
            assert intake.standing("old") == ()


async def test_devices_of_the_broker_come_and_go_by_its_one_connection(mosquitto: Mosquitto) -> None:
    intake = Intake()
    sources = sources_of(intake, port=mosquitto.port)
    await sources.apply([])
    async with running(sources, intake) as heard, reader() as (address, _):
        assert await sources.apply([device("a", "mqtt:a"), device("b", "mqtt:b")]) == applied(started="a b")
        await heard.until(lambda: len(heard.connected()) == 2)
        then = await sources.apply([device("a", address), device("b", "mqtt:b"), device("c", "mqtt:c")])
        assert then == applied(started="c", restarted="a")
        await heard.until(lambda: len(heard.connected()) == 4)
        assert [(end.device, end.reason) for end in heard.disconnected()] == [("a", "removed")]
        await publish(mosquitto.port, ("a", b"x"), ("b", b"y"), ("c", b"z"))
        await heard.until(lambda: heard.payloads() == [b"y", b"z"])
        assert await sources.apply([device("a", address)]) == applied(stopped="b c")
        await heard.until(lambda: len(heard.disconnected()) == 3)
        assert [source.name for source in sources] == ["tcp:a"]
        await sources.apply([device("a", "mqtt:a")])
        await heard.until(lambda: len(heard.connected("a")) == 3)


async def test_a_new_secret_makes_a_device_begin_anew_and_a_missing_one_touches_nothing(tmp_path: Path) -> None:
    intake = Intake()
    sources = sources_of(intake, tmp_path)
    posts = device("portal", "webhook", password="file:secret")
    with pytest.raises(BadInput, match="secret"):
        await sources.apply([posts])
    (tmp_path / "secret").write_text("first")
    async with running(sources, intake) as heard:
        assert await sources.apply([posts]) == applied(started="portal")
        await heard.until(lambda: len(heard.connected()) == 1)
        source = sources.webhook("portal")
        assert source is not None
        assert source.credentials.fit(None, "first")
        (tmp_path / "secret").write_text("second")
        assert await sources.apply([posts]) == applied(restarted="portal")
        source = sources.webhook("portal")
        assert source is not None
        assert [source.credentials.fit("portal", word) for word in ("first", "second")] == [False, True]
        (tmp_path / "secret").unlink()
        with pytest.raises(BadInput, match="secret"):
            await sources.apply([device("other", "webhook", password="file:secret")])
        assert sources.webhook("portal") is source
        assert sources.webhook("other") is None
        assert "second" not in repr(vars(sources))


class FaultyClock(ManualClock):
    """A bug that comes once."""

    asked = 0

    def now_us(self) -> Micros:
        self.asked += 1
        if self.asked == 2:
            raise ZeroDivisionError
        return super().now_us()


async def test_a_source_with_a_bug_is_told_as_gone_and_started_again() -> None:
    intake = Intake()
    sources = Sources(mqtt=Mqtt(), intake=intake, clock=FaultyClock(7), base=Path())
    async with reader() as (address, writers), reader() as (other, _):
        await sources.apply([device("dock", address)])
        async with running(sources, intake) as heard:
            await heard.until(lambda: len(heard.connected()) == 1)
            writers[0].write(b"x")  # at its receipt the clock fails
            await heard.until(lambda: [end.reason for end in heard.disconnected()] == ["failed"])
            await sources.apply([device("dock", address), device("other", other)])
            await heard.until(lambda: len(heard.connected()) == 3)


async def test_so_is_a_source_with_a_thread_of_its_own(tmp_path: Path) -> None:
    intake = Intake()
    sources = Sources(mqtt=Mqtt(), intake=intake, clock=FaultyClock(7), base=Path())
    plug = Plug(tmp_path / "gps")
    await sources.apply([device("gps", f"serial://{plug.name}")])
    async with running(sources, intake) as heard:
        await heard.until(lambda: len(heard.connected()) == 1)
        plug.say(b"x")
        await heard.until(lambda: [end.reason for end in heard.disconnected()] == ["failed"])
        await heard.until(lambda: len(heard.connected()) == 2)
        plug.say(b"y")
        await heard.until(lambda: heard.data() == b"y")
    plug.unplug()
