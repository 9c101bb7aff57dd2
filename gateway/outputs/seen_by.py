"""A log of the journal as one party may see it: what it may not see is None, and the rest is without what is hidden."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import msgspec

from gateway.access import Estate, Sight, Viewer, sight
from gateway.influx.lines import Item
from gateway.journal import shipments
from gateway.model import Alert, Delivery, StopState
from gateway.web.door.sights import unrouted

T = TypeVar("T")
Log: TypeAlias = Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, T | None]]]
Seen: TypeAlias = Log[Item]
SeenStops: TypeAlias = Log[StopState]


def seen_by(after: Seen, party: str, estate: Estate) -> Seen:
    """The log `after` as a party sees it when it is read; an empty party, and the operator, see everything.

    Who was told of an alert (deliveries) is the operator's alone. A party that the configuration does not know sees
    nothing.
    """
    return _seen_by(after, party, estate, _view)


def stops_seen_by(after: SeenStops, party: str, estate: Estate) -> SeenStops:
    """The same of how stops stand: those of shipments that the party sees, by the plans and grants of now."""
    return _seen_by(after, party, estate, _stop)


def _seen_by(
    after: Log[T], party: str, estate: Estate, view: Callable[[sqlite3.Connection, Sight, Any], T | None]
) -> Log[T]:
    if not party:
        return after

    def seen(connection: sqlite3.Connection, cursor: int, limit: int) -> Sequence[tuple[int, T | None]]:
        rows = after(connection, cursor, limit)
        viewer = estate.viewer(party)
        if viewer is None:
            return [(number, None) for number, _ in rows]
        if viewer.operator:
            return rows
        look = sight_of(connection, viewer, estate)
        return [(number, None if item is None else view(connection, look, item)) for number, item in rows]

    return seen


def sight_of(connection: sqlite3.Connection, viewer: Viewer, estate: Estate) -> Sight:
    """What a viewer may see as the journal stands."""
    spans = shipments.spans_of(connection, viewer.party, unrouted(connection, viewer, estate))
    return sight(viewer, estate, spans, shipments.ids_of(connection, viewer.party))


def _view(connection: sqlite3.Connection, look: Sight, item: Item) -> Item | None:
    if isinstance(item, Delivery):
        return None
    if isinstance(item, Alert):
        return look.alert_as(item)
    return look.event(item)


def _stop(connection: sqlite3.Connection, look: Sight, state: StopState) -> StopState | None:
    """Where the route of a shipment is hidden, a party sees its own stops, and no lane."""
    plan = shipments.get(connection, state.shipment)
    if plan is None or not look.shipment(plan):
        return None
    if "route" not in look.hidden(plan):
        return state
    return msgspec.structs.replace(state, lane="") if state.place in look.places else None
