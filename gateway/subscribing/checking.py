"""Whether what a party asks for may be: its faults, and whether its receiver stands where it may be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.config.model import Subscription
from gateway.config.receiver_url import receiver_url
from gateway.deliver.address import AddressBlocked, resolve
from gateway.deliver.lookup import Lookup
from gateway.subscribing.draft import Asked, Draft, drafted
from gateway.subscribing.refusals import Faulty

# The same for all that it can be, so that nobody can ask it which names a private network has.
UNREACHABLE = "expected a host on the public Internet, came one that is not there, or that no name server knows"


async def checked(body: Mapping[str, Any], asked: Asked, lookup: Lookup) -> Draft:
    """The draft that a body means. Raises Faulty."""
    draft, faults = drafted(body, asked, lookup)
    if draft is None:
        raise Faulty(faults)
    await _expect_public(draft.subscription, lookup)
    return draft


async def _expect_public(subscription: Subscription, lookup: Lookup) -> None:
    """It is looked up again at each delivery: names change."""
    if subscription.url is None or subscription.allow_private:
        return
    try:
        await resolve(receiver_url(subscription.url).host, lookup, allow_private=False)
    except (AddressBlocked, OSError):
        raise Faulty.at("url", UNREACHABLE) from None
