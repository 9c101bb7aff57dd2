"""The ThingMagic driver: captured frames, records by flags, and the set-up with what modules answer to it."""

from __future__ import annotations

import json
from binascii import crc_hqx
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import thingmagic_wire as wire
from device_drivers.framing import Refused
from device_drivers.thingmagic import CALM_US, MAX_PENDING_BYTES, UNANSWERED, Decoder, Settings
from device_drivers.thingmagic_wire import Frame, Metadata, Operation, Status
from gateway.model import Notice, Output, Rejected, Send, TagRead

NOW_US = 1_767_225_600_000_000
SECOND_US = 1_000_000
EPC = bytes.fromhex("000000000000000000001545")
READ = TagRead(epc=EPC, antenna=1, rssi_dbm=-60.0, pc=0x3000)
TAG = bytes.fromhex("ff2822000010001b01ff0101c4110e16400000012700000500000f00803000000000000000000000001545e94a561d")
SET_UP = (Operation.MULTI_PROTOCOL, Operation.VERSION, Operation.SET_PROTOCOL, Operation.SET_ANTENNAS)


def _answer(operation: Operation, status: int = Status.OK, data: bytes = b"") -> bytes:
    return Frame(operation=operation, status=status, data=data).to_bytes()


def _commands(outputs: list[Output]) -> list[bytes]:
    return [output.data for output in outputs if isinstance(output, Send)]


def _names(outputs: list[Output]) -> list[str]:
    return [output.name for output in outputs if isinstance(output, Notice)]


def _operations(outputs: list[Output]) -> list[int]:
    return [data[2] for data in _commands(outputs)]


def _tag(pc: int, epc: bytes) -> bytes:
    tag = pc.to_bytes(2, "big") + epc
    return tag + (crc_hqx(tag, 0xFFFF) ^ 0xFFFF).to_bytes(2, "big")


# --- captured frames -------------------------------------------------------------------------------


def test_every_captured_frame_is_read(shared_fixtures: Path) -> None:
    rows = [json.loads(line) for line in (shared_fixtures / "devices/serial/thingmagic.jsonl").read_text().splitlines()]
    assert len(rows) == 7
    for row in rows:
        data = bytes.fromhex(row["hex"])
        outputs = Decoder(Settings()).feed(data + TAG, NOW_US)
        assert not [output for output in outputs if isinstance(output, Rejected)]
        assert outputs[-1] == READ
        frame = Frame.from_bytes(data + TAG)
        assert frame is not None
        assert frame.to_bytes() == data
        assert (frame.operation, frame.status is None) == (row["opcode"], row["direction"] == "cmd")
        expected = row.get("expected", {})
        if "epc" in expected:
            read = outputs[0]
            assert isinstance(read, TagRead)
            assert (read.epc.hex(), read.rssi_dbm) == (expected["epc"], expected.get("rssi_dbm"))


def test_commands_are_those_that_modules_were_seen_to_take() -> None:
    assert wire.command(Operation.VERSION).hex() == "ff00031d0c"
    assert wire.command(Operation.BOOT_FIRMWARE).hex() == "ff00041d0b"
    assert wire.command(Operation.READ_SINGLE, b"\x03\xe8").hex() == "ff022103e8d509"
    assert Frame.from_bytes(wire.read_continuously() + b"\0\0") == Frame(
        operation=Operation.MULTI_PROTOCOL, data=bytes.fromhex("0000 01 22 0000 05 07 22 10 001b 03e8 0057")
    )


# --- frames and records ----------------------------------------------------------------------------


@given(st.integers(0, len(TAG) - 1), st.integers(1, 255))
def test_one_wrong_byte_costs_at_most_its_frame(at: int, change: int) -> None:
    damaged = TAG[:at] + bytes((TAG[at] ^ change,)) + TAG[at + 1 :]
    outputs = Decoder(Settings()).feed(damaged + TAG * 30, NOW_US)
    assert [output for output in outputs if isinstance(output, TagRead)] == [READ] * 30


