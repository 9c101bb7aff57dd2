"""The places of the configuration, made ready to be asked: by code or alias, by tree, and by position."""

from __future__ import annotations

import difflib
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeAlias

from gateway.config.model import Place
from gateway.geo import Circle, Fence, Point, Polygon
from gateway.model import Tier
from gateway.quality.place_codes import mended_gln, same_but_for_signs

CELL_DEG = 0.25  # of the grid over the fences: 28 km of latitude, so that few fences share a cell
MOST_CELLS = 256  # a fence that covers more is asked for each position instead


Watchers: TypeAlias = Callable[[str], Collection[str]]


def nobody(_lane: str) -> Collection[str]:
    """No lane is watched."""
    return ()


class PlaceIndex:
    """Places by any of their names, what is inside what, and which fence a position is in.

    An unknown code is answered like "between places", never with an error: assets may remember a place
    that has since left the configuration.
    """

    def __init__(self, places: Iterable[Place], watchers: Watchers = nobody) -> None:
        self.watchers = watchers  # of a lane: the parties that see all its shipments
        self._places = {place.code: place for place in places}
        self._names = {alias.casefold(): place for place in self._places.values() for alias in place.codes}
        self._names |= {code.casefold(): place for code, place in self._places.items()}  # a code beats an alias
        self._outer = {code: tuple(self._outwards(code)) for code in self._places}
        self._fences = {code: fence for code, place in self._places.items() if (fence := _fence(place)) is not None}
        self._grid: dict[tuple[int, int], list[str]] = defaultdict(list)
        self._everywhere: list[str] = []
        for code in sorted(self._fences, key=self._innermost_first):
            self._lay_on_grid(code)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def find(self, name: str) -> Place | None:
        """The place with this code or one of its other names; upper and lower case are one."""
        return self._places.get(name) or self._names.get(name.casefold())

    def nearest_code(self, name: str) -> str:
        """Code of the place whose code or alias is most like an unknown one; empty where none is like it.

        First the one that differs in separators alone, then the GLN with one slip of the hand.
        """
        alike = same_but_for_signs(name[:200], self._names) or mended_gln(name, self._names)
        if alike:
            return self._names[alike].code
        folded = difflib.get_close_matches(name.casefold()[:200], self._names, n=1, cutoff=0.6)
        return self._names[folded[0]].code if folded else ""

    def tier(self, code: str) -> Tier:
        """A place's tier; transit between places."""
        place = self._places.get(code)
        return Tier.TRANSIT if place is None else place.tier

    def kind(self, code: str) -> str:
        """A place's kind (door, gate, yard, ...); empty for none."""
        place = self._places.get(code)
        return "" if place is None else place.kind

    def owner(self, code: str) -> str:
        """Code of the party whose place it is; empty for none."""
        place = self._places.get(code)
        return "" if place is None else place.party

    def sites_of(self, party: str) -> tuple[str, ...]:
        """Codes of a party's places that are inside none."""
        return tuple(code for code, place in self._places.items() if place.party == party and place.inside is None)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The places that this one is inside, from near to far."""
        return self._outer.get(code, ())

    def lineage(self, code: str) -> tuple[str, ...]:
        """A place and those around it, from near to far."""
        return (code, *self.ancestors(code))

    def is_within(self, code: str, outer: str) -> bool:
        """Whether being at `code` is being at `outer`: the same place, or inside it."""
        return code == outer or outer in self._outer.get(code, ())

    def site(self, code: str) -> str:
        """The outermost place around this one: two doors of one plant have the same."""
        outer = self._outer.get(code, ())
        return outer[-1] if outer else code

    def beyond_gate(self, code: str) -> str:
        """The place one is in after passing in, or leaves by passing out: of a gate what it opens to, else itself."""
        outer = self._outer.get(code, ())
        return outer[0] if outer and self._places[code].kind == "gate" else code

    def has_fence(self, code: str) -> bool:
        """Whether positions can tell that something is at this place."""
        return code in self._fences

    def fence_distance_m(self, code: str, lat: float, lon: float) -> float:
        """How far a position is outside a place's fence; negative: how deep inside; infinite without fence."""
        fence = self._fences.get(code)
        return math.inf if fence is None else fence.distance_m(lat, lon)

    def innermost_at(self, lat: float, lon: float) -> str:
        """Code of the innermost place whose fence holds a position; empty between places."""
        cell = (math.floor(lat / CELL_DEG), _column(lon))
        near = self._grid.get(cell, ())
        inside = [code for code in (*near, *self._everywhere) if self._fences[code].distance_m(lat, lon) <= 0]
        return min(inside, key=self._innermost_first) if inside else ""

    def point(self, code: str) -> Point | None:
        """Where to draw a place: its point, its fence's middle, or those of the nearest place around it."""
        for near in (code, *self.ancestors(code)):
            place, fence = self._places.get(near), self._fences.get(near)
            if place is not None and place.at is not None:
                return place.at
            if fence is not None:
                return fence.centre
        return None

    def _outwards(self, code: str) -> Iterator[str]:
        seen = {code}  # the configuration's check refuses circles; here they must only not hang
        outer = self._places[code].inside
        while outer is not None and outer in self._places and outer not in seen:
            seen.add(outer)
            yield outer
            outer = self._places[outer].inside

    def _innermost_first(self, code: str) -> tuple[int, float, str]:
        return -len(self._outer[code]), self._fences[code].area_m2, code

    def _lay_on_grid(self, code: str) -> None:
        (south, west), (north, east) = self._fences[code].reach
        rows = range(math.floor(south / CELL_DEG), math.floor(north / CELL_DEG) + 1)
        columns = range(math.floor(west / CELL_DEG), math.floor(east / CELL_DEG) + 1)
        if len(rows) * len(columns) > MOST_CELLS:
            self._everywhere.append(code)
            return
        for row in rows:
            for column in columns:
                self._grid[row, _column(column * CELL_DEG)].append(code)


def _column(lon: float) -> int:
    """Grid column of a longitude: 180 degrees west and east are the same."""
    return math.floor(lon / CELL_DEG) % round(360 / CELL_DEG)


def _fence(place: Place) -> Fence | None:
    if len(place.polygon) >= 3:
        return Polygon(place.polygon)
    if place.at is not None:
        return Circle(centre=place.at, radius_m=place.radius_m)
    return None
