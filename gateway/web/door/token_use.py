"""When each token was last used: in memory, so that a request costs no write, and stored once a minute.

If the power goes, the uses of the last minute are forgotten; a stop stores them.
"""

from __future__ import annotations

import asyncio

import structlog

from gateway.errors import JournalError
from gateway.journal import Journal, tokens
from gateway.journal.tokens import Token
from gateway.model import Micros

STORE_EVERY_S = 60.0

log = structlog.get_logger("web.tokens")


class TokenUse:
    """Knows valid tokens alone, by their hashes: no more of them than the journal has."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._last: dict[str, Micros] = {}
        self._unstored: dict[str, Micros] = {}

    def note(self, hash: str, now_us: Micros) -> None:
        """A valid token came with a request, or still holds a stream open."""
        self._last[hash] = self._unstored[hash] = now_us

    def last_us(self, token: Token) -> Micros | None:
        """When it last came; None: never, as far as is known."""
        return self._last.get(token.hash, token.used_us)

    async def run(self) -> None:
        """Store what is new once a minute, and when this ends."""
        try:
            while True:
                await asyncio.sleep(STORE_EVERY_S)
                await self.store()
        finally:
            await self.store()

    async def store(self) -> None:
        """Store what came since the last time, in one commit; where nothing did, in none."""
        unstored, self._unstored = self._unstored, {}
        if not unstored:
            return
        try:
            await self._journal.write(lambda connection: tokens.used(connection, unstored))
        except JournalError as error:  # a full disk: the next time will do, and no stop waits for it
            log.warning("when tokens were used is not stored yet", error=str(error))
            self._unstored = unstored | self._unstored
