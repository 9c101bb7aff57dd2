"""Goods that come to a place and stand in no plan: which of them to look up; the journal knows the plans."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from gateway.model import AssetKind, EventKind, LocationEvent
from gateway.quality.flaw import Flaw
from gateway.quality.owners import Owners

_COMES = (EventKind.ARRIVED, EventKind.MOVED, EventKind.UNLOADED)


class Arrived(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Goods that came to a place, and the flaw it is if no plan names them."""

    asset: str
    parent: str  # what brought them: they are planned where it is
    flaw: Flaw


def arrived(events: Iterable[LocationEvent], kinds: Collection[AssetKind], owners: Owners) -> list[Arrived]:
    """The goods of these kinds that came to a place; each asset once."""
    found = {e.asset: e for e in events if e.asset_kind in kinds and e.kind in _COMES and ":" in e.asset}
    return [Arrived(asset=e.asset, parent=e.parent, flaw=_flaw(e, owners)) for e in found.values()]


def family(asset: str) -> str:
    """What begins the keys of all assets of this scheme, such as urn:epc:id:sscc:"""
    return asset[: asset.rfind(":") + 1]


def _flaw(event: LocationEvent, owners: Owners) -> Flaw:
    return Flaw(
        reason="no_shipment",
        owner=owners.place(event.place),
        source=event.device,
        subject=event.place,
        text=f"goods came to {event.place} that no plan names",
        example=event.asset,
        at_us=event.received_us,
    )
