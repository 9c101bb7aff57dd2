"""How each antenna hears tags, from the last readings that are kept of its device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean

from gateway.influx.samples import AntennaSample
from gateway.model import Micros, Output, TagRead

Recent = Iterable[tuple[Micros, Sequence[Output]]]


def antenna_samples(device: str, recent: Recent, after_us: Micros, at_us: Micros) -> Iterator[AntennaSample]:
    """A sample for each antenna that read a tag after a time."""
    reads: dict[int, list[TagRead]] = {}
    for told_us, outputs in recent:
        if told_us > after_us:
            for output in outputs:
                if isinstance(output, TagRead):
                    reads.setdefault(output.antenna, []).append(output)
    for antenna, heard in sorted(reads.items()):
        strengths = [read.rssi_dbm for read in heard if read.rssi_dbm is not None]
        yield AntennaSample(
            device=device,
            antenna=str(antenna),
            rssi_dbm=round(fmean(strengths), 1) if strengths else None,
            reads=sum(read.count for read in heard),
            epcs=len({read.epc for read in heard}),
            at_us=at_us,
        )
