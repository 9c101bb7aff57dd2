"""Webhooks by Standard Webhooks: signed, one deadline for the whole exchange, no redirects, little is read back."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import httpx

from gateway.config.model import Subscription
from gateway.deliver.address import AddressBlocked, resolve
from gateway.deliver.channel import Outcome
from gateway.deliver.envelope import render
from gateway.deliver.signature import headers, key
from gateway.model import Alert, Delivery

DEADLINE_S = 15.0  # Standard Webhooks: 15 to 30 s
MOST_READ = 64 * 1024  # bytes of the answer's body that are read, and thrown away ...
READ_S = 1.0  # ... in so much time
GONE = 410  # the receiver wants no more
LONGEST_WISH_S = 86_400.0  # a Retry-After beyond this is not believed


class Webhook:
    """The channel to one receiver."""

    def __init__(self, subscription: Subscription, secret: str) -> None:
        assert subscription.url is not None
        self._url = httpx.URL(subscription.url)
        self._key = key(secret)
        self._allow_private = subscription.allow_private
        self._client = httpx.AsyncClient(
            timeout=DEADLINE_S,
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=4, keepalive_expiry=300),
        )

    async def prepare(self, delivery: Delivery, alert: Alert) -> PreparedWebhook:
        """Render, sign, and look the receiver's address up."""
        body = render(delivery, alert)
        # Signed with the machine's own time, whatever clock the gateway runs on: receivers allow five minutes.
        signed = headers(self._key, delivery.delivery_id, int(time.time()), body)
        try:
            address = await resolve(self._url.host, self._url.port or 443, allow_private=self._allow_private)
        except AddressBlocked:
            return PreparedWebhook(self._client, None, Outcome(accepted=False, reason="address_blocked", again=False))
        except OSError:
            return PreparedWebhook(self._client, None, Outcome(accepted=False, reason="unknown_host"))
        request = self._client.build_request(
            "POST",
            self._url.copy_with(host=address),
            content=body,
            headers={"content-type": "application/json", "host": self._url.netloc.decode(), **signed},
            extensions={"sni_hostname": self._url.host},
        )
        return PreparedWebhook(self._client, request, None)

    async def close(self) -> None:
        await self._client.aclose()


class PreparedWebhook:
    """A signed request that waits for the release, or the reason why there is none."""

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request | None, refused: Outcome | None) -> None:
        self._client = client
        self._request = request
        self._refused = refused

    async def send(self) -> Outcome:
        if self._request is None:
            assert self._refused is not None
            return self._refused
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._exchange(self._request)
        except TimeoutError:
            return Outcome(accepted=False, reason="timeout")
        except httpx.HTTPError as error:
            return Outcome(accepted=False, reason=_word(error))

    async def _exchange(self, request: httpx.Request) -> Outcome:
        response = await self._client.send(request, stream=True)
        try:
            with suppress(TimeoutError, httpx.HTTPError):  # the status is the answer: what follows it changes nothing
                async with asyncio.timeout(READ_S):
                    await _read_away(response)
            return _judged(response)
        finally:
            await response.aclose()


async def _read_away(response: httpx.Response) -> None:
    """Read the body, so that the connection can be used again."""
    read = 0
    async for part in response.aiter_raw():
        read += len(part)
        if read > MOST_READ:
            return


def _judged(response: httpx.Response) -> Outcome:
    status = response.status_code
    if 200 <= status < 300:
        return Outcome(accepted=True, reason="accepted")
    return Outcome(
        accepted=False,
        reason=f"status_{status}",
        again=status != GONE,
        retry_after_s=_wish_s(response.headers.get("retry-after", "")),
    )


def _wish_s(retry_after: str) -> float | None:
    return min(float(retry_after), LONGEST_WISH_S) if retry_after.isdecimal() else None


def _word(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    if isinstance(error, httpx.ConnectError):
        return "refused"
    return "broken_answer"
