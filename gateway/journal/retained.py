"""Alerts that a broker may still retain for parties that read them there no more: their topics are to be emptied.

Noted in the commit that ends a subscription or a partner, and forgotten once the broker has acknowledged: whenever the
power goes, or however long the broker is away.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable

import msgspec

from gateway.model import Micros

# What may be retained: an alert that stands; one of which a notice did not reach the broker, maybe its end; and one in
# whose place such an alert was to come.
_TOLD = """
SELECT d.party, d.alert_id, d.subscription FROM alerts a JOIN deliveries d ON d.alert_id = a.alert_id
    WHERE a.state = 'open' AND json_extract(CAST(d.body AS TEXT), '$.channel') = 'mqtt'
"""
_UNTOLD = """
SELECT d.party, d.alert_id, coalesce(json_extract(CAST(a.body AS TEXT), '$.supersedes'), '')
    FROM deliveries d JOIN alerts a ON a.alert_id = d.alert_id
    WHERE d.state <> 'accepted' AND d.subscription = ? AND json_extract(CAST(d.body AS TEXT), '$.channel') = 'mqtt'
"""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be emptied of an alert."""

    party: str
    alert_id: str
    noted_us: Micros


def leave(connection: sqlite3.Connection, gone: Collection[str], standing: Collection[str], now_us: Micros) -> None:
    """Note what may be retained by subscriptions that are gone, and is told by none of those that stand, by name."""
    if not gone:
        return
    found: set[tuple[str, str]] = set()
    kept: set[tuple[str, str]] = set()
    for party, alert_id, subscription in connection.execute(_TOLD):
        if subscription in gone:
            found.add((party, alert_id))
        elif subscription in standing:
            kept.add((party, alert_id))
    for name in gone:
        for party, alert_id, before in connection.execute(_UNTOLD, (name,)):
            found.update((party, one) for one in (alert_id, before) if one)
    connection.executemany(
        "INSERT OR REPLACE INTO retained (party, alert_id, noted_us) VALUES (?, ?, ?)",
        [(party, alert_id, now_us) for party, alert_id in sorted(found - kept)],
    )


def told(connection: sqlite3.Connection) -> set[str]:
    """The names of all subscriptions that were told of an alert that stands, or still are to be told something."""
    rows = connection.execute(
        "SELECT DISTINCT d.subscription FROM alerts a JOIN deliveries d ON d.alert_id = a.alert_id"
        " WHERE a.state = 'open' UNION SELECT DISTINCT subscription FROM deliveries WHERE state = 'pending'"
    )
    return {subscription for (subscription,) in rows}


def waiting(connection: sqlite3.Connection, standing: Collection[str], limit: int) -> tuple[list[Left], list[Left]]:
    """Some of what is to be emptied; and of it what is to stay, since one of the standing was told it after all."""
    rows = connection.execute(
        "SELECT party, alert_id, noted_us, EXISTS (SELECT 1 FROM deliveries d WHERE d.alert_id = r.alert_id"
        " AND d.party = r.party AND d.made_us > r.noted_us AND d.subscription IN (SELECT value FROM json_each(?)))"
        " FROM retained r ORDER BY party, alert_id LIMIT ?",
        (json.dumps(list(standing)), limit),
    )
    empty: list[Left] = []
    stays: list[Left] = []
    for party, alert_id, noted_us, told in rows:
        (stays if told else empty).append(Left(party=party, alert_id=alert_id, noted_us=noted_us))
    return empty, stays


def forget(connection: sqlite3.Connection, over: Iterable[Left]) -> None:
    """Forget what the broker has emptied, or is to keep; not what was noted anew since."""
    connection.executemany(
        "DELETE FROM retained WHERE party = ? AND alert_id = ? AND noted_us = ?",
        [(one.party, one.alert_id, one.noted_us) for one in over],
    )
