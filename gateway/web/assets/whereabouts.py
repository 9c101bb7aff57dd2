"""Who is in a tier or at a place: all of them, page by page, and as a CSV file for a spreadsheet."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from gateway.access import Sight, Viewer
from gateway.model import Micros
from gateway.web.assets.labels import label
from gateway.web.assets.list_shapes import CountedShape, ListedAssetShape, WhereaboutsShape
from gateway.web.assets.listing import Listed, Order, Rank, Wanted, page, parse_cursor, rank
from gateway.web.assets.present import Rides
from gateway.web.door.security import SignedIn
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.csv_out import Bom, csv_file, csv_text
from gateway.web.http.parameters import Limit
from gateway.web.http.times import iso
from gateway.web.ports import Whereabouts

CSV_HEADER = ("asset", "label", "kind", "tier", "place", "since", "last_seen", "parent", "shipment", "late_s")

router = APIRouter(prefix="/api/v1", tags=["board"])

TierName = Annotated[
    Literal["", "tier3", "tier2", "tier1", "transit", "crossdock", "port", "oem"],
    Query(description="only assets in this tier"),
]
KindName = Annotated[
    Literal["", "part", "pallet", "rti", "container", "trailer", "place", "other"],
    Query(description="only assets of this kind"),
]
PlaceCode = Annotated[str, Query(max_length=256, description="only assets at this place, or at one inside it")]
Text = Annotated[
    str, Query(max_length=256, description="only assets with this in their name, place, parent or shipment")
]
Sorting = Annotated[
    Order, Query(description="most behind plan first, longest there first, newest there first, or by name")
]
After = Annotated[str, Query(max_length=600, description="`next_after` of the page before")]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What stands in a list, before it is cut into pages."""

    now_us: Micros
    tier: Sequence[Whereabouts]  # all of the tier
    listed: Sequence[Listed]

    def ranked(self, order: Order) -> Iterator[tuple[Rank, Listed]]:
        """Each with where it stands in an order."""
        return ((rank(one, order, self.now_us), one) for one in self.listed)


@router.get("/whereabouts", openapi_extra=describe(answer=WhereaboutsShape))
async def listed(
    viewer: SignedIn,
    house: HouseDep,
    tier: TierName = "",
    place: PlaceCode = "",
    kind: KindName = "",
    text: Text = "",
    sort: Sorting = "late",
    after: After = "",
    limit: Limit = 100,
) -> Response:
    """The assets of a tier or place as they stand now, in an order that stays while pages are read; `next_after` is
    where to go on."""
    behind = parse_cursor(after)
    found = await _found(viewer, house, tier, Wanted(place=place, kind=kind, text=text.strip()))
    shown, next_after = await asyncio.to_thread(page, found.ranked(sort), behind, limit)
    return send(
        WhereaboutsShape(
            as_of=iso(found.now_us),
            count=len(found.listed),
            places=_counted(where.place for where in found.tier),
            kinds=_counted(where.kind.value for where in found.tier),
            items=[_shape(one) for one in shown],
            next_after=next_after,
        )
    )


@router.get("/whereabouts.csv", response_class=Response)
async def export(
    viewer: SignedIn,
    house: HouseDep,
    tier: TierName = "",
    place: PlaceCode = "",
    kind: KindName = "",
    text: Text = "",
    sort: Sorting = "late",
    bom: Bom = False,
) -> Response:
    """The same as a CSV file, all of it."""
    found = await _found(viewer, house, tier, Wanted(place=place, kind=kind, text=text.strip()))
    text_of_it = await asyncio.to_thread(_csv, found, sort)
    return csv_file(f"assets-{tier}" if tier else "assets", text_of_it, bom=bom)


async def _found(viewer: Viewer, house: House, tier: str, wanted: Wanted) -> Found:
    moment = await house.present.look()
    sight = await house.sights.of(viewer)
    of_tier = [where for where in moment.seen_by(sight) if tier in ("", where.tier.value)]
    rides = await house.present.rides(where.asset for where in of_tier)
    within = house.ports.places.is_within

    def asked_for() -> list[Listed]:
        all_of_it = (_as_seen(where, rides, sight) for where in of_tier)
        return [one for one in all_of_it if wanted.holds(one, within)]

    return Found(now_us=rides.now_us, tier=of_tier, listed=await asyncio.to_thread(asked_for))


def _as_seen(where: Whereabouts, rides: Rides, sight: Sight) -> Listed:
    riding = rides.riding(where.asset, sight)
    parent = sight.parent(where.asset, where.parent, where.place, rides.now_us)
    return Listed(where=where, parent=parent, shipment=riding.shipment, late_s=riding.late_s)


def _csv(found: Found, order: Order) -> str:
    shapes = (_shape(one) for _, one in sorted(found.ranked(order), key=lambda pair: pair[0]))
    return csv_text(CSV_HEADER, ([getattr(shape, column) for column in CSV_HEADER] for shape in shapes))


def _counted(names: Iterable[str]) -> list[CountedShape]:
    """What there is most of first; what has no name, such as being between places, is no choice."""
    counts = Counter(name for name in names if name)
    return [CountedShape(name=name, count=n) for name, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))]


def _shape(one: Listed) -> ListedAssetShape:
    where = one.where
    return ListedAssetShape(
        asset=where.asset,
        kind=where.kind.value,
        label=label(where.asset),
        tier=where.tier.value,
        place=where.place,
        since=iso(where.since_us),
        last_seen=iso(where.seen_us),
        parent=one.parent,
        shipment=one.shipment,
        late=one.late_s > 0,
        late_s=one.late_s,
    )
