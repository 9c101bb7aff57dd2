"""Subscriptions that parties made themselves: as they stand, and those that were removed. No secret is in them."""

from __future__ import annotations

import sqlite3

import msgspec

from gateway.model import Micros


class Unconfirmed(msgspec.Struct, frozen=True, kw_only=True):
    """A mail address that nothing is sent to until whoever reads there has said the code."""

    address: str
    hash: str  # of the code
    until_us: Micros  # it can be said
    tries: int = 0  # wrong ones


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription as its party made it. Secrets are named by the file that each is kept in."""

    name: str
    party: str
    created_us: Micros
    settings: msgspec.Raw  # JSON: the fields of gateway.config.model.Subscription without name, party and secrets
    secret: str = ""
    old_secret: str = ""  # it signs, too ...
    old_until_us: Micros | None = None  # ... until then
    unconfirmed: tuple[Unconfirmed, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Stored).decode


def save(connection: sqlite3.Connection, stored: Stored) -> None:
    """Store one, new or changed, or in place of a removed one of the same name."""
    connection.execute(
        "INSERT OR REPLACE INTO subscriptions (name, party, created_us, body) VALUES (?, ?, ?, ?)",
        (stored.name, stored.party, stored.created_us, _encode(stored)),
    )


def remove(connection: sqlite3.Connection, name: str, now_us: Micros) -> None:
    """Let one count no longer; it stays to be looked up."""
    connection.execute("UPDATE subscriptions SET removed_us = ? WHERE name = ?", (now_us, name))


def standing(connection: sqlite3.Connection) -> list[Stored]:
    """Those that count, by name."""
    rows = connection.execute("SELECT body FROM subscriptions WHERE removed_us IS NULL ORDER BY name")
    return [_decode(body) for (body,) in rows]


def told_by(connection: sqlite3.Connection, party: str, channel: str) -> list[str]:
    """The names of those of a party that count and are told by some channel."""
    rows = connection.execute(
        "SELECT name FROM subscriptions WHERE party = ? AND removed_us IS NULL"
        " AND json_extract(CAST(body AS TEXT), '$.settings.channel') = ?",
        (party, channel),
    )
    return [name for (name,) in rows]
