"""Devices that dial in: each connection is a peer, and none of them disturbs another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.clock import ManualClock
from gateway.config.address import ListenAddress
from gateway.model import Send
from gateway.sources import Intake
from gateway.sources.listen import ListenSource
from gateway.sources.peers import MOST_UNSENT_BYTES, Allowance
from tests.sources.listening import Heard, listening


def trackers(port: int, intake: Intake, *, most: int = 100, idle_s: int = 60, **more: object) -> ListenSource:
    address = ListenAddress(host="127.0.0.1", port=port, most=most, idle_s=idle_s)
    options: dict[str, object] = {"networks": (), "first_s": 0.01, "most_s": 0.02} | more
    return ListenSource(
        device="trackers",
        address=address,
        intake=intake,
        clock=ManualClock(7),
        **options,  # type: ignore[arg-type]
    )


class Dialler:
    """A device that dialled in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        host, port = writer.get_extra_info("sockname")[:2]
        self.name = f"{host}:{port}"

    async def ended(self) -> bool:
        """Whether the other end closed, after whatever it said."""
        try:
            async with asyncio.timeout(10):
                while await self.reader.read(1000):
                    pass
        except ConnectionError:
            pass
        return True


@asynccontextmanager
async def dialled(port: int, say: bytes = b"", host: str = "127.0.0.1") -> AsyncIterator[Dialler]:
    async with asyncio.timeout(10):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0))
                break
            except ConnectionRefusedError:
                await asyncio.sleep(0.005)
    writer.write(say)
    try:
        yield Dialler(reader, writer)
    finally:
        writer.transport.abort()


def peers(heard: Heard) -> list[str]:
    return [one.peer for one in heard.connected()]


async def test_each_connection_is_a_peer_with_its_own_bytes_and_its_own_way_back(free_port: int) -> None:
    intake = Intake()
    async with (
        listening(trackers(free_port, intake), intake) as heard,
        dialled(free_port, b"one") as one,
        dialled(free_port, b"two") as two,
    ):
        await heard.until(lambda: len(heard.inbound()) == 2)
        assert {inbound.chunk.peer: inbound.chunk.data for inbound in heard.inbound()} == {
            one.name: b"one",
            two.name: b"two",
        }
        write = {connected.peer: connected.write for connected in heard.connected()}
        for dialler in (two, one):
            answer = write[dialler.name]
            assert answer is not None
            answer(Send(data=f"to {dialler.name}".encode(), when_safe=True))
        for dialler in (one, two):
            expected = f"to {dialler.name}".encode()
            assert await asyncio.wait_for(dialler.reader.readexactly(len(expected)), 10) == expected
        two.writer.close()
        await heard.until(lambda: len(heard.disconnected()) == 1)
        assert [(end.peer, end.reason) for end in heard.disconnected()] == [(two.name, "closed")]
        assert intake.standing("trackers") == (one.name,)
        one.writer.write(b" more")
        await heard.until(lambda: heard.data().endswith(b" more"))


async def test_an_answer_for_a_peer_that_is_gone_is_dropped_and_counted(free_port: int) -> None:
    intake = Intake()
    source = trackers(free_port, intake)
    async with listening(source, intake) as heard:
        async with dialled(free_port, b"x"):
            await heard.until(lambda: len(heard.inbound()) == 1)
        await heard.until(lambda: len(heard.disconnected()) == 1)
        async with dialled(free_port, b"y") as other:
            await heard.until(lambda: len(heard.inbound()) == 2)
            late, present = (connected.write for connected in heard.connected())
            assert late is not None
            assert present is not None
            late(Send(data=b"late"))
            present(Send(data=b"present"))
            assert await asyncio.wait_for(other.reader.readexactly(7), 10) == b"present"
        assert source.counts.unsent == 1


async def test_a_scan_that_comes_and_goes_without_a_word_is_no_news(free_port: int) -> None:
    intake = Intake()
    async with listening(trackers(free_port, intake), intake) as heard:
        for _ in range(50):
            async with dialled(free_port):
                pass
        async with dialled(free_port, b"a tracker") as tracker:
            await heard.until(lambda: len(heard.inbound()) == 1)
            assert peers(heard) == [tracker.name]
            assert heard.disconnected() == []


async def test_a_peer_that_waits_for_our_first_word_is_told_once_it_has_stood(free_port: int) -> None:
    intake = Intake()
    async with listening(trackers(free_port, intake, greet_s=0.05), intake) as heard, dialled(free_port) as silent:
        await heard.until(lambda: peers(heard) == [silent.name])
        write = heard.connected()[0].write
        assert write is not None
        write(Send(data=b"who are you"))
        assert await asyncio.wait_for(silent.reader.readexactly(11), 10) == b"who are you"
        silent.writer.write(b"me")
        await heard.until(lambda: heard.data() == b"me")


async def test_only_the_networks_of_the_list_may_dial_in(free_port: int) -> None:
    intake = Intake()
    source = trackers(free_port, intake, networks=("10.0.0.0/8", "127.0.0.2"))
    async with listening(source, intake) as heard:
        async with dialled(free_port, b"stranger") as stranger:
            assert await stranger.ended()
        async with dialled(free_port, b"ours", host="127.0.0.2"):
            await heard.until(lambda: heard.data() == b"ours")
    assert source.counts.refused == 1
    assert source.counts.connects == 1


