"""The UHFReader driver: captured frames of both families, the rounds with their faults, and silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import uhfreader_wire as wire
from device_drivers.framing import Refused
from device_drivers.uhfreader import MAX_PENDING_BYTES, UNANSWERED, Decoder, Settings
from device_drivers.uhfreader_wire import Command, Frame, Status
from gateway.model import Notice, Output, Rejected, Send, TagRead

NOW_US = 1_767_225_600_000_000
SECOND_US = 1_000_000
READ = TagRead(epc=bytes.fromhex("000000000000000000000313"), antenna=1)
TAG_288 = bytes.fromhex("1500010301010c0000000000000000000003136bb1a5")
INFO = bytes.fromhex("000301") + bytes.fromhex("0c024e001a0a")


def _settings(**changed: Any) -> Settings:
    return Settings(**({"family": "288"} | changed))


def _answer(command: Command, body: bytes = b"\0") -> bytes:
    return Frame(address=0, command=command, body=body).to_bytes()


def _ended(status: Status) -> bytes:
    return _answer(Command.INVENTORY, bytes((status, 1, 0)))


def _commands(outputs: list[Output]) -> list[bytes]:
    return [output.data for output in outputs if isinstance(output, Send)]


def _names(outputs: list[Output]) -> list[str]:
    return [output.name for output in outputs if isinstance(output, Notice)]


def _rounds(antennas: tuple[int, ...] = (1,)) -> list[bytes]:
    return [wire.command(Command.INVENTORY, wire.inventory_288(antenna, 4, 0, 1.0)) for antenna in antennas]


# --- captured frames -------------------------------------------------------------------------------


def test_every_captured_frame_is_read_and_the_broken_one_rejected(shared_fixtures: Path) -> None:
    rows = [
        json.loads(line) for line in (shared_fixtures / "devices/serial/uhfreader18_288.jsonl").read_text().splitlines()
    ]
    assert len(rows) == 8
    assert sum(not row["frame_ok"] for row in rows) == 1
    for row in rows:
        data, family = bytes.fromhex(row["hex"]), "18" if row["family"] == "uhfreader18" else "288"
        follower = _answer(Command.READER_INFO, INFO)
        outputs = Decoder(_settings(family=family)).feed(data + follower, NOW_US)
        assert [output.data for output in outputs if isinstance(output, Rejected)] == (
            [] if row["frame_ok"] else [data]
        )
        assert "identified" in _names(outputs)
        expected = row.get("expected", {"tags": []})
        reads = [output for output in outputs if isinstance(output, TagRead)]
        assert [read.epc.hex() for read in reads] == [tag["epc"] for tag in expected["tags"]]
        assert all(read.antenna == expected.get("antenna", expected.get("antenna_mask", 0)) for read in reads)
        assert all(read.rssi_dbm is None for read in reads)
        if row["frame_ok"]:
            frame = Frame.from_bytes(data)
            assert frame is not None
            assert frame.to_bytes() == data


def test_raw_rssi_becomes_dbm_only_by_a_measured_offset(shared_fixtures: Path) -> None:
    stream = (shared_fixtures / "devices/serial/uhfreader288_stream.bin").read_bytes()
    plain = Decoder(_settings()).feed(stream, NOW_US)
    mapped = Decoder(_settings(rssi_offset_db=-160.0)).feed(stream, NOW_US)
    assert len([output for output in plain if isinstance(output, TagRead)]) >= 3
    for without, read in zip(plain, mapped, strict=True):
        if isinstance(read, TagRead):
            assert isinstance(without, TagRead)
            assert without.rssi_dbm is None
            assert read.rssi_dbm is not None
            assert -120 <= read.rssi_dbm <= -40


# --- frames ----------------------------------------------------------------------------------------


@given(st.lists(st.binary(min_size=1, max_size=62), max_size=3))
def test_tags_that_we_build_are_read_back(epcs: list[bytes]) -> None:
    tags = b"".join(bytes((len(epc),)) + epc for epc in epcs)
    frame = _answer(Command.INVENTORY, bytes((Status.FINISHED, len(epcs))) + tags)
    assert Decoder(_settings(family="18")).feed(frame, NOW_US) == [TagRead(epc=epc) for epc in epcs]


@given(st.integers(0, len(TAG_288) - 1), st.integers(1, 255))
def test_one_wrong_byte_costs_at_most_its_frame(at: int, change: int) -> None:
    damaged = TAG_288[:at] + bytes((TAG_288[at] ^ change,)) + TAG_288[at + 1 :]
    outputs = Decoder(_settings()).feed(damaged + TAG_288 * 30, NOW_US)
    assert [output for output in outputs if isinstance(output, TagRead)][-30:] == [READ] * 30


def test_the_longest_frame_waits_within_the_bound() -> None:
    longest = Frame(address=0, command=Command.INVENTORY, body=bytes(251)).to_bytes()
    decoder = Decoder(_settings())
    assert decoder.feed(longest[:-1], NOW_US) == []
    assert decoder.pending_bytes == wire.MOST_FRAME_BYTES - 1 <= MAX_PENDING_BYTES


@pytest.mark.parametrize(
    "body",
    [
        b"\x01\x01\x02\x02\x30\x00\x60",  # two tags said, one there
        b"\x01\x01\x01\x02\x30\x00",  # without its RSSI
        b"\x01\x01\x01\x00\x60",  # a tag without an EPC
        b"\x01\x01\x00\x11",  # something behind no tags
    ],
)
def test_tags_that_do_not_fill_their_answer_are_rejected(body: bytes) -> None:
    frame = _answer(Command.INVENTORY, body)
    (rejected,) = Decoder(_settings()).feed(frame, NOW_US)
    assert isinstance(rejected, Rejected)
    assert (rejected.data, rejected.reason) == (frame, "length")
    assert "family" in rejected.text


def test_reader_information_cut_short_is_refused() -> None:
    with pytest.raises(Refused):
        wire.ReaderInfo.from_data(b"\x03\x01\x0c")


def test_several_antennas_in_one_mask_are_none() -> None:
    assert wire.tags_288(bytes.fromhex("0301" + "0230" + "0060"), None) == [TagRead(epc=b"\x30\0")]


# --- the rounds ------------------------------------------------------------------------------------


def test_it_asks_what_the_reader_is_sets_power_and_goes_round_the_antennas() -> None:
    decoder = Decoder(_settings(power_dbm=26, antennas=(1, 3)))
    sent = _commands(decoder.start(NOW_US))
    sent += _commands(decoder.feed(_answer(Command.READER_INFO, INFO), NOW_US))
    sent += _commands(decoder.feed(_answer(Command.SET_POWER), NOW_US))
    assert _commands(decoder.feed(TAG_288, NOW_US)) == []  # more follows
    for _ in range(2):
        sent += _commands(decoder.feed(_ended(Status.FINISHED), NOW_US))
    assert sent == [
        bytes.fromhex("04ff211995"),  # as captured
        wire.command(Command.SET_POWER, b"\x1a"),
        *_rounds((1, 3, 1)),
    ]


def test_an_18_reader_is_asked_without_parameters() -> None:
    decoder = Decoder(_settings(family="18", address=7))
    decoder.start(NOW_US)
    info = INFO[:3] + b"\x09" + INFO[4:]
    assert _commands(decoder.feed(_answer(Command.READER_INFO, info), NOW_US)) == [
        wire.command(Command.INVENTORY, address=7)
    ]


def _running(**changed: Any) -> Decoder:
    decoder = Decoder(_settings(**changed))
    decoder.start(NOW_US)
    decoder.feed(_answer(Command.READER_INFO, INFO), NOW_US)
    return decoder


def test_a_pause_between_rounds_is_kept() -> None:
    decoder = _running(pause_s=2)
    assert decoder.feed(_ended(Status.NO_TAG), NOW_US) == []
    assert decoder.tick(NOW_US + SECOND_US) == []
    assert _commands(decoder.tick(NOW_US + 2 * SECOND_US)) == _rounds()


def test_a_fault_of_every_round_is_told_once_and_slows_the_rounds() -> None:
    decoder = _running()
    told: list[str] = []
    for second in range(5):
        outputs = decoder.feed(_ended(Status.ANTENNA_FAULT), NOW_US + second * SECOND_US)
        assert _commands(outputs) == []
        told += _names(outputs)
        assert _commands(decoder.tick(NOW_US + (second + 1) * SECOND_US)) == _rounds()
    assert told == ["antenna_disconnected"]
    outputs = decoder.feed(_ended(Status.NO_TAG), NOW_US + 9 * SECOND_US)
    assert (_names(outputs), _commands(outputs)) == (["reading_again"], _rounds())


def test_a_command_without_an_answer_is_sent_again_and_at_last_the_connection_given_up() -> None:
    decoder = _running(answer_s=3)
    outputs = [decoder.tick(NOW_US + second * SECOND_US) for second in range(3 * UNANSWERED + 1)]
    assert [second for second, sent in enumerate(outputs) if sent] == [3, 6, 9]
    assert _names(outputs[9]) == ["give_up"]
    assert all(_commands(sent) == _rounds() for sent in outputs if sent)


def test_frames_that_follow_keep_an_answer_alive() -> None:
    decoder = _running(answer_s=3)
    for second in range(0, 9, 2):
        decoder.feed(TAG_288, NOW_US + second * SECOND_US)
        assert decoder.tick(NOW_US + (second + 1) * SECOND_US) == []


def test_an_answer_behind_noise_that_looks_like_a_frame_is_found_when_its_time_is_up() -> None:
    decoder = _running(answer_s=3)
    noise = bytes((0xF0, 0, Command.INVENTORY, Status.FINISHED))  # as if 240 bytes came
    assert decoder.feed(noise + _ended(Status.NO_TAG), NOW_US) == []
    rejected, sent = decoder.tick(NOW_US + 3 * SECOND_US)
    assert isinstance(rejected, Rejected)
    assert (rejected.data, rejected.reason) == (noise, "unfinished")
    assert sent == Send(data=_rounds()[0])
    assert decoder.tick(NOW_US + 4 * SECOND_US) == []


def test_an_echo_of_our_own_commands_is_no_answer() -> None:
    decoder = Decoder(_settings(power_dbm=20))
    (asked,) = _commands(decoder.start(NOW_US))
    assert decoder.feed(asked, NOW_US) == []
    (power,) = _commands(decoder.feed(_answer(Command.READER_INFO, INFO), NOW_US))
    assert decoder.feed(power, NOW_US) == []
    assert _commands(decoder.feed(_answer(Command.SET_POWER), NOW_US)) == _rounds()


@pytest.mark.parametrize(
    "wrong",
    [{"address": 256}, {"power_dbm": 40}, {"antennas": ()}, {"antennas": (9,)}, {"q": 16}, {"scan_time_s": 30.0}],
)
def test_settings_that_no_reader_can_follow_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        _settings(**wrong)
