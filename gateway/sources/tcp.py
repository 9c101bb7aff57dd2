"""A device that accepts TCP connections, plain or with TLS: LLRP readers, serial servers, GPS multiplexers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from time import monotonic

import structlog

from gateway.config.address import TcpAddress
from gateway.model import Chunk, Clock
from gateway.sources.backoff import Absence, Backoff
from gateway.sources.inbound import Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.link import Link
from gateway.sources.source import Counts
from gateway.sources.tls import client_context
from gateway.sources.words import why_not

CONNECT_S = 10.0  # how long a connection attempt may take
STOOD_S = 30.0  # a connection that lasted this long was sound: the next attempts may come quickly again
READ_BYTES = 65_536

log = structlog.get_logger("source")


class TcpSource:
    """Connects, reads and backs off, for one device."""

    def __init__(
        self,
        *,
        device: str,
        address: TcpAddress,
        intake: Intake,
        clock: Clock,
        base: Path = Path(),
        first_s: float = 1.0,
        most_s: float = 30.0,
    ) -> None:
        """`base`: the folder of the configuration, from which the address names files."""
        self.name = f"tcp:{device}"
        self.devices = (device,)
        self.counts = Counts()
        self._device = device
        self._address = address
        self._intake = intake
        self._clock = clock
        self._base = base
        self._backoff = Backoff(first_s=first_s, most_s=most_s)
        self._absence = Absence()

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        with suppress(IntakeClosed):
            while True:
                await self._attempt()

    async def _attempt(self) -> None:
        began_s = monotonic()
        reason, text = await self._once()
        if monotonic() - began_s > STOOD_S:
            self._backoff.reset()
        self.counts.failures += 1
        wait_s = self._backoff.next_s()
        log.info("device away", device=self._device, reason=reason, text=text, again_in_s=round(wait_s, 1))
        if self._absence.is_news(reason):
            await self._intake.put(
                Disconnected(device=self._device, at_us=self._clock.now_us(), reason=reason, text=text)
            )
        await asyncio.sleep(wait_s)

    async def _once(self) -> tuple[str, str]:
        """One connection from begin to end; why it ended, as a stable word and in words."""
        where = f"{self._address.host}:{self._address.port}"
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await self._connect()
        except OSError as error:
            return why_not(error, where, shaking_hands=self._address.tls is not None)
        try:
            return await self._session(reader, Link(writer, self.counts), where)
        finally:
            writer.transport.abort()  # nothing of ours is worth waiting for, and a dead peer would make us wait

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port, tls = self._address.host, self._address.port, self._address.tls
        if tls is None:
            return await asyncio.open_connection(host, port)
        context = client_context(tls, self._base)
        return await asyncio.open_connection(host, port, ssl=context, server_hostname=tls.name or host)

    async def _session(self, reader: asyncio.StreamReader, link: Link, where: str) -> tuple[str, str]:
        link.keep_alive()
        self.counts.connects += 1
        self._absence.over()
        await self._intake.put(
            Connected(device=self._device, at_us=self._clock.now_us(), write=link.write, drop=link.drop)
        )
        try:
            while data := await reader.read(READ_BYTES):
                self.counts.chunks += 1
                self.counts.bytes += len(data)
                chunk = Chunk(device=self._device, received_us=self._clock.now_us(), data=data)
                await self._intake.put(Inbound(chunk))
        except OSError as error:
            return link.dropped or why_not(error, where)
        return link.dropped or ("closed", f"{where} closed the connection")
