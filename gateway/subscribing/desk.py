"""The desk at which parties subscribe: checks, stores, and lets what is stored count at once.

Each change is one commit; before it, the files that it names are on the disk, and after it, without a pause, the
channels know it. If the power goes between, the next start reads what was committed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
import structlog
from pydantic import ValidationError

from gateway.config.model import Config, Subscription
from gateway.deliver import disabled
from gateway.deliver.channel import Outcome
from gateway.deliver.channels import Channels
from gateway.deliver.lookup import Lookup
from gateway.errors import BadInput
from gateway.journal import Journal, retained, subscriptions
from gateway.journal.subscriptions import Stored, Unconfirmed
from gateway.model import Clock, Micros
from gateway.partners.conformance import Verdict
from gateway.partners.trying import verdicts
from gateway.subscribing import confirming
from gateway.subscribing.allowance import Allowance
from gateway.subscribing.checking import checked
from gateway.subscribing.draft import Asked
from gateway.subscribing.held import Held, counting, is_told, read, settings_of
from gateway.subscribing.left_over import settle
from gateway.subscribing.refusals import Faulty, Refused, TooOften
from gateway.subscribing.sample import Tested, send_sample
from gateway.subscribing.secret_files import SecretFiles, new_secret

MOST_OF_A_PARTY = 50
OLD_SECRET_S = 86_400  # signs, too, after a rotation
TESTS_A_MINUTE = 6  # of a party
CHECKS_A_MINUTE = 2  # likewise: each is up to nine requests
REPLAYS_A_MINUTE = 6  # likewise: each may be thousands of notices
LETTERS_A_DAY = 20  # to unconfirmed addresses, of a party
LOOK_S = 60.0  # for old secrets that are over
SECOND_US = 1_000_000
BROKEN = "its secret cannot be used any more"

log = structlog.get_logger("subscriptions")


class Deliverer(Protocol):
    """The dispatcher, as far as the desk asks it for something."""

    async def replay(self, subscription: str, since_us: Micros) -> int:
        """Deliver what was missed since a time; return how many."""

    async def enable(self, subscription: str) -> int:
        """Tell one again that was given up; return how many it missed."""

    def forget(self, subscription: str) -> None:
        """Know nothing more of it."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A subscription as it counts now; `shown` is a secret that nobody will be shown again."""

    held: Held
    shown: str = ""


