"""The simulated M100 module against the real driver over real lines, and against bad commands."""

from __future__ import annotations

import asyncio

import pytest
import serial

from device_drivers import m100
from device_drivers.m100_wire import Command, Frame, Info, gen2_crc, info, multi_poll, set_power, stop_poll
from gateway.model import Notice, Output, Send, TagRead
from simulators.lines import Pty, SerialServer
from simulators.m100_reader import M100Reader, Module
from tests.simulators.waiting import until

READ = TagRead(epc=bytes.fromhex("3032D687C4000000010000AA"), rssi_dbm=-55.0)
NOW_US = 1_800_000_000_000_000


class Terminal:
    """The real driver at the other end of a line, with pyserial as the port."""

    def __init__(self, url: str) -> None:
        self._port = serial.serial_for_url(url, timeout=0)
        self._decoder = m100.Decoder(m100.Settings())
        self.outputs: list[Output] = []
        self._act(self._decoder.start(NOW_US))

    def step(self) -> bool:
        """Read what is there; always False, to stand in conditions."""
        self._act(self._decoder.feed(self._port.read(4096), NOW_US))
        return False

    def close(self) -> None:
        self._port.close()

    def _act(self, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, Send):
                self._port.write(output.data)
            else:
                self.outputs.append(output)


@pytest.mark.parametrize("kind", [Pty, SerialServer])
async def test_the_real_driver_sets_the_module_up_and_hears_tags(kind: type[Pty] | type[SerialServer]) -> None:
    reader = M100Reader()
    async with kind(reader.feed) as line:
        reader.line = line
        url = line.url.removeprefix("serial://").partition("?")[0]
        terminal = await asyncio.to_thread(Terminal, url)
        await until(lambda: terminal.step() or reader.module.rounds_left > 0)
        assert [out.text for out in terminal.outputs if isinstance(out, Notice)][:1] == ["hardware: M100 26dBm V1.0"]
        reader.see(READ)
        await until(lambda: terminal.step() or any(isinstance(out, TagRead) for out in terminal.outputs))
        heard = next(out for out in terminal.outputs if isinstance(out, TagRead))
        assert (heard.epc, heard.rssi_dbm, heard.pc) == (READ.epc, -55.0, 0x3000)
        terminal.close()


def test_a_tag_notice_is_the_frame_that_real_modules_send() -> None:
    module = Module()
    assert module.see(READ) == b""
    assert module.feed(multi_poll()) == b""
    notice = module.see(READ)
    tag = bytes.fromhex("3000") + READ.epc
    body = bytes.fromhex("02220011C9") + tag + gen2_crc(tag).to_bytes(2, "big")
    assert notice == b"\xbb" + body + bytes([sum(body) & 0xFF]) + b"\x7e"


def test_an_empty_round_is_told_and_a_poll_ends_after_its_rounds_without_a_word() -> None:
    module = Module()
    module.feed(multi_poll(2))
    module.see(READ)
    assert module.end_round() == b""
    assert module.end_round() == bytes.fromhex("BB01FF000115167E")
    assert module.end_round() == b""
    assert module.see(READ) == b""


def test_commands_cut_anywhere_get_the_same_answers() -> None:
    commands = stop_poll() + info(Info.SOFTWARE) + set_power(20.0) + multi_poll()
    whole, cut = Module(), Module()
    answers = whole.feed(commands)
    assert b"".join(cut.feed(commands[n : n + 1]) for n in range(len(commands))) == answers
    assert (whole.power_cdbm, whole.rounds_left) == (2000, 10_000)


@pytest.mark.parametrize(
    "bad",
    [
        set_power(30.0),  # more than this module has
        Frame(type=0, command=0x99).to_bytes(),
        Frame(type=0, command=Command.MULTI_POLL, parameters=b"\x22\0\0").to_bytes(),
        Frame(type=0, command=Command.INFO, parameters=b"\x07").to_bytes(),
        stop_poll()[:-2] + b"\x00\x7e",  # wrong checksum
    ],
)
def test_a_wrong_command_is_told_and_the_next_one_is_taken(bad: bytes) -> None:
    module = Module()
    told = module.feed(b"\x00\x7e" + bad + stop_poll())
    assert told == bytes.fromhex("BB01FF000117187E") + bytes.fromhex("BB0128000100 2A7E")
