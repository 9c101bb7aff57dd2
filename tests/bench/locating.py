"""Tag reads of known tags resolved and located: by ours, and by a dict that keeps the last read of each tag."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gateway.locate import Locator
from gateway.model import Micros, Observation, TagRead
from gateway.resolve import Resolver
from tests.bench.contest import Contender, Contest, Measured, Role, cpu_time
from tests.bench.site import PLANT, READER, site
from tests.bench.size import Size
from tests.bench.tags import BASE_US, TAGS, tag_reads

BATCH = 1_000


def contest(size: Size) -> Contest:
    """Reads of tags that are where they were."""
    reads = tag_reads(size.located + TAGS)
    known, more = reads[:TAGS], reads[TAGS:]
    batches = [more[at : at + BATCH] for at in range(0, len(more), BATCH)]
    return Contest(
        name="locate",
        title="resolved and located, tags known",
        unit="reads",
        contenders=[
            Contender(name="tierview", role=Role.OURS, measure=partial(_ours, known, batches)),
            Contender(name="a dict of last reads", role=Role.FLOOR, measure=partial(_least, batches)),
        ],
    )


def _ours(known: Sequence[TagRead], batches: Sequence[Sequence[TagRead]]) -> Measured:
    config = site(connect="tcp://127.0.0.1:5084", driver="llrp")
    resolver, locator = Resolver(config), Locator(config)

    def take(reads: Sequence[TagRead], now_us: Micros) -> int:
        resolved = [resolver.resolve(READER, read, now_us) for read in reads]
        observations = [observation for observation in resolved if type(observation) is Observation]
        locator.observe(observations, now_us)
        return len(observations)

    take(known, BASE_US)
    assert locator.board.counts().total() == TAGS
    return cpu_time(lambda: sum(take(batch, BASE_US + number) for number, batch in enumerate(batches)))


def _least(batches: Sequence[Sequence[TagRead]]) -> Measured:
    def work() -> int:
        last: dict[bytes, tuple[str, int | None, float | None]] = {}
        for batch in batches:
            for read in batch:
                last[read.epc] = (PLANT, read.seen_us, read.rssi_dbm)
        return sum(map(len, batches))

    return cpu_time(work)
