"""A device that accepts TCP connections, plain or with TLS: LLRP readers, serial servers, GPS multiplexers."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.config.address import TcpAddress
from gateway.model import Chunk, Clock
from gateway.sources.attempts import Attempts
from gateway.sources.inbound import Connected, Inbound
from gateway.sources.intake import Intake
from gateway.sources.link import Link
from gateway.sources.source import Counts
from gateway.sources.tls import client_context
from gateway.sources.words import why_not

CONNECT_S = 10.0  # how long a connection attempt may take
READ_BYTES = 65_536


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
        self._attempts = Attempts(
            device=device, counts=self.counts, intake=intake, clock=clock, first_s=first_s, most_s=most_s
        )

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        await self._attempts.run(self._once)

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
        self._attempts.succeeded()
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
