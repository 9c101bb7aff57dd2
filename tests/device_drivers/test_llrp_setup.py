"""The LLRP driver's set-up, step by step, against a reader that refuses, is mute, or speaks another version."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from llrpkit.protocol import enums, impinj

from device_drivers import llrp_answers as answers
from device_drivers import llrp_requests as requests
from device_drivers.llrp import Decoder, Settings
from device_drivers.llrp_custom import IMPINJ
from device_drivers.llrp_reports import ro_access_report
from device_drivers.llrp_wire import VERSION_1_0_1, VERSION_1_1, Message, MessageType, ParameterType, tlv
from gateway.model import Notice, TagRead
from tests.device_drivers.llrp_talk import CAPABILITIES, NOW_US, SECOND_US, Talk, faults, names, sent

READ = TagRead(epc=bytes.fromhex("3034257bf7194e4000001a85"), antenna=2, rssi_dbm=-55.0, seen_us=NOW_US, count=3)
REFUSED = answers.Status(code=101)
LLRP_2_0 = 3


def test_the_set_up_goes_step_by_step_until_the_reader_reads() -> None:
    talk = Talk().greet()
    assert talk.order == [
        "GET_SUPPORTED_VERSION",
        "GET_READER_CAPABILITIES",
        "SET_READER_CONFIG",
        "SET_READER_CONFIG",
        "GET_READER_CONFIG",
        "ENABLE_EVENTS_AND_REPORTS",
        "DELETE_ROSPEC",
        "ADD_ROSPEC",
        "ENABLE_ROSPEC",
    ]
    assert names(talk.outputs) == ["connection_accepted", "capabilities", "reading"]
    assert not faults(talk.outputs)
    assert len({request.message_id for request in talk.said}) == len(talk.said)
    config = talk.find(MessageType.SET_READER_CONFIG)
    assert config.keepalive_spec.periodic_trigger_value == 10_000
    assert config.events_and_reports.hold_events_and_reports_upon_reconnect
    assert talk.find(MessageType.DELETE_ROSPEC).ro_spec_id == requests.ALL_ROSPECS
    assert talk.find(MessageType.ENABLE_ROSPEC).ro_spec_id == talk.find(MessageType.ADD_ROSPEC).ro_spec.ro_spec_id


def test_readers_that_refuse_an_immediate_start_are_started_by_command() -> None:
    talk = Talk(Settings(start="command")).greet()
    assert talk.order[-2:] == ["ENABLE_ROSPEC", "START_ROSPEC"]
    start = talk.find(MessageType.ADD_ROSPEC).ro_spec.ro_boundary_spec.ro_spec_start_trigger
    assert start.ro_spec_start_trigger_type == enums.ROSpecStartTriggerType.Null


# --- versions --------------------------------------------------------------------------------------


def test_a_reader_of_1_0_1_is_set_up_in_1_0_1_at_once() -> None:
    talk = Talk(newest=VERSION_1_0_1).greet()
    assert names(talk.outputs)[-1] == "reading"
    assert [request.version for request in talk.said] == [VERSION_1_1] + [VERSION_1_0_1] * (len(talk.said) - 1)


@pytest.mark.parametrize("newest", [VERSION_1_1, LLRP_2_0])
def test_a_newer_reader_is_spoken_to_in_1_1(newest: int) -> None:
    talk = Talk(newest=newest).greet()
    assert talk.order[:3] == ["GET_SUPPORTED_VERSION", "SET_PROTOCOL_VERSION", "GET_READER_CAPABILITIES"]
    assert talk.said[1].body == bytes((VERSION_1_1,))
    talk.hear(answers.keepalive(7))
    assert {request.version for request in talk.said} == {VERSION_1_1}
    (told,) = (one for one in talk.outputs if isinstance(one, Notice) and one.name == "capabilities")
    assert "LLRP 1.1" in told.text


def test_a_reader_that_speaks_1_1_already_is_not_asked_to() -> None:
    body = bytes((VERSION_1_1, VERSION_1_1)) + answers.Status().to_bytes()
    frame = Message(type=MessageType.GET_SUPPORTED_VERSION_RESPONSE, body=body, version=VERSION_1_1).to_bytes()
    talk = Talk(mute=[MessageType.GET_SUPPORTED_VERSION]).greet()
    talk.hear(frame)
    assert talk.order[:2] == ["GET_SUPPORTED_VERSION", "GET_READER_CAPABILITIES"]
    assert talk.said[1].version == VERSION_1_1


def test_a_reader_that_refuses_to_change_its_version_is_spoken_to_in_1_0_1() -> None:
    refused = answers.Status(code=answers.StatusCode.M_UnexpectedMessage)
    talk = Talk(newest=VERSION_1_1, refusals={MessageType.SET_PROTOCOL_VERSION: refused}).greet()
    assert names(talk.outputs)[-1] == "reading"
    assert talk.said[2].version == VERSION_1_0_1


@pytest.mark.parametrize("code", [answers.StatusCode.M_UnsupportedMessage, answers.StatusCode.M_UnsupportedVersion])
def test_an_error_without_the_questions_id_answers_it_too(code: int) -> None:
    talk = Talk(mute=[MessageType.GET_SUPPORTED_VERSION]).greet()
    talk.hear(answers.response(MessageType.ERROR_MESSAGE, 4711, answers.Status(code=code)))
    assert names(talk.outputs) == ["connection_accepted", "capabilities", "reading"]


def test_a_reader_that_does_not_answer_in_1_1_is_spoken_to_in_1_0_1() -> None:
    talk = Talk(Settings(timeout_s=5), mute=[MessageType.GET_SUPPORTED_VERSION]).greet()
    talk.tick(NOW_US + 5 * SECOND_US)
    assert names(talk.outputs) == ["connection_accepted", "setup_timeout", "capabilities", "reading"]


def test_whoever_sets_a_version_gets_it_or_is_told() -> None:
    assert Talk(Settings(version="1.0.1"), newest=VERSION_1_1).greet().order[0] == "GET_READER_CAPABILITIES"
    assert not faults(Talk(Settings(version="1.1"), newest=VERSION_1_1).greet().outputs)
    assert faults(Talk(Settings(version="1.1"), newest=VERSION_1_0_1).greet().outputs) == ["version_not_spoken"]


# --- radio -----------------------------------------------------------------------------------------


def configurations(talk: Talk) -> dict[int, Any]:
    spec = talk.find(MessageType.ADD_ROSPEC).ro_spec.spec_parameters[0]
    found = spec.inventory_parameter_specs[0].antenna_configurations
    assert spec.antenna_ids == [one.antenna_id for one in found]
    return {one.antenna_id: one for one in found}


def test_the_nearest_power_of_the_readers_table_is_set() -> None:
    transmitter = configurations(Talk(Settings(power_dbm=27.0, antennas=(2,))).greet())[2].rf_transmitter
    assert (transmitter.transmit_power, transmitter.hop_table_id) == (3, 1)


@pytest.mark.parametrize("antennas", [(), (1, 2, 3, 4)])
def test_each_antenna_may_have_its_own_power(antennas: tuple[int, ...]) -> None:
    settings = Settings(antennas=antennas, power_dbm=10.0, antenna_power_dbm={2: 20.0, 4: 30.0})
    found = configurations(Talk(settings).greet())
    assert {number: one.rf_transmitter.transmit_power for number, one in found.items()} == {1: 1, 2: 2, 3: 1, 4: 3}


def test_antennas_without_a_power_of_their_own_keep_the_readers() -> None:
    found = configurations(Talk(Settings(antenna_power_dbm={2: 20.0})).greet())
    assert [number for number, one in found.items() if one.rf_transmitter is not None] == [2]
    assert sorted(found) == [1, 2, 3, 4]


def test_the_reader_is_made_less_sensitive_by_its_table() -> None:
    found = configurations(Talk(Settings(sensitivity_loss_db=12.0)).greet())
    assert found[0].rf_receiver.receiver_sensitivity == 2


def test_what_the_reader_has_no_table_for_is_told_and_it_reads_all_the_same() -> None:
    bare = msgspec.structs.replace(CAPABILITIES, powers_dbm=(), losses_db=())
    talk = Talk(Settings(antenna_power_dbm={1: 27.0}, sensitivity_loss_db=10.0), capabilities=bare).greet()
    assert faults(talk.outputs) == ["power_not_set", "sensitivity_not_set"]
    assert names(talk.outputs)[-1] == "reading"


def test_power_that_cannot_be_set_is_told_and_the_reader_reads_all_the_same() -> None:
    refusals = {MessageType.GET_READER_CAPABILITIES: answers.Status(code=109)}
    talk = Talk(Settings(power_dbm=27.0), refusals=refusals).greet()
    assert names(talk.outputs) == ["connection_accepted", "refused", "power_not_set", "reading"]


def test_a_filter_goes_to_the_reader_and_what_slips_through_is_dropped() -> None:
    talk = Talk(Settings(filter=("3034", "35A"))).greet()
    command = configurations(talk)[0].air_protocol_inventory_command_settings[0]
    assert len(command.c1_g2_filters) == 2
    others = [msgspec.structs.replace(READ, epc=bytes.fromhex(epc)) for epc in ("3035", "35af", "35b0", "30")]
    assert talk.hear(ro_access_report(1, [READ, *others])) == [READ, others[1]]


def test_more_filters_than_the_reader_takes_are_the_gateways_work() -> None:
    talk = Talk(Settings(filter=("3034", "35a", "e2"))).greet()
    assert names(talk.outputs)[-2:] == ["filter_in_gateway", "reading"]
    assert not configurations(talk)[0].air_protocol_inventory_command_settings[0].c1_g2_filters
    assert talk.hear(ro_access_report(1, [msgspec.structs.replace(READ, epc=b"\x30"), READ])) == [READ]


# --- Impinj ----------------------------------------------------------------------------------------

IMPINJ_READER = msgspec.structs.replace(CAPABILITIES, maker=IMPINJ)


def test_an_impinj_reader_is_asked_for_its_own_words() -> None:
    talk = Talk(capabilities=IMPINJ_READER).greet()
    assert not faults(talk.outputs)
    assert isinstance(talk.find(MessageType.CUSTOM_MESSAGE), impinj.IMPINJ_ENABLE_EXTENSIONS)
    (content,) = talk.find(MessageType.ADD_ROSPEC).ro_spec.ro_report_spec.custom
    assert content.impinj_enable_peak_rssi.peak_rssi_mode == 1
    assert content.impinj_enable_serialized_t_id is None


def test_readers_of_other_makers_are_not() -> None:
    talk = Talk(Settings(tid=True)).greet()
    assert "CUSTOM_MESSAGE" not in talk.order
    assert not talk.find(MessageType.ADD_ROSPEC).ro_spec.ro_report_spec.custom


def test_an_impinj_reader_that_refuses_its_extensions_reads_without() -> None:
    talk = Talk(capabilities=IMPINJ_READER, refusals={MessageType.CUSTOM_MESSAGE: REFUSED}).greet()
    assert not faults(talk.outputs)
    assert names(talk.outputs)[-1] == "reading"
    assert not talk.find(MessageType.ADD_ROSPEC).ro_spec.ro_report_spec.custom


def test_an_impinj_reader_that_refuses_the_content_is_asked_once_without() -> None:
    talk = Talk(capabilities=IMPINJ_READER, refusals={MessageType.ADD_ROSPEC: REFUSED}).greet()
    assert talk.order.count("ADD_ROSPEC") == 2
    assert talk.find(MessageType.ADD_ROSPEC, 0).ro_spec.ro_report_spec.custom
    assert not talk.find(MessageType.ADD_ROSPEC, 1).ro_spec.ro_report_spec.custom
    assert names(talk.outputs)[-3:] == ["vendor_data_refused", "refused", "give_up"]


def test_a_custom_message_of_another_kind_is_no_answer() -> None:
    talk = Talk(capabilities=IMPINJ_READER, mute=[MessageType.CUSTOM_MESSAGE]).greet()
    other = Message(type=MessageType.CUSTOM_MESSAGE, body=bytes.fromhex("0000651a18") + answers.Status().to_bytes())
    assert talk.hear(other.to_bytes()) == []
    short = talk.hear(Message(type=MessageType.CUSTOM_MESSAGE, body=b"\0").to_bytes())
    assert short == []  # refused; its bytes come out before the next good message
    talk.tick(NOW_US + 5 * SECOND_US)
    assert names(talk.outputs)[-2:] == ["setup_timeout", "reading"]


# --- refusals and silence --------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "name"), [(1, "reader_in_use"), (2, "reader_in_use"), (3, "connection_refused")])
def test_a_reader_that_does_not_take_us_is_left_and_tried_again(status: int, name: str) -> None:
    talk = Talk().greet(status)
    assert faults(talk.outputs) == [name, "give_up"]
    assert talk.said == []
    assert talk.tick(NOW_US + 3600 * SECOND_US) == []


def test_another_program_that_was_turned_away_is_told_and_changes_nothing() -> None:
    talk = Talk().greet()
    assert names(talk.event(answers.connection_attempt_event(4))) == ["another_connection_attempted"]


@pytest.mark.parametrize("step", [MessageType.ADD_ROSPEC, MessageType.ENABLE_ROSPEC, MessageType.START_ROSPEC])
def test_without_its_rospec_the_connection_is_given_up(step: MessageType) -> None:
    status = answers.Status(code=answers.StatusCode.P_FieldError, description="no such antenna")
    talk = Talk(Settings(start="command"), refusals={step: status}).greet()
    assert talk.order[-1] == step.name
    assert names(talk.outputs)[-2:] == ["refused", "give_up"]
    refused = talk.outputs[-2]
    assert isinstance(refused, Notice)
    assert "P_FieldError (201): no such antenna" in refused.text


def test_a_reader_without_a_rospec_to_delete_is_no_fault() -> None:
    talk = Talk(refusals={MessageType.DELETE_ROSPEC: answers.Status(code=100)}).greet()
    assert not faults(talk.outputs)
    assert names(talk.outputs)[-2:] == ["refused", "reading"]


def test_a_reader_that_took_no_keep_alive_period_is_not_missed() -> None:
    talk = Talk(refusals={MessageType.SET_READER_CONFIG: REFUSED}).greet()
    assert names(talk.outputs)[-1] == "reading"
    assert talk.tick(NOW_US + 3600 * SECOND_US) == []


def test_an_error_message_counts_as_the_answer_that_it_stands_for() -> None:
    talk = Talk(mute=[MessageType.GET_READER_CAPABILITIES]).greet()
    asked = talk.said[-1].message_id
    talk.hear(answers.response(MessageType.ERROR_MESSAGE, asked, answers.Status(code=109)))
    assert names(talk.outputs) == ["connection_accepted", "refused", "reading"]


def test_an_error_message_that_nothing_waits_for_is_told() -> None:
    talk = Talk().greet()
    assert faults(talk.hear(answers.response(MessageType.ERROR_MESSAGE, 999, REFUSED))) == ["reader_error"]


@pytest.mark.parametrize("greeted", [False, True])
def test_a_reader_that_does_not_answer_in_time_is_given_up(greeted: bool) -> None:
    talk = Talk(Settings(timeout_s=5), mute=[MessageType.GET_READER_CAPABILITIES])
    if greeted:
        talk.greet()
    assert talk.tick(NOW_US + 5 * SECOND_US - 1) == []
    assert names(talk.tick(NOW_US + 5 * SECOND_US)) == ["setup_timeout", "give_up"]
    assert talk.tick(NOW_US + 99 * SECOND_US) == []


def test_a_reader_that_does_not_say_what_is_plugged_in_reads_all_the_same() -> None:
    talk = Talk(Settings(timeout_s=5), mute=[MessageType.GET_READER_CONFIG]).greet()
    talk.tick(NOW_US + 5 * SECOND_US)
    assert names(talk.outputs)[-2:] == ["setup_timeout", "reading"]


def test_keep_alives_are_answered_and_missed() -> None:
    talk = Talk(Settings(keepalive_s=10)).greet()
    talk.hear(answers.keepalive(77), NOW_US + 20 * SECOND_US)
    assert talk.order[-1] == "KEEPALIVE_ACK"
    assert talk.said[-1].message_id == 77
    assert talk.tick(NOW_US + 50 * SECOND_US - 1) == []
    assert names(talk.tick(NOW_US + 50 * SECOND_US)) == ["keepalive_lost", "give_up"]


def test_reports_are_life_too() -> None:
    talk = Talk(Settings(keepalive_s=10)).greet()
    talk.hear(ro_access_report(1, [READ]), NOW_US + 29 * SECOND_US)
    assert talk.tick(NOW_US + 31 * SECOND_US) == []


def test_a_rospec_that_ends_by_itself_is_set_up_anew() -> None:
    talk = Talk().greet()
    ours = talk.find(MessageType.ADD_ROSPEC).ro_spec.ro_spec_id
    assert names(talk.event(answers.rospec_event(1, ours + 1))) == ["rospec_ended"]
    assert names(talk.event(answers.rospec_event(1, ours))) == ["rospec_ended", "give_up"]


def test_capabilities_that_cannot_be_read_do_not_stop_the_set_up() -> None:
    talk = Talk(mute=[MessageType.GET_READER_CAPABILITIES]).greet()
    body = answers.Status().to_bytes() + tlv(ParameterType.GeneralDeviceCapabilities, b"\0")
    talk.hear(Message(type=MessageType.GET_READER_CAPABILITIES_RESPONSE, message_id=2, body=body).to_bytes())
    assert names(talk.outputs) == ["connection_accepted", "capabilities_unreadable", "reading"]


def test_messages_that_no_step_waits_for_change_nothing() -> None:
    talk = Talk().greet()
    before = len(talk.said)
    assert talk.hear(answers.response(MessageType.ADD_ROSPEC_RESPONSE, 3)) == []
    assert len(talk.said) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"session": 4},
        {"report_every": 0},
        {"tag_population": 0},
        {"antennas": (0,)},
        {"keepalive_s": 0.0},
        {"antenna_power_dbm": {0: 20.0}},
        {"antenna_power_dbm": {3: 20.0}, "antennas": (1, 2)},
        {"sensitivity_loss_db": -1.0},
        {"filter": ("30", "")},
        {"filter": ("urn:",)},
        {"gpi_port": 0},
        {"gpi_read_s": -1.0},
    ],
)
def test_settings_that_no_reader_can_follow_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)


def test_a_decoder_without_a_reader_says_nothing() -> None:
    assert sent(Decoder(Settings()).start(NOW_US)) == []
