"""A device that posts its messages to our own HTTP server: the web takes them in, here they become chunks.

A post is answered after COMMIT, so what was answered is safe; what was not comes again, as the same event.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from contextlib import suppress

from gateway.errors import SourceError
from gateway.model import Chunk, Clock
from gateway.sources.inbound import Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.source import Counts

MOST_WAITING = 64  # posts of one device that wait for their commit
ROOM_S = 5.0  # how long a post waits for room in the intake
SAFE_S = 30.0  # and how long for its commit


class Busy(SourceError):
    """The message was not taken: it is to be sent again a little later."""


class Credentials:
    """How a device proves who it is; compared in a time that tells nothing."""

    def __init__(self, username: str, password: str) -> None:
        self._username = _digest(username)
        self._password = _digest(password)

    def fit(self, username: str | None, password: str) -> bool:
        """Whether these are they; without a username (a Bearer token) the password alone tells."""
        same_name = username is None or hmac.compare_digest(_digest(username), self._username)
        return hmac.compare_digest(_digest(password), self._password) and same_name


class WebhookSource:
    """The messages of one device that posts."""

    def __init__(self, *, device: str, credentials: Credentials, intake: Intake, clock: Clock) -> None:
        self.name = f"webhook:{device}"
        self.devices = (device,)
        self.counts = Counts()
        self.credentials = credentials
        self._device = device
        self._intake = intake
        self._clock = clock
        self._open = False
        self._waiting = 0
        self._anew = asyncio.Event()

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        with suppress(IntakeClosed):
            try:
                while True:
                    await self._stand()
            finally:
                self._open = False

    async def receive(self, body: bytes) -> None:
        """Take a message in, and return once it is committed. Raises Busy."""
        if not self._open or self._waiting >= MOST_WAITING:
            self.counts.refused += 1
            raise Busy(f"{self._device}: expected a pause, for {self._waiting} messages wait already")
        self._waiting += 1
        try:
            await self._store(body)
        except (TimeoutError, IntakeClosed) as error:
            self.counts.refused += 1
            raise Busy(f"{self._device}: expected a pause, for nothing can be stored now") from error
        finally:
            self._waiting -= 1

    async def _store(self, body: bytes) -> None:
        safe = asyncio.get_running_loop().create_future()

        def settle() -> None:
            if not safe.done():  # whoever waited may have given up
                safe.set_result(None)

        chunk = Chunk(device=self._device, received_us=self._clock.now_us(), data=body)
        async with asyncio.timeout(ROOM_S):
            await self._intake.put(Inbound(chunk, settle))
        self.counts.chunks += 1
        self.counts.bytes += len(body)
        async with asyncio.timeout(SAFE_S):
            await safe

    async def _stand(self) -> None:
        """Be there until the driver wants to begin anew."""
        self._anew.clear()
        why = ""

        def drop(reason: str) -> None:
            nonlocal why
            why = reason
            self._anew.set()

        self.counts.connects += 1
        await self._intake.put(Connected(device=self._device, at_us=self._clock.now_us(), write=None, drop=drop))
        self._open = True
        await self._anew.wait()
        now_us = self._clock.now_us()
        await self._intake.put(Disconnected(device=self._device, at_us=now_us, reason="dropped", text=why))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
