"""A device that accepts TCP connections: LLRP readers, serial servers, GPS multiplexers."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from time import monotonic

import structlog

from gateway.config.address import TcpAddress
from gateway.model import Chunk, Clock, Send
from gateway.sources.backoff import Absence, Backoff
from gateway.sources.inbound import Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.source import Counts
from gateway.sources.words import why_not

CONNECT_S = 10.0  # how long a connection attempt may take
STOOD_S = 30.0  # a connection that lasted this long was sound: the next attempts may come quickly again
READ_BYTES = 65_536
MOST_UNSENT_BYTES = 262_144  # towards the device; above it the device does not read, and is dropped
KEEP_ALIVE = ((socket.TCP_KEEPIDLE, 10), (socket.TCP_KEEPINTVL, 5), (socket.TCP_KEEPCNT, 3))  # a dead peer: 25 s

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
        first_s: float = 1.0,
        most_s: float = 30.0,
    ) -> None:
        self.name = f"tcp:{device}"
        self.devices = (device,)
        self.counts = Counts()
        self._device = device
        self._address = address
        self._intake = intake
        self._clock = clock
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
                reader, writer = await asyncio.open_connection(self._address.host, self._address.port)
        except (OSError, TimeoutError) as error:
            return why_not(error, where)
        try:
            return await self._session(reader, Link(writer), where)
        finally:
            writer.transport.abort()  # nothing of ours is worth waiting for, and a dead peer would make us wait

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
        finally:
            self.counts.unsent += link.unsent
        return link.dropped or ("closed", f"{where} closed the connection")


class Link:
    """The way back to a connected device."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.dropped: tuple[str, str] | None = None
        self.unsent = 0

    def keep_alive(self) -> None:
        """Have the kernel notice a peer that went without a word."""
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEP_ALIVE:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)

    def write(self, send: Send) -> None:
        """Queue bytes; a device that does not read what we send is dropped."""
        if self._writer.transport.is_closing():
            self.unsent += 1
            return
        self._writer.write(send.data)
        if self._writer.transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            self.drop(f"the device does not read: {MOST_UNSENT_BYTES} bytes wait for it")

    def drop(self, why: str) -> None:
        """End this connection."""
        self.dropped = self.dropped or ("dropped", why)
        self._writer.transport.abort()
