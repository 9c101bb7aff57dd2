"""The same tag reads in the words of each device: what the decoders of a contest are given."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from device_drivers import m100_wire
from gateway.identity import stored_pc
from gateway.model import Micros, TagRead
from simulators import llrp_frames
from simulators.llrp_frames import Report, Rospec, TagSeen
from simulators.load import epc, impinj_message

BASE_US: Micros = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
ANTENNAS = 4
RSSI_DBM = -52
TAGS = 1_000  # in the field at a time
TAGS_A_REPORT = 32  # as busy readers are set
# What the driver asks a reader for: see `llrp_rospec.REPORT_CONTENT`.
CONTENT = llrp_frames.ANTENNA_ID | llrp_frames.PEAK_RSSI | llrp_frames.FIRST_SEEN | llrp_frames.SEEN_COUNT

# One TagReportData with just these, for the floors: its constants are passed over unseen.
LAYOUT = struct.Struct(">5x12sxHxbxQxHxH")  # EPC, antenna, RSSI, first seen, count, PC


def llrp_reports(
    count: int, *, tags: int = TAGS, each: int, base_us: Micros = BASE_US, apart_us: int = 5
) -> list[bytes]:
    """RO_ACCESS_REPORTs with `each` tags, together `count` reads of `tags` tags."""
    rospec = Rospec(
        rospec_id=1,
        starts_at_once=True,
        antennas=frozenset(),
        report=Report(every=each, content=CONTENT, memory=llrp_frames.C1G2_PC),
    )
    reads = [llrp_frames.tag_report(_seen(number, tags, base_us, apart_us), rospec) for number in range(count)]
    return [
        llrp_frames.frame(61, number, b"".join(reads[start : start + each]))
        for number, start in enumerate(range(0, count, each))
    ]


def _seen(number: int, tags: int, base_us: Micros, apart_us: int) -> TagSeen:
    tag = epc(number % tags)
    return TagSeen(
        epc=tag,
        antenna=number % tags % ANTENNAS + 1,
        rssi_dbm=RSSI_DBM,
        seen_us=base_us + number * apart_us,
        pc=stored_pc(tag),
    )


def m100_notices(count: int) -> list[bytes]:
    """Tag notices of an M100."""
    return [m100_wire.tag_notice(read) for read in tag_reads(count)]


def r700_messages(count: int) -> list[bytes]:
    """Tag events of an Impinj R700, one a message."""
    return [impinj_message(number, TAGS, BASE_US) for number in range(count)]


def tag_reads(count: int, *, apart_us: int = 5) -> list[TagRead]:
    """What a driver makes of them."""
    return [
        TagRead(
            epc=epc(number % TAGS),
            antenna=number % TAGS % ANTENNAS + 1,
            rssi_dbm=float(RSSI_DBM),
            pc=stored_pc(epc(0)),
            seen_us=BASE_US + number * apart_us,
        )
        for number in range(count)
    ]


def cut(stream: bytes, size: int) -> Sequence[bytes]:
    """A stream as it comes from a socket: in pieces that know nothing of frames."""
    return [stream[at : at + size] for at in range(0, len(stream), size)]
