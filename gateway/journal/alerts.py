"""Alerts and their deliveries: as they stand, and the log of every version and every attempt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from gateway.model import Alert, AlertState, Delivery, Micros, Severity

_encode = msgspec.json.Encoder().encode
_alert = msgspec.json.Decoder(Alert).decode
_RANK = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
_delivery = msgspec.json.Decoder(Delivery).decode


def save(connection: sqlite3.Connection, alerts: Iterable[Alert], recorded_us: Micros) -> None:
    """Store new versions of alerts."""
    for alert in alerts:
        body = _encode(alert)
        connection.execute(
            "INSERT INTO alerts (alert_id, rule, subject, state, raised_us, shipment, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (alert_id) DO UPDATE SET state = excluded.state, body = excluded.body",
            (alert.alert_id, alert.rule, alert.subject, alert.state, alert.raised_us, alert.shipment, body),
        )
        connection.execute(
            "INSERT INTO alert_log (alert_id, recorded_us, body) VALUES (?, ?, ?)", (alert.alert_id, recorded_us, body)
        )
        connection.executemany(
            "INSERT OR IGNORE INTO alert_parties (party, alert_id) VALUES (?, ?)",
            [(party, alert.alert_id) for party in alert.parties],
        )


def get(connection: sqlite3.Connection, alert_id: str) -> Alert | None:
    """One alert."""
    row = connection.execute("SELECT body FROM alerts WHERE alert_id = ?", (alert_id,)).fetchone()
    return _alert(row[0]) if row else None


def standing(connection: sqlite3.Connection) -> list[Alert]:
    """The open alerts."""
    rows = connection.execute("SELECT body FROM alerts WHERE state = ?", (AlertState.OPEN,))
    return [_alert(body) for (body,) in rows]


def ended_lately(connection: sqlite3.Connection, since_us: Micros) -> list[Alert]:
    """The alerts that were last changed since then, and all of trips about which something can still happen, that
    have ended."""
    found: dict[str, Alert] = {}
    for body, recorded_us in connection.execute("SELECT body, recorded_us FROM alert_log ORDER BY seq DESC"):
        if recorded_us < since_us:
            break
        alert = _alert(body)
        found.setdefault(alert.alert_id, alert)
    rows = connection.execute(
        "SELECT a.body FROM alerts a JOIN trips t ON t.shipment_id = a.shipment AND t.open = 1"
        " WHERE a.state <> ? AND a.subject = 'shipment:' || a.shipment",
        (AlertState.OPEN,),
    )
    found |= {alert.alert_id: alert for alert in (_alert(body) for (body,) in rows)}
    return [alert for alert in found.values() if alert.state is not AlertState.OPEN]


def standing_by_rule(connection: sqlite3.Connection, rule: str) -> list[Alert]:
    """The open alerts of one rule."""
    rows = connection.execute("SELECT body FROM alerts WHERE rule = ? AND state = ?", (rule, AlertState.OPEN))
    return [_alert(body) for (body,) in rows]


def page(
    connection: sqlite3.Connection,
    *,
    party: str = "",
    state: str = "",
    shipment: str = "",
    before_us: Micros = 2**62,
    before_id: str = "",
    limit: int,
) -> list[Alert]:
    """Alerts newest first, behind (before_us, before_id); those of a party, or all where it is empty."""
    rows = connection.execute(
        "SELECT a.body FROM alerts a WHERE (a.raised_us, a.alert_id) < (?, ?)"
        " AND (? = '' OR a.state = ?) AND (? = '' OR a.shipment = ?)"
        " AND (? = '' OR EXISTS (SELECT 1 FROM alert_parties p WHERE p.alert_id = a.alert_id AND p.party = ?))"
        " ORDER BY a.raised_us DESC, a.alert_id DESC LIMIT ?",
        (before_us, before_id, state, state, shipment, shipment, party, party, limit),
    )
    return [_alert(body) for (body,) in rows]


def about(
    connection: sqlite3.Connection,
    *,
    assets: Sequence[str],
    shipments: Sequence[str],
    from_us: Micros,
    until_us: Micros,
    limit: int,
) -> list[Alert]:
    """The alerts about some assets or shipments that were raised in a time span, newest first."""
    marks = (", ".join("?" * len(values)) for values in (shipments, assets))
    of_shipment, of_asset = (f"IN ({them})" for them in marks)
    rows = connection.execute(
        f"SELECT body FROM alerts WHERE state IN (?, ?, ?) AND raised_us BETWEEN ? AND ?"  # noqa: S608 - only marks
        f" AND (shipment {of_shipment} OR json_extract(CAST(body AS TEXT), '$.asset') {of_asset})"
        " ORDER BY raised_us DESC, alert_id DESC LIMIT ?",
        (*AlertState, from_us, until_us, *shipments, *assets, limit),
    )
    return [_alert(body) for (body,) in rows]


def standing_of_shipments(connection: sqlite3.Connection, party: str) -> list[Alert]:
    """The open alerts about shipments; those of a party, or all where it is empty. The newest first."""
    rows = connection.execute(
        "SELECT a.body FROM alerts a WHERE a.state = 'open' AND a.shipment <> ''"
        " AND (? = '' OR EXISTS (SELECT 1 FROM alert_parties p WHERE p.alert_id = a.alert_id AND p.party = ?))"
        " ORDER BY a.raised_us DESC, a.alert_id DESC",
        (party, party),
    )
    return [_alert(body) for (body,) in rows]


def log_after(connection: sqlite3.Connection, seq: int, limit: int) -> list[tuple[int, Alert]]:
    """Versions of alerts behind a cursor, oldest first."""
    rows = connection.execute("SELECT seq, body FROM alert_log WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    return [(number, _alert(body)) for number, body in rows]


def log_last(connection: sqlite3.Connection) -> int:
    """The newest number in the log of alerts; 0 when it is empty."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM alert_log").fetchone()[0])


