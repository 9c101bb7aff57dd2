"""Sights, kept as long as they are true: what a party may see changes only when plans do."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from gateway.access import Estate, Sight, Span, Viewer, sight
from gateway.journal import Journal, shipments

KEPT_S = 10.0  # the engine moves the end of a shipment's span while it is under way, without a new version


@dataclass(frozen=True, kw_only=True)
class _Held:
    sight: Sight
    plans: int  # the newest version of a plan when it was made
    made_s: float

    def counts(self, viewer: Viewer, plans: int) -> bool:
        """Whether it is still what this viewer sees, as far as anybody can tell."""
        return (self.sight.viewer, self.plans) == (viewer, plans) and time.monotonic() - self.made_s <= KEPT_S


class Sights:
    """The sight of each party."""

    def __init__(self, journal: Journal, estate: Estate) -> None:
        self._journal = journal
        self._estate = estate
        self._held: dict[str, _Held] = {}

    async def of(self, viewer: Viewer) -> Sight:
        """What this viewer may see as of now: every plan that was committed before the call counts."""
        if viewer.operator:
            return sight(viewer, self._estate, (), ())
        plans = await self._journal.read(shipments.log_last)
        held = self._held.get(viewer.party)
        if held is None or not held.counts(viewer, plans):
            spans, ids = await self._journal.read(lambda connection: self._shared(connection, viewer))
            made = sight(viewer, self._estate, spans, ids)
            held = self._held[viewer.party] = _Held(sight=made, plans=plans, made_s=time.monotonic())
        return held.sight

    def _shared(self, connection: sqlite3.Connection, viewer: Viewer) -> tuple[list[Span], list[str]]:
        hidden = unrouted(connection, viewer, self._estate)
        return shipments.spans_of(connection, viewer.party, hidden), shipments.ids_of(connection, viewer.party)


def unrouted(connection: sqlite3.Connection, viewer: Viewer, estate: Estate) -> set[str]:
    """The ids of shipments that a viewer sees, but not their route: nor then where their assets are."""
    if viewer.operator or not estate.fields.hides_route:
        return set()
    look = Sight(viewer=viewer, estate=estate)
    seen = shipments.of_party(connection, viewer.party)
    return {shipment.shipment_id for shipment in seen if "route" in look.hidden(shipment)}
