"""Who may store which plan."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from gateway.access import Viewer, concerns
from gateway.journal import shipments
from gateway.model import Shipment
from gateway.web.house import House

NOT_A_PARTY = "expected a shipment with your own party among its parties, and an id that no other parties use"


async def may_store(house: House, viewer: Viewer, plans: Sequence[Shipment]) -> list[bool]:
    """For each plan, in order: whether the viewer is a party to it, and to the one it would replace."""

    def query(connection: sqlite3.Connection) -> list[bool]:
        held = (shipments.get(connection, plan.shipment_id) for plan in plans)
        return [
            concerns(viewer, plan) and (old is None or concerns(viewer, old))
            for plan, old in zip(plans, held, strict=True)
        ]

    return await house.ports.journal.read(query)
