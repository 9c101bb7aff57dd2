"""Receivers that hang, flood, stall or refuse hold up nobody else (FAULTS F15), through real connections.

    python -m tests.deliver.test_bad_receivers [ALERTS]

prints for each kind of bad receiver, 8 of 20, how the 12 healthy ones fare beside 12 alone.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any, get_args

import pytest

from gateway.clock import SystemClock
from gateway.deliver.lookup import Lookup
from gateway.journal import alerts
from gateway.model import Delivery, DeliveryState
from simulators.receivers import Behaviour, Receiver
from tests.conftest import ROOT
from tests.deliver.desk import DEADLINE_S, SECRET, Office, accepted, an_alert, hook, office

HEALTHY, BAD = 12, 8
KINDS = [*(kind for kind in get_args(Behaviour) if kind != "good"), "name_stall"]
ALERTS, MEASURED = 5, 100


class Stalling:
    """A resolver that never answers for some names."""

    def __init__(self) -> None:
        self._never = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def __call__(self, host: str, *arguments: Any, **named: Any) -> list[tuple[Any, ...]]:
        if host.endswith(".stall.example"):
            asyncio.run_coroutine_threadsafe(self._never.wait(), self._loop).result()
        return socket.getaddrinfo(host, *arguments, **named)

    def release(self) -> None:
        self._never.set()


@asynccontextmanager
async def bad_urls(kind: str, count: int) -> AsyncIterator[list[str]]:
    """Where the bad ones are: in another process, or behind names that no resolver ever answers for."""
    if kind == "name_stall":
        yield [f"https://{number}.stall.example/in" for number in range(count)]
        return
    command = (sys.executable, "-m", "tests.deliver.bad_receivers", kind, str(count))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT)
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().split()
    finally:
        process.kill()
        await process.communicate()


@asynccontextmanager
async def world(folder: Path, kind: str, bad: int) -> AsyncIterator[tuple[Office, list[str]]]:
    """Healthy receivers and bad ones of a kind, all told by one office; with the names of the healthy."""
    resolver = Stalling()
    async with AsyncExitStack() as stack:
        stack.callback(resolver.release)
        good = [await stack.enter_async_context(Receiver(f"GOOD-{n}", secret=SECRET)) for n in range(HEALTHY)]
        urls = await stack.enter_async_context(bad_urls(kind, bad)) if bad else []
        hooks = [hook(receiver.party, receiver.url) for receiver in good]
        hooks += [hook(f"BAD-{number}", url) for number, url in enumerate(urls)]
        at = await stack.enter_async_context(office(folder, SystemClock(), hooks, lookup=Lookup(resolver)))
        yield at, [receiver.party for receiver in good]


async def told(folder: Path, kind: str, bad: int, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds for each of so many alerts: from commit to the last healthy acceptance, and the spread of these."""
    lasts, spreads = [], []
    async with world(folder, kind, bad) as (at, healthy):
        everyone = [one.party for one in at.subscriptions]
        for number in range(count):
            began_us = at.clock.now_us()
            await at.tell(an_alert(number, everyone, lane=f"A>B-{number}"))
            found = await until_accepted(at, f"al_{number}", healthy)
            known = [one.accepted_us for one in found if one.party in healthy and one.accepted_us is not None]
            assert len(known) == HEALTHY
            lasts.append((max(known) - began_us) / 1000)
            spreads.append((max(known) - min(known)) / 1000)
            assert not any(one.state is DeliveryState.ACCEPTED for one in found if one.party not in healthy)
    return lasts, spreads


async def until_accepted(at: Office, alert_id: str, parties: Sequence[str]) -> list[Delivery]:
    """The deliveries of one alert once these parties have accepted it.

    No others are looked at: to read thousands after each commit would hold up what is measured.
    """
    async with asyncio.timeout(DEADLINE_S):
        while True:
            commits = at.journal.commits
            found = await at.journal.read(lambda c: alerts.deliveries_of(c, alert_id))
            if accepted(found, parties):
                return found
            await at.journal.beyond(commits)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_healthy_are_told_within_a_second_whatever_the_others_do(kind: str, tmp_path: Path) -> None:
    lasts, _ = await told(tmp_path, kind, BAD, ALERTS)
    assert max(lasts) < 1000


def p99(figures: Sequence[float]) -> float:
    return quantiles(figures, n=100, method="inclusive")[98]


async def _figures(count: int) -> None:
    for kind in KINDS:
        alone = await _measured("good", 0, count)  # beside each, since machines change their speed
        lasts, spreads = await _measured(kind, BAD, count)
        before, after = p99(alone[0]), p99(lasts[1:])
        middle = f"p50 {median(lasts[1:]):5.1f} ms, alone {median(alone[0]):5.1f} ms"
        print(
            f"{kind:<10} {middle}; p99 {after:5.1f} ms, alone {before:5.1f} ms; first {lasts[0]:5.1f} ms;"
            f" spread p99 {p99(spreads):4.1f} ms, alone {p99(alone[1]):4.1f} ms"
        )


async def _measured(kind: str, bad: int, count: int) -> tuple[list[float], list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        return await told(Path(folder), kind, bad, count)


if __name__ == "__main__":
    asyncio.run(_figures(int(sys.argv[1]) if len(sys.argv) > 1 else MEASURED))
