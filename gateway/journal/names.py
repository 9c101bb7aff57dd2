"""Names that people link to assets, places, parties, units and part numbers: each entered once, kept while it counts,
and long after."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from gateway.model import Micros
from gateway.quality.names import Link, NameKind, folded

_COLUMNS = "number, kind, name, target, party, entered_us, entered_by, source, removed_us, removed_by"


def enter(connection: sqlite3.Connection, link: Link) -> Link | None:
    """Let a link count from now on, in place of one of the same name; None where it already says so."""
    held = standing_one(connection, link.kind, link.name, link.party)
    if held is not None and held.target == link.target:
        return None
    if held is not None:
        remove(connection, held.number, link.entered_us, link.entered_by)
    number = connection.execute(
        "INSERT INTO names (kind, name, folded, party, target, entered_us, entered_by, source)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            link.kind,
            link.name,
            folded(link.kind, link.name),
            link.party,
            link.target,
            link.entered_us,
            link.entered_by,
            link.source,
        ),
    ).lastrowid
    assert number is not None
    return msgspec.structs.replace(link, number=number)


def remove(connection: sqlite3.Connection, number: int, now_us: Micros, by: str) -> Link | None:
    """Let a link count no longer; what it said stays in the history. None where it does not count."""
    changed = connection.execute(
        "UPDATE names SET removed_us = ?, removed_by = ? WHERE number = ? AND removed_us IS NULL", (now_us, by, number)
    )
    return get(connection, number) if changed.rowcount else None


def get(connection: sqlite3.Connection, number: int) -> Link | None:
    """One link, standing or removed."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM names WHERE number = ?",  # noqa: S608 - a constant of ours
        (number,),
    ).fetchone()
    return _link(row) if row else None


def standing_one(connection: sqlite3.Connection, kind: NameKind, name: str, party: str) -> Link | None:
    """The link that counts for a name in the data of a party."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM names WHERE kind = ? AND party = ? AND folded = ? AND removed_us IS NULL",  # noqa: S608 - a constant of ours
        (kind, party, folded(kind, name)),
    ).fetchone()
    return _link(row) if row else None


def count_of(connection: sqlite3.Connection, entered_by: str) -> int:
    """How many links that count were entered by a party."""
    asked = "SELECT count(*) FROM names WHERE entered_by = ? AND removed_us IS NULL"
    return int(connection.execute(asked, (entered_by,)).fetchone()[0])


def standing(connection: sqlite3.Connection) -> list[Link]:
    """Every link that counts, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM names WHERE removed_us IS NULL ORDER BY number"  # noqa: S608 - a constant of ours
    )
    return [_link(row) for row in rows]


def page(
    connection: sqlite3.Connection,
    *,
    after: int,
    limit: int,
    kind: str = "",
    target: str = "",
    party: str = "",
    removed: bool = False,
) -> list[Link]:
    """Links behind a number, oldest first; those that count in the data of a party, or all where it is empty."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM names WHERE number > ? AND (? = '' OR kind = ?) AND (? = '' OR target = ?)"  # noqa: S608 - a constant of ours
        " AND (? = '' OR party = ?) AND (? OR removed_us IS NULL) ORDER BY number LIMIT ?",
        (after, kind, kind, target, target, party, party, removed, limit),
    )
    return [_link(row) for row in rows]


def is_known_to_others(connection: sqlite3.Connection, asset: str, party: str, places: Sequence[str]) -> bool:
    """Whether an asset was seen beyond a party's own places, or stands in a plan that does not name the party."""
    marks = ", ".join("?" * len(places))
    seen = connection.execute(
        f"SELECT 1 FROM events WHERE asset = ? AND place NOT IN ({marks}) LIMIT 1",  # noqa: S608 - only marks
        (asset, *places),
    ).fetchone()
    planned = connection.execute(
        "SELECT 1 FROM shipment_assets a WHERE a.asset = ? AND NOT EXISTS"
        " (SELECT 1 FROM shipment_parties p WHERE p.shipment_id = a.shipment_id AND p.party = ?) LIMIT 1",
        (asset, party),
    ).fetchone()
    return seen is not None or planned is not None


def _link(row: tuple[object, ...]) -> Link:
    return Link(**dict(zip(_COLUMNS.split(", "), row, strict=True)))  # type: ignore[arg-type]
