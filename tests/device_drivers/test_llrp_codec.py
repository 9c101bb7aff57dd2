"""The LLRP codec: what a foreign one writes we read, what we write it reads; and tag reports of any layout."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llrpkit.protocol import BitStr, decode_message, enums, impinj, messages, params
from llrpkit.protocol.codec import UnknownCustomParameter

from device_drivers import llrp_answers as answers
from device_drivers import llrp_requests as requests
from device_drivers import llrp_rospec as rospec
from device_drivers.llrp import Decoder, Settings
from device_drivers.llrp_capabilities import Capabilities
from device_drivers.llrp_custom import impinj_content, impinj_enable_extensions
from device_drivers.llrp_reports import MAX_LAYOUTS, ReportReader, ro_access_report
from device_drivers.llrp_wire import (
    HEADER,
    HEADER_BYTES,
    Malformed,
    Message,
    MessageType,
    ParameterType,
    parameters,
    tlv,
    tv,
)
from gateway.model import Rejected, TagRead

NOW_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
EPC = bytes.fromhex("3034257bf7194e4000001a85")
READ = TagRead(epc=EPC, antenna=2, rssi_dbm=-55.0, seen_us=NOW_US, pc=0x3000, count=3)


# --- against a foreign codec ---------------------------------------------------------------

OPTIONAL: dict[Any, st.SearchStrategy[Any]] = {
    "ro_spec_id": st.integers(0, 2**32 - 1).map(lambda n: params.ROSpecID(ro_spec_id=n)),
    "spec_index": st.integers(0, 65535).map(lambda n: params.SpecIndex(spec_index=n)),
    "inventory_parameter_spec_id": st.integers(0, 65535).map(
        lambda n: params.InventoryParameterSpecID(inventory_parameter_spec_id=n)
    ),
    "antenna_id": st.integers(1, 65535).map(lambda n: params.AntennaID(antenna_id=n)),
    "peak_rssi": st.integers(-128, 127).map(lambda n: params.PeakRSSI(peak_rssi=n)),
    "channel_index": st.integers(0, 65535).map(lambda n: params.ChannelIndex(channel_index=n)),
    "first_seen_timestamp_utc": st.integers(0, 2**63).map(lambda n: params.FirstSeenTimestampUTC(microseconds=n)),
    "first_seen_timestamp_uptime": st.integers(0, 2**63).map(lambda n: params.FirstSeenTimestampUptime(microseconds=n)),
    "last_seen_timestamp_utc": st.integers(0, 2**63).map(lambda n: params.LastSeenTimestampUTC(microseconds=n)),
    "tag_seen_count": st.integers(0, 65535).map(lambda n: params.TagSeenCount(tag_count=n)),
    "access_spec_id": st.integers(0, 2**32 - 1).map(lambda n: params.AccessSpecID(access_spec_id=n)),
    "air_protocol_tag_datas": st.integers(0, 65535).map(lambda n: [params.C1G2_PC(pc_bits=n)]),
    "custom": st.lists(
        st.one_of(
            st.integers(-32768, 32767).map(lambda n: impinj.ImpinjPeakRSSI(rssi=n)),
            st.integers(0, 4095).map(lambda n: impinj.ImpinjRFPhaseAngle(phase_angle=n)),
            st.integers(-32768, 32767).map(lambda n: impinj.ImpinjRFDopplerFrequency(doppler_frequency=n)),
            st.lists(st.integers(0, 65535), max_size=8).map(lambda words: impinj.ImpinjSerializedTID(t_id=words)),
            st.binary(max_size=12).map(lambda data: UnknownCustomParameter(vendor_id=161, subtype=709, payload=data)),
        ),
        max_size=5,
    ),
}


def _report(fields: dict[Any, Any]) -> params.TagReportData:
    return params.TagReportData(**fields)


TAG_REPORTS = st.fixed_dictionaries(
    {
        "epc_parameter": st.binary(min_size=12, max_size=12).map(lambda epc: params.EPC_96(epc=epc))
        | st.binary(max_size=62).map(lambda epc: params.EPCData(epc=BitStr.from_bytes(epc)))
    },
    optional=OPTIONAL,
).map(_report)


def _as_read(report: Any) -> TagRead:
    """What a foreign codec's TagReportData means to us."""
    epc = report.epc_parameter.epc
    seen = report.first_seen_timestamp_utc or report.last_seen_timestamp_utc
    pcs = [data.pc_bits for data in report.air_protocol_tag_datas if isinstance(data, params.C1G2_PC)]
    fine = [one.rssi / 100 for one in report.custom if isinstance(one, impinj.ImpinjPeakRSSI)]
    coarse = [float(report.peak_rssi.peak_rssi)] if report.peak_rssi else []
    tids = [one.t_id for one in report.custom if isinstance(one, impinj.ImpinjSerializedTID)]
    return TagRead(
        epc=epc.data if isinstance(epc, BitStr) else epc,
        antenna=report.antenna_id.antenna_id if report.antenna_id else 0,
        rssi_dbm=next(iter([*fine, *coarse]), None),
        tid=b"".join(word.to_bytes(2, "big") for word in next(iter(tids), [])),
        seen_us=seen.microseconds if seen else None,
        pc=pcs[0] if pcs else None,
        count=report.tag_seen_count.tag_count if report.tag_seen_count else 1,
    )