async def test_when_all_places_are_taken_the_newest_of_the_same_address_is_refused(free_port: int) -> None:
    intake = Intake()
    source = trackers(free_port, intake, most=2)
    async with (
        listening(source, intake) as heard,
        dialled(free_port, b"1") as first,
        dialled(free_port, b"2"),
    ):
        await heard.until(lambda: len(heard.connected()) == 2)
        async with dialled(free_port, b"3") as third:
            assert await third.ended()
        assert source.counts.refused == 1
        first.writer.close()
        await heard.until(lambda: len(heard.disconnected()) == 1)
        async with dialled(free_port, b"4"):
            await heard.until(lambda: heard.data() == b"124")


async def test_an_address_that_took_all_places_gives_one_up_for_another(free_port: int) -> None:
    intake = Intake()
    source = trackers(free_port, intake, most=3)
    async with (
        listening(source, intake) as heard,
        dialled(free_port, b"1") as oldest,
        dialled(free_port, b"2"),
        dialled(free_port, b"3"),
    ):
        await heard.until(lambda: len(heard.connected()) == 3)
        async with dialled(free_port, b"other", host="127.0.0.2"):
            await heard.until(lambda: heard.data().endswith(b"other"))
            await heard.until(lambda: [end.reason for end in heard.disconnected()] == ["made_room"])
            assert heard.disconnected()[0].peer == oldest.name
            assert "127.0.0.1 held 3 of 3 connections" in heard.disconnected()[0].text


async def test_a_silent_peer_is_closed_and_said_so(free_port: int) -> None:
    intake = Intake()
    async with (
        listening(trackers(free_port, intake, idle_s=1), intake) as heard,
        dialled(free_port, b"x") as tracker,
    ):
        await heard.until(lambda: len(heard.disconnected()) == 1)
        end = heard.disconnected()[0]
        assert (end.reason, end.text) == ("idle", f"{tracker.name} said nothing for 1 s")


async def test_a_peer_that_does_not_read_is_dropped_and_the_others_stay(free_port: int) -> None:
    intake = Intake()
    async with (
        listening(trackers(free_port, intake), intake) as heard,
        dialled(free_port, b"deaf") as deaf,
        dialled(free_port, b"well") as well,
    ):
        await heard.until(lambda: len(heard.inbound()) == 2)
        write = next(connected.write for connected in heard.connected() if connected.peer == deaf.name)
        assert write is not None
        for _ in range(1000):
            write(Send(data=bytes(MOST_UNSENT_BYTES)))
        await heard.until(lambda: [end.peer for end in heard.disconnected()] == [deaf.name])
        assert heard.disconnected()[0].reason == "dropped"
        well.writer.write(b" on")
        await heard.until(lambda: heard.data().endswith(b" on"))


async def test_a_flood_of_connections_is_taken_but_not_told_one_by_one(free_port: int) -> None:
    intake = Intake()
    async with listening(trackers(free_port, intake, told_at_once=5), intake) as heard:
        for _ in range(20):
            async with dialled(free_port, b"x"):
                pass
        await heard.until(lambda: len(heard.disconnected()) == 20)
        assert sum(one.told for one in heard.connected()) == 5
        assert {one.peer for one in heard.connected() if one.told} == {
            one.peer for one in heard.disconnected() if one.told
        }


def test_an_allowance_fills_again() -> None:
    allowance = Allowance(at_once=2, per_s=0.5)
    assert [allowance.take(now_s) for now_s in (0.0, 0.0, 0.0, 1.9, 2.0, 100.0, 100.0, 100.0)] == [
        True,
        True,
        False,
        False,
        True,
        True,
        True,
        False,
    ]


async def test_a_port_that_is_taken_is_told_once_and_had_when_it_is_free(free_port: int) -> None:
    taker = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", free_port)
    intake = Intake()
    source = trackers(free_port, intake)
    async with listening(source, intake) as heard:
        await heard.until(lambda: source.counts.failures > 3)
        (away,) = heard.disconnected()
        assert (away.reason, away.peer) == ("port_busy", "")
        assert f"another program listens on 127.0.0.1:{free_port}" in away.text
        taker.close()
        await taker.wait_closed()
        async with asyncio.timeout(10):
            while not heard.inbound():
                async with dialled(free_port, b"x"):
                    await asyncio.sleep(0.01)
        waits = heard.disconnected()[1]
        assert (waits.reason, waits.peer, waits.told) == ("waiting", "", False), "nobody need be told of it"


async def test_stopping_frees_the_port_and_ends_the_connections(free_port: int) -> None:
    intake = Intake()
    async with dialled_after(free_port, intake) as tracker:
        assert await tracker.ended()
    taker = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", free_port)
    taker.close()
    await taker.wait_closed()


@asynccontextmanager
async def dialled_after(port: int, intake: Intake) -> AsyncIterator[Dialler]:
    """A device whose gateway stopped after it had dialled in."""
    async with listening(trackers(port, intake), intake) as heard:
        tracker = dialled(port, b"x")
        dialler = await tracker.__aenter__()
        await heard.until(lambda: len(heard.inbound()) == 1)
    try:
        yield dialler
    finally:
        await tracker.__aexit__(None, None, None)


async def test_closing_the_intake_ends_the_source_whoever_is_connected(free_port: int) -> None:
    intake = Intake()
    running = asyncio.create_task(trackers(free_port, intake).run())
    async with dialled(free_port, b"a") as speaks, dialled(free_port, b"b"):
        while len(await intake.take(10)) < 1:
            pass
        intake.close()
        speaks.writer.write(b"too late")
        await asyncio.wait_for(running, 10)
