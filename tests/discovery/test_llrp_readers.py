"""Readers on a subnet: found, told apart from what is none, left when they are in use; never more than asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_network
from pathlib import Path

import pytest

from device_drivers.llrp_answers import ConnectionAttempt, connection_attempt_event, event_notification
from gateway.clock import SystemClock
from gateway.discovery.llrp_readers import mac_of, readers_on, subnet
from gateway.errors import BadInput
from simulators.llrp_session import Gone, Mind
from tests.e2e.captured_reader import read_message

NOW_US = SystemClock().now_us()


@asynccontextmanager
async def serving(greeting: str) -> AsyncIterator[int]:
    """A reader, a reader in use, a web server, or one that says nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if greeting == "reader":
            await _converse(reader, writer)
        elif greeting == "in use":
            taken = connection_attempt_event(ConnectionAttempt.FailedClientInitiatedConnectionExists)
            writer.write(event_notification(1, NOW_US, taken))
        elif greeting == "web":
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    mind = Mind()
    writer.write(mind.connected(NOW_US))
    with suppress(asyncio.IncompleteReadError, Gone):
        while True:
            writer.write(mind.feed(await read_message(reader), NOW_US))


async def test_a_reader_is_found_with_its_maker_and_the_entry_to_paste() -> None:
    async with serving("reader") as port:
        (found,) = [found async for found in readers_on(ip_network("127.0.0.1/32"), plain=port, secure=1)]
    assert (found.host, found.port, found.driver, found.in_use) == ("127.0.0.1", port, "llrp", False)
    assert "4 antennas" in found.description
    assert found.entry == f"- name: reader-127-0-0-1\n  driver: llrp\n  connect: tcp://127.0.0.1:{port}"


async def test_a_reader_that_is_in_use_says_so() -> None:
    async with serving("in use") as port:
        (found,) = [found async for found in readers_on(ip_network("127.0.0.1/32"), plain=port, secure=1)]
    assert found.in_use
    assert found.description == "an LLRP reader that another client is using"


@pytest.mark.parametrize("greeting", ["web", "silent"])
async def test_what_is_no_reader_is_passed_over(greeting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.discovery.llrp_readers.ANSWER_S", 0.2)
    async with serving(greeting) as port:
        assert [found async for found in readers_on(ip_network("127.0.0.1/32"), plain=port, secure=1)] == []


def test_a_subnet_is_bounded_and_read_as_people_write_it() -> None:
    assert subnet("192.0.2.17/24") == ip_network("192.0.2.0/24")
    with pytest.raises(BadInput, match="65536 addresses: at most 1024"):
        subnet("10.20.0.0/16")
    with pytest.raises(BadInput, match=r"such as 192\.0\.2\.0/24, came 'dock'"):
        subnet("dock")


def test_a_link_address_is_what_the_kernel_knows(tmp_path: Path) -> None:
    table = tmp_path / "arp"
    table.write_text(
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "192.0.2.17       0x1         0x2         00:16:25:AA:BB:CC     *        eth0\n"
        "192.0.2.18       0x1         0x0         00:00:00:00:00:00     *        eth0\n"
    )
    assert mac_of("192.0.2.17", table) == "00:16:25:aa:bb:cc"
    assert mac_of("192.0.2.18", table) == mac_of("192.0.2.19", table) == mac_of("x", tmp_path / "none") == ""
