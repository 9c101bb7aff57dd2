"""One HTTP/1.1 connection on which a request is a single write: what a release of many at the same instant needs.

Name, connection and TLS handshake come before the release; the release is `transport.write` and nothing else. Of the
answer its status counts, and when its head is complete the exchange is over: the body is read behind it, within bounds
of bytes and time, only so that the connection can be used again. llhttp (httptools) parses what comes.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

import httptools
import msgspec

MOST_READ = 64 * 1024  # bytes of an answer, head and body ...
READ_S = 1.0  # ... and how long its body may take


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """As much of an answer as anybody wants to know."""

    status: int
    retry_after: str = ""


class ConnectionEnded(Exception):
    """The receiver closed the connection, or broke it, before it answered."""


class BrokenAnswer(Exception):
    """What came is no HTTP, or more than anybody reads."""


class Connection(asyncio.Protocol):
    """A connection to one checked address."""

    def __init__(self, address: str, port: int, *, rested: Callable[[Connection], None]) -> None:
        self.address = address
        self.port = port
        self.used = False  # has carried a request before: the receiver may have closed it meanwhile
        self._rested = rested  # called when the connection can be used again
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._head: asyncio.Future[Answer] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._read = 0
        self._retry_after = ""

    @classmethod
    async def open(
        cls,
        address: str,
        port: int,
        *,
        tls: ssl.SSLContext | None,
        server_name: str,
        rested: Callable[[Connection], None],
    ) -> Connection:
        """Connect, to this address and no other. Raises OSError, of which ssl.SSLError is one."""
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: cls(address, port, rested=rested),
            address,
            port,
            ssl=tls,
            server_hostname=server_name if tls else None,
        )
        return connection

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, request: bytes) -> Answer:
        """Write a request, and return with the head of its answer. Raises ConnectionEnded or BrokenAnswer."""
        if self._transport is None or not self.is_open:
            raise ConnectionEnded
        self._parser = httptools.HttpResponseParser(self)
        self._head = asyncio.get_running_loop().create_future()
        self._read, self._retry_after = 0, ""
        self._transport.write(request)
        try:
            return await self._head
        finally:
            if not self._head.done() or self._head.cancelled():
                self.abort()  # whoever waited gave up

    def abort(self) -> None:
        """End it at once: nothing that is still to be sent matters."""
        if self._deadline is not None:
            self._deadline.cancel()
        if self._transport is not None:
            self._transport.abort()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._parser is None:
            self._end(BrokenAnswer("an answer to nothing"))
            return
        room = MOST_READ - self._read
        self._read += len(data)
        try:
            self._parser.feed_data(data[:room])
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._end(BrokenAnswer("no HTTP/1.1"))
        if len(data) > room:
            self._end(BrokenAnswer(f"an answer of more than {MOST_READ} bytes"))

    def connection_lost(self, error: Exception | None) -> None:
        self._end(ConnectionEnded())

    # What the parser tells

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after":
            self._retry_after = value.decode("latin-1").strip()

    def on_headers_complete(self) -> None:
        assert self._parser is not None
        assert self._head is not None
        status = self._parser.get_status_code()
        if status < 200:
            return  # "go on" or "be patient": the answer is still to come
        if not self._head.done():
            self._head.set_result(Answer(status=status, retry_after=self._retry_after))
        self._deadline = asyncio.get_running_loop().call_later(READ_S, self.abort)

    def on_message_complete(self) -> None:
        assert self._parser is not None
        if self._head is None or not self._head.done():
            return  # an interim answer
        reusable = self._parser.should_keep_alive()
        self._parser = None
        if self._deadline is not None:
            self._deadline.cancel()
        if reusable and self.is_open:
            self.used = True
            self._rested(self)
        else:
            self.abort()

    def _end(self, why: ConnectionEnded | BrokenAnswer) -> None:
        if self._head is not None and not self._head.done():
            self._head.set_exception(why)
        self.abort()
