"""The simulated LLRP reader against an independent client (llrpkit) and against misbehaving ones."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest
from llrpkit.client import LLRPClient, check_status
from llrpkit.exceptions import LLRPConnectionError, LLRPStatusError
from llrpkit.protocol import BitStr, enums, impinj, messages, params
from llrpkit.reader import Reader

from simulators.llrp_abilities import IMPINJ, Abilities
from simulators.llrp_reader import LlrpReader
from simulators.llrp_session import Mind
from tests.simulators.waiting import until

NOW_US = 1_800_000_000_000_000
EPC = bytes.fromhex("3132D687C4000000010000AA")
LONG_EPC = bytes.fromhex("3613F3A84D3C4D5E6F8091A2B3C4D5E6F800")


@pytest.fixture
async def reader() -> AsyncIterator[LlrpReader]:
    async with LlrpReader(now_us=lambda: NOW_US, antennas=4) as started:
        yield started


def select(prefix: bytes, action: int) -> params.C1G2Filter:
    return params.C1G2Filter(
        c1_g2_tag_inventory_mask=params.C1G2TagInventoryMask(mb=1, pointer=32, tag_mask=BitStr.from_bytes(prefix)),
        c1_g2_tag_inventory_state_unaware_filter_action=params.C1G2TagInventoryStateUnawareFilterAction(action=action),
    )


def rospec(
    rospec_id: int = 7,
    antennas: tuple[int, ...] = (0,),
    trigger: int = 1,
    every: int = 1,
    prefixes: tuple[bytes, ...] = (),
) -> params.ROSpec:
    selects = [select(prefix, action=min(number, 1)) for number, prefix in enumerate(prefixes)]
    command = params.C1G2InventoryCommand(c1_g2_filters=selects)
    configuration = params.AntennaConfiguration(antenna_id=0, air_protocol_inventory_command_settings=[command])
    return params.ROSpec(
        ro_spec_id=rospec_id,
        priority=0,
        current_state=enums.ROSpecState.Disabled,
        ro_boundary_spec=params.ROBoundarySpec(
            ro_spec_start_trigger=params.ROSpecStartTrigger(ro_spec_start_trigger_type=trigger),
            ro_spec_stop_trigger=params.ROSpecStopTrigger(ro_spec_stop_trigger_type=0, duration_trigger_value=0),
        ),
        spec_parameters=[
            params.AISpec(
                antenna_ids=list(antennas),
                ai_spec_stop_trigger=params.AISpecStopTrigger(ai_spec_stop_trigger_type=0, duration_trigger=0),
                inventory_parameter_specs=[
                    params.InventoryParameterSpec(
                        inventory_parameter_spec_id=1, protocol_id=1, antenna_configurations=[configuration]
                    )
                ],
            )
        ],
        ro_report_spec=params.ROReportSpec(
            ro_report_trigger=1,
            n=every,
            tag_report_content_selector=params.TagReportContentSelector(
                enable_antenna_id=True, enable_peak_rssi=True, enable_first_seen_timestamp=True
            ),
        ),
    )


async def test_an_independent_client_learns_capabilities_and_reads_tags(reader: LlrpReader) -> None:
    async with Reader("127.0.0.1", reader.port) as client:
        assert client.max_antennas == 4
        assert client.capabilities.power_index_for_dbm(30.0) == 21
        tags = client.inventory(max_tags=2)
        first = asyncio.ensure_future(anext(tags))
        await until(lambda: reader.mind.reading)
        reader.see(epc=EPC, antenna=2, rssi_dbm=-51.6, seen_us=NOW_US)
        reader.see(epc=LONG_EPC, antenna=3, rssi_dbm=-60.0, seen_us=NOW_US + 1)
        tag = await first
        assert (tag.epc_hex.upper(), tag.antenna, tag.rssi_dbm) == (EPC.hex().upper(), 2, -52)
        assert (await anext(tags)).epc_hex.upper() == LONG_EPC.hex().upper()
        await tags.aclose()
        assert not reader.mind.reading


async def test_a_second_client_is_told_that_another_has_the_reader(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port):
        with pytest.raises(LLRPConnectionError, match="Already"):
            await LLRPClient("127.0.0.1", reader.port).connect()
        assert reader.refused == 1


async def test_the_reader_is_free_again_after_its_client_went(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port):
        pass
    async with LLRPClient("127.0.0.1", reader.port) as client:
        assert client.connected


async def test_order_matters_and_is_answered_with_status_codes(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        check_status(await client.transact(messages.DELETE_ROSPEC(ro_spec_id=0)))
        with pytest.raises(LLRPStatusError, match="no ROSpec 7"):
            check_status(await client.transact(messages.ENABLE_ROSPEC(ro_spec_id=7)))
        check_status(await client.transact(messages.ADD_ROSPEC(ro_spec=rospec(trigger=0))))
        with pytest.raises(LLRPStatusError, match="exists already"):
            check_status(await client.transact(messages.ADD_ROSPEC(ro_spec=rospec())))
        with pytest.raises(LLRPStatusError, match="enable it first"):
            check_status(await client.transact(messages.START_ROSPEC(ro_spec_id=7)))
        check_status(await client.transact(messages.ENABLE_ROSPEC(ro_spec_id=7)))
        check_status(await client.transact(messages.START_ROSPEC(ro_spec_id=7)))
        assert reader.mind.reading
        check_status(await client.transact(messages.STOP_ROSPEC(ro_spec_id=7)))
        assert not reader.mind.reading


async def test_an_antenna_the_reader_does_not_have_is_refused(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        with pytest.raises(LLRPStatusError, match="4 antennas"):
            check_status(await client.transact(messages.ADD_ROSPEC(ro_spec=rospec(antennas=(1, 9)))))


async def test_only_selected_antennas_and_fields_are_reported(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        await run(client, rospec(antennas=(2,)))
        reader.see(epc=EPC, antenna=1, rssi_dbm=-40, seen_us=NOW_US)
        reader.see(epc=EPC, antenna=2, rssi_dbm=-55, seen_us=NOW_US + 5)
        report = (await client.reports.get()).tag_report_datas[0]
        assert report.antenna_id is not None
        assert report.peak_rssi is not None
        assert report.first_seen_timestamp_utc is not None
        assert report.antenna_id.antenna_id == 2
        assert report.peak_rssi.peak_rssi == -55
        assert report.first_seen_timestamp_utc.microseconds == NOW_US + 5
        assert report.channel_index is None
        assert report.tag_seen_count is None


async def test_reports_wait_for_their_number_or_for_get_report(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        await run(client, rospec(every=3))
        reader.see(epc=EPC, antenna=1, rssi_dbm=-40, seen_us=NOW_US)
        client.send(messages.GET_REPORT(), message_id=77)
        assert len((await client.reports.get()).tag_report_datas) == 1
        for n in range(3):
            reader.see(epc=EPC, antenna=1, rssi_dbm=-40, seen_us=NOW_US + n)
        assert len((await client.reports.get()).tag_report_datas) == 3


async def test_what_was_read_while_nobody_listened_is_held_until_asked_for(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        hold = params.EventsAndReports(hold_events_and_reports_upon_reconnect=True)
        check_status(await client.transact(messages.SET_READER_CONFIG(events_and_reports=hold)))
        await run(client, rospec())
    await until(lambda: not reader.in_use)
    reader.see(epc=EPC, antenna=1, rssi_dbm=-40, seen_us=NOW_US)
    async with LLRPClient("127.0.0.1", reader.port) as client:
        check_status(await client.transact(messages.GET_READER_CONFIG(antenna_id=0, requested_data=0)))
        assert client.reports.empty()
        client.send(messages.ENABLE_EVENTS_AND_REPORTS(), message_id=5)
        assert len((await client.reports.get()).tag_report_datas) == 1


async def test_antenna_events_reach_the_client(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        reader.antenna(2, connected=False)
        message = await client.events.get()
        assert isinstance(message, messages.READER_EVENT_NOTIFICATION)
        event = message.reader_event_notification_data.antenna_event
        assert event is not None
        assert (event.antenna_id, int(event.event_type)) == (2, 0)


async def test_a_client_that_answers_keep_alives_stays_and_a_mute_one_is_dropped(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        period = params.KeepaliveSpec(keepalive_trigger_type=1, periodic_trigger_value=20)
        check_status(await client.transact(messages.SET_READER_CONFIG(keepalive_spec=period)))
        await until(lambda: reader.mind.keepalives >= 6)  # more than a mute client would get
        assert client.connected
    assert reader.dropped == 0
    stream, writer = await asyncio.open_connection("127.0.0.1", reader.port)
    async with asyncio.timeout(5):
        data = await stream.read(-1)
    writer.close()
    kinds = [kind for kind in types(data) if kind == 62]
    assert len(kinds) == 3
    assert reader.dropped == 1


async def test_an_unknown_message_is_an_error_message_and_garbage_ends_the_connection(reader: LlrpReader) -> None:
    stream, writer = await asyncio.open_connection("127.0.0.1", reader.port)
    writer.write(struct.pack(">HII", 0x0400 | 999, 10, 3) + b"\0" * 10)
    async with asyncio.timeout(5):
        data = await stream.read(-1)
    writer.close()
    assert types(data) == [63, 100]
    assert reader.dropped == 1


async def test_versions_are_negotiated_once_and_then_spoken() -> None:
    mind = Mind(Abilities(newest=2))
    assert versions(mind.connected(NOW_US)) == [1]
    ask = struct.pack(">HII", 2 << 10 | 46, 10, 1)
    answer = mind.feed(ask, NOW_US)
    assert (types(answer), versions(answer), answer[10:12]) == ([56], [2], b"\1\2")
    change = struct.pack(">HIIB", 2 << 10 | 47, 11, 2, 2)
    assert types(mind.feed(change, NOW_US)) == [57]
    assert status(mind.feed(change, NOW_US)) == 112  # unexpected: once is enough
    assert versions(mind.keepalive()) == [2]
    old = struct.pack(">HIIB", 1 << 10 | 1, 11, 3, 0)
    assert (types(mind.feed(old, NOW_US)), status(mind.feed(old, NOW_US))) == ([100], 110)


async def test_a_reader_of_1_0_1_knows_no_other() -> None:
    mind = Mind()
    mind.connected(NOW_US)
    answer = mind.feed(struct.pack(">HII", 2 << 10 | 46, 10, 1), NOW_US)
    assert (types(answer), versions(answer), status(answer)) == ([100], [1], 110)


async def test_inputs_are_off_until_turned_on_and_told_where_asked_for(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        reader.input(2, high=True)
        config = await client.transact(messages.GET_READER_CONFIG(antenna_id=0, requested_data=9))
        assert isinstance(config, messages.GET_READER_CONFIG_RESPONSE)
        assert {int(one.state) for one in config.gpi_port_current_states} == {enums.GPIPortState.Unknown}
        check_status(await client.transact(turn_on(2)))
        reader.input(2, high=False)
        message = await client.events.get()
        assert isinstance(message, messages.READER_EVENT_NOTIFICATION)
        event = message.reader_event_notification_data.gpi_event
        assert event == params.GPIEvent(gpi_port_number=2, gpi_event=False)
        with pytest.raises(LLRPStatusError, match="input 9 of 4"):
            check_status(await client.transact(turn_on(9)))


async def test_a_filter_keeps_other_tags_quiet_and_too_many_are_refused(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        await run(client, rospec(prefixes=(b"\x30", b"\x31")))
        for epc in (EPC, LONG_EPC):
            reader.see(epc=epc, antenna=1, rssi_dbm=-40, seen_us=NOW_US)
        reader.see(epc=EPC, antenna=2, rssi_dbm=-40, seen_us=NOW_US)
        antennas = [(await client.reports.get()).tag_report_datas[0].antenna_id for _ in range(2)]
        assert [one.antenna_id for one in antennas if one is not None] == [1, 2]
        with pytest.raises(LLRPStatusError, match="takes 2 filters"):
            check_status(await client.transact(messages.ADD_ROSPEC(ro_spec=rospec(8, prefixes=(b"1", b"2", b"3")))))


async def test_an_impinj_reader_gives_its_own_content_once_enabled() -> None:
    async with (
        LlrpReader(now_us=lambda: NOW_US, abilities=Abilities(maker=IMPINJ)) as reader,
        LLRPClient("127.0.0.1", reader.port) as client,
    ):
        spec = rospec()
        assert spec.ro_report_spec is not None
        wanted = impinj.ImpinjTagReportContentSelector(
            impinj_enable_serialized_t_id=impinj.ImpinjEnableSerializedTID(serialized_t_id_mode=1),
            impinj_enable_peak_rssi=impinj.ImpinjEnablePeakRSSI(peak_rssi_mode=1),
        )
        spec.ro_report_spec.custom.append(wanted)
        with pytest.raises(LLRPStatusError, match="not enabled"):
            check_status(await client.transact(messages.ADD_ROSPEC(ro_spec=spec)))
        await client.transact(impinj.IMPINJ_ENABLE_EXTENSIONS())
        await run(client, spec)
        reader.see(epc=EPC, antenna=1, rssi_dbm=-54.37, seen_us=NOW_US, tid=b"\xe2\x80\x11\x05")
        custom = (await client.reports.get()).tag_report_datas[0].custom
        assert custom == [impinj.ImpinjPeakRSSI(rssi=-5437), impinj.ImpinjSerializedTID(t_id=[0xE280, 0x1105])]


async def test_a_restart_cuts_the_client_and_forgets_what_was_set(reader: LlrpReader) -> None:
    async with LLRPClient("127.0.0.1", reader.port) as client:
        await run(client, rospec())
        reader.restart()
        await until(lambda: not reader.in_use)
    assert not reader.mind.reading


def turn_on(port: int) -> messages.SET_READER_CONFIG:
    """Turn an input on with its events."""
    event = params.EventNotificationState(event_type=enums.NotificationEventType.GPI_Event, notification_state=True)
    return messages.SET_READER_CONFIG(
        reader_event_notification_spec=params.ReaderEventNotificationSpec(event_notification_states=[event]),
        gpi_port_current_states=[params.GPIPortCurrentState(gpi_port_num=port, config=True, state=2)],
    )


async def run(client: LLRPClient, spec: params.ROSpec) -> None:
    """Add and enable a ROSpec that starts at once."""
    check_status(await client.transact(messages.ADD_ROSPEC(ro_spec=spec)))
    check_status(await client.transact(messages.ENABLE_ROSPEC(ro_spec_id=spec.ro_spec_id)))


def types(data: bytes) -> list[int]:
    """Message types of whole frames, in order."""
    out, at = [], 0
    while at < len(data):
        head, length, _ = struct.unpack_from(">HII", data, at)
        out.append(head & 0x3FF)
        at += length
    return out


def versions(data: bytes) -> list[int]:
    """Versions in the headers of whole frames, in order."""
    out, at = [], 0
    while at < len(data):
        head, length, _ = struct.unpack_from(">HII", data, at)
        out.append(head >> 10)
        at += length
    return out


def status(answer: bytes) -> int:
    """The LLRPStatus code at the beginning of an answer's body."""
    return int(struct.unpack_from(">HHH", answer, 10)[2])
