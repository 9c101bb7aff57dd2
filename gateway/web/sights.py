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
        if held is None or held.plans != plans or time.monotonic() - held.made_s > KEPT_S:
            spans, ids = await self._journal.read(lambda connection: _shared(connection, viewer.party))
            made = sight(viewer, self._estate, spans, ids)
            held = self._held[viewer.party] = _Held(sight=made, plans=plans, made_s=time.monotonic())
        return held.sight


def _shared(connection: sqlite3.Connection, party: str) -> tuple[list[Span], list[str]]:
    return shipments.spans_of(connection, party), shipments.ids_of(connection, party)
