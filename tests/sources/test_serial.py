"""Serial ports on real pseudo-terminals: plugged, unplugged, replugged, forbidden, taken."""

from __future__ import annotations

import asyncio
import os
import tty
from pathlib import Path
from time import monotonic

import pytest

from gateway.clock import ManualClock
from gateway.config.address import SerialAddress
from gateway.model import Send
from gateway.sources import Inbound, Intake
from gateway.sources.serial import SerialSource
from tests.sources.listening import Heard, listening

RESUME_S = 2.0  # FAULTS F12


class Plug:
    """A serial device: a pseudo-terminal under a stable name, as udev's by-id links are."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.device, port = os.openpty()
        tty.setraw(port)
        self._port = port
        name.symlink_to(os.ttyname(port))

    def say(self, data: bytes) -> None:
        os.write(self.device, data)

    def unplug(self) -> None:
        self.name.unlink(missing_ok=True)
        os.close(self._port)
        os.close(self.device)


def serial_source(name: Path, intake: Intake) -> SerialSource:
    return SerialSource(device="gps", address=SerialAddress(port=str(name)), intake=intake, clock=ManualClock(7))


async def connected(heard: Heard, times: int) -> None:
    await heard.until(lambda: len(heard.connected()) == times)


async def test_bytes_go_both_ways(tmp_path: Path) -> None:
    plug = Plug(tmp_path / "gps")
    intake = Intake()
    source = serial_source(plug.name, intake)
    async with listening(source, intake) as heard:
        await connected(heard, 1)
        for number in range(200):
            plug.say(f"$GPGGA,{number}\r\n".encode())
        await heard.until(lambda: heard.data().endswith(b",199\r\n"))
        assert heard.data() == b"".join(f"$GPGGA,{number}\r\n".encode() for number in range(200))
        write = heard.connected()[0].write
        assert write is not None
        began_s = monotonic()
        write(Send(data=b"\xbb\x00"))
        write(Send(data=b"\x22\x7e"))
        got = b""
        while len(got) < 4:
            got += await asyncio.to_thread(os.read, plug.device, 10)
        assert got == b"\xbb\x00\x22\x7e"
        assert monotonic() - began_s < 1
    assert source.counts.connects == 1
    plug.unplug()


async def test_unplugged_is_told_once_and_replugged_under_another_node_is_heard_within_two_seconds(
    tmp_path: Path,
) -> None:
    plug = Plug(tmp_path / "gps")
    intake = Intake()
    async with listening(serial_source(plug.name, intake), intake) as heard:
        await connected(heard, 1)
        for replugged in range(3):
            plug.unplug()
            await heard.until(lambda times=replugged + 1: len(heard.disconnected()) == times)  # type: ignore[misc]
            plug = Plug(tmp_path / "gps")
            began_s = monotonic()
            await connected(heard, replugged + 2)
            assert monotonic() - began_s < RESUME_S
            plug.say(b"again")
            await heard.until(lambda times=replugged + 1: heard.data() == b"again" * times)  # type: ignore[misc]
        assert {end.reason for end in heard.disconnected()} == {"lost"}
        assert len(heard.disconnected()) == 3
    plug.unplug()


async def test_a_missing_port_is_told_once_with_the_ports_there_are_and_found_when_it_comes(tmp_path: Path) -> None:
    intake = Intake()
    async with listening(serial_source(tmp_path / "gps", intake), intake) as heard:
        await heard.until(lambda: len(heard.disconnected()) == 1)
        (away,) = heard.disconnected()
        assert away.reason == "port_missing"
        assert f"{tmp_path}/gps is not there" in away.text
        plug = Plug(tmp_path / "gps")
        await connected(heard, 1)
        assert len(heard.disconnected()) == 1
    plug.unplug()


async def test_a_port_that_another_program_has_is_told_as_busy(tmp_path: Path) -> None:
    plug = Plug(tmp_path / "gps")
    first, second = Intake(), Intake()
    async with listening(serial_source(plug.name, first), first) as heard:
        await connected(heard, 1)
        async with listening(serial_source(plug.name, second), second) as other:
            await other.until(lambda: len(other.disconnected()) == 1)
            assert other.disconnected()[0].reason == "port_busy"
    plug.unplug()


async def test_a_port_without_permission_says_how_to_get_it(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        from gateway.sources.serial import _why_not

        reason, text = _why_not(PermissionError(13, "Permission denied"), "/dev/null")
        assert (reason, text.endswith("start it anew")) == ("no_permission", True)
        assert "usermod -aG" in text
        return
    plug = Plug(tmp_path / "gps")
    os.chmod(os.readlink(plug.name), 0)
    intake = Intake()
    async with listening(serial_source(plug.name, intake), intake) as heard:
        await heard.until(lambda: len(heard.disconnected()) == 1)
        assert heard.disconnected()[0].reason == "no_permission"
    plug.unplug()


async def test_a_file_that_is_no_port_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    intake = Intake()
    async with listening(serial_source(tmp_path / "file", intake), intake) as heard:
        await heard.until(lambda: len(heard.disconnected()) == 1)
        assert heard.disconnected()[0].reason == "unreachable"


async def test_what_is_written_to_a_port_that_is_gone_is_counted(tmp_path: Path) -> None:
    plug = Plug(tmp_path / "gps")
    intake = Intake()
    source = serial_source(plug.name, intake)
    async with listening(source, intake) as heard:
        await connected(heard, 1)
        write = heard.connected()[0].write
        assert write is not None
        plug.unplug()
        await heard.until(lambda: len(heard.disconnected()) == 1)
        write(Send(data=b"an acknowledgement", when_safe=True))
        assert source.counts.unsent == 1


async def test_dropping_opens_the_port_anew(tmp_path: Path) -> None:
    plug = Plug(tmp_path / "gps")
    intake = Intake()
    async with listening(serial_source(plug.name, intake), intake) as heard:
        await connected(heard, 1)
        heard.connected()[0].drop("the reader does not answer")
        await connected(heard, 2)
        assert [(end.reason, end.text) for end in heard.disconnected()] == [("dropped", "the reader does not answer")]
        heard.connected()[0].drop("an old connection")
        plug.say(b"still here")
        await heard.until(lambda: heard.data() == b"still here")
    plug.unplug()


async def test_a_full_intake_slows_the_device_down_and_loses_nothing(tmp_path: Path) -> None:
    plug = Plug(tmp_path / "gps")
    intake = Intake(most_bytes=2000)
    running = asyncio.create_task(serial_source(plug.name, intake).run())
    await intake.take(1)  # Connected: opening a port throws away what came before
    sent = bytes(range(256)) * 200
    saying = asyncio.create_task(asyncio.to_thread(_say_all, plug.device, sent))
    got = b""
    async with asyncio.timeout(20):
        while len(got) < len(sent):
            got += b"".join(one.chunk.data for one in await intake.take(1) if isinstance(one, Inbound))
    assert got == sent
    await saying
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    plug.unplug()


def _say_all(device: int, data: bytes) -> None:
    while data:
        data = data[os.write(device, data[:512]) :]


async def test_closing_the_intake_ends_the_source(tmp_path: Path) -> None:
    plug = Plug(tmp_path / "gps")
    intake = Intake()
    running = asyncio.create_task(serial_source(plug.name, intake).run())
    await intake.take(1)
    intake.close()
    plug.say(b"too late")
    await asyncio.wait_for(running, 10)
    plug.unplug()


async def test_real_receivers_logs_come_through_a_port_byte_for_byte(tmp_path: Path, shared_fixtures: Path) -> None:
    plug = Plug(tmp_path / "gps")
    intake = Intake()
    async with listening(serial_source(plug.name, intake), intake) as heard:
        await connected(heard, 1)
        sent = b""
        for log in sorted((shared_fixtures / "devices/gps").glob("*.log")):
            data = log.read_bytes()
            await asyncio.to_thread(_say_all, plug.device, data)
            sent += data
            size = len(sent)
            await heard.until(lambda size=size: len(heard.data()) == size)  # type: ignore[misc]
        assert heard.data() == sent
    plug.unplug()
