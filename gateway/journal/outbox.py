"""What is still to be delivered: read by subscription, the loudest first and then the longest due, never all of it.

New deliveries are found by the log's number, so that a quiet gateway looks at nothing else; what could not be taken
up at once is read later, page by page. `look` does both on one snapshot: what it finds in the log as new and what it
finds waiting is of the same moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gateway.model import Alert, Delivery, DeliveryState, Micros

RANKS = (0, 1, 2)  # critical, warning, info
MOST_NEW = 2000  # new deliveries in one look; when there are more, all subscriptions are read page by page
MOST_READ = 2000  # waiting deliveries in one look, of all subscriptions together
MOST_TOGETHER = 300  # deliveries in one message
DIGEST = "digest"  # the group of what waited for someone's time of day, or for the end of their quiet hours

_OF_RANK = "SELECT body FROM deliveries WHERE state = 'pending' AND subscription = ? AND rank = ? AND next_us <= ?"
_OF_NO_GROUP = _OF_RANK + " AND told_with = ? ORDER BY next_us LIMIT ?"
_BUT_DIGESTS = _OF_RANK + " AND told_with <> ? ORDER BY next_us LIMIT ?"
_LOG = "SELECT seq, recorded_us, body FROM delivery_log"
_LOG_OF_ALL = _LOG + " WHERE party = ? AND seq < ? ORDER BY seq DESC LIMIT ?"
_LOG_OF_ONE = _LOG + " WHERE +party = ? AND subscription = ? AND seq < ? ORDER BY seq DESC LIMIT ?"

_encode = msgspec.json.Encoder().encode
_alert = msgspec.json.Decoder(Alert).decode
_delivery = msgspec.json.Decoder(Delivery).decode


class Want(msgspec.Struct, frozen=True, kw_only=True):
    """What may be taken up of one subscription."""

    subscription: str
    room: int  # messages
    under_way: frozenset[str]  # deliveries that are being made
    together: bool = False  # as messages of a whole group each; False: each delivery alone
    deep: int = 0  # where more than so many are due, say that and take up nothing; 0: never
    not_before: Mapping[str, Micros] = msgspec.field(default_factory=dict)  # by group: when it may be told again


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """What was found waiting for one subscription."""

    messages: Sequence[Sequence[Delivery]]
    more: bool  # more is due than there was room for
    next_us: Micros | None  # when something that waits will be due; None: nothing does
    deep: bool = False  # more is due than the want said


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """All of one look, with the alerts that it is about."""

    last_seq: int
    new: Sequence[Delivery]
    overflowed: bool  # more was new than `new` holds: `subscriptions` have it
    subscriptions: Sequence[str]  # those of whom something waits; only looked up at first, and when it overflowed
    backlogs: Mapping[str, Backlog]
    alerts: Mapping[str, Alert]


def look(connection: sqlite3.Connection, after_seq: int | None, now_us: Micros, wants: Sequence[Want]) -> Look:
    """What is new behind a number of the log, and what waits; without a number all that waits is told of."""
    connection.execute("BEGIN")
    try:
        last_seq = int(connection.execute("SELECT coalesce(max(seq), 0) FROM delivery_log").fetchone()[0])
        new = [] if after_seq is None else _new(connection, after_seq)
        overflowed = len(new) > MOST_NEW
        backlogs: dict[str, Backlog] = {}
        left = MOST_READ
        for want in wants:
            if left <= 0:
                break
            found = backlogs[want.subscription] = _backlog(connection, want, now_us)
            left -= sum(map(len, found.messages))
        told = {d.alert_id for found in backlogs.values() for message in found.messages for d in message}
        told.update(delivery.alert_id for delivery in new[:MOST_NEW])
        return Look(
            last_seq=last_seq,
            new=new[:MOST_NEW],
            overflowed=overflowed,
            subscriptions=_waiting(connection) if overflowed or after_seq is None else (),
            backlogs=backlogs,
            alerts=_alerts(connection, told),
        )
    finally:
        connection.execute("COMMIT")


def replay(connection: sqlite3.Connection, subscription: str, since_us: Micros, now_us: Micros) -> int:
    """Let what a subscription missed since a time, or still waits for, be delivered now; return how many.

    Under the same ids: a receiver that heard one after all knows it again.
    """
    missed = connection.execute(
        "SELECT body FROM deliveries WHERE state <> 'accepted' AND subscription = ? AND made_us >= ?",
        (subscription, since_us),
    ).fetchall()
    again = [
        msgspec.structs.replace(_delivery(body), state=DeliveryState.PENDING, attempts=0, next_us=now_us)
        for (body,) in missed
    ]
    connection.executemany(
        "UPDATE deliveries SET state = 'pending', next_us = ?, body = ? WHERE delivery_id = ?",
        [(now_us, _encode(delivery), delivery.delivery_id) for delivery in again],
    )
    _log(connection, again, now_us)
    return len(again)


def give_up(connection: sqlite3.Connection, subscription: str, reason: str, now_us: Micros) -> None:
    """Let what still waits for a subscription wait no more."""
    waiting = connection.execute(
        "SELECT body FROM deliveries WHERE state = 'pending' AND subscription = ?", (subscription,)
    ).fetchall()
    ended = [msgspec.structs.replace(_delivery(body), state=DeliveryState.FAILED, reason=reason) for (body,) in waiting]
    connection.executemany(
        "UPDATE deliveries SET state = 'failed', body = ? WHERE delivery_id = ?",
        [(_encode(delivery), delivery.delivery_id) for delivery in ended],
    )
    _log(connection, ended, now_us)


def trouble(connection: sqlite3.Connection, subscription: str) -> Delivery | None:
    """The delivery of a subscription that failed last and is tried again; None: none is."""
    row = connection.execute(
        "SELECT body FROM deliveries WHERE state = 'pending' AND subscription = ?"
        " AND json_extract(CAST(body AS TEXT), '$.attempts') > 0 ORDER BY next_us DESC LIMIT 1",
        (subscription,),
    ).fetchone()
    return None if row is None else _delivery(row[0])


def attempts_of(
    connection: sqlite3.Connection, party: str, *, before_seq: int = 2**62, subscription: str = "", limit: int
) -> list[tuple[int, Micros, Delivery]]:
    """The log of a party's deliveries, newest first: (number, when it was noted, the delivery as it stood then).

    Pending with no attempts is what was asked for; every other row is how an attempt ended, and `reason` says why.
    """
    query, of = (_LOG_OF_ONE, (subscription,)) if subscription else (_LOG_OF_ALL, ())
    rows = connection.execute(query, (party, *of, before_seq, limit))
    return [(number, recorded_us, _delivery(body)) for number, recorded_us, body in rows]


def _log(connection: sqlite3.Connection, deliveries: Iterable[Delivery], now_us: Micros) -> None:
    connection.executemany(
        "INSERT INTO delivery_log (delivery_id, party, subscription, recorded_us, body) VALUES (?, ?, ?, ?, ?)",
        [(one.delivery_id, one.party, one.subscription, now_us, _encode(one)) for one in deliveries],
    )


def _new(connection: sqlite3.Connection, after_seq: int) -> list[Delivery]:
    """Those in the log behind a number that still wait: as they stand now, each once."""
    rows = connection.execute(
        "SELECT d.body FROM delivery_log l JOIN deliveries d ON d.delivery_id = l.delivery_id"
        " WHERE l.seq > ? AND d.state = 'pending' ORDER BY l.seq LIMIT ?",
        (after_seq, MOST_NEW + 1),
    )
    return list({delivery.delivery_id: delivery for delivery in (_delivery(body) for (body,) in rows)}.values())


def _waiting(connection: sqlite3.Connection) -> list[str]:
    return [
        name for (name,) in connection.execute("SELECT DISTINCT subscription FROM deliveries WHERE state='pending'")
    ]


def _backlog(connection: sqlite3.Connection, want: Want, now_us: Micros) -> Backlog:
    if want.deep and _due(connection, want.subscription, now_us, want.deep + 1) > want.deep:
        return Backlog(messages=(), more=True, next_us=None, deep=True)
    messages: list[list[Delivery]] = []
    more, later = False, _next_us(connection, want.subscription, now_us)
    if want.together:
        groups = connection.execute(
            "SELECT told_with FROM deliveries WHERE state = 'pending' AND subscription = ? AND told_with <> ''"
            " AND next_us <= ? GROUP BY told_with ORDER BY min(rank), min(next_us)",
            (want.subscription, now_us),
        ).fetchall()
        for (group,) in groups:
            allowed_us = want.not_before.get(group, 0)
            if allowed_us > now_us:
                later = min(later or allowed_us, allowed_us)
            elif len(messages) == want.room:
                more = True
            elif found := _members(connection, want, group, now_us):
                messages.append(found)
    elif found := _members(connection, want, DIGEST, now_us):
        messages.append(found)
    alone = _alone(connection, want, now_us, want.room - len(messages) + 1)
    more = more or len(alone) > want.room - len(messages)
    messages += [[delivery] for delivery in alone[: want.room - len(messages)]]
    return Backlog(messages=messages, more=more, next_us=later)


def _due(connection: sqlite3.Connection, subscription: str, now_us: Micros, most: int) -> int:
    row = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'pending' AND subscription = ? AND next_us <= ?"
        " AND told_with <> ? LIMIT ?)",
        (subscription, now_us, DIGEST, most),
    ).fetchone()
    return int(row[0])


def _members(connection: sqlite3.Connection, want: Want, group: str, now_us: Micros) -> list[Delivery]:
    rows = connection.execute(
        "SELECT body FROM deliveries WHERE state = 'pending' AND subscription = ? AND told_with = ? AND next_us <= ?"
        " ORDER BY next_us LIMIT ?",
        (want.subscription, group, now_us, MOST_TOGETHER + len(want.under_way)),
    )
    return _free(rows, want)[:MOST_TOGETHER]


def _alone(connection: sqlite3.Connection, want: Want, now_us: Micros, most: int) -> list[Delivery]:
    """Those that go alone: all, or where groups go together, those of no group. Digests never do."""
    found: list[Delivery] = []
    query = _OF_NO_GROUP if want.together else _BUT_DIGESTS
    for rank in RANKS:
        if len(found) >= most:
            break
        values = (want.subscription, rank, now_us, "" if want.together else DIGEST, most + len(want.under_way))
        found += _free(connection.execute(query, values), want)
    return found[:most]


def _free(rows: Iterable[tuple[bytes]], want: Want) -> list[Delivery]:
    return [delivery for (body,) in rows if (delivery := _delivery(body)).delivery_id not in want.under_way]


def _next_us(connection: sqlite3.Connection, subscription: str, now_us: Micros) -> Micros | None:
    soonest = [
        connection.execute(
            "SELECT next_us FROM deliveries WHERE state = 'pending' AND subscription = ? AND rank = ? AND next_us > ?"
            " ORDER BY next_us LIMIT 1",
            (subscription, rank, now_us),
        ).fetchone()
        for rank in RANKS
    ]
    return min((row[0] for row in soonest if row is not None), default=None)


def _alerts(connection: sqlite3.Connection, alert_ids: Iterable[str]) -> dict[str, Alert]:
    rows = (
        connection.execute("SELECT alert_id, body FROM alerts WHERE alert_id = ?", (alert_id,)).fetchone()
        for alert_id in alert_ids
    )
    return {row[0]: _alert(row[1]) for row in rows if row is not None}
