"""Links that show one shipment until a date: only their hashes, so that the journal's reader cannot follow them."""

from __future__ import annotations

import sqlite3

import msgspec

from gateway.model import Micros

_COLUMNS = "hash, party, shipment_id, label, created_us, expires_us"


class ShareLink(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal knows of a link that counts."""

    hash: str
    party: str  # who shared it: it shows no more than that party sees
    shipment_id: str
    label: str
    created_us: Micros
    expires_us: Micros


def save(connection: sqlite3.Connection, link: ShareLink) -> None:
    """Let a link count."""
    connection.execute(
        f"INSERT INTO share_links ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
        msgspec.structs.astuple(link),
    )


def standing_one(connection: sqlite3.Connection, hash: str, now_us: Micros) -> ShareLink | None:
    """The link of this hash, unless it has come to its end or was revoked."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM share_links WHERE hash = ? AND revoked_us IS NULL AND expires_us > ?",  # noqa: S608
        (hash, now_us),
    ).fetchone()
    return None if row is None else _link(row)


def standing(connection: sqlite3.Connection, party: str, now_us: Micros) -> list[ShareLink]:
    """The links that count, of a party, or all where it is empty; the newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM share_links WHERE revoked_us IS NULL AND expires_us > ? AND (? = '' OR party = ?)"  # noqa: S608
        " ORDER BY created_us DESC, hash",
        (now_us, party, party),
    )
    return [_link(row) for row in rows]


def revoke(connection: sqlite3.Connection, hash: str, now_us: Micros) -> None:
    """Let a link count no longer."""
    connection.execute("UPDATE share_links SET revoked_us = ? WHERE hash = ? AND revoked_us IS NULL", (now_us, hash))


def _link(row: tuple[object, ...]) -> ShareLink:
    return msgspec.convert(dict(zip(ShareLink.__struct_fields__, row, strict=True)), ShareLink)
