"""What a party says of a subscription, on its way to one: every fault at once, in the words of config.yaml's checks.

Secrets are taken out before anything reads the rest, so that no text about a fault can repeat one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.config.check_subscriptions import check_subscription
from gateway.config.model import Subscription
from gateway.config.names import Names
from gateway.config.nodes import Items, Table, grown
from gateway.config.shape import build
from gateway.deliver.apprise_out import AppriseOut
from gateway.deliver.lookup import Lookup
from gateway.deliver.signature import signer
from gateway.errors import Fault

MOST_LISTED = 100  # rules, lanes, places ... in one filter
MOST_ADDRESSES = 10
LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")  # without the : that stands behind the party's code
ROLE = re.compile(r"[a-z][a-z0-9_]{0,31}")
KEPT_SECRET = "file:kept"  # stands for a secret while the rest is checked  # noqa: S105
SECRETS = ("secret", "old_secret")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What someone wants, and what they may."""

    party: str  # whose subscription it is to be
    names: Names  # those that they may know of
    operator: bool  # may let it reach private addresses, and use services that cannot be held to public ones
    mail: bool  # there is a mail server
    has_secret: bool = False  # there is one from before, which stays if none is given
    may_be_private: bool = False  # the operator let this very address be reached before


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A subscription that is faultless by itself; `secret` is the one that was given, if any was."""

    subscription: Subscription
    secret: str | None


def full_name(party: str, local: str) -> str:
    """Under which name everybody else knows it: names of parties never meet, nor those of config.yaml by accident."""
    return f"{party}:{local}"


def drafted(body: Mapping[str, Any], asked: Asked, lookup: Lookup) -> tuple[Draft | None, list[Fault]]:
    """The subscription that a body asks for, or every fault of it."""
    rest, secret = _without_secret(body)
    root = grown({**rest, **_own(rest, asked)})
    assert isinstance(root, Table)
    subscription, shape_faults = build(Subscription, root)
    faults = [*shape_faults, *check_subscription(root, asked.names), *_further(root, body, asked)]
    key = _secret_key(body)
    if secret is None and key == "url" and not asked.has_secret:
        faults.append(_at(root, key, "expected the key `url` for an apprise, came none", "add `url: ...`"))
    elif secret is not None and (not isinstance(secret, str) or not secret):
        faults.append(_at(root, key, "expected a text, came another value"))
    elif subscription is not None and not faults and secret is not None:
        faults += _secret(root, subscription, secret, lookup)
    if faults or subscription is None:
        return None, list(dict.fromkeys(faults))
    return Draft(subscription=subscription, secret=secret), []


def _without_secret(body: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    key = _secret_key(body)
    return {name: value for name, value in body.items() if name not in (*SECRETS, key)}, body.get(key)


def _secret_key(body: Mapping[str, Any]) -> str:
    """Under which key a secret comes: the address of an Apprise service is one as a whole."""
    return "url" if body.get("channel") == "apprise" else "secret"


def _own(rest: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """What the subscription has from us."""
    own: dict[str, Any] = {"party": asked.party}
    if isinstance(rest.get("name"), str):
        own["name"] = full_name(asked.party, rest["name"] if LOCAL.fullmatch(rest["name"]) else "x")
    if rest.get("channel") in ("webhook", "apprise"):
        own["secret"] = KEPT_SECRET
    return own


def _further(root: Table, body: Mapping[str, Any], asked: Asked) -> Iterator[Fault]:
    """What config.yaml may, and a party may not."""
    name, channel = body.get("name"), root.text("channel")
    if isinstance(name, str) and not LOCAL.fullmatch(name):
        yield _at(root, "name", "expected at most 40 letters, digits and _ . -, the first a letter or digit")
    if body.get("party", asked.party) != asked.party:
        yield _at(root, "party", "expected your own party, or none")
    if body.get("old_secret") is not None:
        yield _at(root, "old_secret", "expected no `old_secret`, came one", "POST .../rotate keeps the old one a while")
    if body.get("secret") is not None and channel != "webhook":
        yield _at(root, "secret", f"expected no `secret` for the channel {channel[:20]}, came one")
    if channel == "apprise" and not asked.operator:
        text = "expected webhook, mqtt, sse or email, came 'apprise': it connects by itself, so only the operator may"
        yield _at(root, "channel", text)
    if channel == "email" and not asked.mail:
        yield _at(root, "channel", "expected another channel: this gateway has no mail server")
    for spot, role in root.texts("roles"):
        if not ROLE.fullmatch(role):
            yield spot.fault(f"expected a role of a shipment's parties, came '{role[:40]}'", "write it like consignee")
    yield from _private(root, asked)
    yield from _long(root)


def _private(root: Table, asked: Asked) -> Iterator[Fault]:
    allowed = root.flag("allow_private", default=False)
    if allowed and not (asked.operator or asked.may_be_private):
        yield _at(
            root, "allow_private", "expected false, came true: only the operator lets private addresses be reached"
        )
    elif root.text("url").startswith("http://") and not allowed:
        yield _at(root, "url", "expected an https:// address, came one without TLS", "write https://HOST/PATH")


def _long(root: Table) -> Iterator[Fault]:
    for entry in root.entries:
        most = MOST_ADDRESSES if entry.name == "to" else MOST_LISTED
        if isinstance(entry.node, Items) and len(entry.node.nodes) > most:
            yield entry.node.fault(f"expected at most {most} values, came {len(entry.node.nodes)}")


def _secret(root: Table, subscription: Subscription, secret: str, lookup: Lookup) -> Iterator[Fault]:
    """Whether a secret is one; the texts of these errors hold none."""
    try:
        if subscription.channel == "apprise":
            AppriseOut(subscription, secret, lookup)
        else:
            signer(subscription.signature, [secret])
    except ValueError as error:
        yield _at(root, "url" if subscription.channel == "apprise" else "secret", str(error))


def _at(root: Table, key: str, text: str, fix: str = "") -> Fault:
    return (
        Fault(line=1, column=1, path=key, text=text, fix=fix) if not root.has(key) else root.spot(key).fault(text, fix)
    )
