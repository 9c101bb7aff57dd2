"""One asset: who it is, where it is, on which shipments, and where it has been."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gateway.access import Sight, Viewer
from gateway.errors import BadInput
from gateway.identity.gs1 import ID, digital_link, element_string, elements, parse_epc_uri
from gateway.identity.identify import RAW
from gateway.journal import events, shipments
from gateway.model import AssetKind, LocationEvent, Micros, Shipment
from gateway.web.assets.event_shapes import AssetShape, AssetsShape, IdentityShape, NamedAssetShape, WhereShape
from gateway.web.assets.labels import label
from gateway.web.assets.render_events import location_shape
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.problems import not_found
from gateway.web.http.times import iso, iso_or_none
from gateway.web.ports import Whereabouts
from gateway.web.quality.names import names_of

HISTORY = 200  # location events in the answer

router = APIRouter(prefix="/api/v1", tags=["assets"])


@router.get("/assets", openapi_extra=describe(answer=AssetsShape))
async def named(
    viewer: SignedIn, house: HouseDep, name: Annotated[str, Query(min_length=1, max_length=512)]
) -> Response:
    """The asset that a name means, with all its names; none where nobody may say so."""
    key, keys = _keys(name, viewer, house)
    sight = await house.sights.of(viewer)
    history, planned = await house.ports.journal.read(lambda connection: _journalled(connection, keys, sight))
    where = house.ports.live.where(key)
    seen = where is not None and sight.asset(key, where.place, house.ports.clock.now_us())
    if not seen and not history and not planned:
        return send(AssetsShape(items=[]))
    names = await names_of(key, viewer, house)
    return send(AssetsShape(items=[NamedAssetShape(asset=key, label=label(key), names=names)]))


@router.get("/assets/{asset:path}", openapi_extra=describe(answer=AssetShape))
async def one(asset: Annotated[str, Path(max_length=512)], viewer: SignedIn, house: HouseDep) -> Response:
    """An asset by any of its names: EPC URI, hex, element string, Digital Link, or the site's own."""
    key, keys = _keys(asset, viewer, house)
    sight = await house.sights.of(viewer)
    history, planned = await house.ports.journal.read(lambda connection: _journalled(connection, keys, sight))
    now_us = house.ports.clock.now_us()
    where = house.ports.live.where(key)
    if where is not None and not sight.asset(key, where.place, now_us):
        where = None
    if where is None and not history and not planned:
        raise not_found()
    return send(
        AssetShape(
            asset=key,
            kind=_kind(key, where, history, house),
            label=label(key),
            names=await names_of(key, viewer, house),
            identity=_identity(key),
            where=None if where is None else _where(where, sight, now_us),
            shipments=[shipment.shipment_id for shipment in planned],
            history=[location_shape(seq, event) for seq, event in history],
        )
    )


History = list[tuple[int, LocationEvent]]


def _keys(asset: str, viewer: Viewer, house: House) -> tuple[str, tuple[str, ...]]:
    """The key that a name means for this viewer, and all keys of that asset. Raises Problem 404 for no name."""
    names = house.ports.names.of(viewer.party)
    try:
        key = names.asset(asset)
    except BadInput:
        raise not_found() from None
    return key, names.book.keys(key, viewer.party)


def _journalled(connection: sqlite3.Connection, keys: tuple[str, ...], sight: Sight) -> tuple[History, list[Shipment]]:
    key, *also = keys
    rows = events.history(
        connection, key, also=also, party=sight.viewer.scope, places=sorted(sight.places), limit=HISTORY
    )
    seen = [(seq, event) for seq, found in rows if isinstance(event := sight.event(found), LocationEvent)]
    plans = {plan.shipment_id: plan for one in keys for plan in shipments.of_asset(connection, one)}
    return seen, [plan for plan in plans.values() if sight.shipment(plan)]


def _kind(key: str, where: Whereabouts | None, history: History, house: House) -> str:
    if where is not None:
        return where.kind.value
    if history:
        return history[0][1].asset_kind.value
    named = (asset.kind for asset in house.ports.config.assets if asset.name == key)
    return next(named, AssetKind.OTHER).value


def _where(where: Whereabouts, sight: Sight, now_us: Micros) -> WhereShape:
    parent = sight.parent(where.asset, where.parent, where.place, now_us)
    return WhereShape(
        place=where.place,
        tier=where.tier.value,
        lat=where.lat,
        lon=where.lon,
        since=iso(where.since_us),
        last_seen=iso(where.seen_us),
        parent=parent,
        moving=where.moving,
        moving_since=iso_or_none(where.moving_since_us),
        via=[outer for outer in where.via if sight.parent(where.asset, outer, where.place, now_us)],
    )


def _identity(key: str) -> IdentityShape | None:
    """What the key itself says; None for a name that the site gave."""
    if key.startswith(RAW):
        return IdentityShape(key=key, scheme="raw", digital_link=None, element_string=None)
    if not key.startswith(ID):
        return None
    try:
        tag = parse_epc_uri(key)
    except BadInput:
        return IdentityShape(
            key=key, scheme=key.removeprefix(ID).partition(":")[0], digital_link=None, element_string=None
        )
    found = elements(tag)
    return IdentityShape(
        key=key, scheme=tag.scheme.key, digital_link=digital_link(found), element_string=element_string(found)
    )
