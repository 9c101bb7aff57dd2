"""Finding LLRP messages in a stream: garbage, false lengths, bounds, and bytes made to cost time."""

from __future__ import annotations

import time

from device_drivers import llrp_answers as answers
from device_drivers.llrp import MAX_PENDING_BYTES, Decoder, Settings
from device_drivers.llrp_reports import ro_access_report
from device_drivers.llrp_wire import (
    HEADER,
    HEADER_BYTES,
    MAX_MESSAGE_BYTES,
    Message,
    MessageType,
    ParameterType,
    tlv,
)
from gateway.model import Rejected, TagRead

NOW_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
SECOND_US = 1_000_000
EPC = bytes.fromhex("3034257bf7194e4000001a85")
READ = TagRead(epc=EPC, antenna=2, rssi_dbm=-55.0, seen_us=NOW_US, pc=0x3000, count=3)


def test_a_false_length_is_found_out_at_the_next_parameter() -> None:
    false = HEADER.pack(0x043D, MAX_MESSAGE_BYTES, 1) + b"\0\xf0\0\x14" + bytes(16)
    rejected, read = Decoder(Settings()).feed(false + ro_access_report(2, [READ]), NOW_US)
    assert isinstance(rejected, Rejected)
    assert rejected.data == false
    assert read == READ


def test_a_truncated_report_costs_only_itself_where_the_parameters_show_it() -> None:
    """There is no checksum: three cuts make a report of another tag that swallows the next one's beginning."""
    whole = ro_access_report(1, [READ])
    unseen = {1, 2, 31}  # within the PC's value twice, and where the rest looks like an unknown TV
    for missing in range(1, len(whole) - HEADER_BYTES + 1):
        outputs = Decoder(Settings()).feed(whole[:-missing] + whole + whole, NOW_US)
        assert outputs[-1] == READ
        assert (outputs[-2] == READ) == (missing not in unseen), missing


def test_the_largest_message_is_read_and_one_byte_more_is_not() -> None:
    room = MAX_MESSAGE_BYTES - HEADER_BYTES - 17 * 60_004 - 4
    fill = [tlv(ParameterType.Custom, bytes(60_000))] * 17 + [tlv(ParameterType.Custom, bytes(room))]
    frame = Message(type=MessageType.RO_ACCESS_REPORT, body=b"".join(fill)).to_bytes()
    assert len(frame) == MAX_MESSAGE_BYTES
    decoder = Decoder(Settings())
    assert decoder.feed(frame[:-1], NOW_US) == []
    assert decoder.pending_bytes == MAX_MESSAGE_BYTES - 1 <= MAX_PENDING_BYTES
    assert decoder.feed(frame[-1:] + ro_access_report(2, [READ]), NOW_US) == [READ]
    longer = HEADER.pack(0x043D, MAX_MESSAGE_BYTES + 1, 1)
    assert isinstance(Decoder(Settings()).feed(longer + answers.keepalive(2), NOW_US)[0], Rejected)


def test_a_message_of_an_unknown_type_is_rejected_whole_and_the_next_one_read() -> None:
    unknown = Message(type=58, message_id=3, body=tlv(ParameterType.TagReportData, b"\x01" * 20)).to_bytes()
    frame = ro_access_report(2, [READ])
    first, rejected, second = Decoder(Settings()).feed(frame + unknown + frame, NOW_US)
    assert isinstance(rejected, Rejected)
    assert (first, second) == (READ, READ)
    assert (rejected.data, rejected.reason) == (unknown, "type")


def test_bytes_made_to_cost_time_are_given_up_in_linear_time() -> None:
    """Half a megabyte in which every unit begins a message that fails only at the end of it all."""
    header = HEADER.pack(0x043D, 0x0F0000, 1)
    unit = tlv(ParameterType.TagReportData, b"\0\0", header)
    stream = header + unit * 32_768 + bytes(64)
    decoder = Decoder(Settings())
    began_s = time.process_time()
    decoder.feed(stream, NOW_US)
    assert time.process_time() - began_s < 1.0  # it takes minutes where patience does not run out
    assert READ in decoder.feed(ro_access_report(2, [READ]), NOW_US)


def test_refused_bytes_are_given_out_when_nothing_follows_them() -> None:
    decoder = Decoder(Settings())
    web_server = b"HTTP/1.1 400 Bad Request\r\n\r\n"
    assert decoder.feed(web_server, NOW_US) == []
    (rejected,) = decoder.tick(NOW_US + SECOND_US)
    assert isinstance(rejected, Rejected)
    assert web_server.startswith(rejected.data)
    assert decoder.pending_bytes < HEADER_BYTES
