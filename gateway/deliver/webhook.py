"""Webhooks: signed, one deadline for the whole exchange, no redirects, little is read back.

Each attempt looks the receiver's address up, has it checked, and connects to the checked one, so that no name can
lead elsewhere meanwhile; Host header and the name in TLS stay the receiver's. A connection that is kept is used again
only when it leads to an address that was checked now.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from functools import cache

from gateway.config.model import Subscription
from gateway.config.receiver_url import ReceiverUrl, receiver_url
from gateway.deliver.address import AddressBlocked, resolve
from gateway.deliver.channel import Message, Outcome
from gateway.deliver.envelope import content_type, render
from gateway.deliver.lookup import Lookup, NameTimeout, UnknownHost
from gateway.deliver.signature import Headers, Sign, signer
from gateway.deliver.wire import Answer, BrokenAnswer, Connection, ConnectionEnded

DEADLINE_S = 15.0  # Standard Webhooks: 15 to 30 s; from the look-up to the answer's head
KEEP_IDLE_S = 300.0
GONE = 410  # the receiver wants no more
LONGEST_WISH_S = 86_400.0  # a Retry-After beyond this is not believed
_WORDS = (
    (TimeoutError, "timeout"),
    (NameTimeout, "name_timeout"),
    (UnknownHost, "unknown_host"),
    (ssl.SSLError, "tls_failed"),
)


@cache
def system_trust() -> ssl.SSLContext:
    """The machine's certificates, read once."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class Webhook:
    """The channel to one receiver. Raises ValueError when a secret is none, without the secret."""

    slots = 4
    groups = True

    def __init__(
        self,
        subscription: Subscription,
        secrets: Sequence[str],
        *,
        lookup: Lookup | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        assert subscription.url is not None
        self._url = receiver_url(subscription.url)
        self._sign: Sign = signer(subscription.signature, secrets)
        self._allow_private = subscription.allow_private
        self._lookup = lookup or Lookup()
        self._trust = trust
        self._open: set[Connection] = set()
        self._idle: Connection | None = None
        self._idle_since_s = 0.0

    async def prepare(self, message: Message) -> PreparedWebhook:
        """Render, sign, look the receiver up, and have a connection that stands."""
        body = render(message)
        # Signed with the machine's own time, whatever clock the gateway runs on: receivers allow five minutes.
        signed = self._sign(message.message_id, int(time.time()), body)
        return await self.signed({"content-type": content_type(message), **signed}, body)

    async def signed(self, headers: Headers, body: bytes) -> PreparedWebhook:
        """The same for what is signed already, whoever did it."""
        deadline_s = asyncio.get_running_loop().time() + DEADLINE_S
        request = _written(self._url, headers, body)
        try:
            async with asyncio.timeout_at(deadline_s):
                connection = await self.connection()
        except (AddressBlocked, OSError) as error:  # a TimeoutError is an OSError
            return PreparedWebhook(self, request, deadline_s, refused=_refusal(error))
        return PreparedWebhook(self, request, deadline_s, connection)

    async def connection(self, *, new: bool = False) -> Connection:
        """One to an address that the name leads to now. Raises AddressBlocked or OSError."""
        addresses = await resolve(self._url.host, self._lookup, allow_private=self._allow_private)
        kept = None if new else self._take(addresses)
        return await self._first(addresses) if kept is None else kept

    async def close(self) -> None:
        for connection in self._open:
            connection.abort()

    async def _first(self, addresses: Sequence[str]) -> Connection:
        """To the first that takes a connection: a name may have one here by IPv6 that its server does not know of."""
        *others, last = addresses
        for address in others:
            try:
                return await self._to(address)
            except ssl.SSLError:
                raise
            except OSError:
                continue
        return await self._to(last)

    async def _to(self, address: str) -> Connection:
        opened = await Connection.open(
            address,
            self._url.port,
            tls=(self._trust or system_trust()) if self._url.secure else None,
            server_name=self._url.host,
            rested=self._keep,
        )
        self._open = {other for other in self._open if other.is_open} | {opened}
        return opened

    def _take(self, addresses: Sequence[str]) -> Connection | None:
        kept, self._idle = self._idle, None
        if kept is None:
            return None
        fresh = asyncio.get_running_loop().time() - self._idle_since_s < KEEP_IDLE_S
        if kept.is_open and kept.address in addresses and fresh:
            return kept
        kept.abort()
        return None

    def _keep(self, connection: Connection) -> None:
        if self._idle is not None and self._idle.is_open:
            connection.abort()  # one is enough between alerts
            return
        self._idle, self._idle_since_s = connection, asyncio.get_running_loop().time()


class PreparedWebhook:
    """A signed request and its connection, waiting for the release; or the reason why there is none."""

    def __init__(
        self,
        webhook: Webhook,
        request: bytes,
        deadline_s: float,
        connection: Connection | None = None,
        *,
        refused: Outcome | None = None,
    ) -> None:
        self._webhook = webhook
        self._request = request
        self._deadline_s = deadline_s
        self._connection = connection
        self._refused = refused

    async def send(self) -> Outcome:
        if self._connection is None:
            assert self._refused is not None
            return self._refused
        try:
            async with asyncio.timeout_at(self._deadline_s):
                return _judged(await self._exchange(self._connection))
        except (AddressBlocked, OSError) as error:
            return _refusal(error)
        except ConnectionEnded:
            return Outcome(accepted=False, reason="connection_ended")
        except BrokenAnswer:
            return Outcome(accepted=False, reason="broken_answer")

    async def _exchange(self, connection: Connection) -> Answer:
        used = connection.used
        try:
            return await connection.exchange(self._request)
        except ConnectionEnded:
            if not used:
                raise
        # The receiver ended a kept connection just then: most likely it never saw this. The id tells, if it did.
        again = await self._webhook.connection(new=True)
        return await again.exchange(self._request)


def _written(url: ReceiverUrl, headers: Headers, body: bytes) -> bytes:
    lines = [
        f"POST {url.target} HTTP/1.1",
        f"host: {url.authority}",
        "user-agent: tierview",
        "accept: */*",
        f"content-length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join((*lines, "", "")).encode("ascii") + body


def _judged(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return Outcome(accepted=True, reason="accepted", status=answer.status)
    return Outcome(
        accepted=False,
        reason=f"status_{answer.status}",
        again=answer.status != GONE,
        gone=answer.status == GONE,
        retry_after_s=_wish_s(answer.retry_after),
        status=answer.status,
    )


def _wish_s(retry_after: str) -> float | None:
    return min(float(retry_after), LONGEST_WISH_S) if retry_after.isdecimal() else None


def _refusal(error: AddressBlocked | OSError) -> Outcome:
    if isinstance(error, AddressBlocked):
        return Outcome(accepted=False, reason="address_blocked", again=False)
    word = next((word for kind, word in _WORDS if isinstance(error, kind)), "refused")
    return Outcome(accepted=False, reason=word)