@given(st.integers(0, 0x1FFF), st.binary(max_size=8), st.binary(min_size=1, max_size=31).map(lambda half: half * 2))
def test_a_record_is_read_by_its_flags_whatever_they_are(flags: int, data: bytes, epc: bytes) -> None:
    fields = {
        Metadata.READ_COUNT: b"\x07",
        Metadata.RSSI: b"\xc4",
        Metadata.ANTENNA: b"\x22",
        Metadata.FREQUENCY: b"\x0e\x16\x40",
        Metadata.TIMESTAMP: b"\0\0\x01\x27",
        Metadata.PHASE: b"\0\x11",
        Metadata.PROTOCOL: b"\x05",
        Metadata.DATA: (8 * len(data)).to_bytes(2, "big") + data,
        Metadata.GPIO: b"\x0f",
        Metadata.GEN2_Q: b"\x04",
        Metadata.GEN2_LF: b"\0",
        Metadata.GEN2_TARGET: b"\x01",
        Metadata.BRAND: b"\x12\x34",
    }
    pc = len(epc) // 2 << 11
    tag = _tag(pc, epc)
    record = b"".join(value for field, value in fields.items() if flags & field)
    record += (8 * len(tag)).to_bytes(2, "big") + tag
    assert wire.tag_record(record, 0, flags) == (
        TagRead(
            epc=epc,
            pc=pc,
            count=7 if flags & Metadata.READ_COUNT else 1,
            rssi_dbm=-60.0 if flags & Metadata.RSSI else None,
            antenna=2 if flags & Metadata.ANTENNA else 0,
        ),
        len(record),
    )


def test_a_tag_of_another_protocol_has_no_pc_word() -> None:
    read, _ = wire.tag_record(bytes.fromhex("03" + "0050" + "e000000000000001" + "beef"), 0, Metadata.PROTOCOL)
    assert (read.epc.hex(), read.pc) == ("e000000000000001", None)


@pytest.mark.parametrize("tag", ["0010" + "3000", "0000", "0080" + "3000"])
def test_a_record_without_room_for_a_tag_is_refused(tag: str) -> None:
    with pytest.raises(Refused):
        wire.tag_record(bytes.fromhex(tag), 0, 0)


def test_the_longest_frame_waits_within_the_bound() -> None:
    longest = _answer(Operation.READ_DATA, data=bytes(255))
    decoder = Decoder(Settings())
    assert decoder.feed(longest[:-1], NOW_US) == []
    assert decoder.pending_bytes == wire.MOST_FRAME_BYTES - 1 <= MAX_PENDING_BYTES
    assert decoder.feed(longest[-1:] + TAG, NOW_US) == [READ]


# --- the set-up ------------------------------------------------------------------------------------


def _reading(**changed: Any) -> tuple[Decoder, list[Output]]:
    """A module that took its whole set-up and reads."""
    decoder = Decoder(Settings(**changed))
    outputs = sent = decoder.start(NOW_US)
    while operations := _operations(sent):
        sent = decoder.feed(_answer(Operation(operations[0]), data=bytes(20)), NOW_US)
        outputs = outputs + sent
    return decoder, outputs


def test_each_command_of_the_set_up_waits_for_the_answer_to_the_one_before() -> None:
    _, outputs = _reading(region="eu", power_dbm=23.0, antennas=(1, 2))
    assert _commands(outputs) == [
        wire.stop_reading(),
        wire.command(Operation.VERSION),
        wire.command(Operation.SET_PROTOCOL, b"\x00\x05"),
        wire.command(Operation.SET_REGION, b"\x08"),
        wire.command(Operation.SET_ANTENNAS, b"\x02\x01\x01\x02\x02"),
        wire.command(Operation.SET_READ_POWER, b"\x08\xfc"),
        wire.command(Operation.SET_OPTION, b"\x01\x0c\x00"),
        wire.read_continuously(),
    ]


def test_tags_that_still_stream_when_it_is_stopped_are_read() -> None:
    decoder = Decoder(Settings())
    decoder.start(NOW_US)
    assert decoder.feed(TAG, NOW_US) == [READ]