def save_deliveries(
    connection: sqlite3.Connection, deliveries: Iterable[Delivery], recorded_us: Micros, *, logged: bool = True
) -> None:
    """Store deliveries, new ones and outcomes of attempts; that nobody was there to be told is not logged each time."""
    rows = [(delivery, _encode(delivery)) for delivery in deliveries]
    connection.executemany(
        "INSERT INTO deliveries"
        " (delivery_id, alert_id, party, subscription, state, rank, told_with, next_us, made_us, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (delivery_id) DO UPDATE SET state = excluded.state, told_with = excluded.told_with,"
        " next_us = excluded.next_us, body = excluded.body",
        [_row(delivery, body, recorded_us) for delivery, body in rows],
    )
    if logged:
        connection.executemany(
            "INSERT INTO delivery_log (delivery_id, party, subscription, recorded_us, body) VALUES (?, ?, ?, ?, ?)",
            [(one.delivery_id, one.party, one.subscription, recorded_us, body) for one, body in rows],
        )


def _row(delivery: Delivery, body: bytes, made_us: Micros) -> tuple[object, ...]:
    return (
        delivery.delivery_id,
        delivery.alert_id,
        delivery.party,
        delivery.subscription,
        delivery.state,
        _RANK[delivery.severity],
        delivery.group,
        delivery.next_us,
        made_us,
        body,
    )


def deliveries_of(connection: sqlite3.Connection, alert_id: str) -> list[Delivery]:
    """Everyone who was or is to be told of an alert."""
    rows = connection.execute("SELECT body FROM deliveries WHERE alert_id = ? ORDER BY delivery_id", (alert_id,))
    return [_delivery(body) for (body,) in rows]


def delivery_log_after(connection: sqlite3.Connection, seq: int, limit: int) -> list[tuple[int, Delivery]]:
    """Attempts behind a cursor, oldest first."""
    rows = connection.execute("SELECT seq, body FROM delivery_log WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    return [(number, _delivery(body)) for number, body in rows]


def delivery_log_last(connection: sqlite3.Connection) -> int:
    """The newest number in the log of attempts; 0 when it is empty."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM delivery_log").fetchone()[0])


def pending(connection: sqlite3.Connection) -> int:
    """How many deliveries are still to be made."""
    row = connection.execute("SELECT count(*) FROM deliveries WHERE state = 'pending'").fetchone()
    return int(row[0])


def counts_by_state(connection: sqlite3.Connection) -> dict[str, int]:
    """How many alerts there are in each state."""
    return dict(connection.execute("SELECT state, count(*) FROM alerts GROUP BY state").fetchall())
