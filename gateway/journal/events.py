"""Events: what happened, each once. `seq` is the order in which the gateway learned of them."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
import structlog

from gateway.errors import JournalError
from gateway.model import DeviceEvent, Event, LocationEvent, Micros, PositionEvent, SensorEvent

Numbered = tuple[int, Event]
EVER = (2**62, 2**62)  # a time and a number behind all

log = structlog.get_logger("journal")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Event).decode
_TYPES = {LocationEvent: "location", PositionEvent: "position", SensorEvent: "sensor", DeviceEvent: "device"}


def insert(connection: sqlite3.Connection, events: Iterable[Event]) -> int:
    """Store events; one whose id is there already is the same event and is left alone. Returns how many were new."""
    before = connection.total_changes
    connection.executemany(
        "INSERT INTO events (event_id, type, asset, place, at_us, recorded_us, crc, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (event_id) DO NOTHING",
        map(_row, events),
    )
    return connection.total_changes - before


def _row(event: Event) -> tuple[str, str, str, str, int, int, int, bytes]:
    body = _encode(event)
    if isinstance(event, DeviceEvent):
        asset = place = ""
    else:
        asset, place = event.asset, event.place
    kind = _TYPES[type(event)]
    return event.event_id, kind, asset, place, event.at_us, event.recorded_us, zlib.crc32(body), body


def decode(row: Sequence[object]) -> Numbered:
    """A row of (seq, crc, body) as an event. Raises JournalError where the disk changed a bit."""
    seq, crc, body = row
    assert isinstance(seq, int)
    assert isinstance(body, bytes)
    if zlib.crc32(body) != crc:
        raise JournalError(f"event {seq} in the journal does not match its checksum: the disk changed it")
    return seq, _decode(body)


def _sound(rows: Iterable[Sequence[object]]) -> Iterator[Numbered]:
    """The rows that are as they were written. A changed one is told in the log, and passed over: all who read
    events would otherwise stand before it for ever, at every start anew."""
    for row in rows:
        try:
            yield decode(row)
        except JournalError as error:
            log.error("an event is lost", error=str(error))  # noqa: TRY400 - the disk's fault, no bug


def last_seq(connection: sqlite3.Connection) -> int:
    """The newest event's number; 0 in an empty journal."""
    row = connection.execute("SELECT seq FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return int(row[0]) if row else 0


def after(connection: sqlite3.Connection, seq: int, limit: int) -> list[Numbered]:
    """The events behind a cursor, oldest first."""
    rows = connection.execute("SELECT seq, crc, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    return list(_sound(rows))


def of_asset(
    connection: sqlite3.Connection, asset: str, *, from_us: Micros, until_us: Micros, limit: int
) -> list[Numbered]:
    """What happened to one asset in a time span, newest first."""
    rows = connection.execute(
        "SELECT seq, crc, body FROM events WHERE asset = ? AND at_us BETWEEN ? AND ?"
        " ORDER BY at_us DESC, seq DESC LIMIT ?",
        (asset, from_us, until_us, limit),
    )
    return list(_sound(rows))


def locations_of(connection: sqlite3.Connection, assets: Sequence[str], from_us: Micros) -> list[Numbered]:
    """The location events of some assets since a time, in the order of their numbers."""
    found: list[Numbered] = []
    for asset in assets:
        rows = connection.execute(
            "SELECT seq, crc, body FROM events WHERE asset = ? AND at_us >= ? AND type = 'location'", (asset, from_us)
        )
        found.extend(_sound(rows))
    return sorted(found)


def positions_of(connection: sqlite3.Connection, assets: Sequence[str], from_us: Micros, limit: int) -> list[Event]:
    """The newest positions of an asset under all its keys since a time, newest first."""
    rows = connection.execute(
        f"SELECT seq, crc, body FROM events WHERE asset IN ({_marks(assets)}) AND at_us >= ? AND type = 'position'"  # noqa: S608 - only marks
        " ORDER BY at_us DESC, seq DESC LIMIT ?",
        (*assets, from_us, limit),
    )
    return [event for _, event in _sound(rows)]


def locations_at(
    connection: sqlite3.Connection,
    place: str,
    assets: Collection[str],
    after: tuple[Micros, int],
    until_us: Micros,
    limit: int,
) -> tuple[list[Event], tuple[Micros, int] | None]:
    """The location events of some assets at one place, by their times, behind a time and number; and where to go on
    from, None at the end. At most `limit` events of any asset are looked at, so that a call is short."""
    rows = connection.execute(
        "SELECT at_us, seq, asset, crc, body FROM events WHERE place = ? AND (at_us, seq) > (?, ?) AND at_us <= ?"
        " AND type = 'location' ORDER BY at_us, seq LIMIT ?",
        (place, *after, until_us, limit),
    ).fetchall()
    found = _sound((seq, crc, body) for _, seq, asset, crc, body in rows if asset in assets)
    return [event for _, event in found], rows[-1][:2] if len(rows) == limit else None


def counts_by_type(connection: sqlite3.Connection) -> dict[str, int]:
    """How many events of each type there are."""
    return dict(connection.execute("SELECT type, count(*) FROM events GROUP BY type").fetchall())


OF_OWN_SHIPMENT = """EXISTS (
    SELECT 1 FROM shipment_assets a
    JOIN shipment_parties p ON p.shipment_id = a.shipment_id
    JOIN shipments s ON s.shipment_id = a.shipment_id
    WHERE a.asset = e.asset AND p.party = ? AND e.at_us BETWEEN s.from_us AND s.until_us
)"""


def _seen_by(party: str, places: Sequence[str], devices: Sequence[str]) -> tuple[str, list[object]]:
    """The condition under which a party sees an event, and its arguments; an empty party sees all."""
    if not party:
        return "1", []
    at_own_place = f"(e.place != '' AND e.place IN ({_marks(places)}))"
    own_device = f"(e.type = 'device' AND json_extract(CAST(e.body AS TEXT), '$.device') IN ({_marks(devices)}))"
    return f"({at_own_place} OR {own_device} OR {OF_OWN_SHIPMENT})", [*places, *devices, party]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def page(
    connection: sqlite3.Connection,
    *,
    seq: int,
    limit: int,
    asset: str = "",
    also: Sequence[str] = (),
    place: str = "",
    type: str = "",
    party: str = "",
    places: Sequence[str] = (),
    devices: Sequence[str] = (),
) -> list[Numbered]:
    """Events behind a cursor by filter; of an asset also those under other keys of it.

    A `party` sees what is at its own `places`, the health of its own `devices` and, while a shipment of its own is
    under way, what happens to that shipment's assets; an empty party sees all.
    """
    seen, seen_by = _seen_by(party, places, devices)
    clauses = ["e.seq > ?", seen]
    arguments: list[object] = [seq, *seen_by]
    if asset:
        clauses.append(f"e.asset IN ({_marks((asset, *also))})")
        arguments += [asset, *also]
    for column, value in (("place", place), ("type", type)):
        if value:
            clauses.append(f"e.{column} = ?")
            arguments.append(value)
    rows = connection.execute(
        f"SELECT e.seq, e.crc, e.body FROM events e WHERE {' AND '.join(clauses)} ORDER BY e.seq LIMIT ?",  # noqa: S608 - only our own words and marks
        (*arguments, limit),
    )
    return list(_sound(rows))


def history(
    connection: sqlite3.Connection,
    asset: str,
    *,
    also: Sequence[str] = (),
    party: str = "",
    places: Sequence[str] = (),
    before: tuple[Micros, int] = EVER,
    limit: int,
) -> list[Numbered]:
    """Where an asset has been, as far as a party may see it: its location events, newest first, before a time and
    number; also what was recorded under other keys of it."""
    seen, seen_by = _seen_by(party, places, ())
    keys = (asset, *also)
    rows = connection.execute(
        f"SELECT e.seq, e.crc, e.body FROM events e WHERE e.asset IN ({_marks(keys)}) AND e.type = 'location'"  # noqa: S608 - only our own words and marks
        f" AND e.at_us <= ? AND (e.at_us, e.seq) < (?, ?) AND {seen} ORDER BY e.at_us DESC, e.seq DESC LIMIT ?",
        (*keys, before[0], *before, *seen_by, limit),
    )
    return list(_sound(rows))


def locations_between(
    connection: sqlite3.Connection, assets: Sequence[str], from_us: Micros, until_us: Micros, limit: int
) -> list[Numbered]:
    """The location events of an asset under all its keys in a time span, oldest first."""
    rows = connection.execute(
        f"SELECT seq, crc, body FROM events WHERE asset IN ({_marks(assets)}) AND at_us BETWEEN ? AND ?"  # noqa: S608 - only marks
        " AND type = 'location' ORDER BY at_us, seq LIMIT ?",
        (*assets, from_us, until_us, limit),
    )
    return list(_sound(rows))
