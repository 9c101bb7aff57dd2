"""The board (how many assets in each tier, and the newest of them) and the map's positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from fastapi import APIRouter, Response

from gateway.access import Sight
from gateway.model import Micros, Tier
from gateway.web.assets.event_shapes import BoardAssetShape, BoardShape, BoardTierShape, SpotShape, SpotsShape
from gateway.web.assets.labels import label
from gateway.web.assets.present import Moment, Rides
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.times import iso
from gateway.web.ports import Spot, Whereabouts

NEWEST = 30  # assets listed of each tier

router = APIRouter(prefix="/api/v1", tags=["board"])


@router.get("/board", openapi_extra=describe(answer=BoardShape))
async def board(viewer: SignedIn, house: HouseDep) -> Response:
    """Every tier with its count and the assets that came there last."""
    moment = await house.present.look()
    sight = await house.sights.of(viewer)
    tiers = newest_by_tier(moment, sight)
    rides = await house.present.rides(where.asset for shown in tiers.values() for where in shown.newest)
    return send(board_shape(moment, tiers, rides, sight))


@router.get("/positions", openapi_extra=describe(answer=SpotsShape))
async def positions(viewer: SignedIn, house: HouseDep) -> Response:
    """The last position of every asset that tells its own."""
    moment = await house.present.look()
    sight = await house.sights.of(viewer)
    seen = [spot for spot in house.ports.live.positions() if sight.asset(spot.asset, spot.place, moment.now_us)]
    rides = await house.present.rides(spot.asset for spot in seen)
    return send(SpotsShape(items=[_spot(spot, rides, sight) for spot in seen]))


def counts(moment: Moment, sight: Sight) -> dict[str, int]:
    """How many assets are in each tier."""
    found = dict.fromkeys((tier.value for tier in Tier), 0)
    for where in moment.seen_by(sight):
        found[where.tier.value] += 1
    return found


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the board shows of a tier."""

    count: int
    newest: Sequence[Whereabouts]


def newest_by_tier(moment: Moment, sight: Sight) -> dict[Tier, Shown]:
    """How many assets this viewer sees in each tier, and those that came there last."""
    by_tier: dict[Tier, list[Whereabouts]] = {tier: [] for tier in Tier}
    for where in moment.seen_by(sight):
        by_tier[where.tier].append(where)
    return {
        tier: Shown(count=len(found), newest=nlargest(NEWEST, found, key=_since)) for tier, found in by_tier.items()
    }


def board_shape(moment: Moment, tiers: Mapping[Tier, Shown], rides: Rides, sight: Sight) -> BoardShape:
    """The board as a viewer sees it."""
    return BoardShape(
        as_of=iso(moment.now_us),
        last_seq=moment.last_seq,
        tiers=[
            BoardTierShape(
                tier=tier.value, count=shown.count, assets=[_asset(where, rides, sight) for where in shown.newest]
            )
            for tier, shown in tiers.items()
        ],
    )


def _since(where: Whereabouts) -> tuple[Micros, str]:
    return (where.since_us, where.asset)


def _asset(where: Whereabouts, rides: Rides, sight: Sight) -> BoardAssetShape:
    return BoardAssetShape(
        asset=where.asset,
        kind=where.kind.value,
        label=label(where.asset),
        place=where.place,
        since=iso(where.since_us),
        parent=sight.parent(where.asset, where.parent, where.place, rides.now_us),
        late=rides.riding(where.asset, sight).late,
    )


def _spot(spot: Spot, rides: Rides, sight: Sight) -> SpotShape:
    riding = rides.riding(spot.asset, sight)
    return SpotShape(
        asset=spot.asset,
        kind=spot.kind.value,
        label=label(spot.asset),
        lat=spot.lat,
        lon=spot.lon,
        speed_mps=spot.speed_mps,
        course_deg=spot.course_deg,
        at=iso(spot.at_us),
        place=spot.place,
        tier=spot.tier.value,
        late=riding.late,
        shipment=riding.shipment,
    )