@given(st.lists(TAG_REPORTS, min_size=1, max_size=6), st.integers(1, 3))
def test_reports_of_any_layout_are_read_as_a_foreign_codec_wrote_them(reports: list[Any], rounds: int) -> None:
    frame = messages.RO_ACCESS_REPORT(tag_report_datas=reports).to_bytes(message_id=1)
    decoder = Decoder(Settings())
    for _ in range(rounds):  # the second round meets layouts that the first one learnt
        assert decoder.feed(frame, NOW_US) == [_as_read(report) for report in reports]


@given(
    st.builds(
        TagRead,
        epc=st.binary(max_size=62).filter(lambda epc: len(epc) % 2 == 0),
        antenna=st.integers(0, 65535),
        rssi_dbm=st.none() | st.integers(-128, 127).map(float),
        seen_us=st.none() | st.integers(0, 2**63),
        pc=st.none() | st.integers(0, 65535),
        count=st.integers(0, 65535),
    )
)
def test_reports_that_we_build_are_what_a_foreign_codec_reads(read: TagRead) -> None:
    report: Any = decode_message(ro_access_report(5, [read]))
    assert [_as_read(data) for data in report.tag_report_datas] == [read]


INVENTORY = rospec.Inventory(
    antennas=(
        rospec.Antenna(number=1, power=rospec.Power(index=71, dbm=27.0, hop_table=1)),
        rospec.Antenna(number=3, power=rospec.Power(index=81, dbm=30.0, hop_table=1), sensitivity=4),
    ),
    session=2,
    tag_population=64,
    rf_mode=1002,
    report_every=10,
    trigger=rospec.Trigger(start="command"),
    prefixes=("30", "35a"),
    vendor_content=impinj_content(tid=True),
)
PLAIN = msgspec.structs.replace(
    INVENTORY, antennas=[rospec.Antenna()], rf_mode=None, prefixes=(), vendor_content=b"", trigger=rospec.Trigger()
)
BY_INPUT = rospec.Trigger(start="gpi", port=3, level=False, read_ms=1500)


def by_input(trigger: rospec.Trigger) -> bytes:
    return rospec.add_rospec(7, msgspec.structs.replace(PLAIN, trigger=trigger)).to_bytes()


@pytest.mark.parametrize(
    "frame",
    [
        requests.get_reader_capabilities().to_bytes(),
        requests.get_reader_config().to_bytes(),
        requests.set_reader_config(keepalive_ms=10_000, hold_reports=True).to_bytes(),
        requests.enable_inputs(4).to_bytes(),
        requests.delete_rospec(requests.ALL_ROSPECS).to_bytes(),
        rospec.add_rospec(7, INVENTORY).to_bytes(),
        rospec.add_rospec(7, PLAIN).to_bytes(),
        by_input(BY_INPUT),
        by_input(msgspec.structs.replace(BY_INPUT, read_ms=0)),
        requests.enable_rospec(7).to_bytes(),
        requests.start_rospec(7).to_bytes(),
        requests.enable_events_and_reports().to_bytes(),
        requests.keepalive_ack().to_bytes(),
        impinj_enable_extensions().to_bytes(),
        answers.keepalive(9),
        answers.response(MessageType.ADD_ROSPEC_RESPONSE, 10),
        answers.response(MessageType.ERROR_MESSAGE, 10, answers.Status(code=101, description="no such antenna")),
        answers.event_notification(0, NOW_US, answers.connection_attempt_event(0)),
        answers.event_notification(0, NOW_US, answers.connection_close_event()),
        answers.event_notification(0, NOW_US, answers.gpi_event(2, high=True)),
        answers.uptime_notification(0, 12_345, answers.connection_attempt_event(0)),
        answers.event_notification(0, NOW_US, answers.antenna_event(2, connected=False)),
        answers.event_notification(0, NOW_US, answers.rospec_event(1, 7)),
        answers.event_notification(0, NOW_US, answers.buffer_warning_event(80)),
        answers.event_notification(0, NOW_US, answers.buffer_overflow_event()),
        answers.event_notification(0, NOW_US, answers.reader_exception_event("too hot")),
    ],
    ids=lambda frame: f"{MessageType(HEADER.unpack_from(frame)[0] & 0x3FF).name}",
)
def test_every_message_that_we_build_is_whole_to_a_foreign_codec(frame: bytes) -> None:
    foreign = decode_message(frame)
    assert not foreign.unbound_params
    assert foreign.to_bytes() == frame
    assert Message.from_bytes(frame).to_bytes() == frame


