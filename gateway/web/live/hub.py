"""The open event streams, by party: where notices of SSE subscriptions are handed over.

A stream takes a seat. A notice counts as accepted when one seat of its party has written it to its
connection, no sooner. Each seat's waiting line is bounded: a reader too slow for it loses the
connection, not the gateway its memory; it resumes from its last event.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.errors import TierviewError

MOST_STREAMS = 32  # open at once, for each party
MOST_WAITING = 64  # notices, for each stream


class TooManyStreams(TierviewError):
    """A party has as many open streams as it may."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Notice:
    """A payload on its way to one stream."""

    payload: bytes
    written: asyncio.Future[bool]

    def settle(self, *, written: bool) -> None:
        """Tell who waits, unless they have given up."""
        if not self.written.done():
            self.written.set_result(written)


class Seat:
    """One open stream."""

    def __init__(self, *, takes_notices: bool = True, session: str = "") -> None:
        self.takes_notices = takes_notices
        self.session = session  # the cookie's, as the journal knows it; empty: it was opened without one
        self.news = asyncio.Event()  # something to write, or the end
        self.closed = False
        self._waiting: deque[Notice] = deque()

    def offer(self, payload: bytes) -> asyncio.Future[bool]:
        """Queue a payload; the future says whether it was written."""
        notice = Notice(payload=payload, written=asyncio.get_running_loop().create_future())
        if self.closed or len(self._waiting) >= MOST_WAITING:
            self.close()
            notice.settle(written=False)
        else:
            self._waiting.append(notice)
            self.news.set()
        return notice.written

    def take(self) -> Notice | None:
        """The next notice; whoever takes it settles it."""
        return self._waiting.popleft() if self._waiting else None

    def close(self) -> None:
        """End the stream; what still waits was not written."""
        self.closed = True
        self.news.set()
        while notice := self.take():
            notice.settle(written=False)


class SseHub:
    """Who listens."""

    def __init__(self) -> None:
        self._seats: dict[str, set[Seat]] = {}

    def __len__(self) -> int:
        return sum(len(seats) for seats in self._seats.values())

    @contextmanager
    def seat(self, party: str, *, takes_notices: bool = True, session: str = "") -> Iterator[Seat]:
        """A seat for one stream, as long as it is open. Raises TooManyStreams.

        `takes_notices`: whether what a subscription delivers may go out here. `session`: with which it ends.
        """
        seats = self._seats.setdefault(party, set())
        if len(seats) >= MOST_STREAMS:
            raise TooManyStreams(f"{party} has {MOST_STREAMS} open streams")
        seat = Seat(takes_notices=takes_notices, session=session)
        seats.add(seat)
        try:
            yield seat
        finally:
            seat.close()
            seats.discard(seat)

    async def deliver(self, party: str, payload: bytes) -> bool:
        """Write a notice, JSON in one line, to every open stream of a party.

        True once one has written it to its connection; False when nobody is connected, or nobody could be written to.
        """
        offers = [seat.offer(payload) for seat in self._seats.get(party, ()) if seat.takes_notices]
        for written in asyncio.as_completed(offers):
            if await written:
                return True
        return False

    def sign_out(self, session: str) -> None:
        """End the streams of a session. Another browser with the same token opens its own again, and may."""
        for seats in self._seats.values():
            for seat in seats:
                if session and seat.session == session:
                    seat.close()

    def close(self) -> None:
        """End every stream: the server stops."""
        for seats in self._seats.values():
            for seat in seats:
                seat.close()
