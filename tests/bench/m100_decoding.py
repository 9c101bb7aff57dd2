"""M100 tag notices decoded: by our driver, and by a bare loop that slices and checks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from device_drivers.m100 import Decoder, Settings
from gateway.model import TagRead
from tests.bench.contest import Contender, Contest, Measured, Role, cpu_time
from tests.bench.size import Size
from tests.bench.tags import BASE_US, cut, m100_notices

READ_BYTES = 4_096


def contest(size: Size) -> Contest:
    """The stream of a module that reads tags without a pause."""
    stream = b"".join(m100_notices(size.decoded // 4))
    return Contest(
        name="m100",
        title="M100 decoded",
        unit="frames",
        contenders=[
            Contender(name="tierview driver", role=Role.OURS, measure=partial(_ours, cut(stream, READ_BYTES))),
            Contender(name="slices and checksum", role=Role.FLOOR, measure=partial(_least, stream)),
        ],
    )


def _ours(chunks: Sequence[bytes]) -> Measured:
    decoder = Decoder(Settings())

    def work() -> int:
        return sum(type(output) is TagRead for chunk in chunks for output in decoder.feed(chunk, BASE_US))

    return cpu_time(work)


def _least(stream: bytes) -> Measured:
    def work() -> int:
        at, found = 0, []
        while at < len(stream):
            end = at + 7 + (stream[at + 3] << 8 | stream[at + 4])
            if stream[at] == 0xBB and sum(stream[at + 1 : end - 2]) & 0xFF == stream[end - 2]:
                found.append((stream[at + 5], stream[at + 8 : end - 4]))
            at = end
        return len(found)

    return cpu_time(work)
