"""A search from the page: step by step, bounded, cancelled, and what is configured already is told as such."""

from __future__ import annotations

import asyncio
import os
import socket
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.clock import SystemClock
from gateway.config.model import Device
from gateway.devices.asked import Wish
from gateway.discovery import attempt
from gateway.discovery.search import Searching, check
from gateway.discovery.serial_ports import Port, entered
from gateway.errors import BadInput
from simulators.llrp_reader import LlrpReader
from tests.simulators.waiting import until

GGA = b"$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76\r\n"
RMC = b"$GPRMC,092750.000,A,5321.6802,N,00630.3372,W,0.02,31.66,280511,,,A*43\r\n"
CLOCK = SystemClock()


def port(path: str) -> Port:
    found = Port(
        port=path, path=path, usb="0403:6001", description="FT232R", serial_number="A1", usable=True, why_not="",
        driver="", entry="",
    )  # fmt: skip
    return entered(found, "m100", 115200)


@contextmanager
def line() -> Iterator[tuple[int, str]]:
    device, other = os.openpty()
    tty.setraw(other)
    try:
        yield device, os.ttyname(other)
    finally:
        os.close(device)
        os.close(other)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish(serial=False), "expected where to search"),
        (Wish(subnet="8.8.8.0/24"), "expected a private subnet"),
        (Wish(subnet="2001:4860::/118"), "expected a private subnet"),
        (Wish(subnet="10.0.0.0/8"), "at most 1024"),
        (Wish(subnet="192.168.1.x"), "expected a subnet such as"),
    ],
)
def test_what_may_not_be_asked_is_refused_in_words(wish: Wish, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        check(wish)


def test_private_subnets_may_be_asked() -> None:
    for subnet in ("192.168.1.0/24", "10.1.0.0/22", "172.16.5.4/32", "fd00::/120", "127.0.0.1/32"):
        check(Wish(serial=False, subnet=subnet))


async def test_a_reader_of_the_subnet_is_found_as_the_device_that_it_is() -> None:
    async with LlrpReader(now_us=CLOCK.now_us) as reader:
        searching = Searching(CLOCK, plain=reader.port, secure=1, ports=list)
        dock = Device(name="dock", driver="llrp", connect=reader.url)
        searching.announce(7)
        await searching.run(Wish(serial=False, subnet="127.0.0.0/30"), [dock])
    search = searching.search
    assert (search.state, search.asked, search.to_ask, search.began_us, search.faults) == ("done", 2, 2, 7, ())
    found = {find.address: find for find in search.finds}[f"127.0.0.1:{reader.port}"]
    assert (found.device, found.driver, found.note) == ("dock", "llrp", "")
    assert found.entry.endswith(f"connect: {reader.url}")


async def test_ports_are_shown_and_one_in_use_is_not_tried() -> None:
    with line() as (_, used), line() as (_, free):
        searching = Searching(CLOCK, ports=lambda: [port(used), port(free)])
        gps = Device(name="gps", driver="nmea0183", connect=f"serial://{used}")
        await searching.run(Wish(), [gps])
        assert [(find.address, find.device) for find in searching.search.finds] == [(used, "gps"), (free, "")]
        assert searching.search.finds[0].description == "FT232R A1 USB 0403:6001"


async def test_an_attempt_finds_the_driver_of_a_free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "SECONDS", 0.8)
    with line() as (device, free):
        searching = Searching(CLOCK, ports=lambda: [port(free)])

        async def speak() -> None:
            while True:
                os.write(device, GGA + RMC)
                await asyncio.sleep(0.1)

        speaking = asyncio.create_task(speak())
        await searching.run(Wish(serial=False, attempt=True), [])
        speaking.cancel()
    (find,) = searching.search.finds
    assert (find.driver, searching.search.asked) == ("nmea0183", 1)
    assert "driver: nmea0183" in find.entry


async def test_a_search_is_cancelled_and_keeps_what_it_found() -> None:
    with line() as (_, name), socket.create_server(("127.0.0.1", 0)) as mute:  # the kernel connects, nobody answers
        searching = Searching(CLOCK, plain=mute.getsockname()[1], secure=1, ports=lambda: [port(name)])
        searching.announce(1)
        running = asyncio.create_task(searching.run(Wish(subnet="127.0.0.1/32"), []))
        await until(lambda: searching.search.step == "subnet")
        searching.cancel()
        await asyncio.wait_for(running, 5)
    assert (searching.search.state, searching.search.step, len(searching.search.finds)) == ("cancelled", "", 1)


async def test_one_that_is_cancelled_before_it_ran_never_runs_and_the_next_one_does() -> None:
    searching = Searching(CLOCK, ports=lambda: [port("/dev/null")])
    searching.announce(1)
    searching.cancel()
    await searching.run(Wish(), [])
    assert (searching.search.state, searching.search.finds) == ("cancelled", ())
    searching.announce(2)
    await searching.run(Wish(), [])
    assert (searching.search.state, len(searching.search.finds)) == ("done", 1)


async def test_a_search_ends_at_its_deadline_and_a_step_that_fails_is_told() -> None:
    def no_ports() -> list[Port]:
        raise OSError(13, "Permission denied")

    searching = Searching(CLOCK, ports=no_ports)
    await searching.run(Wish(), [])
    assert (searching.search.state, searching.search.faults) == ("done", ("serial: Permission denied",))
    searching = Searching(CLOCK, deadline_s=0.0, ports=list)
    await searching.run(Wish(), [])
    assert searching.search.state == "overdue"
