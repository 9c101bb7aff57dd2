"""An open stream on its connection: write what the listener has, wait for more, notice who has gone.

Nothing is buffered here. The listener reads the journal only after the last frame was taken by the
connection; a client that takes none for SLOW_S is cut and resumes from its last event.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Protocol

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.journal import Journal
from gateway.web.http.problems import Problem, answer
from gateway.web.live.hub import Notice, Seat, TooManyStreams
from gateway.web.live.listener import CHECK_EVERY_S, frame

HEARTBEAT_S = 15.0
SLOW_S = 10.0  # for a client to take what was sent
PACE_S = 0.05  # least time between two looks at the journal: a busy one is read in batches
MOST_JOINED = 65_536  # bytes of one write
HEARTBEAT = b": still here\n\n"
OPENING = b"retry: 2000\n\n"

log = structlog.get_logger("web.stream")


class Listens(Protocol):
    """What one stream is to be sent next."""

    @property
    def journal(self) -> Journal: ...

    def take_seat(self) -> AbstractContextManager[Seat]:
        """A seat for this viewer's party. Entering it raises TooManyStreams."""

    async def allowed(self) -> bool:
        """Whether the token still holds."""

    async def news(self) -> tuple[list[bytes], bool]:
        """Frames of what happened, and whether there is more to ask for at once."""


class EventStream(Response):
    """The answer to a GET of a stream; it holds a seat of its party until the connection ends."""

    media_type = "text/event-stream"

    def __init__(self, listener: Listens) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with self._listener.take_seat() as seat:
                await self._run(seat, scope, receive, send)
        except TooManyStreams as error:
            refused = Problem(HTTPStatus.TOO_MANY_REQUESTS, str(error), headers={"Retry-After": "5"})
            await answer(refused)(scope, receive, send)

    async def _run(self, seat: Seat, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_disconnected(receive), name="stream-gone")
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await _Connection(self._listener, seat, send, gone).run()
            await asyncio.wait_for(send({"type": "http.response.body", "body": b""}), SLOW_S)
        except TimeoutError:
            # The server closes the connection, since the answer is not whole. What the kernel still holds for a
            # client that reads nothing goes with the socket's TCP_USER_TIMEOUT: see `listening`.
            log.info("cut a stream whose client reads too slowly", client=scope.get("client"), after_s=SLOW_S)
        finally:
            gone.cancel()


def _joined(frames: Iterable[bytes]) -> Iterator[bytes]:
    """Frames in pieces of about MOST_JOINED: thousands of moving assets would else be as many writes and wake-ups."""
    piece: list[bytes] = []
    size = 0
    for body in frames:
        piece.append(body)
        size += len(body)
        if size >= MOST_JOINED:
            yield b"".join(piece)
            piece, size = [], 0
    if piece:
        yield b"".join(piece)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _Connection:
    """One stream's loop."""

    def __init__(self, listener: Listens, seat: Seat, send: Send, gone: asyncio.Task[None]) -> None:
        self._listener = listener
        self._seat = seat
        self._journal = listener.journal
        self._send = send
        self._gone = gone
        self._sent_s = time.monotonic()

    async def run(self) -> None:
        """Until the client is gone, its token is, or the hub ends the stream."""
        await self._write([OPENING])
        while not self._gone.done() and not self._seat.closed and await self._listener.allowed():
            commits = self._journal.commits
            frames, more = await self._listener.news()
            await self._write(frames)
            await self._write_notices()
            if time.monotonic() - self._sent_s >= HEARTBEAT_S:
                await self._write([HEARTBEAT])
            if not more:
                await self._wait(commits)

    async def _write(self, frames: Iterable[bytes]) -> None:
        """Raises TimeoutError when the client does not take it."""
        for body in _joined(frames):
            message = {"type": "http.response.body", "body": body, "more_body": True}
            await asyncio.wait_for(self._send(message), SLOW_S)
            self._sent_s = time.monotonic()

    async def _write_notices(self) -> None:
        self._seat.news.clear()
        while notice := self._seat.take():
            await self._write_notice(notice)

    async def _write_notice(self, notice: Notice) -> None:
        """Accepted is what the connection took; what a client behind it does with it, nobody can say."""
        written = False
        try:
            await self._write([frame("notice", notice.payload)])
            written = not self._gone.done()
        finally:
            notice.settle(written=written)

    async def _wait(self, commits: int) -> None:
        """For a commit (but no sooner than PACE_S), a notice, the end, or the time to check the token."""
        if await self._first(PACE_S):
            return
        beyond = asyncio.create_task(self._journal.beyond(commits), name="stream-news")
        try:
            await self._first(CHECK_EVERY_S - PACE_S, beyond)
        finally:
            beyond.cancel()

    async def _first(self, timeout_s: float, *others: asyncio.Task[int]) -> bool:
        """Wait for a notice, the end or another task; False when none came in time."""
        news = asyncio.create_task(self._seat.news.wait(), name="stream-notice")
        try:
            done, _ = await asyncio.wait(
                {news, self._gone, *others}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            news.cancel()
        return bool(done)
