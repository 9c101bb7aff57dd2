"""The LLRP driver: captured messages, the set-up step by step, and a real emulator over TCP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from llrpkit.emulator.core import LLRPEmulator
from llrpkit.protocol import LLRPMessage, decode_message, enums, messages

from device_drivers import llrp_answers as answers
from device_drivers import llrp_requests as requests
from device_drivers.llrp import Decoder, Settings
from device_drivers.llrp_reports import ro_access_report
from device_drivers.llrp_wire import HEADER, HEADER_BYTES, Message, MessageType, ParameterType, tlv
from gateway.model import Notice, Output, Rejected, Send, TagRead

NOW_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
SECOND_US = 1_000_000
EPC = bytes.fromhex("3034257bf7194e4000001a85")
READ = TagRead(epc=EPC, antenna=2, rssi_dbm=-55.0, seen_us=NOW_US, pc=0x3000, count=3)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _names(outputs: list[Output]) -> list[str]:
    return [output.name for output in outputs if isinstance(output, Notice)]


def _sent(outputs: list[Output]) -> list[LLRPMessage]:
    """What the driver said, as a foreign codec reads it."""
    found = []
    for output in outputs:
        data = output.data if isinstance(output, Send) else b""
        while data:
            length = HEADER.unpack_from(data)[1]
            found.append(decode_message(data[:length]))
            data = data[length:]
    return found


# --- captured messages -----------------------------------------------------------------------------


def _assert_read(read: Output, expected: dict[str, Any]) -> None:
    assert isinstance(read, TagRead)
    assert read.epc.hex() == expected["epc"]
    assert read.antenna == expected["antenna_id"]
    assert read.rssi_dbm == expected["peak_rssi_dbm"]
    assert read.seen_us == expected["first_seen_utc_us"]
    assert read.count == expected.get("tag_seen_count", 1)


def test_every_report_of_a_captured_inventory_is_read(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices/llrp"
    expected = [
        tag for row in _rows(folder / "ro_access_report_stream.expected.jsonl") for tag in row["expected"]["tags"]
    ]
    reads = Decoder(Settings()).feed((folder / "ro_access_report_stream.bin").read_bytes(), NOW_US)
    assert len(reads) == len(expected) == 32
    for read, tag in zip(reads, expected, strict=True):
        _assert_read(read, tag)


def test_reports_captured_by_edgex_are_read(shared_fixtures: Path) -> None:
    rows = _rows(shared_fixtures / "devices/llrp/edgex_ro_access_reports.jsonl")
    decoder = Decoder(Settings())
    for row in rows:
        (read,) = decoder.feed(bytes.fromhex(row["frame_hex"]), NOW_US)
        _assert_read(read, row["expected"])


def test_a_captured_greeting_begins_the_set_up(shared_fixtures: Path) -> None:
    (row,) = _rows(shared_fixtures / "devices/llrp/reader_event_notification.jsonl")
    outputs = Decoder(Settings()).feed(bytes.fromhex(row["hex"]), NOW_US)
    notice = outputs[0]
    assert isinstance(notice, Notice)
    assert (notice.name, notice.seen_us) == ("connection_accepted", row["expected"]["utc_us"])
    assert [type(said) for said in _sent(outputs)] == [messages.GET_READER_CAPABILITIES]


def test_impinj_capabilities_are_read(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices/llrp"
    expected = json.loads((folder / "impinj_capabilities_response.expected.json").read_text())
    found = answers.Capabilities.of((folder / "impinj_capabilities_response.bin").read_bytes()[HEADER_BYTES:])
    assert found.antennas == expected["max_antennas"]
    assert (found.maker, found.model) == (expected["manufacturer_pen"], expected["model"])
    assert found.firmware == expected["firmware"]


def test_edgex_capabilities_are_read_with_their_power_table(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices/llrp"
    expected = json.loads((folder / "edgex_GetReaderCapabilitiesResponse.expected.json").read_text())
    general = expected["GeneralDeviceCapabilities"]
    band = expected["RegulatoryCapabilities"]["UHFBandCapabilities"]
    found = answers.Capabilities.of((folder / "edgex_GetReaderCapabilitiesResponse.body.bin").read_bytes())
    assert found.antennas == general["MaxSupportedAntennas"]
    assert found.firmware == general["FirmwareVersion"]
    levels = [(level["Index"], level["TransmitPowerValue"] / 100) for level in band["TransmitPowerLevels"]]
    assert list(found.powers_dbm) == levels
    assert found.hop_table == band["FrequencyInformation"]["FrequencyHopTables"][0]["HopTableID"]


@pytest.mark.parametrize("name", ["edgex_GetROSpecsResponse", "edgex_GetAccessSpecsResponse"])
def test_status_is_read_from_captured_bodies(shared_fixtures: Path, name: str) -> None:
    body = (shared_fixtures / f"devices/llrp/{name}.body.bin").read_bytes()
    expected = json.loads((shared_fixtures / f"devices/llrp/{name}.expected.json").read_text())["LLRPStatus"]
    assert answers.Status.of(body).code == expected["Status"]


# --- the set-up, step by step ----------------------------------------------------------------------

ANSWERS = {
    messages.GET_READER_CAPABILITIES: MessageType.GET_READER_CAPABILITIES_RESPONSE,
    messages.SET_READER_CONFIG: MessageType.SET_READER_CONFIG_RESPONSE,
    messages.DELETE_ROSPEC: MessageType.DELETE_ROSPEC_RESPONSE,
    messages.ADD_ROSPEC: MessageType.ADD_ROSPEC_RESPONSE,
    messages.ENABLE_ROSPEC: MessageType.ENABLE_ROSPEC_RESPONSE,
    messages.START_ROSPEC: MessageType.START_ROSPEC_RESPONSE,
}
CAPABILITIES = answers.Capabilities(
    antennas=4, maker=25882, model=7, firmware="1.2.3", powers_dbm=((1, 10.0), (2, 20.0), (3, 30.0)), hop_table=1
)


class Talk:
    """A driver and a reader that answers each request, successfully where nothing else is said."""

    def __init__(self, settings: Settings, refusals: dict[type[Any], answers.Status] | None = None) -> None:
        self.decoder = Decoder(settings)
        self.refusals = refusals or {}
        self.said: list[LLRPMessage] = []
        self.outputs: list[Output] = self.decoder.start(NOW_US)

    def greet(self, status: int = 0) -> Talk:
        self.hear(answers.event_notification(0, NOW_US, answers.connection_attempt_event(status)))
        return self

    def hear(self, frame: bytes, now_us: int = NOW_US) -> None:
        outputs = self.decoder.feed(frame, now_us)
        self.outputs += outputs
        for request in _sent(outputs):
            self.said.append(request)
            self._answer(request, now_us)

    def _answer(self, request: LLRPMessage, now_us: int) -> None:
        kind = ANSWERS.get(type(request))
        if kind is None:
            return
        refusal = self.refusals.get(type(request))
        if kind == MessageType.GET_READER_CAPABILITIES_RESPONSE and refusal is None:
            self.hear(CAPABILITIES.to_bytes(request.message_id), now_us)
        else:
            self.hear(answers.response(kind, request.message_id, refusal), now_us)

    @property
    def order(self) -> list[str]:
        return [type(request).__name__ for request in self.said]

    def find(self, kind: type[Any]) -> Any:
        return next(request for request in self.said if isinstance(request, kind))


def test_the_set_up_goes_step_by_step_until_the_reader_reads() -> None:
    talk = Talk(Settings()).greet()
    assert talk.order == [
        "GET_READER_CAPABILITIES",
        "SET_READER_CONFIG",
        "ENABLE_EVENTS_AND_REPORTS",
        "DELETE_ROSPEC",
        "ADD_ROSPEC",
        "ENABLE_ROSPEC",
    ]
    assert _names(talk.outputs) == ["connection_accepted", "capabilities", "reading"]
    assert len({request.message_id for request in talk.said}) == len(talk.said)
    config = talk.find(messages.SET_READER_CONFIG)
    assert config.keepalive_spec.periodic_trigger_value == 10_000
    assert config.events_and_reports.hold_events_and_reports_upon_reconnect
    assert talk.find(messages.DELETE_ROSPEC).ro_spec_id == requests.ALL_ROSPECS
    assert talk.find(messages.ENABLE_ROSPEC).ro_spec_id == talk.find(messages.ADD_ROSPEC).ro_spec.ro_spec_id


def test_readers_that_refuse_an_immediate_start_are_started_by_command() -> None:
    talk = Talk(Settings(start_by_command=True)).greet()
    assert talk.order[-2:] == ["ENABLE_ROSPEC", "START_ROSPEC"]
    start = talk.find(messages.ADD_ROSPEC).ro_spec.ro_boundary_spec.ro_spec_start_trigger
    assert start.ro_spec_start_trigger_type == enums.ROSpecStartTriggerType.Null


def test_the_nearest_power_of_the_readers_table_is_set() -> None:
    talk = Talk(Settings(power_dbm=27.0, antennas=(2,))).greet()
    spec = talk.find(messages.ADD_ROSPEC).ro_spec.spec_parameters[0].inventory_parameter_specs[0]
    transmitter = spec.antenna_configurations[0].rf_transmitter
    assert (transmitter.transmit_power, transmitter.hop_table_id) == (3, 1)


def test_power_that_cannot_be_set_is_told_and_the_reader_reads_all_the_same() -> None:
    refused = answers.Status(code=109)
    talk = Talk(Settings(power_dbm=27.0), {messages.GET_READER_CAPABILITIES: refused}).greet()
    assert _names(talk.outputs) == ["connection_accepted", "refused", "reading"]


@pytest.mark.parametrize(("status", "name"), [(1, "reader_in_use"), (2, "reader_in_use"), (3, "connection_refused")])
def test_a_reader_that_does_not_take_us_is_left_and_tried_again(status: int, name: str) -> None:
    talk = Talk(Settings()).greet(status)
    assert _names(talk.outputs) == [name, "give_up"]
    assert all(notice.fault for notice in talk.outputs if isinstance(notice, Notice))
    assert talk.said == []
    assert talk.decoder.tick(NOW_US + 3600 * SECOND_US) == []


def test_another_program_that_was_turned_away_is_told_and_changes_nothing() -> None:
    talk = Talk(Settings()).greet()
    talk.hear(answers.event_notification(0, NOW_US, answers.connection_attempt_event(4)))
    assert _names(talk.outputs)[-1] == "another_connection_attempted"


@pytest.mark.parametrize("step", [messages.ADD_ROSPEC, messages.ENABLE_ROSPEC, messages.START_ROSPEC])
def test_without_its_rospec_the_connection_is_given_up(step: type[Any]) -> None:
    status = answers.Status(code=answers.StatusCode.P_FieldError, description="no such antenna")
    talk = Talk(Settings(start_by_command=True), {step: status}).greet()
    assert talk.order[-1] == step.__name__
    assert _names(talk.outputs)[-2:] == ["refused", "give_up"]
    refused = talk.outputs[-2]
    assert isinstance(refused, Notice)
    assert "P_FieldError (201): no such antenna" in refused.text


def test_a_reader_without_a_rospec_to_delete_is_no_fault() -> None:
    talk = Talk(Settings(), {messages.DELETE_ROSPEC: answers.Status(code=100)}).greet()
    assert [output.fault for output in talk.outputs if isinstance(output, Notice)] == [False] * 4
    assert _names(talk.outputs)[-1] == "reading"


def test_a_reader_that_took_no_keep_alive_period_is_not_missed() -> None:
    talk = Talk(Settings(), {messages.SET_READER_CONFIG: answers.Status(code=101)}).greet()
    assert _names(talk.outputs)[-1] == "reading"
    assert talk.decoder.tick(NOW_US + 3600 * SECOND_US) == []


def test_an_error_message_counts_as_the_answer_that_it_stands_for() -> None:
    decoder = Decoder(Settings())
    greeting = answers.event_notification(0, NOW_US, answers.connection_attempt_event(0))
    (asked,) = _sent(decoder.feed(greeting, NOW_US))
    error = answers.response(MessageType.ERROR_MESSAGE, asked.message_id, answers.Status(code=109))
    outputs = decoder.feed(error, NOW_US)
    assert _names(outputs) == ["refused"]
    assert [type(said) for said in _sent(outputs)] == [messages.SET_READER_CONFIG]


@pytest.mark.parametrize("greeted", [False, True])
def test_a_reader_that_does_not_answer_in_time_is_given_up(greeted: bool) -> None:
    decoder = Decoder(Settings(timeout_s=5))
    decoder.start(NOW_US)
    if greeted:
        decoder.feed(answers.event_notification(0, NOW_US, answers.connection_attempt_event(0)), NOW_US)
    assert decoder.tick(NOW_US + 5 * SECOND_US - 1) == []
    assert _names(decoder.tick(NOW_US + 5 * SECOND_US)) == ["setup_timeout", "give_up"]
    assert decoder.tick(NOW_US + 99 * SECOND_US) == []


def test_keep_alives_are_answered_and_missed() -> None:
    talk = Talk(Settings(keepalive_s=10)).greet()
    talk.hear(answers.keepalive(77), NOW_US + 20 * SECOND_US)
    assert talk.order[-1] == "KEEPALIVE_ACK"
    assert talk.said[-1].message_id == 77
    assert talk.decoder.tick(NOW_US + 50 * SECOND_US - 1) == []
    assert _names(talk.decoder.tick(NOW_US + 50 * SECOND_US)) == ["keepalive_lost", "give_up"]


def test_reports_are_life_too() -> None:
    talk = Talk(Settings(keepalive_s=10)).greet()
    talk.hear(ro_access_report(1, [READ]), NOW_US + 29 * SECOND_US)
    assert talk.decoder.tick(NOW_US + 31 * SECOND_US) == []


def test_a_rospec_that_ends_by_itself_is_set_up_anew() -> None:
    talk = Talk(Settings()).greet()
    ours = talk.find(messages.ADD_ROSPEC).ro_spec.ro_spec_id
    talk.hear(answers.event_notification(0, NOW_US, answers.rospec_event(1, ours + 1)))
    assert _names(talk.outputs)[-1] == "rospec_ended"
    talk.hear(answers.event_notification(0, NOW_US, answers.rospec_event(1, ours)))
    assert _names(talk.outputs)[-2:] == ["rospec_ended", "give_up"]


def test_capabilities_that_cannot_be_read_do_not_stop_the_set_up() -> None:
    decoder = Decoder(Settings())
    decoder.feed(answers.event_notification(0, NOW_US, answers.connection_attempt_event(0)), NOW_US)
    body = answers.Status().to_bytes() + tlv(ParameterType.GeneralDeviceCapabilities, b"\0")
    outputs = decoder.feed(
        Message(type=MessageType.GET_READER_CAPABILITIES_RESPONSE, message_id=1, body=body).to_bytes(), NOW_US
    )
    assert _names(outputs) == ["capabilities_unreadable"]
    assert [type(said) for said in _sent(outputs)] == [messages.SET_READER_CONFIG]


@pytest.mark.parametrize(
    "wrong",
    [{"session": 4}, {"report_every": 0}, {"tag_population": 0}, {"antennas": (0,)}, {"keepalive_s": 0.0}],
)
def test_settings_that_no_reader_can_follow_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)


# --- a real connection -----------------------------------------------------------------------------


async def test_an_emulated_reader_is_set_up_and_read_over_tcp() -> None:
    """It refuses ENABLE_EVENTS_AND_REPORTS and DELETE_ROSPEC of all, and knows no immediate start: nothing stops us."""
    async with LLRPEmulator(host="127.0.0.1", port=0) as emulator:
        reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
        try:
            decoder = Decoder(Settings(start_by_command=True))
            outputs = await asyncio.wait_for(_converse(decoder, reader, writer, reads=50), timeout=20)
            await emulator.send_keepalive()
            await asyncio.wait_for(_converse(decoder, reader, writer, reads=50), timeout=20)
            await emulator.wait_keepalive_ack()
        finally:
            writer.close()
            await writer.wait_closed()
    assert "reading" in _names(outputs)
    assert "give_up" not in _names(outputs)
    assert not [output for output in outputs if isinstance(output, Rejected)]
    reads = [output for output in outputs if isinstance(output, TagRead)]
    assert all(read.seen_us and read.antenna and read.rssi_dbm for read in reads)


async def _converse(
    decoder: Decoder, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reads: int
) -> list[Output]:
    outputs: list[Output] = []
    while sum(isinstance(output, TagRead) for output in outputs) < reads:
        data = await reader.read(65_536)
        assert data, "the emulator closed the connection"
        said = decoder.feed(data, NOW_US)
        for output in said:
            if isinstance(output, Send):
                writer.write(output.data)
        outputs += said
    return outputs
