"""Devices that dial in: trackers, readers and receivers that are told our address. Each connection is a peer.

A peer is told as connected with its first bytes, or once it has stood for GREET_S: some wait for us to speak
first, and a port scanner does not stay. The bounds: connections at a time, silence, and bytes that a peer does
not take. When all places are taken, an address that holds more of them than the newcomer's gives one up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

import structlog

from gateway.config.address import ListenAddress
from gateway.model import Chunk, Clock
from gateway.sources.backoff import Absence, Backoff
from gateway.sources.inbound import WAITING, Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.peers import Allowance, Peer, Peers
from gateway.sources.source import Counts
from gateway.sources.words import why_not, why_not_listening

GREET_S = 2.0
READ_BYTES = 16_384
BUFFER_BYTES = 16_384  # asyncio stops reading at twice this, for each of maybe a thousand peers
TOLD_AT_ONCE = 200  # connections told as news in a row ...
TOLD_PER_S = 0.1  # ... and after that: the others work as well, but without an event of health each

log = structlog.get_logger("source")


class ListenSource:
    """Listens, admits, reads and bounds, for one device of the configuration that is many in the field."""

    def __init__(
        self,
        *,
        device: str,
        address: ListenAddress,
        networks: Sequence[str],
        intake: Intake,
        clock: Clock,
        greet_s: float = GREET_S,
        told_at_once: int = TOLD_AT_ONCE,
        first_s: float = 1.0,
        most_s: float = 30.0,
    ) -> None:
        """`networks`: those that may dial in; none: whoever reaches the port, which is then on loopback."""
        self.name = f"listen:{device}"
        self.devices = (device,)
        self.counts = Counts()
        self._device = device
        self._address = address
        self._intake = intake
        self._clock = clock
        self._greet_s = greet_s
        self._backoff = Backoff(first_s=first_s, most_s=most_s)
        self._absence = Absence()
        self._is_away = False  # it was told that the port cannot be had
        self._news = Allowance(at_once=told_at_once, per_s=TOLD_PER_S)
        self._peers = Peers(networks=networks, most=address.most, counts=self.counts)

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        with suppress(IntakeClosed):
            while True:
                if await self._listen():
                    return
                await asyncio.sleep(self._backoff.next_s())

    async def _listen(self) -> bool:
        """Serve for as long as the port can be had; True: the gateway takes nothing more."""
        closed = asyncio.Event()
        async with asyncio.TaskGroup() as group:

            def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                peer = None if closed.is_set() else self._peers.admit(writer)
                if peer is None:
                    writer.transport.abort()
                    return
                group.create_task(self._serve(peer, reader, writer, closed), name=f"{self.name}:{peer.name}")

            where = f"{self._address.host}:{self._address.port}"
            try:
                server = await asyncio.start_server(
                    accept, self._address.host, self._address.port, limit=BUFFER_BYTES, reuse_address=True
                )
            except OSError as error:
                await self._cannot(*why_not_listening(error, where))
                return False
            self._absence.over()
            self._backoff.reset()
            await self._waits(where)
            log.info("waiting for devices", device=self._device, where=where)
            try:
                await closed.wait()
            finally:
                closed.set()
                server.close()
                self._peers.end_all("stopped", "the gateway stops")
        return True

    async def _waits(self, where: str) -> None:
        """Tell that the port is ours now, where it was told that it is not; that nobody dialled in is no news."""
        if self._is_away:
            self._is_away = False
            text, now_us = f"waiting for devices on {where}", self._clock.now_us()
            await self._intake.put(
                Disconnected(device=self._device, at_us=now_us, reason=WAITING, text=text, told=False)
            )

    async def _cannot(self, reason: str, text: str) -> None:
        self.counts.failures += 1
        self._is_away = True
        if self._absence.is_news(reason):
            log.warning("cannot wait for devices", device=self._device, reason=reason, text=text)
            now_us = self._clock.now_us()
            await self._intake.put(Disconnected(device=self._device, at_us=now_us, reason=reason, text=text))

    async def _serve(
        self, peer: Peer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, closed: asyncio.Event
    ) -> None:
        try:
            first = await self._first(reader)
            if first != b"":
                await self._session(peer, reader, first)
        except IntakeClosed:
            closed.set()
        finally:
            writer.transport.abort()
            self._peers.leave(peer)

    async def _first(self, reader: asyncio.StreamReader) -> bytes | None:
        """The first bytes; nothing where it went without a word; None where it stays and waits for ours."""
        try:
            async with asyncio.timeout(self._greet_s):
                return await reader.read(READ_BYTES)
        except TimeoutError:
            return None
        except OSError:
            return b""

    async def _session(self, peer: Peer, reader: asyncio.StreamReader, first: bytes | None) -> None:
        peer.told = self._news.take(monotonic())
        self.counts.connects += 1
        await self._intake.put(
            Connected(
                device=self._device,
                at_us=self._clock.now_us(),
                write=peer.link.write,
                drop=peer.link.drop,
                peer=peer.name,
                told=peer.told,
            )
        )
        if first is not None:
            await self._heard(peer, first)
        ended = await self._read(peer, reader)
        reason, text = peer.link.dropped or ended
        self.counts.failures += reason != "closed"
        now_us = self._clock.now_us()
        await self._intake.put(
            Disconnected(device=self._device, at_us=now_us, reason=reason, text=text, peer=peer.name, told=peer.told)
        )

    async def _read(self, peer: Peer, reader: asyncio.StreamReader) -> tuple[str, str]:
        """Hand on what it says until it ends; why, as a stable word and in words."""
        try:
            while True:
                async with asyncio.timeout(self._address.idle_s):
                    data = await reader.read(READ_BYTES)
                if not data:
                    return "closed", f"{peer.name} closed the connection"
                await self._heard(peer, data)
        except TimeoutError as error:
            if error.errno is not None:  # the kernel's: it went without a word
                return why_not(error, peer.name)
            return "idle", f"{peer.name} said nothing for {self._address.idle_s} s"
        except OSError as error:
            return why_not(error, peer.name)

    async def _heard(self, peer: Peer, data: bytes) -> None:
        self.counts.chunks += 1
        self.counts.bytes += len(data)
        now_us = self._clock.now_us()
        await self._intake.put(Inbound(Chunk(device=self._device, received_us=now_us, data=data, peer=peer.name)))
