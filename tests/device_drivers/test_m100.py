"""The M100 driver: captured frames, damage in all its forms, and the set-up with its silences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import m100_wire as wire
from device_drivers.framing import Refused
from device_drivers.m100 import MAX_PENDING_BYTES, UNANSWERED_POLLS, Decoder, Settings
from device_drivers.m100_wire import Command, Frame, FrameType, Info
from gateway.model import Notice, Output, Rejected, Send, TagRead

NOW_US = 1_767_225_600_000_000
SECOND_US = 1_000_000
READ = TagRead(epc=bytes.fromhex("30751feb705c5904e3d50d70"), pc=0x3400, rssi_dbm=-55.0)
OK = b"\0"


def _answer(command: Command, parameters: bytes = OK) -> bytes:
    return Frame(type=FrameType.RESPONSE, command=command, parameters=parameters).to_bytes()


def _commands(outputs: list[Output]) -> list[bytes]:
    return [output.data for output in outputs if isinstance(output, Send)]


def _names(outputs: list[Output]) -> list[str]:
    return [output.name for output in outputs if isinstance(output, Notice)]


# --- captured frames -------------------------------------------------------------------------------


def test_every_captured_frame_is_read_and_the_broken_one_rejected(shared_fixtures: Path) -> None:
    lines = (shared_fixtures / "devices/serial/m100_r200.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert sum(not row["frame_ok"] for row in rows) == 1
    for row in rows:
        data = bytes.fromhex(row["hex"])
        outputs = Decoder(Settings()).feed(data + wire.tag_notice(READ), NOW_US)
        rejected = [output.data for output in outputs if isinstance(output, Rejected)]
        assert rejected == ([] if row["frame_ok"] else [data])
        assert outputs[-1] == READ
        if row["frame_ok"]:
            _assert_frame(row)


def _assert_frame(row: dict[str, Any]) -> None:
    data = bytes.fromhex(row["hex"])
    frame = Frame.from_bytes(data)
    assert frame is not None
    assert (frame.type, frame.command, frame.parameters.hex()) == (row["type"], row["cmd"], row["param_hex"])
    assert frame.to_bytes() == data
    if "expected" in row:
        read = wire.tag_of(frame)
        expected = row["expected"]
        assert (read.epc.hex(), read.rssi_dbm) == (expected["epc"], expected["rssi_dbm"])
        assert read.pc == int(expected["pc"], 16)


def test_the_truncated_frame_of_a_captured_stream_costs_only_itself(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices/serial"
    expected = json.loads((folder / "m100_stream.expected.jsonl").read_text())["epcs_in_order"]
    outputs = Decoder(Settings()).feed((folder / "m100_stream.bin").read_bytes(), NOW_US)
    assert [output.epc.hex() for output in outputs if isinstance(output, TagRead)] == expected
    (rejected,) = [output for output in outputs if isinstance(output, Rejected)]
    assert (len(rejected.data), rejected.reason) == (23, "truncated")


# --- frames ----------------------------------------------------------------------------------------


@given(
    st.builds(
        TagRead,
        epc=st.binary(max_size=62).filter(lambda epc: len(epc) % 2 == 0),
        pc=st.integers(0, 65535),
        rssi_dbm=st.integers(-128, 127).map(float),
    )
)
def test_a_tag_notice_that_we_build_is_read_back(read: TagRead) -> None:
    assert Decoder(Settings()).feed(wire.tag_notice(read), NOW_US) == [read]


@given(st.integers(1, 23))
def test_a_frame_cut_anywhere_costs_only_itself(missing: int) -> None:
    whole = wire.tag_notice(READ)
    outputs = Decoder(Settings()).feed(whole[:-missing] + whole * 30, NOW_US)
    assert outputs[1:] == [READ] * 30
    assert isinstance(outputs[0], Rejected)
    assert outputs[0].data == whole[:-missing]


@given(st.integers(0, 23), st.integers(1, 255))
def test_one_wrong_byte_costs_at_most_its_frame(at: int, change: int) -> None:
    whole = wire.tag_notice(READ)
    damaged = whole[:at] + bytes((whole[at] ^ change,)) + whole[at + 1 :]
    outputs = Decoder(Settings()).feed(damaged + whole * 30, NOW_US)
    assert [output for output in outputs if isinstance(output, TagRead)] == [READ] * 30


def test_the_longest_frame_is_read_and_one_byte_more_is_not() -> None:
    longest = Frame(type=FrameType.RESPONSE, command=0x39, parameters=bytes(wire.MAX_PARAMETER_BYTES)).to_bytes()
    decoder = Decoder(Settings())
    assert decoder.feed(longest[:-1], NOW_US) == []
    assert decoder.pending_bytes == len(longest) - 1 <= MAX_PENDING_BYTES
    assert decoder.feed(longest[-1:] + wire.tag_notice(READ), NOW_US) == [READ]
    longer = Frame(type=FrameType.RESPONSE, command=0x39, parameters=bytes(wire.MAX_PARAMETER_BYTES + 1)).to_bytes()
    with pytest.raises(Refused):
        Frame.from_bytes(longer)


def test_a_notice_too_short_for_a_tag_is_rejected() -> None:
    frame = Frame(type=FrameType.NOTICE, command=Command.SINGLE_POLL, parameters=b"\xc9\x30").to_bytes()
    (rejected,) = Decoder(Settings()).feed(frame, NOW_US)
    assert isinstance(rejected, Rejected)
    assert (rejected.data, rejected.reason) == (frame, "length")


# --- the set-up ------------------------------------------------------------------------------------


def test_each_command_waits_for_the_answer_to_the_one_before() -> None:
    decoder = Decoder(Settings(region="eu", power_dbm=26.0))
    sent = _commands(decoder.start(NOW_US))
    for answer in (
        _answer(Command.STOP_POLL),
        _answer(Command.INFO, b"\0M100 V1.00"),
        _answer(Command.INFO, b"\x01V2.3.5"),
        _answer(Command.SET_REGION),
        _answer(Command.SET_POWER),
    ):
        assert _commands(decoder.feed(wire.no_tag(), NOW_US)) == []  # an empty round still under way answers nothing
        sent += _commands(decoder.feed(answer, NOW_US))
    assert sent == [
        wire.stop_poll(),
        wire.info(Info.HARDWARE),
        wire.info(Info.SOFTWARE),
        wire.set_region("eu"),
        wire.set_power(26.0),
        wire.multi_poll(),
    ]
    assert wire.set_power(26.0).hex() == "bb00b600020a28ea7e"
    assert wire.multi_poll().hex() == "bb00270003222710837e"  # the manual's example


def test_a_command_that_gets_no_answer_is_passed_over() -> None:
    decoder = Decoder(Settings(answer_s=1))
    decoder.start(NOW_US)
    assert decoder.tick(NOW_US + SECOND_US - 1) == []
    assert _commands(decoder.tick(NOW_US + SECOND_US)) == [wire.info(Info.HARDWARE)]


def test_a_command_that_is_refused_is_told_and_passed_over() -> None:
    decoder = Decoder(Settings())
    decoder.start(NOW_US)
    outputs = decoder.feed(_answer(Command.ERROR, b"\x17"), NOW_US)
    assert _names(outputs) == ["reader_error"]
    assert _commands(outputs) == [wire.info(Info.HARDWARE)]


def _polling(settings: Settings) -> Decoder:
    decoder = Decoder(settings)
    decoder.start(NOW_US)
    for answer in (_answer(Command.STOP_POLL), _answer(Command.INFO), _answer(Command.INFO)):
        decoder.feed(answer, NOW_US)
    return decoder


def test_a_multi_poll_that_ended_is_started_anew_and_a_running_one_left_alone() -> None:
    decoder = _polling(Settings(silence_s=5))
    decoder.feed(wire.no_tag(), NOW_US + 4 * SECOND_US)
    assert decoder.tick(NOW_US + 8 * SECOND_US) == []
    assert _commands(decoder.tick(NOW_US + 9 * SECOND_US)) == [wire.multi_poll()]
    assert decoder.tick(NOW_US + 10 * SECOND_US) == []


def test_a_module_that_stays_silent_is_told_once_and_so_is_its_return() -> None:
    decoder = _polling(Settings(silence_s=5))
    outputs = [output for second in range(1, 60) for output in decoder.tick(NOW_US + second * SECOND_US)]
    assert _names(outputs) == ["silent"]
    assert len(_commands(outputs)) > UNANSWERED_POLLS
    assert _names(decoder.feed(wire.tag_notice(READ), NOW_US + 61 * SECOND_US)) == ["heard_again"]


def test_an_echo_of_our_own_commands_is_no_answer() -> None:
    decoder = Decoder(Settings())
    (stop,) = _commands(decoder.start(NOW_US))
    assert decoder.feed(stop, NOW_US) == []


@pytest.mark.parametrize("wrong", [{"power_dbm": 50.0}, {"region": "mars"}, {"silence_s": 0.0}])
def test_settings_that_no_module_can_follow_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)
