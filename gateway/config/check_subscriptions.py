"""Who is told of what, and how: whom a subscription names, and what its channel needs and knows."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator

from gateway.config.names import Names, means, means_lane, refers
from gateway.config.nodes import Table
from gateway.config.receiver_url import receiver_url
from gateway.errors import Fault

_KNOWN_BY = {  # keys that only some channels know
    "url": ("webhook",),
    "secret": ("webhook", "apprise"),
    "old_secret": ("webhook",),
    "signature": ("webhook",),
    "allow_private": ("webhook", "apprise"),
    "to": ("email",),
    "content": ("webhook", "mqtt", "sse"),
    "group_interval_s": ("webhook", "email", "apprise"),
    "quiet": ("webhook", "email", "apprise"),
    "digest": ("webhook", "email", "apprise"),
}
_NEEDED_BY = {"webhook": ("url", "secret"), "email": ("to",), "apprise": ("secret",)}
_CHANNELS = ("webhook", "mqtt", "sse", "email", "apprise")


def knows(channel: str, key: str) -> bool:
    """Whether a channel has a use for this key."""
    return channel in _KNOWN_BY.get(key, _CHANNELS)


def check_subscriptions(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of each subscription, and of the mail server that some need."""
    for table in root.tables("subscriptions"):
        yield from check_subscription(table, names)
    yield from _mail(root)


def check_subscription(table: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of one subscription, wherever it comes from; `names` are those that it may know of."""
    yield from refers(table, "party", names.parties, "the code of a party")
    for spot, rule in table.texts("rules"):
        yield from means(spot, rule, names.rules, "the name of a rule")
    for spot, lane in table.texts("lanes"):
        yield from means_lane(spot, lane, names)
    for spot, place in table.texts("places"):
        yield from means(spot, place, names.places, "the code of a place")
    channel = table.text("channel")
    if channel in _CHANNELS:
        yield from _channel(table, channel)
    yield from _url(table)
    yield from _rotation(table)
    yield from _quiet(table.table("quiet"))
    yield from _zone(table.table("digest"))


def _channel(table: Table, channel: str) -> Iterator[Fault]:
    for key in _NEEDED_BY.get(channel, ()):
        if not table.has(key):
            article = "an" if channel[0] in "ae" else "a"
            yield table.fault(f"expected the key `{key}` for {article} {channel}, came none", f"add `{key}: ...`")
    for key, channels in _KNOWN_BY.items():
        if table.has(key) and channel not in channels:
            others = " or ".join(f"`channel: {name}`" for name in channels)
            yield table.spot(key).fault(
                f"expected no `{key}` for the channel {channel}, came one", f"remove it, or write {others}"
            )


def _url(table: Table) -> Iterator[Fault]:
    url = table.text("url")
    if not url:
        return
    try:
        receiver_url(url)
    except ValueError as error:
        came = "one not shown here" if "@" in url else f"'{url[:80]}'"  # what stands before an @ may be a password
        yield table.spot("url").fault(f"expected {error}, came {came}", "write https://HOST/PATH")


def _rotation(table: Table) -> Iterator[Fault]:
    if table.has("old_secret") and table.text("signature", "standard_webhooks") != "standard_webhooks":
        text = (
            f"expected no `old_secret` for {table.text('signature')}, came one: its header has room for one signature"
        )
        yield table.spot("old_secret").fault(text, "remove it: change the secret on both sides at once")


def _quiet(table: Table) -> Iterator[Fault]:
    if table.text("start") and table.text("start") == table.text("end"):
        text = f"expected an end other than the start, came {table.text('end')} twice"
        yield table.spot("end").fault(text, "write the hours between which it is quiet")
    yield from _zone(table)


def _zone(table: Table) -> Iterator[Fault]:
    zone = table.text("time_zone", "UTC")
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        text = f"expected an IANA time zone, came '{zone[:64]}'"
        yield table.spot("time_zone").fault(text, "write it like Europe/Berlin")


def _mail(root: Table) -> Iterator[Fault]:
    mail = root.table("mail")
    if mail.has("username") != mail.has("password"):
        yield mail.fault("expected `username` and `password` together, came one of them", "add the other")
    if mail.has("password") and mail.text("security") == "none":
        yield mail.spot("security").fault("expected starttls or tls with a password, came none", "write `starttls`")
    told = next((table for table in root.tables("subscriptions") if table.text("channel") == "email"), None)
    if told is not None and not mail.text("host"):
        text = "expected a mail server for the channel email, came none"
        yield told.spot("channel").fault(text, "add `mail: {host: ...}`")
