"""Plans: each shipment as it stands, its log of versions, who its parties and assets are, and its trip."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator

import msgspec

from gateway.journal import watchers
from gateway.model import Actual, Micros, Shipment, Trip

BEFORE_US = 24 * 3600 * 1_000_000  # parties see a shipment's assets from a day before its first window ...
AFTER_US = 7 * 24 * 3600 * 1_000_000  # ... until a week after its last, or longer while it is under way

_SIGNS = " -./_:#+()*"  # that people write between letters and digits, or leave out
_FOLDED = "lower(CAST(s.body AS TEXT))"
for _sign in _SIGNS:
    _FOLDED = f"replace({_FOLDED}, '{_sign}', '')"

_encode = msgspec.json.Encoder().encode
_shipment = msgspec.json.Decoder(Shipment).decode
decoded_trip = msgspec.json.Decoder(Trip).decode


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it stood from a time on."""

    number: int  # 1: the first
    recorded_us: Micros
    party: str  # that sent it; empty: not known
    shipment: Shipment


def save(connection: sqlite3.Connection, shipment: Shipment, recorded_us: Micros, party: str = "") -> bool:
    """Store a new or changed plan that a party sent; False when it is already exactly so."""
    body = _encode(shipment)
    held = get(connection, shipment.shipment_id)
    if held is not None and msgspec.structs.replace(held, created_us=shipment.created_us) == shipment:
        return False
    from_us, until_us = _seen(shipment)
    key = shipment.shipment_id
    connection.execute(
        "INSERT INTO shipments (shipment_id, body, from_us, until_us) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (shipment_id) DO UPDATE"
        " SET body = excluded.body, from_us = excluded.from_us, until_us = excluded.until_us",
        (key, body, from_us, until_us),
    )
    connection.execute(
        "INSERT INTO shipment_log (shipment_id, recorded_us, body, party) VALUES (?, ?, ?, ?)",
        (key, recorded_us, body, party),
    )
    if held is not None:
        _forget(connection, held)
    connection.executemany(
        "INSERT OR IGNORE INTO shipment_assets (asset, shipment_id) VALUES (?, ?)",
        [(asset, key) for asset in shipment.assets],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO shipment_parties (party, shipment_id) VALUES (?, ?)",
        [(party, key) for party in shipment.parties.values()],
    )
    watchers.watch(connection, key, shipment.lane)
    return True


def _forget(connection: sqlite3.Connection, held: Shipment) -> None:
    """Take out what a plan named before it changed: row by row, since no index finds them by its id alone."""
    connection.executemany(
        "DELETE FROM shipment_assets WHERE asset = ? AND shipment_id = ?",
        [(asset, held.shipment_id) for asset in held.assets],
    )
    connection.executemany(
        "DELETE FROM shipment_parties WHERE party = ? AND shipment_id = ?",
        [(party, held.shipment_id) for party in held.parties.values()],
    )


def _seen(shipment: Shipment) -> tuple[Micros, Micros]:
    windows = [window for stop in shipment.stops for window in (stop.arrival, stop.departure) if window is not None]
    return min(w.open_us for w in windows) - BEFORE_US, max(w.close_us for w in windows) + AFTER_US


def get(connection: sqlite3.Connection, shipment_id: str) -> Shipment | None:
    """The plan as it stands now."""
    row = connection.execute("SELECT body FROM shipments WHERE shipment_id = ?", (shipment_id,)).fetchone()
    return _shipment(row[0]) if row else None


def versions(connection: sqlite3.Connection, shipment_id: str, *, before: int, limit: int) -> list[Version]:
    """The versions of a plan, newest first, of those numbered below `before`."""
    rows = connection.execute(
        "SELECT number, recorded_us, party, body FROM"
        " (SELECT row_number() OVER (ORDER BY seq) AS number, recorded_us, party, body FROM shipment_log"
        " WHERE shipment_id = ?) WHERE number < ? ORDER BY number DESC LIMIT ?",
        (shipment_id, before, limit),
    )
    return [
        Version(number=number, recorded_us=recorded_us, party=party, shipment=_shipment(body))
        for number, recorded_us, party, body in rows
    ]


