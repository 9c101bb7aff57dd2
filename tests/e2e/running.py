"""A whole gateway in this process, asked through its HTTP API and its journal."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from gateway.access import hash_token, new_token
from gateway.app import Gateway, Options, open_gateway
from gateway.clock import SystemClock
from gateway.config import Config
from gateway.journal import events, quarantine, tape, tokens
from gateway.model import Chunk, DeviceEvent, Event, LocationEvent, PositionEvent, Quarantined

DEADLINE_S = 60.0  # generous: what is awaited comes in a fraction of it on an idle machine

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Running:
    """A gateway that runs, and a client that is signed in as its operator."""

    gateway: Gateway
    http: httpx.AsyncClient

    async def until(self, query: Callable[[sqlite3.Connection], Found], met: Callable[[Found], bool]) -> Found:
        """What a query of the journal finds once a condition of it holds; looks again after each commit."""
        journal, found = self.gateway.journal, None
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    commits = journal.commits
                    found = await journal.read(query)
                    if met(found):
                        return found
                    await journal.beyond(commits)
        except TimeoutError:
            raise TimeoutError(f"after {DEADLINE_S:g} s the journal has {found}") from None

    async def events(self) -> list[Event]:
        """All events so far, in the order of their numbers."""
        return await self.gateway.journal.read(all_events)

    async def quarantined(self) -> list[Quarantined]:
        """All that could not be used so far, in order."""
        return await self.gateway.journal.read(all_quarantined)

    async def until_device_says(self, device: str, name: str, times: int = 1) -> list[DeviceEvent]:
        """The device's events of this name, once there are so many."""

        def query(connection: sqlite3.Connection) -> list[DeviceEvent]:
            found = [event for event in all_events(connection) if isinstance(event, DeviceEvent)]
            return [event for event in found if (event.device, event.name) == (device, name)]

        return await self.until(query, lambda found: len(found) >= times)

    async def until_taped(self, device: str, data: bytes) -> bytes:
        """Wait until everything that was said to a device's line is on the tape; returns what is there."""
        return await self.until(lambda c: b"".join(payloads(c, device)), lambda found: len(found) >= len(data))


def all_events(connection: sqlite3.Connection) -> list[Event]:
    """Every event, in the order of their numbers."""
    return [event for _, event in events.after(connection, 0, 1_000_000)]


def location_events(connection: sqlite3.Connection) -> list[LocationEvent]:
    """Those that say where assets are."""
    return [event for event in all_events(connection) if isinstance(event, LocationEvent)]


def position_events(connection: sqlite3.Connection) -> list[PositionEvent]:
    """Those of receivers."""
    return [event for event in all_events(connection) if isinstance(event, PositionEvent)]


def all_quarantined(connection: sqlite3.Connection) -> list[Quarantined]:
    """All that could not be used, in order."""
    return [row for _, row in reversed(quarantine.newest(connection, 1_000_000))]


def payloads(connection: sqlite3.Connection, device: str) -> list[bytes]:
    """What came from a device, chunk by chunk."""
    return [chunk.data for chunk in chunks(connection, device)]


def chunks(connection: sqlite3.Connection, device: str = "") -> list[Chunk]:
    """The tape."""
    return list(tape.read(connection, device=device))


@asynccontextmanager
async def running(config: Config, base: Path, file: Path | None = None) -> AsyncIterator[Running]:
    """A gateway that runs while the block does; it is stopped as an operator would stop it."""
    async with open_gateway(config, Options(base=base, clock=SystemClock(), file=file)) as gateway:
        token = await _token(gateway, config.site.operator)
        stop = asyncio.Event()
        headers = {"authorization": f"Bearer {token}"}
        async with (
            asyncio.TaskGroup() as group,
            httpx.AsyncClient(base_url=gateway.web.url, headers=headers, trust_env=False, timeout=DEADLINE_S) as http,
        ):
            group.create_task(gateway.run(stop), name="gateway")
            try:
                await answers(http)
                yield Running(gateway=gateway, http=http)
            finally:
                stop.set()


async def answers(http: httpx.AsyncClient) -> None:
    """Return when the gateway answers on its port."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                if (await http.get("/health")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.01)  # nothing tells when a port is listened on but asking it


async def _token(gateway: Gateway, party: str) -> str:
    token = new_token()
    await gateway.journal.write(
        lambda c: tokens.save(c, hash=hash_token(token), party=party, label="test", created_us=0)
    )
    return token


def free_port() -> int:
    """A TCP port that was free a moment ago, on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