def test_the_rospec_says_what_the_inventory_asks_for() -> None:
    message: Any = decode_message(rospec.add_rospec(7, INVENTORY).to_bytes())
    (inventory,) = message.ro_spec.spec_parameters
    assert inventory.antenna_ids == [1, 3]
    first, second = inventory.inventory_parameter_specs[0].antenna_configurations
    assert (first.antenna_id, first.rf_transmitter.transmit_power, first.rf_receiver) == (1, 71, None)
    assert (second.antenna_id, second.rf_transmitter.transmit_power) == (3, 81)
    assert second.rf_receiver.receiver_sensitivity == 4
    command = second.air_protocol_inventory_command_settings[0]
    assert command.c1_g2_singulation_control.session == 2
    assert command.c1_g2_singulation_control.tag_population == 64
    assert command.c1_g2_rf_control.mode_index == 1002


def test_the_rospec_says_what_shall_be_reported() -> None:
    message: Any = decode_message(rospec.add_rospec(7, INVENTORY).to_bytes())
    report = message.ro_spec.ro_report_spec
    content = report.tag_report_content_selector
    assert (report.ro_report_trigger, report.n) == (1, 10)
    assert content.enable_antenna_id
    assert content.enable_peak_rssi
    assert content.enable_first_seen_timestamp
    assert content.enable_tag_seen_count
    assert content.air_protocol_epc_memory_selectors[0].enable_pc_bits
    (selector,) = report.custom
    assert isinstance(selector, impinj.ImpinjTagReportContentSelector)
    assert selector.impinj_enable_peak_rssi == impinj.ImpinjEnablePeakRSSI(peak_rssi_mode=1)
    assert selector.impinj_enable_serialized_t_id == impinj.ImpinjEnableSerializedTID(serialized_t_id_mode=1)


def test_filters_select_by_the_first_bits_of_the_epc_and_add_up() -> None:
    message: Any = decode_message(rospec.add_rospec(7, INVENTORY).to_bytes())
    configuration = message.ro_spec.spec_parameters[0].inventory_parameter_specs[0].antenna_configurations[0]
    filters = configuration.air_protocol_inventory_command_settings[0].c1_g2_filters
    masks = [one.c1_g2_tag_inventory_mask for one in filters]
    assert [(mask.mb, mask.pointer) for mask in masks] == [(1, 32), (1, 32)]
    assert [(mask.tag_mask.bit_len, mask.tag_mask.data.hex()) for mask in masks] == [(8, "30"), (12, "35a0")]
    actions = [one.c1_g2_tag_inventory_state_unaware_filter_action.action for one in filters]
    assert actions == [enums.C1G2StateUnawareAction.Select_Unselect, enums.C1G2StateUnawareAction.Select_DoNothing]


@pytest.mark.parametrize(("read_ms", "stop"), [(1500, 1), (0, 2)])
def test_an_input_starts_the_rospec_and_time_or_the_input_stops_it(read_ms: int, stop: int) -> None:
    message: Any = decode_message(by_input(msgspec.structs.replace(BY_INPUT, read_ms=read_ms)))
    boundary = message.ro_spec.ro_boundary_spec
    start, end = boundary.ro_spec_start_trigger, boundary.ro_spec_stop_trigger
    assert (start.ro_spec_start_trigger_type, end.ro_spec_stop_trigger_type) == (3, stop)
    assert start.gpi_trigger_value == params.GPITriggerValue(gpi_port_num=3, gpi_event=False, timeout=0)
    assert end.duration_trigger_value == read_ms
    back = params.GPITriggerValue(gpi_port_num=3, gpi_event=True, timeout=0)
    assert end.gpi_trigger_value == (None if read_ms else back)


def test_inputs_are_turned_on_with_their_events() -> None:
    message: Any = decode_message(requests.enable_inputs(2).to_bytes())
    assert [(one.gpi_port_num, one.config) for one in message.gpi_port_current_states] == [(1, True), (2, True)]
    (state,) = message.reader_event_notification_spec.event_notification_states
    assert (state.event_type, state.notification_state) == (enums.NotificationEventType.GPI_Event, True)


