"""Tokens of parties: only their hashes, so that the journal's reader cannot sign in with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import msgspec

from gateway.model import Micros


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal knows of a token."""

    hash: str
    party: str
    label: str
    created_us: Micros
    expires_us: Micros | None
    revoked_us: Micros | None
    used_us: Micros | None = None  # as of the last time that it was stored; None: never


def save(
    connection: sqlite3.Connection,
    *,
    hash: str,
    party: str,
    label: str,
    created_us: Micros,
    expires_us: Micros | None = None,
) -> None:
    """Store a token's hash."""
    connection.execute(
        "INSERT INTO tokens (hash, party, label, created_us, expires_us) VALUES (?, ?, ?, ?, ?)",
        (hash, party, label, created_us, expires_us),
    )


def party_of(connection: sqlite3.Connection, hash: str, now_us: Micros) -> str | None:
    """Whose token this is, unless it has expired or was revoked."""
    row = connection.execute(
        "SELECT party FROM tokens WHERE hash = ? AND revoked_us IS NULL AND (expires_us IS NULL OR expires_us > ?)",
        (hash, now_us),
    ).fetchone()
    return str(row[0]) if row else None


def revoke(connection: sqlite3.Connection, hash: str, now_us: Micros) -> bool:
    """End a token; False when there is no such token or it has ended already."""
    changed = connection.execute(
        "UPDATE tokens SET revoked_us = ? WHERE hash = ? AND revoked_us IS NULL", (now_us, hash)
    )
    return changed.rowcount == 1


def used(connection: sqlite3.Connection, last: Mapping[str, Micros]) -> None:
    """Note when tokens were last used, by their hashes; a time that is older than the known one changes nothing."""
    connection.executemany(
        "UPDATE tokens SET used_us = ? WHERE hash = ? AND (used_us IS NULL OR used_us < ?)",
        [(at_us, token, at_us) for token, at_us in last.items()],
    )


def all_of(connection: sqlite3.Connection) -> list[Token]:
    """Every token, also those that have ended, oldest first."""
    rows = connection.execute(
        "SELECT hash, party, label, created_us, expires_us, revoked_us, used_us FROM tokens ORDER BY created_us, hash"
    )
    return [Token(**dict(zip(Token.__struct_fields__, row, strict=True))) for row in rows]


def standing(connection: sqlite3.Connection, party: str, now_us: Micros) -> list[Token]:
    """The tokens that count, of a party, or all where it is empty; the newest first."""
    rows = connection.execute(
        "SELECT hash, party, label, created_us, expires_us, revoked_us, used_us FROM tokens"
        " WHERE revoked_us IS NULL AND (expires_us IS NULL OR expires_us > ?) AND (? = '' OR party = ?)"
        " ORDER BY created_us DESC, hash",
        (now_us, party, party),
    )
    return [Token(**dict(zip(Token.__struct_fields__, row, strict=True))) for row in rows]
