"""Assets by any of their numbers: what the number means exactly, and those that hold a fragment of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from gateway.access import Sight
from gateway.errors import BadInput
from gateway.identity.spellings import Spelling, spellings
from gateway.journal import events, shipments
from gateway.web.assets.labels import label
from gateway.web.assets.present import Moment
from gateway.web.house import House
from gateway.web.ports import Whereabouts
from gateway.web.search.match import EXACT, Hit, Said, best, fold, said, texts_of_asset
from gateway.web.search.shapes import HitShape

MOST_PLANNED = 200  # keys that only plans name, of those that hold what was typed


@dataclass(frozen=True)
class Assets:
    """The assets that a viewer may see, to be searched."""

    house: House
    sight: Sight
    moment: Moment

    async def find(self, typed: str) -> list[Hit]:
        """Every asset that may be meant, the best first."""
        seen = {where.asset: where for where in self.moment.seen_by(self.sight)}
        meant = await self._meant(typed, seen)
        planned = await self.house.ports.journal.read(lambda c: self._planned(c, typed))
        names = self._names()
        wanted = _wanted(typed)
        held = await asyncio.to_thread(lambda: list(_holding(wanted, {*seen, *planned, *names}, names)))
        exact = {hit.shape.id for hit in meant}
        found = [*meant, *(hit for hit in held if hit.shape.id not in exact)]
        return sorted((_placed(hit, seen) for hit in found), key=lambda hit: hit.order)

    async def _meant(self, typed: str, seen: Mapping[str, Whereabouts]) -> list[Hit]:
        """What the number is a name of."""
        meant: dict[str, Spelling] = {}
        for spelling in spellings(typed):
            if key := self._key(spelling.text):
                meant.setdefault(key, spelling)
        known = await self.house.ports.journal.read(
            lambda c: [key for key in meant if key in seen or self._knows(c, key)]
        )
        return [_hit(EXACT, key, Said(meant[key].form, typed.strip(), "")) for key in known]

    def _key(self, text: str) -> str:
        try:
            return self.house.ports.names.of(self.sight.viewer.party).asset(text)
        except BadInput:
            return ""

    def _knows(self, connection: sqlite3.Connection, key: str) -> bool:
        """Whether the viewer may know of an asset that it sees nowhere now: by what it was, or what is planned."""
        viewer = self.sight.viewer
        keys = self.house.ports.names.book.keys(key, viewer.party)
        past = events.history(
            connection, key, also=keys[1:], party=viewer.scope, places=sorted(self.sight.places), limit=1
        )
        if any(self.sight.event(event) is not None for _, event in past) or key in self._owned():
            return True
        return any(self.sight.shipment(plan) for each in keys for plan in shipments.of_asset(connection, each))

    def _planned(self, connection: sqlite3.Connection, typed: str) -> list[str]:
        if not self.sight.viewer.operator:
            return list(self.sight.spans)
        return shipments.assets_like(connection, typed.strip(), MOST_PLANNED)

    def _owned(self) -> dict[str, tuple[str, ...]]:
        """The configured assets whose other numbers the viewer may know, with these."""
        viewer = self.sight.viewer
        assets = self.house.ports.config.assets
        return {one.name: one.ids for one in assets if viewer.operator or one.owner == viewer.party}

    def _names(self) -> dict[str, list[Said]]:
        """What else assets are called, as far as the viewer may know."""
        names = {key: [said("name", number) for number in ids] for key, ids in self._owned().items()}
        viewer, estate = self.sight.viewer, self.house.estate
        for link in self.house.ports.names.book.standing():
            if link.kind == "asset" and estate.may_link(viewer, link.kind, link.party, link.target):
                names.setdefault(link.target, []).append(said("name", link.name))
        return names


def _wanted(typed: str) -> list[str]:
    """What is looked for in texts: what was typed, and the digits of a label whose company prefix nobody told us."""
    digits = (one.text for one in spellings(typed) if one.form == "element_string")
    return list(dict.fromkeys(fold(text) for text in (typed, *digits)))


def _holding(wanted: Iterable[str], keys: Iterable[str], names: Mapping[str, list[Said]]) -> Iterator[Hit]:
    for key in keys:
        texts = (*texts_of_asset(key), *names.get(key, ()))
        found = [fits for each in wanted if (fits := best(each, texts)) is not None]
        if found:
            grade, text = min(found, key=lambda fits: fits[0])
            yield _hit(grade, key, text)


def _hit(grade: int, key: str, text: Said) -> Hit:
    shape = HitShape(
        kind="asset", id=key, text=label(key), by=text.by, said=text.text, exact=grade == EXACT, place="", tier=None
    )
    return Hit(grade, shape)


def _placed(hit: Hit, seen: Mapping[str, Whereabouts]) -> Hit:
    where = seen.get(hit.shape.id)
    if where is None:
        return hit
    return Hit(hit.grade, msgspec.structs.replace(hit.shape, place=where.place, tier=where.tier.value))