class SubscriptionDesk:
    """Everything that is subscribed, by name; config.yaml's, too, which are only looked at."""

    def __init__(
        self, journal: Journal, channels: Channels, clock: Clock, deliverer: Deliverer, config: Config, *, source: str
    ) -> None:
        self._journal = journal
        self._channels = channels
        self._clock = clock
        self._deliverer = deliverer
        self._config = config
        self._source = source
        self._files = SecretFiles(journal.folder)
        self._held = {one.name: Held(subscription=one) for one in config.subscriptions}
        self._turn = asyncio.Lock()
        self._lookup = Lookup()  # not that of the channels: who asks for slow names holds up no delivery
        self._tests = Allowance(TESTS_A_MINUTE, 60.0)
        self._checks = Allowance(CHECKS_A_MINUTE, 60.0)
        self._replays = Allowance(REPLAYS_A_MINUTE, 60.0)
        self._letters = Allowance(LETTERS_A_DAY, 86_400.0)

    async def restore(self) -> None:
        """Let all count that were stored before, and settle what others left over that ended.

        One that cannot count does not keep the others from it.
        """
        stored = await self._journal.read(subscriptions.standing)
        for one in stored:
            self._restore(one)
        await asyncio.to_thread(self._files.sweep, {file for one in stored for file in (one.secret, one.old_secret)})
        known, now_us = {*self._held, *(one.name for one in stored)}, self._clock.now_us()
        told = list(self._channels.subscriptions.values())
        await self._journal.write(lambda connection: settle(connection, known, told, now_us))

    async def run(self) -> None:
        """Let secrets end that were changed a day ago."""
        while True:
            await self.expire()
            await asyncio.sleep(LOOK_S)

    def all(self) -> list[Held]:
        """Every subscription, by name."""
        return [self._held[name] for name in sorted(self._held)]

    def get(self, name: str) -> Held | None:
        return self._held.get(name)

    async def make(self, body: Mapping[str, Any], asked: Asked) -> Made:
        """Subscribe. Raises Faulty, Refused or TooOften."""
        draft = await checked(body, asked, self._lookup)  # which takes its time: others have their turn meanwhile
        async with self._turn:
            self._expect_room(draft.subscription)
            letters = self._letters_for(draft.subscription, None, asked)
            secret = draft.secret
            if secret is None and draft.subscription.channel == "webhook":
                secret = new_secret(draft.subscription.signature)
            stored = Stored(
                name=draft.subscription.name,
                party=asked.party,
                created_us=self._clock.now_us(),
                settings=settings_of(draft.subscription),
                unconfirmed=tuple(one for one, _ in letters),
            )
            held = await self._store(draft.subscription, stored, secret)
        await self._post(held, letters)
        return Made(held=held, shown="" if draft.secret is not None else secret or "")

    async def change(self, held: Held, body: Mapping[str, Any], asked: Asked) -> Made:
        """Let a subscription be otherwise; its secret stays unless another is given, or another style needs one."""
        self._current(held)
        draft = await checked(body, asked, self._lookup)
        async with self._turn:
            held, before = self._current(held)
            now = draft.subscription
            if now.name != before.name:
                raise Faulty.at("name", "expected the name in the address, or none")
            if now.channel != held.subscription.channel:
                raise Faulty.at("channel", f"expected {held.subscription.channel}, as it was made", "make another one")
            letters = self._letters_for(now, held, asked)
            restyled = now.signature != held.subscription.signature
            secret = draft.secret or (new_secret(now.signature) if restyled else None)
            stored = msgspec.structs.replace(
                before, settings=settings_of(now), unconfirmed=tuple(one for one, _ in letters)
            )
            if secret is not None:
                stored = self._aged(now, stored, keeps=not restyled)
            after = await self._store(now, stored, secret)
        await self._post(after, letters)
        return Made(held=after, shown=secret or "" if draft.secret is None else "")

    async def rotate(self, held: Held, secret: str | None = None) -> Made:
        """Let another secret sign; for a day the old one does, too, where the style has room for both."""
        if held.subscription.channel != "webhook":
            raise Refused(
                f"expected a webhook: the channel {held.subscription.channel} signs nothing", reason="signs_nothing"
            )
        async with self._turn:
            held, before = self._current(held)
            stored = self._aged(held.subscription, before, keeps=not held.broken)
            fresh = secret or new_secret(held.subscription.signature)
            return Made(held=await self._store(held.subscription, stored, fresh), shown="" if secret else fresh)

    async def remove(self, held: Held) -> None:
        """Let a subscription count no longer; what waits for it is given up."""
        async with self._turn:
            (_, stored), now_us = self._current(held), self._clock.now_us()
            others = [one for one in self._channels.subscriptions.values() if one.name != stored.name]
            gone = {stored.name} if held.subscription.channel == "mqtt" else ()
            by_mqtt = {one.name for one in others if one.channel == "mqtt"}

            def job(connection: Any) -> None:
                subscriptions.remove(connection, stored.name, now_us)
                retained.leave(connection, gone, by_mqtt, now_us)
                disabled.remove(connection, stored.name, others, now_us)

            await self._journal.write(job)
            self._held.pop(stored.name, None)
            self._deliverer.forget(stored.name)
            await self._channels.remove(stored.name)
            await asyncio.to_thread(self._files.drop, stored.secret, stored.old_secret)

    async def leave(self, party: str) -> None:
        """Remove all that a party subscribed here."""
        for held in self.all():
            if held.stored is not None and held.subscription.party == party:
                with contextlib.suppress(Refused):  # removed meanwhile
                    await self.remove(held)

    async def confirm(self, held: Held, address: str, code: str) -> Held | None:
        """Believe an address whose code was said; None where it is not this code, or not any more."""
        async with self._turn:
            held, stored = self._current(held)
            left = tuple(confirming.said(stored.name, stored.unconfirmed, address, code, self._clock.now_us()))
            if left == stored.unconfirmed:
                return None
            after = await self._store(held.subscription, msgspec.structs.replace(stored, unconfirmed=left), None)
            return after if len(left) < len(stored.unconfirmed) else None

    async def test(self, held: Held, who: str) -> Tested:
        """Send a sample. Raises TooOften."""
        if not self._tests.take(who):
            raise TooOften(f"expected at most {TESTS_A_MINUTE} tests in a minute, came more", 60)
        name = held.subscription.name
        channel = self._channels.get(name)
        if channel is None:
            return Tested(outcome=Outcome(accepted=False, reason="not_told"), took_ms=0.0)
        return await send_sample(channel, held.subscription, self._source, self._clock.now_us())

    async def check(self, held: Held, who: str) -> list[Verdict]:
        """Try whether its receiver takes what is signed and refuses what is forged. Raises Refused or TooOften."""
        if held.subscription.channel != "webhook":
            raise Refused(
                f"expected a webhook: the channel {held.subscription.channel} signs nothing", reason="signs_nothing"
            )
        counts = self._channels.subscriptions.get(held.subscription.name)
        if counts is None:
            raise Refused("expected a subscription whose secret is there: give it another one", reason="secret_gone")
        if not self._checks.take(who):
            raise TooOften(f"expected at most {CHECKS_A_MINUTE} checks in a minute, came more", 60)
        sign_with = self._channels.secrets_of(counts)
        return [one async for one in verdicts(counts, sign_with, lookup=self._lookup, source=self._source)]

    async def replay(self, held: Held, since_us: Micros) -> int:
        """Deliver what a subscription missed since a time; return how many. Raises TooOften."""
        if not self._replays.take(held.subscription.party):
            raise TooOften(f"expected at most {REPLAYS_A_MINUTE} replays in a minute, came more", 60)
        return await self._deliverer.replay(held.subscription.name, since_us)

    async def enable(self, held: Held) -> int:
        """Tell a subscription again that was given up; return how many it missed."""
        return await self._deliverer.enable(held.subscription.name)

    async def expire(self) -> None:
        """Let secrets end whose day is over."""
        now_us = self._clock.now_us()
        async with self._turn:
            for held in self.all():
                if held.old_until_us is not None and held.old_until_us <= now_us:
                    _, stored = self._current(held)
                    stored = msgspec.structs.replace(stored, old_secret="", old_until_us=None)
                    await self._store(held.subscription, stored, None)

    def _current(self, held: Held) -> tuple[Held, Stored]:
        """A subscription that parties may change, as it stands by now. Raises Refused for one that they may not."""
        now = self._held.get(held.subscription.name)
        if now is None:
            raise Refused("expected a subscription that is there: this one was removed just now", reason="was_removed")
        if now.stored is None:
            raise Refused(
                "expected a subscription that was made here: this one stands in the gateway's config.yaml",
                reason="stands_in_the_file",
            )
        return now, now.stored

    def _restore(self, stored: Stored) -> None:
        name = stored.name
        if name.casefold() in self._taken():
            log.error("a stored subscription does not count: config.yaml has one of this name", subscription=name)
            return
        try:
            subscription = read(stored)
        except ValidationError:  # its text holds settings
            log.error("a stored subscription cannot be read", subscription=name)  # noqa: TRY400 - no bug of ours
            return
        self._held[name] = Held(subscription=subscription, stored=stored, broken=self._count(subscription, stored))

    def _count(self, subscription: Subscription, stored: Stored) -> str:
        """Let the channels know one that is new to them; why they cannot, where they cannot."""
        effective = counting(subscription, stored, self._files)
        if not is_told(effective):
            return ""
        try:
            self._channels.add(effective)
        except BadInput as error:
            log.error("a subscription is not told", subscription=stored.name, reason=str(error))  # noqa: TRY400
            return BROKEN
        return ""

    async def _store(self, subscription: Subscription, stored: Stored, secret: str | None) -> Held:
        """Commit, and let it count; with another secret where one is given."""
        before = self._held.get(stored.name)
        if secret is not None:
            file = await asyncio.to_thread(self._files.keep, stored.name, secret)
            stored = msgspec.structs.replace(stored, secret=file)
        await self._journal.write(lambda connection: subscriptions.save(connection, stored))
        left = self._channels.get(stored.name)
        broken = self._count(subscription, stored)
        if not is_told(counting(subscription, stored, self._files)):
            await self._channels.remove(stored.name)
        elif left is not None and left is not self._channels.get(stored.name):
            await self._channels.retire(left)
        held = self._held[stored.name] = Held(subscription=subscription, stored=stored, broken=broken)
        if before is not None and before.stored is not None:
            used = {stored.secret, stored.old_secret}
            over = {before.stored.secret, before.stored.old_secret} - used
            await asyncio.to_thread(self._files.drop, *over)
        return held

    def _aged(self, subscription: Subscription, stored: Stored, *, keeps: bool) -> Stored:
        """Let the secret that counts be the old one, or none where it cannot sign beside another."""
        if not keeps or subscription.signature != "standard_webhooks":
            return msgspec.structs.replace(stored, old_secret="", old_until_us=None)
        until_us = self._clock.now_us() + OLD_SECRET_S * SECOND_US
        return msgspec.structs.replace(stored, old_secret=stored.secret, old_until_us=until_us)

    def _expect_room(self, subscription: Subscription) -> None:
        if subscription.name.casefold() in self._taken():
            raise Refused(
                f"expected a name of its own, came {subscription.name!r}, which there is already", reason="name_taken"
            )
        own = sum(1 for one in self._held.values() if one.subscription.party == subscription.party)
        if own >= MOST_OF_A_PARTY:
            raise Refused(
                f"expected at most {MOST_OF_A_PARTY} subscriptions of a party, there are {own}: remove one",
                reason="too_many_subscriptions",
            )

    def _taken(self) -> set[str]:
        return {name.casefold() for name in self._held}

    def _letters_for(
        self, subscription: Subscription, before: Held | None, asked: Asked
    ) -> list[tuple[Unconfirmed, str]]:
        """A code for each address that nobody has confirmed; the operator answers for those that it gives."""
        if asked.operator:
            return []
        known = () if before is None else set(before.subscription.to) - set(before.unconfirmed)
        new = [address for address in subscription.to if address not in known]
        if not all(self._letters.take(asked.party) for _ in new):
            raise TooOften(f"expected at most {LETTERS_A_DAY} mails to new addresses in a day, came more", 86_400)
        return confirming.asked(subscription.name, new, self._clock.now_us())

    async def _post(self, held: Held, letters: list[tuple[Unconfirmed, str]]) -> None:
        server = self._channels.mail_server()
        for one, code in letters:
            mail = confirming.letter(
                server.sender, one.address, site=self._config.site.name, party=held.subscription.party, code=code
            )
            outcome = await server.outcome(mail, (one.address,))
            if not outcome.accepted:
                log.warning("a code could not be sent", subscription=held.subscription.name, reason=outcome.reason)
