"""A log of the journal as one party may see it: what it may not see is None, and the rest is without what is hidden."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeAlias

from gateway.access import Estate, Sight, Viewer, sight
from gateway.influx.lines import Item
from gateway.journal import shipments
from gateway.model import Alert, Delivery
from gateway.web.sights import unrouted

Seen: TypeAlias = Callable[[sqlite3.Connection, int, int], Sequence[tuple[int, Item | None]]]


def seen_by(after: Seen, party: str, estate: Estate) -> Seen:
    """The log `after` as a party sees it when it is read; an empty party, and the operator, see everything.

    Who was told of an alert (deliveries) is the operator's alone. A party that the configuration does not know sees
    nothing.
    """
    if not party:
        return after

    def seen(connection: sqlite3.Connection, cursor: int, limit: int) -> Sequence[tuple[int, Item | None]]:
        rows = after(connection, cursor, limit)
        viewer = estate.viewer(party)
        if viewer is None:
            return [(number, None) for number, _ in rows]
        if viewer.operator:
            return rows
        look = _sight(connection, viewer, estate)
        return [(number, None if item is None else _view(look, item)) for number, item in rows]

    return seen


def _sight(connection: sqlite3.Connection, viewer: Viewer, estate: Estate) -> Sight:
    spans = shipments.spans_of(connection, viewer.party, unrouted(connection, viewer, estate))
    return sight(viewer, estate, spans, shipments.ids_of(connection, viewer.party))


def _view(look: Sight, item: Item) -> Item | None:
    if isinstance(item, Delivery):
        return None
    if isinstance(item, Alert):
        return look.alert_as(item)
    return look.event(item)