def changed_us(connection: sqlite3.Connection, shipment_id: str) -> Micros:
    """When the newest version of a plan was recorded; 0 where there is none."""
    row = connection.execute(
        "SELECT coalesce(max(recorded_us), 0) FROM shipment_log WHERE shipment_id = ?", (shipment_id,)
    ).fetchone()
    return int(row[0])


def know_also_as(connection: sqlite3.Connection, name: str, key: str, recorded_us: Micros) -> int:
    """Let plans that name an asset by one of its names hold its key too, each as a new version; how many did not.

    The name stays: what was seen under it belongs to the plan as well.
    """
    plans = [plan for plan in of_asset(connection, name) if key not in plan.assets]
    for plan in plans:
        save(connection, msgspec.structs.replace(plan, assets=(*plan.assets, key)), recorded_us)
    return len(plans)


def log_after(connection: sqlite3.Connection, seq: int, limit: int) -> list[tuple[int, Micros, Shipment]]:
    """New versions of plans behind a cursor: (seq, recorded_us, shipment), oldest first."""
    rows = connection.execute(
        "SELECT seq, recorded_us, body FROM shipment_log WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
    )
    return [(number, recorded_us, _shipment(body)) for number, recorded_us, body in rows]


def log_last(connection: sqlite3.Connection) -> int:
    """The newest number in the log of plans; 0 when it is empty."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM shipment_log").fetchone()[0])


def save_trips(connection: sqlite3.Connection, trips: Iterable[tuple[Trip, bool]]) -> None:
    """Store the engine's fold over shipments; the flag says whether something can still happen."""
    connection.executemany(
        "INSERT INTO trips (shipment_id, open, arrived_us, body) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (shipment_id) DO UPDATE"
        " SET open = excluded.open, arrived_us = excluded.arrived_us, body = excluded.body",
        [
            (trip.shipment.shipment_id, int(is_open), trip.actuals[-1].arrived_us, _encode(trip))
            for trip, is_open in trips
        ],
    )


def open_trips(connection: sqlite3.Connection) -> Iterator[Trip]:
    """The trips about which something can still happen."""
    for (body,) in connection.execute("SELECT body FROM trips WHERE open = 1"):
        yield decoded_trip(body)


def open_trips_of(connection: sqlite3.Connection, assets: Iterable[str]) -> Iterator[tuple[str, Trip]]:
    """Those of them that these assets are planned on, each with its asset."""
    decoded: dict[str, Trip] = {}  # a trailer's load is planned on one
    for asset in assets:
        rows = connection.execute(
            "SELECT t.shipment_id, t.body FROM shipment_assets a CROSS JOIN trips t ON t.shipment_id = a.shipment_id"
            " WHERE a.asset = ? AND t.open = 1",
            (asset,),
        )
        for shipment_id, body in rows:
            if shipment_id not in decoded:
                decoded[shipment_id] = decoded_trip(body)
            yield asset, decoded[shipment_id]


def trip(connection: sqlite3.Connection, shipment_id: str) -> Trip | None:
    """One trip."""
    row = connection.execute("SELECT body FROM trips WHERE shipment_id = ?", (shipment_id,)).fetchone()
    return decoded_trip(row[0]) if row else None


def trips_of(connection: sqlite3.Connection, *, party: str, after: str, limit: int) -> list[Trip]:
    """Trips in the order of their ids, behind `after`; those of a party, or all where it is empty."""
    rows = connection.execute(
        "SELECT t.body FROM trips t WHERE t.shipment_id > ? AND (? = '' OR EXISTS"
        " (SELECT 1 FROM shipment_parties p WHERE p.shipment_id = t.shipment_id AND p.party = ?))"
        " ORDER BY t.shipment_id LIMIT ?",
        (after, party, party, limit),
    )
    return [decoded_trip(body) for (body,) in rows]


def of_asset(connection: sqlite3.Connection, asset: str) -> list[Shipment]:
    """The shipments that carry or are carried by an asset."""
    rows = connection.execute(
        "SELECT s.body FROM shipments s JOIN shipment_assets a ON a.shipment_id = s.shipment_id WHERE a.asset = ?",
        (asset,),
    )
    return [_shipment(body) for (body,) in rows]


