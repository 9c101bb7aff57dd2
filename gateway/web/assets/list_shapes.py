"""The JSON shapes of lists of assets: who is in a tier or at a place. See `shapes`."""

from __future__ import annotations

import msgspec

from gateway.web.shapes import Time


class ListedAssetShape(msgspec.Struct, frozen=True, kw_only=True):
    asset: str
    kind: str
    label: str
    tier: str
    place: str  # empty: between places
    since: Time
    last_seen: Time
    parent: str  # what it is in
    shipment: str  # that it rides on
    late: bool
    late_s: int  # seconds past the end of that shipment's last window; 0: not late


class CountedShape(msgspec.Struct, frozen=True, kw_only=True):
    name: str  # a place's code, or a kind of asset
    count: int


class WhereaboutsShape(msgspec.Struct, frozen=True, kw_only=True):
    as_of: Time
    count: int  # of all that were asked for, on all pages
    places: list[CountedShape]  # of the tier, whatever else was asked for: what may be chosen
    kinds: list[CountedShape]
    items: list[ListedAssetShape]
    next_after: str | None  # where to go on; null: this was the last page
