"""What is where now: assets by their kind, parts with how long they last."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator

from gateway.access import Viewer
from gateway.engine.cover import Stock, stocks_of
from gateway.influx.samples import InventorySample
from gateway.journal import stock
from gateway.model import Micros
from gateway.places import PlaceIndex
from gateway.web.house import House

HOUR_US = 3600 * 1_000_000
ASSET, PART = "asset", "part"


async def inventory(house: House, viewer: Viewer, most_items: int) -> list[InventorySample]:
    """All that a viewer may see; of parts those that run out first, at its own places, at most so many."""
    moment = await house.present.look()
    sight = await house.sights.of(viewer)
    where = Counter((one.place, one.tier.value, one.kind.value) for one in moment.seen_by(sight))
    assets = [
        InventorySample(place=place, tier=tier, sort=ASSET, item=kind, quantity=count, at_us=moment.now_us)
        for (place, tier, kind), count in where.items()
    ]
    own = None if viewer.operator else house.estate.places(viewer.party)
    told = await house.ports.journal.read(stock.standing)
    stocks = stocks_of(house.ports.config, house.ports.places.lineage)
    stocks.count(told)
    known = [one for one in stocks.all() if own is None or one.place in own]
    parts = await asyncio.to_thread(_parts, known, house.ports.places, moment.now_us)
    return assets + parts[:most_items]


def _parts(stocks: Iterable[Stock], places: PlaceIndex, now_us: Micros) -> list[InventorySample]:
    """The shortest cover first, then those of which it is not known."""
    return sorted(_counted(stocks, places, now_us), key=lambda one: (one.cover_h is None, one.cover_h or 0.0))


def _counted(stocks: Iterable[Stock], places: PlaceIndex, now_us: Micros) -> Iterator[InventorySample]:
    for one in stocks:
        if one.count is None:
            continue
        left, out_us = one.left_at(now_us), one.runs_out_us
        yield InventorySample(
            place=one.place,
            tier=places.tier(one.place).value,
            sort=PART,
            item=one.part,
            quantity=one.count.quantity if left is None else left,
            per_hour=one.per_hour,
            cover_h=None if out_us is None else max(0, out_us - now_us) / HOUR_US,
            at_us=now_us,
        )
