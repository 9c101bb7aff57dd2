"""Tag reports through whole systems by LLRP over TCP, as fast as they are taken."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.children import Child, python
from tests.bench.contest import Contender, Contest, Measured, Role
from tests.bench.gateway import gateway
from tests.bench.journal_watch import JournalWatch, bytes_on_tape
from tests.bench.site import site
from tests.bench.size import Size
from tests.bench.tags import TAGS, TAGS_A_REPORT
from tests.e2e.running import free_port


def contest(size: Size) -> Contest:
    """The gateway sets the reader up, journals its bytes with FULL, and knows where every tag is."""
    return Contest(
        name="tcp",
        title=f"LLRP over TCP to committed presence, {TAGS_A_REPORT} tags to a report",
        unit="tags",
        contenders=[
            Contender(name="tierview", role=Role.OURS, measure=partial(_ours, size.reports)),
            Contender(name="asyncio and a dict, no journal", role=Role.FLOOR, measure=partial(_least, size.reports)),
        ],
        clock=time.perf_counter,
    )


def _ours(reports: int) -> Measured:
    with TemporaryDirectory(prefix="tierview-bench-") as name, _reader(Path(name), reports) as (reader, port):
        config = site(connect=f"tcp://127.0.0.1:{port}", driver="llrp", http_port=free_port())
        with gateway(config, Path(name), bytes_on_tape) as (child, watch):
            reader.hear()  # it is set up
            _, total, _ = _send(reader)
            watch.until(total)
            cpu_s, around_s = child.cpu_s(), reader.cpu_s()
            began_ns, total, digest = _send(reader)
            watch.until(total)
            cpu_s, around_s = child.cpu_s() - cpu_s, reader.cpu_s() - around_s
            return Measured(
                units=reports,
                seconds=(watch.last_ns - began_ns) / 1e9,
                cpu_s=cpu_s,
                around_cpu_s=around_s,
                missing=0 if _is_whole(watch, digest) else reports,
            )


def _least(reports: int) -> Measured:
    with (
        TemporaryDirectory(prefix="tierview-bench-") as name,
        _reader(Path(name), reports, "--bare") as (reader, port),
        Child(python("tests.bench.llrp_bare", port, TAGS, reports), Path(name) / "bare.log") as child,
    ):
        reader.hear()  # it has a client
        _send(reader)
        child.hear()
        cpu_s, around_s = child.cpu_s(), reader.cpu_s()
        began_ns, _, _ = _send(reader)
        came_ns, reads, tags = map(int, child.hear().split())
        return Measured(
            units=reports,
            seconds=(came_ns - began_ns) / 1e9,
            cpu_s=child.cpu_s() - cpu_s,
            around_cpu_s=reader.cpu_s() - around_s,
            missing=(TAGS + reports - reads) + (TAGS - tags),
        )


@contextmanager
def _reader(folder: Path, reports: int, *options: str) -> Iterator[tuple[Child, int]]:
    command = python("tests.bench.llrp_reader", TAGS, reports, *options)
    with Child(command, folder / "reader.log") as reader:
        yield reader, int(reader.hear())


def _send(reader: Child) -> tuple[int, int, bytes]:
    """Have it send its next round: when it began, how many bytes it has sent since the start, and their digest."""
    reader.tell("send")
    began_ns, _, total, digest = reader.hear().split()
    return int(began_ns), int(total), digest


def _is_whole(watch: JournalWatch, digest: bytes) -> bool:
    """Whether the tape has every byte once and in order, and every tag has arrived once."""
    found = hashlib.sha256(b"".join(data for _, data in watch.taped())).hexdigest().encode()
    return found == digest and len({event.asset for _, event in watch.located()}) == len(watch.located()) == TAGS
