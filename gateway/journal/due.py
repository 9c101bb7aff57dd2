"""Shipments by when they are due, with what has happened to them: what figures are counted from."""

from __future__ import annotations

import sqlite3

import msgspec

from gateway.journal.shipments import AFTER_US
from gateway.model import Actual, Micros, Shipment


class Due(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A plan with what has happened to it."""

    shipment: Shipment
    actuals: tuple[Actual, ...]
    findings: tuple[str, ...] = ()


class _Happened(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Of a stored trip, what is needed: the rest is not even decoded."""

    actuals: tuple[Actual, ...]
    findings: tuple[str, ...] = ()


_shipment = msgspec.json.Decoder(Shipment).decode
_happened = msgspec.json.Decoder(_Happened).decode


def due_between(
    connection: sqlite3.Connection, *, from_us: Micros, until_us: Micros, party: str, after: str, limit: int
) -> list[Due]:
    """Plans that may be due in a time span, in the order of ids behind `after`; those of a party, or all.

    All that are due in it are among them; some that are due sooner or later are, too: spans are those of sight, which
    begin before the first window and end after the last.
    """
    rows = connection.execute(
        "SELECT s.body, t.body FROM shipments s LEFT JOIN trips t ON t.shipment_id = s.shipment_id"
        " WHERE s.shipment_id > ? AND s.from_us < ? AND s.until_us >= ? AND (? = '' OR EXISTS"
        " (SELECT 1 FROM shipment_parties p WHERE p.shipment_id = s.shipment_id AND p.party = ?))"
        " ORDER BY s.shipment_id LIMIT ?",
        (after, until_us, from_us + AFTER_US, party, party, limit),
    )
    return [_due(plan, held) for plan, held in rows]


def due_one(connection: sqlite3.Connection, shipment_id: str) -> Due | None:
    """One plan, whenever it is due."""
    row = connection.execute(
        "SELECT s.body, t.body FROM shipments s LEFT JOIN trips t ON t.shipment_id = s.shipment_id"
        " WHERE s.shipment_id = ?",
        (shipment_id,),
    ).fetchone()
    return _due(*row) if row else None


def _due(plan: bytes, held: bytes | None) -> Due:
    shipment = _shipment(plan)
    happened = None if held is None else _happened(held)
    if happened is None or len(happened.actuals) != len(shipment.stops):
        return Due(shipment=shipment, actuals=tuple(Actual(stop=at) for at in range(len(shipment.stops))))
    return Due(shipment=shipment, actuals=happened.actuals, findings=happened.findings)
