"""Events -> trailers at doors and what went into them. What was expected, `expected` says.

A load begins when a trailer comes to a door of a site and ends when it leaves the site; its goods are the newest
word about each, by the times at which things happened: the same for any order of arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from gateway.engine.nestings import Nestings
from gateway.engine.trips import Lineage
from gateway.model import AssetKind, Boarding, EventKind, Load, LocationEvent, Micros, Nesting

CARRIERS = frozenset({AssetKind.TRAILER, AssetKind.CONTAINER})
KEEP_US = 24 * 3600 * 1_000_000  # after it left, for late data to mend it
AMID_US = 1800 * 1_000_000  # trailers at doors are read again at least this often
MOST_GOODS = 2000  # of one load; beyond, what is smallest is not followed

_SMALLEST_LAST = {kind: number for number, kind in enumerate(reversed(AssetKind))}


def load_closes_us(load: Load) -> Micros | None:
    """When a load is let go; None while the trailer is there."""
    return None if load.departed_us is None else load.departed_us + KEEP_US


class Loads:
    """The present or last load of each trailer."""

    def __init__(
        self,
        *,
        lineage: Lineage,
        kind_of: Callable[[str], str],
        nestings: Nestings,
        listening_since_us: Callable[[], Micros],
    ) -> None:
        self._lineage = lineage
        self._kind_of = kind_of
        self._nestings = nestings
        self._listening_since_us = listening_since_us
        self._loads: dict[str, Load] = {}

    def restore(self, loads: Iterable[Load]) -> None:
        """Take up loads from the journal."""
        self._loads = {load.trailer: load for load in loads}

    def get(self, trailer: str) -> Load | None:
        """A trailer's present or last load."""
        return self._loads.get(trailer)

    def take(self, event: LocationEvent) -> list[Load]:
        """Fold an event in, after the nestings; return the loads that it changed, one that it ended first."""
        before = dict(self._loads)
        ended: list[Load] = []
        if event.kind in (EventKind.LOADED, EventKind.UNLOADED):
            self._board(event, ended)
        elif event.asset_kind in CARRIERS:
            self._travel(event, ended)
        return ended + [load for trailer, load in self._loads.items() if load is not before.get(trailer)]

    def drop(self, load: Load) -> Load:
        """Let go of a load, and return it as it ended."""
        held = self._loads.get(load.trailer)
        if held is not None and held.since_us == load.since_us:
            del self._loads[load.trailer]
        return replace(load, over=True)

    def _travel(self, event: LocationEvent, ended: list[Load]) -> None:
        load = self._loads.get(event.asset)
        if load is not None and self._leaves(event, load):
            left_us = event.at_us if load.departed_us is None else min(load.departed_us, event.at_us)
            self._loads[event.asset] = replace(load, departed_us=left_us)
        if event.kind is not EventKind.LEFT and self._kind_of(event.place) == "door":
            self._dock(event, event.asset, ended)

    def _leaves(self, event: LocationEvent, load: Load) -> bool:
        if event.at_us < load.since_us:
            return False
        if event.kind is EventKind.LEFT:
            return load.site in self._lineage(event.place)
        return event.previous_place != "" and load.site not in self._lineage(event.place)

    def _dock(self, event: LocationEvent, trailer: str, ended: list[Load]) -> None:
        """A trailer stands at the door of an event: it came there, or goods go in."""
        door, at_us = event.place, event.at_us
        site, held = self._lineage(door)[-1], self._loads.get(trailer)
        if held is not None and held.site == site and (held.departed_us is None or at_us <= held.departed_us):
            newest = at_us >= held.since_us
            if held.door != door or not newest:
                since_us = min(held.since_us, at_us)
                self._loads[trailer] = replace(held, door=door if newest else held.door, since_us=since_us)
            return
        if event.late or (held is not None and at_us < held.since_us):
            return  # it has left since: of a load that is over nothing can be mended
        if held is not None:
            ended.append(self.drop(held))
        inside = sorted(self._nestings.inside(trailer), key=lambda nesting: _SMALLEST_LAST[nesting.asset_kind])
        goods = tuple(_boarding(nesting, at_us) for nesting in inside[:MOST_GOODS])
        self._loads[trailer] = Load(
            trailer=trailer,
            site=site,
            door=door,
            tier=event.tier,
            since_us=at_us,
            amid=self._is_amid(event),
            goods=goods,
        )

    def _is_amid(self, event: LocationEvent) -> bool:
        """Whether a trailer is met for the first time, soon after we began to listen: it may have stood there long."""
        unknown = not event.previous_place and event.previous_tier is None
        return unknown and event.at_us - self._listening_since_us() < AMID_US

    def _board(self, event: LocationEvent, ended: list[Load]) -> None:
        """What is loaded or unloaded, with all that is in it."""
        trailer, aboard = self._nestings.outermost(event.parent), event.kind is EventKind.LOADED
        held = self._loads.get(trailer)
        if aboard and not event.late and held is None and self._kind_of(event.place) == "door":
            self._dock(event, trailer, ended)
            held = self._loads[trailer]
        if held is None or (held.departed_us is not None and event.at_us > held.departed_us):
            return
        own = Boarding(
            asset=event.asset,
            asset_kind=event.asset_kind,
            parent=event.parent,
            at_us=event.at_us,
            aboard=aboard,
            before=event.at_us < held.since_us,
        )
        moved = [own] + [
            replace(own, asset=nesting.asset, asset_kind=nesting.asset_kind, parent=nesting.parent)
            for nesting in self._nestings.inside(event.asset, event.at_us)
        ]
        self._loads[trailer] = _with(held, moved)


def _boarding(nesting: Nesting, since_us: Micros) -> Boarding:
    return Boarding(
        asset=nesting.asset,
        asset_kind=nesting.asset_kind,
        parent=nesting.parent,
        at_us=nesting.at_us,
        aboard=True,
        before=nesting.at_us < since_us,
    )


def _with(load: Load, moved: list[Boarding]) -> Load:
    goods = {boarding.asset: boarding for boarding in load.goods}
    for boarding in moved:
        held = goods.get(boarding.asset)
        if held is not None and (held.at_us, held.aboard) >= (boarding.at_us, boarding.aboard):
            continue
        if held is not None or len(goods) < MOST_GOODS:
            goods[boarding.asset] = boarding
    after = tuple(goods.values())
    return load if after == load.goods else replace(load, goods=after)
