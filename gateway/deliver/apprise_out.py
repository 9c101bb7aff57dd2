"""Apprise: a hundred chat, pager and push services by an address of theirs. An extra, and the operator's alone.

The library connects by itself: it looks names up again, so that the address that was checked here is not surely the one
it goes to. That is why no partner may give one (a webhook is what partners are told by). What can be held is held:
schemes from a list, no redirects, certificates verified, a deadline, no store on disk, none of its log lines, since
its addresses hold secrets.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from gateway.config.model import Subscription
from gateway.deliver.address import AddressBlocked, resolve
from gateway.deliver.channel import Message, Outcome
from gateway.deliver.lookup import Lookup, NameTimeout, UnknownHost
from gateway.deliver.mail import subject_of, text_of

DEADLINE_S = 15.0
MOST_TITLE = 120  # characters
# fmt: off
OF_FIXED_HOSTS = frozenset((
    "discord", "gchat", "mailgun", "opsgenie", "pagerduty", "pbul", "pover", "sendgrid", "signl4", "slack", "squadcast",
    "tgram", "twilio", "victorops", "wxteams",
))
OF_OWN_HOSTS = frozenset((
    "forms", "gotifys", "jsons", "mailto", "mailtos", "matrixs", "mmosts", "ntfys", "rockets", "workflows", "xmls",
    "zulip",
))
UNSAFE = frozenset(("form", "gotify", "json", "mmost", "ntfy", "xml"))  # without TLS: only with `allow_private`
# fmt: on
_TALKATIVE = ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib")  # their lines hold addresses

Notify: TypeAlias = Callable[[str, str], bool]  # (title, text)


class AppriseOut:
    """The channel to one service. Raises ValueError, without the address, where there is none behind it."""

    slots = 1
    groups = True

    def __init__(self, subscription: Subscription, url: str, lookup: Lookup) -> None:
        scheme = url.partition(":")[0].lower()
        allowed = OF_FIXED_HOSTS | OF_OWN_HOSTS | (UNSAFE if subscription.allow_private else frozenset())
        if scheme not in allowed:
            raise ValueError(f"expected the address of one of Apprise's services {', '.join(sorted(allowed))}")
        host, self._notify = _service(url, verified=not subscription.allow_private)
        self._host = host if scheme not in OF_FIXED_HOSTS else ""
        self._allow_private = subscription.allow_private
        self._lookup = lookup
        self._under_way: threading.Thread | None = None

    async def prepare(self, message: Message) -> PreparedCall:
        """Write it, and look whether the host may be reached."""
        title, text = subject_of(message)[:MOST_TITLE], text_of(message)
        try:
            if self._host:
                await resolve(self._host, self._lookup, allow_private=self._allow_private)
        except AddressBlocked:
            return PreparedCall(self, title, text, Outcome(accepted=False, reason="address_blocked", again=False))
        except NameTimeout:
            return PreparedCall(self, title, text, Outcome(accepted=False, reason="name_timeout"))
        except UnknownHost:
            return PreparedCall(self, title, text, Outcome(accepted=False, reason="unknown_host"))
        return PreparedCall(self, title, text)

    async def call(self, title: str, text: str) -> bool:
        """Let the library send it, in a thread that an exit does not wait for. Raises TimeoutError.

        While one that came too late still runs no other begins: threads cannot be stopped, only kept few.
        """
        if self._under_way is not None and self._under_way.is_alive():
            raise TimeoutError
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()

        def work() -> None:
            ended = self._notify(title, text)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, answer, ended)

        self._under_way = threading.Thread(target=work, name="apprise", daemon=True)
        self._under_way.start()
        async with asyncio.timeout(DEADLINE_S):
            return await answer

    async def close(self) -> None:
        """Nothing stays open between messages."""


class PreparedCall:
    """A written message that waits for the release; or the reason why it may not be sent."""

    def __init__(self, out: AppriseOut, title: str, text: str, refused: Outcome | None = None) -> None:
        self._out = out
        self._title = title
        self._text = text
        self._refused = refused

    async def send(self) -> Outcome:
        if self._refused is not None:
            return self._refused
        try:
            accepted = await self._out.call(self._title, self._text)
        except TimeoutError:
            return Outcome(accepted=False, reason="timeout")
        return Outcome(accepted=accepted, reason="accepted" if accepted else "refused")


def _settle(answer: asyncio.Future[bool], ended: bool) -> None:
    if not answer.done():
        answer.set_result(ended)


def _service(url: str, *, verified: bool) -> tuple[str, Notify]:
    """The host in an address, and the library's call for it. Raises ValueError, also without the extra."""
    try:
        import apprise  # here, since it is an extra: most gateways do without it
    except ImportError:
        raise ValueError("the channel apprise needs an extra: pip install 'tierview[apprise]'") from None
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(storage_mode=apprise.PersistentStoreMode.MEMORY, plugin_paths=[])
    asset.http_redirects = False
    service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        raise ValueError("expected an address as Apprise's documentation gives it for this service")
    service.redirects = False
    if verified:
        service.verify_certificate = True
    services: Any = apprise.Apprise(service, asset=asset)  # it catches what a service of its own raises
    return str(getattr(service, "host", "") or ""), lambda title, text: bool(services.notify(title=title, body=text))
