"""TCP devices: real servers that talk, end, refuse and hang."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from gateway.clock import ManualClock
from gateway.config.address import TcpAddress
from gateway.model import Send
from gateway.sources import Inbound, Intake
from gateway.sources.link import MOST_UNSENT_BYTES
from gateway.sources.tcp import TcpSource
from tests.sources.listening import listening


class Peer:
    """A device: a TCP server that keeps its connections."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        self.got = b""
        self.reads = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep a connection, and what it says."""
        self.writers.append(writer)
        while self.reads and (data := await reader.read(1000)):
            self.got += data


@asynccontextmanager
async def device(port: int, *, reads: bool = True) -> AsyncIterator[Peer]:
    peer = Peer()
    peer.reads = reads
    server = await asyncio.start_server(peer.serve, "127.0.0.1", port)
    try:
        yield peer
    finally:
        server.close()
        for writer in peer.writers:
            writer.transport.abort()
        await server.wait_closed()


def tcp(port: int, intake: Intake) -> TcpSource:
    address = TcpAddress(host="127.0.0.1", port=port)
    return TcpSource(device="reader", address=address, intake=intake, clock=ManualClock(7), first_s=0.01, most_s=0.02)


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 the peer lives in other tasks
            await asyncio.sleep(0.005)


async def test_bytes_go_both_ways_in_order(free_port: int) -> None:
    intake = Intake()
    async with device(free_port) as peer, listening(tcp(free_port, intake), intake) as heard:
        await heard.until(lambda: len(heard.connected()) == 1)
        for number in range(100):
            peer.writers[0].write(f"{number},".encode())
        await heard.until(lambda: heard.data().endswith(b"99,"))
        assert heard.data() == b"".join(f"{number},".encode() for number in range(100))
        assert {one.chunk.received_us for one in heard.inbound()} == {7}
        write = heard.connected()[0].write
        assert write is not None
        write(Send(data=b"hello "))
        write(Send(data=b"reader"))
        await eventually(lambda: peer.got == b"hello reader")


async def test_a_closed_connection_is_told_and_made_again(free_port: int) -> None:
    intake = Intake()
    source = tcp(free_port, intake)
    async with device(free_port) as peer, listening(source, intake) as heard:
        await heard.until(lambda: len(heard.connected()) == 1)
        peer.writers[0].close()
        await heard.until(lambda: len(heard.connected()) == 2)
        (end,) = heard.disconnected()
        assert (end.reason, end.text) == ("closed", f"127.0.0.1:{free_port} closed the connection")
        assert source.counts.connects == 2
        assert source.counts.failures == 1


async def test_a_device_that_stays_away_is_told_once_in_words_and_found_when_it_comes(free_port: int) -> None:
    intake = Intake()
    source = tcp(free_port, intake)
    async with listening(source, intake) as heard:
        await eventually(lambda: source.counts.failures > 5)
        (away,) = heard.disconnected()
        assert away.reason == "refused"
        assert "is the service on" in away.text
        async with device(free_port):
            await heard.until(lambda: len(heard.connected()) == 1)


async def test_dropping_a_connection_says_why_and_connects_anew(free_port: int) -> None:
    intake = Intake()
    async with device(free_port), listening(tcp(free_port, intake), intake) as heard:
        await heard.until(lambda: len(heard.connected()) == 1)
        heard.connected()[0].drop("someone else owns the reader")
        await heard.until(lambda: len(heard.connected()) == 2)
        assert [(end.reason, end.text) for end in heard.disconnected()] == [("dropped", "someone else owns the reader")]


async def test_a_device_that_does_not_read_is_dropped_before_memory_fills(free_port: int) -> None:
    intake = Intake()
    async with device(free_port, reads=False), listening(tcp(free_port, intake), intake) as heard:
        await heard.until(lambda: len(heard.connected()) == 1)
        write = heard.connected()[0].write
        assert write is not None
        for _ in range(200):
            write(Send(data=bytes(MOST_UNSENT_BYTES // 2)))
        await heard.until(lambda: len(heard.disconnected()) == 1)
        assert heard.disconnected()[0].reason == "dropped"
        write(Send(data=b"after the end"))


async def test_a_full_intake_slows_the_device_down_and_loses_nothing(free_port: int) -> None:
    intake = Intake(most_bytes=100_000)
    sent = bytes(range(256)) * 40_000
    async with device(free_port) as peer:
        running = asyncio.create_task(tcp(free_port, intake).run())
        await eventually(lambda: bool(peer.writers))
        peer.writers[0].write(sent)
        await eventually(lambda: intake.waiting_bytes > 50_000)
        got = b""
        while len(got) < len(sent):
            assert intake.waiting_bytes <= 100_000
            for one in await asyncio.wait_for(intake.take(3), 10):
                got += one.chunk.data if isinstance(one, Inbound) else b""
        assert got == sent
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_closing_the_intake_ends_the_source(free_port: int) -> None:
    intake = Intake()
    async with device(free_port) as peer:
        running = asyncio.create_task(tcp(free_port, intake).run())
        await eventually(lambda: bool(peer.writers))
        intake.close()
        peer.writers[0].write(b"too late")
        await asyncio.wait_for(running, 10)


async def test_an_unknown_host_is_told_in_words() -> None:
    intake = Intake()
    address = TcpAddress(host="no-such-host.invalid", port=5084)
    source = TcpSource(device="reader", address=address, intake=intake, clock=ManualClock())
    async with listening(source, intake) as heard:
        await heard.until(lambda: len(heard.disconnected()) == 1)
        assert heard.disconnected()[0].reason in ("unknown_host", "unreachable")
