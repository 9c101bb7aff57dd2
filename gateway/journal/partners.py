"""Partners that were added while the gateway ran: parties beside those of the configuration."""

from __future__ import annotations

import sqlite3
from typing import TypeAlias

from gateway.journal import retained, subscriptions
from gateway.model import Micros

Body: TypeAlias = bytes  # a party as JSON, as the configuration would say it


def add(connection: sqlite3.Connection, code: str, body: Body, now_us: Micros) -> None:
    """Let a partner count, in place of one of this code that was removed, of which nothing opens a door any more."""
    end_all(connection, code, now_us)
    connection.execute(
        "INSERT INTO partners (code, created_us, body) VALUES (?, ?, ?) ON CONFLICT (code) DO UPDATE"
        " SET created_us = excluded.created_us, removed_us = NULL, body = excluded.body",
        (code, now_us, body),
    )


def remove(connection: sqlite3.Connection, code: str, now_us: Micros) -> bool:
    """Let a partner count no longer, and end all that it holds; False where it does not."""
    changed = connection.execute(
        "UPDATE partners SET removed_us = ? WHERE code = ? AND removed_us IS NULL", (now_us, code)
    )
    if changed.rowcount != 1:
        return False
    end_all(connection, code, now_us)
    return True


def end_all(connection: sqlite3.Connection, code: str, now_us: Micros) -> None:
    """End a party's tokens, the links that it shared, and its own subscriptions: whoever comes under its code later
    may be another, and tells its secrets to nobody from before. The broker is to retain nothing for it, either."""
    retained.leave(connection, subscriptions.told_by(connection, code, "mqtt"), (), now_us)
    connection.execute("UPDATE tokens SET revoked_us = ? WHERE party = ? AND revoked_us IS NULL", (now_us, code))
    connection.execute("UPDATE share_links SET revoked_us = ? WHERE party = ? AND revoked_us IS NULL", (now_us, code))
    connection.execute("UPDATE subscriptions SET removed_us = ? WHERE party = ? AND removed_us IS NULL", (now_us, code))


def standing(connection: sqlite3.Connection) -> list[Body]:
    """Those that count, by their codes."""
    return [body for (body,) in connection.execute("SELECT body FROM partners WHERE removed_us IS NULL ORDER BY code")]


def since(connection: sqlite3.Connection) -> dict[str, Micros]:
    """Since when those that count do, by their codes."""
    return dict(connection.execute("SELECT code, created_us FROM partners WHERE removed_us IS NULL"))
