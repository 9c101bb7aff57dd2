"""Who takes part and what they may see, and why: all parties for the operator, oneself for any other."""

from __future__ import annotations

from typing import Literal

import msgspec
from fastapi import APIRouter, Response

from gateway.config.model import Party
from gateway.journal import partners
from gateway.model import Micros
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.times import iso_or_none
from gateway.web.shapes import Time

router = APIRouter(prefix="/api/v1/parties", tags=["session"])


class AccessShape(msgspec.Struct, frozen=True, kw_only=True):
    """What a party may see beyond the shipments that name it, and their alerts."""

    everything: bool  # it runs this gateway
    places: list[str]  # its own: what happens there
    lanes: list[str]  # granted by the configuration: all shipments of these
    hidden: list[str]  # groups of fields, where it has no role that shows them; a carrier is shown no parts either


class TakingPartShape(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    tier: str
    made: Literal["configuration", "here"]
    since: Time | None  # null: by the configuration
    access: AccessShape


class PartiesShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[TakingPartShape]


@router.get("", openapi_extra=describe(answer=PartiesShape))
async def page(viewer: SignedIn, house: HouseDep) -> Response:
    """All who take part, for the operator; for a party itself alone, and what it may see."""
    since = await house.ports.journal.read(partners.since)
    added = {party.code for party in house.ports.partners.added()}
    found = house.ports.partners.over(house.ports.config).parties
    seen = [party for party in found if viewer.operator or party.code == viewer.party]
    return send(PartiesShape(items=[_shape(one, since.get(one.code), one.code in added, house) for one in seen]))


def _shape(party: Party, since_us: Micros | None, is_added: bool, house: House) -> TakingPartShape:
    return TakingPartShape(
        code=party.code,
        name=party.name,
        tier=party.tier.value,
        made="here" if is_added else "configuration",
        since=iso_or_none(since_us) if is_added else None,
        access=_access(party.code, house),
    )


def _access(code: str, house: House) -> AccessShape:
    estate = house.estate
    runs = code == estate.operator
    return AccessShape(
        everything=runs,
        places=sorted(estate.places(code)),
        lanes=sorted({lane for party, lane in estate.grants() if party == code}),
        hidden=[] if runs else sorted(estate.fields.hidden(code, (), "")),
    )