def test_a_module_in_its_bootloader_is_booted_and_then_set() -> None:
    decoder = Decoder(Settings())
    decoder.start(NOW_US)
    sent = _operations(decoder.feed(_answer(Operation.MULTI_PROTOCOL, Status.UNKNOWN_OPERATION), NOW_US))
    sent += _operations(decoder.feed(_answer(Operation.VERSION, data=bytes(20)), NOW_US))
    sent += _operations(decoder.feed(_answer(Operation.SET_PROTOCOL, Status.UNKNOWN_OPERATION), NOW_US))
    sent += _operations(decoder.feed(_answer(Operation.BOOT_FIRMWARE), NOW_US))
    sent += _operations(decoder.feed(_answer(Operation.SET_PROTOCOL), NOW_US))
    assert sent == [
        Operation.VERSION,
        Operation.SET_PROTOCOL,
        Operation.BOOT_FIRMWARE,
        Operation.SET_PROTOCOL,
        Operation.SET_ANTENNAS,
    ]


def test_a_setting_that_is_refused_is_told_once_and_passed_over() -> None:
    decoder = Decoder(Settings(region="eu"))
    decoder.start(NOW_US)
    for operation in SET_UP[:3]:
        decoder.feed(_answer(operation), NOW_US)
    outputs = decoder.feed(_answer(Operation.SET_REGION, Status.WRONG_PARAMETER), NOW_US)
    assert (_names(outputs), _operations(outputs)) == (["refused"], [Operation.SET_ANTENNAS])


def test_a_module_that_refuses_to_read_is_set_up_anew_after_a_while() -> None:
    decoder = Decoder(Settings())
    sent = _operations(decoder.start(NOW_US))
    while sent[-1] != Operation.MULTI_PROTOCOL or len(sent) == 1:
        sent += _operations(decoder.feed(_answer(Operation(sent[-1])), NOW_US))
    outputs = decoder.feed(_answer(Operation.MULTI_PROTOCOL, 0x0106), NOW_US)
    assert (_names(outputs), _commands(outputs)) == (["refused"], [])
    assert decoder.tick(NOW_US + 59 * SECOND_US) == []
    assert _commands(decoder.tick(NOW_US + 60 * SECOND_US)) == [wire.stop_reading()]


# --- reading ---------------------------------------------------------------------------------------


def test_keep_alives_keep_it_and_silence_sets_it_up_anew() -> None:
    decoder, _ = _reading(silence_s=5)
    for second in range(20):
        assert decoder.feed(_answer(Operation.READ_MULTIPLE, Status.NO_TAGS), NOW_US + second * SECOND_US) == []
        assert decoder.tick(NOW_US + second * SECOND_US) == []
    assert decoder.tick(NOW_US + 23 * SECOND_US) == []
    assert _commands(decoder.tick(NOW_US + 24 * SECOND_US)) == [wire.stop_reading()]


def test_keep_alives_behind_noise_that_looks_like_a_frame_are_found_before_it_is_called_silent() -> None:
    decoder, _ = _reading(silence_s=5)
    noise = bytes((0xFF, 0xF0, Operation.READ_MULTIPLE))  # as if 247 bytes came
    for second in range(6):
        decoder.feed((noise if second == 0 else b"") + _answer(Operation.READ_MULTIPLE, Status.NO_TAGS), NOW_US)
    (rejected,) = decoder.tick(NOW_US + 5 * SECOND_US)
    assert isinstance(rejected, Rejected)
    assert (rejected.data, rejected.reason) == (noise, "unfinished")


@given(st.binary(max_size=40), st.integers(0, len(TAG)))
def test_a_tag_behind_any_noise_is_read_at_the_latest_when_silence_comes(noise: bytes, cut: int) -> None:
    decoder, _ = _reading(silence_s=5)
    outputs = decoder.feed(noise + TAG[:cut] + TAG, NOW_US)
    outputs += decoder.tick(NOW_US + 5 * SECOND_US)
    assert READ in outputs
    assert decoder.pending_bytes == 0


