"""Storing plans where their sender may: judged and stored in one transaction, so that no other plan comes between."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TypeAlias

from gateway.access import Estate, Sight, Viewer, completed, takes_part
from gateway.journal import shipments
from gateway.model import Micros, Shipment
from gateway.plans import PlanFault
from gateway.web.house import House

Outcome: TypeAlias = bool | PlanFault  # stored, for it was new or changed; held already, exactly so; why it may not be

NOT_A_PARTY = PlanFault(
    field="shipment",
    reason="not_a_party",
    text="expected a shipment with your own party among its parties, and an id that no other parties use",
)
WIDER = PlanFault(
    field="parties",
    reason="own_role_changed",
    text="expected your own roles as they were: another party of the shipment gives you one in which you see more",
)


async def store(house: House, viewer: Viewer, plans: Sequence[Shipment]) -> list[Outcome]:
    """Store those plans that the viewer may store; what became of each, in order."""
    now_us = house.ports.clock.now_us()
    return await house.ports.journal.write(lambda c: store_in(c, house.estate, viewer, plans, now_us))


def store_in(
    connection: sqlite3.Connection, estate: Estate, viewer: Viewer, plans: Sequence[Shipment], now_us: Micros
) -> list[Outcome]:
    """The same within a transaction that stores more."""
    return [_store(connection, estate, viewer, plan, now_us) for plan in plans]


def _store(connection: sqlite3.Connection, estate: Estate, viewer: Viewer, plan: Shipment, now_us: Micros) -> Outcome:
    held = shipments.get(connection, plan.shipment_id)
    refused = _refusal(held, estate, viewer, plan)
    if refused is not None:
        return refused
    return shipments.save(connection, completed(plan, held, viewer, estate), now_us, viewer.party)


def _refusal(held: Shipment | None, estate: Estate, viewer: Viewer, plan: Shipment) -> PlanFault | None:
    """Why not: the viewer is no party to the plan or to the one that it replaces, would see more than before, or the
    assets are others'."""
    if not takes_part(viewer, plan) or (held is not None and not takes_part(viewer, held)):
        return NOT_A_PARTY
    look = Sight(viewer=viewer, estate=estate)
    if held is not None and look.hidden(held) - look.hidden(plan):
        return WIDER
    foreign = estate.foreign_assets(viewer, plan)
    return _not_theirs(foreign) if foreign else None


def _not_theirs(assets: Sequence[str]) -> PlanFault:
    came = ", ".join(assets[:5]) + (", ..." if len(assets) > 5 else "")
    expected = "expected assets that belong to a party of the shipment, or to nobody"
    text = f"{expected}, came {came} of another party — name its owner among the parties"
    return PlanFault(field="assets", reason="not_its_asset", text=text)
