"""The JSON shapes of search. See `gateway.web.shapes`."""

from __future__ import annotations

import msgspec


class HitShape(msgspec.Struct, frozen=True, kw_only=True):
    kind: str  # asset, shipment, part, place, device
    id: str  # of the asset, the shipment that carries the part, the place, the device
    text: str  # what it is called
    by: str  # what matched: key, label, name, epc_hex, tag_uri, epc_uri, element_string, digital_link, contents, ...
    said: str  # the text in which it matched
    exact: bool
    place: str  # where an asset is; empty: between places, or not known
    tier: str | None


class SearchShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[HitShape]  # kind by kind; the kind with the best match first
    more: list[str]  # the kinds of which more matches: type on