def assets_like(connection: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """The assets that plans name whose keys hold a text, whatever its case."""
    rows = connection.execute(
        "SELECT DISTINCT asset FROM shipment_assets WHERE instr(lower(asset), lower(?)) > 0 ORDER BY asset LIMIT ?",
        (text, limit),
    )
    return [asset for (asset,) in rows]


def holding(connection: sqlite3.Connection, *, party: str, folded: str) -> Iterator[Shipment]:
    """The plans that hold a text somewhere, those that end last first; those of a party, or all where it is empty.

    `folded` are letters and digits alone, in lower case: signs between them make no difference. Reads every plan.
    """
    if not folded:
        return
    rows = connection.execute(
        f"SELECT s.body FROM shipments s WHERE instr({_FOLDED}, ?) > 0 AND (? = '' OR EXISTS"  # noqa: S608 - our own words
        " (SELECT 1 FROM shipment_parties p WHERE p.shipment_id = s.shipment_id AND p.party = ?))"
        " ORDER BY s.until_us DESC, s.shipment_id",
        (folded, party, party),
    )
    for (body,) in rows:
        yield _shipment(body)


def spans_of(
    connection: sqlite3.Connection, party: str, without: Collection[str] = ()
) -> list[tuple[str, Micros, Micros]]:
    """Which assets a party may see through its shipments, and from when until when: (asset, from_us, until_us).

    `without` are ids of shipments through which it sees none.
    """
    rows = connection.execute(
        "SELECT a.asset, s.from_us, s.until_us, s.shipment_id FROM shipment_parties p"
        " JOIN shipment_assets a ON a.shipment_id = p.shipment_id"
        " JOIN shipments s ON s.shipment_id = p.shipment_id WHERE p.party = ?",
        (party,),
    )
    return [span for *span, shipment_id in rows if shipment_id not in without]


def ids_of(connection: sqlite3.Connection, party: str) -> list[str]:
    """The ids of the shipments that a party sees."""
    rows = connection.execute("SELECT shipment_id FROM shipment_parties WHERE party = ?", (party,))
    return [shipment_id for (shipment_id,) in rows]


def of_party(connection: sqlite3.Connection, party: str) -> Iterator[Shipment]:
    """The shipments that a party sees."""
    rows = connection.execute(
        "SELECT s.body FROM shipment_parties p JOIN shipments s ON s.shipment_id = p.shipment_id WHERE p.party = ?",
        (party,),
    )
    for (body,) in rows:
        yield _shipment(body)


def stops_of(connection: sqlite3.Connection, party: str) -> set[str]:
    """The places at which a party's shipments stop."""
    rows = connection.execute(
        "SELECT DISTINCT json_extract(stop.value, '$.place') FROM shipment_parties p"
        " JOIN shipments s ON s.shipment_id = p.shipment_id, json_each(CAST(s.body AS TEXT), '$.stops') stop"
        " WHERE p.party = ?",
        (party,),
    )
    return {place for (place,) in rows}


def planned(connection: sqlite3.Connection, *, party: str, after: str, limit: int) -> list[Trip]:
    """Every plan in the order of ids, behind `after`, with what has happened to it; those of a party, or all.

    Unlike `trips_of` it holds a plan from its commit on, before the engine has met it.
    """
    rows = connection.execute(
        "SELECT s.body, t.body FROM shipments s LEFT JOIN trips t ON t.shipment_id = s.shipment_id"
        " WHERE s.shipment_id > ? AND (? = '' OR EXISTS"
        " (SELECT 1 FROM shipment_parties p WHERE p.shipment_id = s.shipment_id AND p.party = ?))"
        " ORDER BY s.shipment_id LIMIT ?",
        (after, party, party, limit),
    )
    return [_planned(plan, held) for plan, held in rows]


def planned_one(connection: sqlite3.Connection, shipment_id: str) -> Trip | None:
    """One plan with what has happened to it, likewise."""
    row = connection.execute(
        "SELECT s.body, t.body FROM shipments s LEFT JOIN trips t ON t.shipment_id = s.shipment_id"
        " WHERE s.shipment_id = ?",
        (shipment_id,),
    ).fetchone()
    return _planned(*row) if row else None


def _planned(plan: bytes, held: bytes | None) -> Trip:
    shipment = _shipment(plan)
    trip = decoded_trip(held) if held is not None else None
    if trip is None or len(trip.actuals) != len(shipment.stops):
        return Trip(shipment=shipment, actuals=tuple(Actual(stop=i) for i in range(len(shipment.stops))))
    return msgspec.structs.replace(trip, shipment=shipment)