def test_a_module_that_stays_silent_is_given_up() -> None:
    decoder = Decoder(Settings(answer_s=2))
    decoder.start(NOW_US)
    told = [_names(decoder.tick(NOW_US + second * SECOND_US)) for second in range(1, 2 * UNANSWERED + 1)]
    assert [name for names in told for name in names] == ["give_up"]
    assert told[-1] == ["give_up"]


def test_reading_that_ended_by_itself_is_started_again() -> None:
    decoder, _ = _reading()
    end = _answer(Operation.READ_MULTIPLE, data=bytes.fromhex("10001b0057" + "00" + "000000000000"))
    assert _commands(decoder.feed(end, NOW_US)) == [wire.read_continuously()]


def test_heat_is_told_once_and_its_end_when_it_stayed_away() -> None:
    decoder, _ = _reading()
    hot, well = _answer(Operation.READ_MULTIPLE, Status.TOO_HOT), _answer(Operation.READ_MULTIPLE, Status.NO_TAGS)
    assert _names(decoder.feed(hot + TAG + hot, NOW_US)) == ["too_hot"]
    assert _names(decoder.feed(well, NOW_US + CALM_US - 1)) == []
    assert _names(decoder.feed(well, NOW_US + CALM_US)) == ["reading_again"]
    assert _names(decoder.feed(well, NOW_US + 2 * CALM_US)) == []


def test_a_module_that_cannot_read_continuously_reads_in_rounds() -> None:
    decoder = Decoder(Settings())
    sent = _operations(decoder.start(NOW_US))
    while len(sent) < 6:
        sent += _operations(decoder.feed(_answer(Operation(sent[-1])), NOW_US))
    outputs = decoder.feed(_answer(Operation.MULTI_PROTOCOL, Status.UNKNOWN_OPERATION), NOW_US)
    assert _names(outputs) == ["reads_in_rounds"]
    assert _operations(outputs) == [Operation.CLEAR_BUFFER]
    assert _operations(decoder.feed(_answer(Operation.CLEAR_BUFFER), NOW_US)) == [Operation.READ_MULTIPLE]
    found = _answer(Operation.READ_MULTIPLE, data=bytes.fromhex("00001303"))
    assert _commands(decoder.feed(found, NOW_US)) == [wire.get_buffer()]
    record = b"\xc4\x11" + b"\x00\x80" + _tag(0x3000, EPC)
    two = _answer(Operation.GET_BUFFER, data=bytes.fromhex("00060002") + 2 * record)
    one = _answer(Operation.GET_BUFFER, data=bytes.fromhex("00060001") + record)
    assert decoder.feed(two, NOW_US) == [READ, READ, Send(data=wire.get_buffer())]
    assert decoder.feed(one, NOW_US) == [READ, Send(data=wire.command(Operation.CLEAR_BUFFER))]
    decoder.feed(_answer(Operation.CLEAR_BUFFER), NOW_US)
    none = decoder.feed(_answer(Operation.READ_MULTIPLE, Status.NO_TAGS), NOW_US)
    assert _operations(none) == [Operation.CLEAR_BUFFER]


def test_a_fault_of_every_round_slows_the_rounds() -> None:
    decoder = Decoder(Settings())
    sent = _operations(decoder.start(NOW_US))
    while len(sent) < 6:
        sent += _operations(decoder.feed(_answer(Operation(sent[-1])), NOW_US))
    decoder.feed(_answer(Operation.MULTI_PROTOCOL, Status.UNKNOWN_OPERATION), NOW_US)
    decoder.feed(_answer(Operation.CLEAR_BUFFER), NOW_US)
    outputs = decoder.feed(_answer(Operation.READ_MULTIPLE, Status.ANTENNA_NOT_CONNECTED), NOW_US)
    assert (_names(outputs), _commands(outputs)) == (["antenna_disconnected"], [])
    assert _commands(decoder.tick(NOW_US + SECOND_US)) == [wire.search_once()]


@pytest.mark.parametrize("wrong", [{"antennas": ()}, {"power_dbm": 50.0}, {"region": "mars"}, {"silence_s": 0.0}])
def test_settings_that_no_module_can_follow_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)