@pytest.mark.parametrize("hop_table", [None, 3])
def test_capabilities_that_we_build_are_read_back_and_whole_to_a_foreign_codec(hop_table: int | None) -> None:
    built = Capabilities(
        antennas=4,
        maker=25882,
        model=7,
        firmware="1.2.3",
        utc_clock=hop_table is None,
        inputs=4,
        filters=2,
        powers_dbm=((1, 10.0), (2, 30.25)),
        losses_db=((1, 0), (2, 10)),
        hop_table=hop_table,
    )
    frame = built.to_bytes(3)
    assert decode_message(frame).to_bytes() == frame
    assert Capabilities.of(frame[HEADER_BYTES:]) == built


def test_a_message_shorter_or_longer_than_its_header_says_is_refused() -> None:
    frame = answers.keepalive(1)
    for wrong in (frame[:-1], frame + b"\0"):
        with pytest.raises(Malformed):
            Message.from_bytes(wrong)


def test_parameters_are_walked_until_an_unknown_tv() -> None:
    data = tv(1, b"\0\1") + b"\xe5\1\2" + tv(6, b"\xc9")
    assert [parameter.type for parameter in parameters(data, 0, len(data))] == [1]


# --- reports ---------------------------------------------------------------------------------------


def test_layouts_that_alternate_and_change_are_read_right() -> None:
    reads = [
        READ,
        msgspec.structs.replace(READ, epc=bytes(8)),
        msgspec.structs.replace(READ, pc=None),
        msgspec.structs.replace(READ, rssi_dbm=None),
    ]
    mixed = [random.Random(1).choice(reads) for _ in range(200)]
    assert Decoder(Settings()).feed(ro_access_report(1, mixed), NOW_US) == mixed


def test_the_same_length_with_other_parameters_is_no_learnt_layout() -> None:
    first = tlv(ParameterType.TagReportData, tv(13, EPC), tv(1, b"\0\2"), tv(8, b"\0\5"))
    second = tlv(ParameterType.TagReportData, tv(13, EPC), tv(8, b"\0\2"), tv(1, b"\0\5"))
    reads = ReportReader().read(first + second, 0, len(first + second))
    assert reads == [TagRead(epc=EPC, antenna=2, count=5), TagRead(epc=EPC, antenna=5, count=2)]


def test_the_layouts_kept_are_bounded() -> None:
    reader = ReportReader()
    for size in range(2 * MAX_LAYOUTS):
        report = tlv(ParameterType.TagReportData, tv(13, EPC), tlv(ParameterType.Custom, bytes(8 + size)))
        assert reader.read(report, 0, len(report)) == [TagRead(epc=EPC)]
    assert len(reader._layouts) <= MAX_LAYOUTS


@pytest.mark.parametrize(
    "inside",
    [
        tv(1, b"\0\1"),  # no EPC
        tlv(ParameterType.EPCData, b"\0\x60" + bytes(11)),  # 96 bits in 11 bytes
        tlv(ParameterType.EPCData),  # not even the count of bits
        tv(13, EPC) + b"\x86",  # a TV that runs over the end
        tv(13, EPC) + b"\x03\xff\x00\x40",  # a TLV that runs over the end
        tv(13, EPC) + b"\x00\x05\x00\x04",  # a TLV type below 128
    ],
)
def test_a_damaged_report_is_rejected_whole_and_the_next_one_read(inside: bytes) -> None:
    body = tlv(ParameterType.TagReportData, inside)
    frame = Message(type=MessageType.RO_ACCESS_REPORT, body=body).to_bytes()
    rejected, read = Decoder(Settings()).feed(frame + ro_access_report(2, [READ]), NOW_US)
    assert isinstance(rejected, Rejected)
    assert (rejected.data, rejected.reason) == (frame, "parameter")
    assert read == READ


def test_report_reading_is_fast() -> None:
    """At least eight times a foreign codec, one report of 100 tags at a time."""
    frame = ro_access_report(1, [msgspec.structs.replace(READ, epc=n.to_bytes(12, "big")) for n in range(100)])
    decoder = Decoder(Settings())
    ours_s = min(_cpu_s(lambda: decoder.feed(frame, NOW_US)) for _ in range(50))
    theirs_s = min(_cpu_s(lambda: decode_message(frame)) for _ in range(10))
    print(f"{100 / ours_s:,.0f} tags/s, {theirs_s / ours_s:.1f} times llrpkit")
    assert theirs_s / ours_s >= 8


def _cpu_s(work: Callable[[], object]) -> float:
    began = time.process_time_ns()
    work()
    return (time.process_time_ns() - began) / 1e9
