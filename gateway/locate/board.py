"""What may be asked about assets: where one is, how long, and how many are in each tier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from gateway.locate.state import DOCK, AssetState, Dock, Position
from gateway.locate.timeline import facts_of, place_of
from gateway.locate.whereabouts import DEEPEST, Point, Whereabouts
from gateway.model import AssetKind, Micros, Stay, Tier


class Where(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an asset is, through what it is in."""

    asset: str
    kind: AssetKind
    place: str  # empty: between places, or nowhere known yet
    tier: Tier | None  # None: nowhere known yet
    since_us: Micros | None  # at that place; None: nowhere known yet
    seen_us: Micros | None  # newest believed reading of the asset itself
    parents: tuple[str, ...]  # what it is in, from near to far
    lat: float | None  # its newest position, else its place's
    lon: float | None
    moving: bool | None = None  # by its own positions or those of what it is in; None: not known
    moving_since_us: Micros | None = None  # it moves, or stands


class Board:
    """Reads the whereabouts and changes nothing."""

    def __init__(self, whereabouts: Whereabouts) -> None:
        self._states = whereabouts.states
        self._places = whereabouts.places
        self._census = whereabouts.census

    def where(self, asset: str) -> Where | None:
        """Where an asset is; None where it was never met."""
        own = self._states.look(asset)
        return None if own is None else self._where(asset, own)

    def dock(self, place: str) -> Dock | None:
        """What the contacts of a door or gate said last; None where it has none, or they said nothing yet."""
        state = self._states.look(DOCK + place)
        return None if state is None else state.dock

    def everyone(self) -> Iterator[Where]:
        """Every asset that was ever met; reads all states, some 2 s for a million."""
        return (self._where(asset, state) for asset, state in self._states.all())

    def positions(self) -> Iterator[tuple[Where, Position]]:
        """Every asset that told a position, with its newest; reads all states."""
        for asset, state in self._states.all():
            if state.position is not None:
                yield self._where(asset, state), state.position

    def stays(self) -> Iterator[Stay]:
        """The present stay of every asset that is at a place; reads all states, some 2 s for a million."""
        for asset, state in self._states.all():
            _, carrier = self._outermost(state)
            if carrier.place:
                yield self._stay(asset, state.kind, carrier.place, carrier.since_us, None)

    def history(self, asset: str) -> list[Stay]:
        """The last stays of one asset itself, oldest first; the last has no end while it lasts."""
        state = self._states.look(asset)
        stays: list[Stay] = []
        if state is None:
            return stays
        facts = facts_of(state)
        for number, fact in enumerate(facts):
            if not fact.inside or (number and place_of(facts[number - 1]) == fact.place):
                continue
            until_us = next((later.at_us for later in facts[number + 1 :] if place_of(later) != fact.place), None)
            stays.append(self._stay(asset, state.kind, fact.place, fact.at_us, until_us))
        return stays

    def counts(self) -> Counter[tuple[Tier, AssetKind]]:
        """How many assets are in each tier, by kind; those nowhere known yet are not counted."""
        totals: Counter[tuple[Tier, AssetKind]] = Counter()
        for parent, place, kind, number in self._census:
            carrier = self._states.look(parent) if parent else None
            if carrier is not None:
                outermost = self._outermost(carrier)[1]
                if not outermost.since_us:
                    continue
                place = outermost.place
            totals[self._places.tier(place), kind] += number
        return totals

    def _where(self, asset: str, own: AssetState) -> Where:
        parents, carrier = self._outermost(own)
        point, motion = self._point(carrier), carrier.motion
        return Where(
            asset=asset,
            kind=own.kind,
            place=carrier.place,
            tier=self._places.tier(carrier.place) if carrier.since_us else None,
            since_us=carrier.since_us or None,
            seen_us=own.seen_us or None,
            parents=parents,
            lat=point[0] if point else None,
            lon=point[1] if point else None,
            moving=motion.moving if motion else None,
            moving_since_us=motion.since_us if motion and motion.moving is not None else None,
        )

    def _outermost(self, state: AssetState) -> tuple[tuple[str, ...], AssetState]:
        """What an asset is in, and the state of the outermost of these that is anywhere known, or its own."""
        parents: list[str] = []
        known = inner = state
        while inner.parent and len(parents) < DEEPEST:
            parents.append(inner.parent)
            outer = self._states.look(inner.parent)
            if outer is None:
                break
            inner = outer
            if inner.since_us:
                known = inner
        return tuple(parents), known

    def _point(self, state: AssetState) -> Point | None:
        position = state.position
        if position is not None and (not state.place or position.at_us >= state.since_us):
            return position.lat, position.lon
        return self._places.point(state.place)

    def _stay(self, asset: str, kind: AssetKind, place: str, since_us: Micros, until_us: Micros | None) -> Stay:
        tier = self._places.tier(place)
        return Stay(asset=asset, asset_kind=kind, place=place, tier=tier, since_us=since_us, until_us=until_us)
