"""LLRP tag reports decoded: by our driver, by llrpkit's codec, and by the least code that could do it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from llrpkit.protocol import decode_message, messages

from device_drivers.llrp import Decoder, Settings
from gateway.model import TagRead
from tests.bench.contest import Contender, Contest, Measured, Role, cpu_time
from tests.bench.size import Size
from tests.bench.tags import BASE_US, LAYOUT, TAGS_A_REPORT, cut, llrp_reports

READ_BYTES = 65_536  # what a TCP source hands on at a time
HEADER_BYTES = 10


def contest(size: Size) -> Contest:
    """Many tags to a report, as busy readers are set."""
    return _contest("llrp", f"LLRP decoded, {TAGS_A_REPORT} tags to a report", TAGS_A_REPORT, size.decoded)


def contest_single(size: Size) -> Contest:
    """One tag to a report, as our driver sets readers up unless told otherwise."""
    return _contest("llrp1", "LLRP decoded, 1 tag to a report", 1, size.decoded // 4)


def _contest(name: str, title: str, each: int, count: int) -> Contest:
    frames = llrp_reports(count, each=each)
    few = frames[: max(1, len(frames) // 20)]
    return Contest(
        name=name,
        title=title,
        unit="tags",
        contenders=[
            Contender(
                name="tierview driver", role=Role.OURS, measure=partial(_ours, cut(b"".join(frames), READ_BYTES))
            ),
            Contender(name="llrpkit codec", role=Role.PEER, measure=partial(_llrpkit, few)),
            Contender(name="iter_unpack of one layout", role=Role.FLOOR, measure=partial(_least, frames)),
        ],
    )


def _ours(chunks: Sequence[bytes]) -> Measured:
    decoder = Decoder(Settings())

    def work() -> int:
        tags = 0
        for chunk in chunks:
            tags += sum(type(output) is TagRead for output in decoder.feed(chunk, BASE_US))
        return tags

    return cpu_time(work)


def _llrpkit(frames: Sequence[bytes]) -> Measured:
    def work() -> int:
        tags = 0
        for frame in frames:
            report = decode_message(frame)
            assert isinstance(report, messages.RO_ACCESS_REPORT)
            tags += len(report.tag_report_datas)
        return tags

    return cpu_time(work)


def _least(frames: Sequence[bytes]) -> Measured:
    return cpu_time(lambda: sum(len(list(LAYOUT.iter_unpack(frame[HEADER_BYTES:]))) for frame in frames))
