"""A fixed UHF reader that serves real LLRP frames over TCP, to one client at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from gateway.model import Micros
from simulators.llrp_abilities import Abilities
from simulators.llrp_frames import TagSeen
from simulators.llrp_session import Gone, Mind
from simulators.tcp_server import TcpServer

UNSET_KEEPALIVE_S = 0.1  # how often to look whether the client set a period meanwhile
SHORTEST_KEEPALIVE_S = 0.01  # on a world's clock that runs fast
LOST_CLIENT_BYTES = 1 << 20  # unsent reports at which a client that does not read is given up


class LlrpReader:
    """The reader's socket around its `Mind`; `see` puts a tag in its field.

    Use as `async with LlrpReader(now_us=clock.now_us) as reader`; `port` is known then.
    """

    def __init__(
        self,
        *,
        now_us: Callable[[], Micros],
        antennas: int = 4,
        speed: float = 1.0,
        host: str = "127.0.0.1",
        abilities: Abilities | None = None,
    ) -> None:
        self.mind = Mind(abilities or Abilities(antennas=antennas), started_us=now_us())
        self.refused = 0  # clients turned away because another had the reader
        self.dropped = 0  # clients dropped by the reader: no keep-alive answer, garbage
        self.port = 0
        self._now_us = now_us
        self._speed = speed
        self._host = host
        self._client: asyncio.StreamWriter | None = None
        self._server = TcpServer(self._serve, host)

    async def __aenter__(self) -> LlrpReader:
        self.port = await self._server.open(self.port)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._server.close()

    @property
    def in_use(self) -> bool:
        """A client has it."""
        return self._client is not None

    @property
    def url(self) -> str:
        """How the gateway reaches it."""
        return f"tcp://{self._host}:{self.port}"

    def see(
        self, *, epc: bytes, antenna: int, rssi_dbm: float, seen_us: Micros, pc: int | None = None, tid: bytes = b""
    ) -> None:
        """A tag answered in the field of an antenna (1-based)."""
        word = len(epc) // 2 << 11 if pc is None else pc
        self._send(
            self.mind.see(TagSeen(epc=epc, antenna=antenna, rssi_dbm=rssi_dbm, seen_us=seen_us, pc=word, tid=tid))
        )

    def antenna(self, antenna: int, *, connected: bool) -> None:
        """An antenna's cable came off, or on again."""
        self._send(self.mind.antenna(antenna, self._now_us(), connected=connected))

    def input(self, port: int, *, high: bool) -> None:
        """A general purpose input (1-based) changed."""
        self._send(self.mind.input(port, self._now_us(), high=high))

    def restart(self) -> None:
        """Start anew, as after a power cut."""
        self.unplug()
        self.mind.restart(self._now_us())

    def unplug(self) -> None:
        """Cut the client's connection, as when the network cable is pulled."""
        if self._client is not None:
            self._client.transport.abort()

    def _send(self, data: bytes) -> None:
        if not data or self._client is None:
            return
        self._client.write(data)
        if self._client.transport.get_write_buffer_size() > LOST_CLIENT_BYTES:
            self._client.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._client is not None:
            self.refused += 1
            writer.write(self.mind.turn_away(self._now_us()))
            await _close(writer)
            return
        self._client = writer
        keepalive = asyncio.create_task(self._keep_alive(writer), name="llrp-keepalive")
        try:
            writer.write(self.mind.connected(self._now_us()))
            await self._converse(reader, writer)
        finally:
            keepalive.cancel()
            self.mind.disconnected()
            self._client = None
            await _close(writer)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                try:
                    writer.write(self.mind.feed(data, self._now_us()))
                except Gone as gone:
                    self.dropped += gone.args[0] != "CLOSE_CONNECTION"
                    writer.write(gone.args[1])
                    return
                await writer.drain()

    async def _keep_alive(self, writer: asyncio.StreamWriter) -> None:
        """Send a KEEPALIVE each period the client set, in the world's time as everything."""
        while True:
            period_s = self.mind.keepalive_ms / 1000 / self._speed
            await asyncio.sleep(max(period_s, SHORTEST_KEEPALIVE_S) if period_s else UNSET_KEEPALIVE_S)
            if not self.mind.keepalive_ms:
                continue
            try:
                writer.write(self.mind.keepalive())
            except Gone:
                self.dropped += 1
                writer.transport.abort()
                return


async def _close(writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        if not writer.transport.is_closing():
            await writer.drain()
        writer.close()
        await writer.wait_closed()
