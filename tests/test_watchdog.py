"""The service manager hears that we work, and hears no more of it once a part does not: F36, by a socket of our own."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from gateway.journal import open_journal
from gateway.model import Micros
from gateway.running.service_manager import ServiceManager, service_manager
from gateway.running.watchdog import Watchdog
from gateway.walk.digest import Counts

PATIENCE_S = 0.6


class Engine:
    """One that judges, or stands still."""

    caught_up = True
    still = False

    async def settled(self, now_us: Micros, events_seq: int = 0) -> None:
        if self.still:
            await asyncio.Event().wait()


class Intake:
    waiting = 0

    def __len__(self) -> int:
        return self.waiting


@contextmanager
def manager_of(folder: Path) -> Iterator[socket.socket]:
    """systemd's end of the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.bind(str(folder / "notify"))
        ours.settimeout(0)
        yield ours


async def told(manager: socket.socket) -> str:
    """The next word. Raises TimeoutError where there is none for longer than anyone's patience."""
    async with asyncio.timeout(2 * PATIENCE_S):
        return (await asyncio.get_running_loop().sock_recv(manager, 4096)).decode()


def forget(manager: socket.socket) -> None:
    """Read what was said before."""
    with suppress(BlockingIOError):
        while manager.recv(4096):
            pass


@pytest.mark.parametrize("part", ["engine", "pipeline", "journal's writer", "journal's readers"])
async def test_pings_stop_when_a_part_stands_still(tmp_path: Path, part: str) -> None:
    engine, intake, free = Engine(), Intake(), threading.Event()
    with manager_of(tmp_path) as manager:
        async with open_journal(tmp_path / "journal") as journal:
            watchdog = Watchdog(
                manager=ServiceManager(address=str(tmp_path / "notify"), watchdog_s=PATIENCE_S),
                journal=journal,
                intake=intake,
                counts=Counts(),
                engine=engine,
                now_us=lambda: 0,
            )
            running = asyncio.create_task(watchdog.run())
            assert await told(manager) == "WATCHDOG=1"
            held: list[asyncio.Future[object]] = []
            if part == "engine":
                engine.still = True
            elif part == "pipeline":
                intake.waiting = 1
            elif part == "journal's writer":
                held = [asyncio.ensure_future(journal.write(lambda c: free.wait()))]
            else:
                held = [asyncio.ensure_future(journal.read(lambda c: free.wait())) for _ in range(64)]
            assert await watchdog.stuck() == part
            forget(manager)
            with pytest.raises(TimeoutError):
                await told(manager)
            free.set()
            await asyncio.gather(*held)
            engine.still, intake.waiting = False, 0
            assert await told(manager) == "WATCHDOG=1"
            running.cancel()


def test_nothing_is_said_where_nobody_asked() -> None:
    assert service_manager({}) == ServiceManager(address="", watchdog_s=None)
    service_manager({}).tell("READY=1")
    service_manager({"NOTIFY_SOCKET": "/nowhere/at/all"}).tell("READY=1")


def test_patience_counts_only_where_it_is_meant_for_us() -> None:
    asked = {"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "30000000"}
    assert service_manager(asked).watchdog_s == 30.0
    assert service_manager(asked | {"WATCHDOG_PID": str(os.getpid())}).watchdog_s == 30.0
    assert service_manager(asked | {"WATCHDOG_PID": "1"}).watchdog_s is None


def test_an_abstract_socket_is_reached() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        name = f"tierview-test-{os.getpid()}"
        ours.bind(f"\0{name}")
        ServiceManager(address=f"@{name}", watchdog_s=None).tell("READY=1")
        assert ours.recv(64) == b"READY=1"


def test_counts_are_what_the_watchdog_reads() -> None:
    assert {"chunks", "refused_commits"} <= set(msgspec.structs.asdict(Counts()))
