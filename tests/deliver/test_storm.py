"""A storm of alerts: nothing lost, told in groups, memory bounded, and a critical alert goes past all of it (F17).

    python -m tests.deliver.test_storm [ALERTS]

prints the figures of ten thousand in a minute of the gateway's clock.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import ManualClock
from gateway.deliver.lane import CRITICAL_INTERVAL_S, STORM, STORM_INTERVAL_S
from gateway.model import Alert, Severity
from simulators.receivers import Received, Receiver
from tests.deliver.desk import SECRET, Office, an_alert, hook, now_us, office

SECOND_US = 1_000_000
LANES = 200
MINUTE = 100  # steps of 0.6 s
SHORT, FULL = 1000, 10_000
PARTIES = ("OEM", "SUPPLIER", "HANGS")
HEALTHY = PARTIES[:2]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How a storm went."""

    messages: int
    alerts: int
    most_in_interval: int  # messages of one group to one subscriber
    overtaken_s: float  # of real time, until the critical alert was accepted by both healthy
    grown_mb: float
    lost: int
    seconds: float


def resident_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def alerts_in(notice: Received) -> list[str]:
    """The ids of all alerts that a message tells of."""
    data: dict[str, Any] = json.loads(notice.body)["data"]
    if "alert_id" in data:
        return [data["alert_id"]]
    return [*(one["alert_id"] for one in data["alerts"]), *data["more"]]


async def storm(folder: Path, count: int) -> Figures:
    clock = ManualClock(now_us())
    heard_us: dict[str, list[tuple[int, Received]]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        receivers = [
            await stack.enter_async_context(
                Receiver(
                    party,
                    secret=SECRET,
                    behaviour="hangs" if party == "HANGS" else "good",
                    on_notice=lambda party, notice: heard_us[party].append((clock.now_us(), notice)),
                )
            )
            for party in PARTIES
        ]
        hooks = [hook(receiver.party, receiver.url) for receiver in receivers]
        at = await stack.enter_async_context(office(folder, clock, hooks))
        before_mb, began_s = resident_mb(), time.monotonic()
        overtaken_s = await _blow(at, clock, count)
        grown_mb = resident_mb() - before_mb
        await _settle(at, clock)
    told = {party: Counter(one for _, notice in heard_us[party] for one in alerts_in(notice)) for party in HEALTHY}
    everything = {f"al_{number}" for number in range(count + 1)}
    return Figures(
        messages=sum(len(heard_us[party]) for party in HEALTHY),
        alerts=count,
        most_in_interval=max(_most_in_interval(heard_us[party]) for party in HEALTHY),
        overtaken_s=overtaken_s,
        grown_mb=grown_mb,
        lost=sum(len(everything - set(told[party])) for party in HEALTHY),
        seconds=time.monotonic() - began_s,
    )


async def _blow(at: Office, clock: ManualClock, count: int) -> float:
    """All alerts within a minute, a critical one in the middle; how long that one took."""
    overtaken_s = 0.0
    for step in range(MINUTE):
        numbers = range(step * count // MINUTE, (step + 1) * count // MINUTE)
        await at.tell(*(an_alert(number, PARTIES, lane=f"L{number % LANES}") for number in numbers))
        clock.advance_to(clock.now_us() + 60 * SECOND_US // MINUTE)
        if step == MINUTE // 2:
            overtaken_s = await _overtake(at, an_alert(count, PARTIES, severity=Severity.CRITICAL))
    return overtaken_s


async def _overtake(at: Office, critical: Alert) -> float:
    began_s = time.monotonic()
    await at.tell(critical)
    while await at.waiting(HEALTHY, critical.alert_id):
        await at.journal.beyond(at.journal.commits)
    return time.monotonic() - began_s


async def _settle(at: Office, clock: ManualClock) -> None:
    """Let intervals pass until the healthy have been told of all."""
    while await at.waiting(HEALTHY):
        clock.advance_to(clock.now_us() + SECOND_US * 5)
        await asyncio.sleep(0.02)  # the intervals are of the gateway's clock; the receivers answer in real time


def _most_in_interval(heard: Sequence[tuple[int, Received]]) -> int:
    """The most messages of one group within an interval, of those told in groups."""
    by_group: dict[str, list[int]] = defaultdict(list)
    for at_us, notice in heard:
        said = json.loads(notice.body)
        if said["type"] == "tierview.alerts.grouped":
            by_group[said["subject"]].append(at_us)
    most = 0
    for times in by_group.values():
        most = max(most, *(sum(0 <= one - first < STORM_INTERVAL_S * SECOND_US for one in times) for first in times))
    return most


async def test_a_storm_is_told_in_groups_and_nothing_is_lost(tmp_path: Path) -> None:
    figures = await storm(tmp_path, SHORT)
    assert figures.lost == 0
    assert figures.most_in_interval == 1
    assert figures.overtaken_s < CRITICAL_INTERVAL_S
    assert figures.messages < 2 * (STORM + 3 * LANES)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_ten_thousand_in_a_minute(tmp_path: Path) -> None:
    figures = await storm(tmp_path, FULL)
    assert figures.lost == 0
    assert figures.most_in_interval == 1
    assert figures.overtaken_s < CRITICAL_INTERVAL_S
    assert figures.grown_mb < 100


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(asyncio.run(storm(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else FULL)))
