"""The desk at which partners are added and removed: stored, and known to all at once."""

from __future__ import annotations

import asyncio
import sqlite3

from gateway.access import Estate, hash_token, new_token
from gateway.config.model import Config, Party
from gateway.errors import BadInput
from gateway.journal import Journal, partners, tokens, watchers
from gateway.model import Clock
from gateway.partners.merged import merged, read_party
from gateway.quality.party_ids import PartyIndex


class PartnerDesk:
    """Who takes part, by the configuration and since."""

    def __init__(self, journal: Journal, clock: Clock, config: Config, estate: Estate) -> None:
        self._journal = journal
        self._clock = clock
        self._config = config
        self._estate = estate
        self._added: dict[str, Party] = {}
        self._over: tuple[Config, Config] | None = None
        self._turn = asyncio.Lock()
        self.index = PartyIndex(config.parties)

    async def restore(self) -> None:
        """Know those that were added before. One that the configuration has taken in since is its own."""
        stored = await self._journal.read(partners.standing)
        self._know([read_party(body) for body in stored])
        await self._grant()

    def added(self) -> list[Party]:
        """The partners that the configuration does not name."""
        return list(self._added.values())

    def over(self, config: Config) -> Config:
        """A configuration with the partners among its parties."""
        if self._over is None or self._over[0] is not config:
            self._over = config, config.model_copy(update={"parties": merged(config.parties, self.added())})
        return self._over[1]

    async def add(self, party: Party, label: str) -> str:
        """Let a partner count from now on; return its token, which nobody will be shown again. Raises BadInput."""
        async with self._turn:
            self._expect_new(party)
            token, now_us = new_token(), self._clock.now_us()

            def job(connection: sqlite3.Connection) -> None:
                partners.add(connection, party.code, party.model_dump_json(exclude_none=True).encode(), now_us)
                tokens.save(connection, hash=hash_token(token), party=party.code, label=label, created_us=now_us)

            await self._journal.write(job)
            self._know([*self.added(), party])
            await self._grant()
            return token

    async def remove(self, code: str) -> bool:
        """End a partner and all that it holds; what it took part in stays. False where there is none of this code."""
        async with self._turn:
            if code not in self._added:
                return False
            now_us = self._clock.now_us()
            await self._journal.write(lambda connection: partners.remove(connection, code, now_us))
            self._know([party for party in self.added() if party.code != code])
            await self._grant()
            return True

    async def _grant(self) -> None:
        """A whole tier may be granted lanes. If the power goes before, the next start does it."""
        grants = self._estate.grants()
        await self._journal.write(lambda connection: watchers.grant(connection, grants))

    def _expect_new(self, party: Party) -> None:
        for known in self.over(self._config).parties:
            if known.code.casefold() == party.code.casefold():
                raise BadInput(
                    f"code: expected one of its own, came {party.code}, which is {known.name}'s", reason="code_taken"
                )
            for name in ("gln", "duns"):
                value = getattr(party, name)
                if value is not None and value == getattr(known, name):
                    raise BadInput(
                        f"{name}: expected one of its own, came {value}, which is {known.code}'s", reason="number_taken"
                    )
        if party.code == self._config.mqtt.username:
            raise BadInput(
                f"code: expected another name than the gateway has at its broker, came {party.code}",
                reason="code_taken",
            )

    def _know(self, added: list[Party]) -> None:
        """On the event loop and without waiting."""
        configured = {party.code.casefold() for party in self._config.parties}
        self._added = {party.code: party for party in added if party.code.casefold() not in configured}
        self._over = None
        parties = merged(self._config.parties, self.added())
        self._estate.welcome(parties)
        self.index.know(parties)
