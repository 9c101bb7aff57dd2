"""How the gateway itself stands: what /metrics says, what waits in the journal, and how long the disk lasts."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client.core import Metric

from gateway.influx.samples import AntennaSample, GatewaySample
from gateway.journal import Journal, alerts, quarantine
from gateway.model import Micros
from gateway.sampling.antennas_now import antenna_samples
from gateway.web.house import House

PREFIX = "tierview_"
LABELS = ("device", "source", "output", "rule")  # of which a metric has one at most
LONGEST_H = 24.0 * 365  # a disk that lasts longer is said to last so long


class GatewayNow:
    """Looks, and remembers the look before: how quickly the journal grows follows from two."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._looked_us: Micros = 0
        self._before: tuple[float, int] | None = None  # when (monotonic seconds), and the journal's bytes then

    def antennas(self) -> list[AntennaSample]:
        """What antennas heard since this was asked before."""
        ports = self._house.ports
        before_us, now_us = self._looked_us, ports.clock.now_us()
        self._looked_us = now_us
        return [
            sample
            for device in ports.config.devices
            for sample in antenna_samples(device.name, ports.watch.doing(device.name).recent, before_us, now_us)
        ]

    async def look(self) -> list[GatewaySample]:
        """How it stands now."""
        at_us, journal = self._house.ports.clock.now_us(), self._house.ports.journal
        found = list(samples_of(self._house.ports.metrics.collect(), at_us))
        counts = await journal.read(_counts)
        counts |= {"commit_seconds": journal.commit_s, **self._disk(journal)}
        return found + [GatewaySample(name=name, value=value, at_us=at_us) for name, value in counts.items()]

    def _disk(self, journal: Journal) -> dict[str, float]:
        used = sum(map(_size, journal.folder.iterdir()))
        free = shutil.disk_usage(journal.folder).free
        told: dict[str, float] = {"journal_bytes": used, "disk_free_bytes": free}
        now_s = time.monotonic()
        if self._before is not None and now_s > self._before[0]:
            told["buffer_hours"] = hours_left(free, used - self._before[1], now_s - self._before[0])
        if self._before is None or used != self._before[1]:
            self._before = (now_s, used)
        return told


def hours_left(free: int, grown: int, passed_s: float) -> float:
    """How long a disk takes what is written, at the rate of the last look; at most LONGEST_H."""
    return LONGEST_H if grown <= 0 else min(LONGEST_H, free / grown * passed_s / 3600)


def samples_of(metrics: Iterable[Metric], at_us: Micros) -> Iterator[GatewaySample]:
    """Each number of each metric, by its name without our prefix."""
    for metric in metrics:
        for one in metric.samples:
            yield GatewaySample(
                name=one.name.removeprefix(PREFIX),
                label=next((one.labels[label] for label in LABELS if label in one.labels), ""),
                reason=one.labels.get("reason", ""),
                value=one.value,
                at_us=at_us,
            )


def _counts(connection: sqlite3.Connection) -> dict[str, float]:
    return {
        "alerts_standing": len(alerts.standing(connection)),
        "deliveries_pending": alerts.pending(connection),
        "quarantined": sum(quarantine.counts(connection).values()),
    }


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # SQLite's own files come and go
        return 0
