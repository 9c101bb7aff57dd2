"""What the site calls its places, parties, assets, units and parts: whoever sends a plan may use any of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from gateway.errors import BadInput
from gateway.quality import units
from gateway.quality.names import NameBook
from gateway.quality.party_ids import PartyIndex
from gateway.quality.place_codes import compact


class PlaceFound(Protocol):
    """What a plan needs of a place."""

    @property
    def code(self) -> str: ...
    @property
    def party(self) -> str: ...
    @property
    def time_zone(self) -> str: ...


class PlaceLookup(Protocol):
    """Places by code or alias; `gateway.places.PlaceIndex` is one."""

    def find(self, name: str) -> PlaceFound | None: ...
    def nearest_code(self, name: str) -> str: ...
    def sites_of(self, party: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNames:
    """The names of the configuration, and those that people linked since."""

    places: PlaceLookup
    parties: PartyIndex
    asset_key: Callable[[str], str]  # any spelling to the key by which events know it; raises BadInput
    part_patterns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # by party
    book: NameBook = field(default_factory=NameBook)
    sender: str = ""  # the party whose words these are; its own names count beside everyone's

    def of(self, sender: str) -> SiteNames:
        """The names as this party uses them."""
        return replace(self, sender=sender)

    def place(self, name: str) -> PlaceFound | None:
        """The place that a code or name means; None for none."""
        linked = self.book.find("place", name, self.sender)
        return (
            self.places.find(name) or self.places.find(compact(name)) or (self.places.find(linked) if linked else None)
        )

    def party(self, name: str) -> str:
        """The code of the party that a code, GLN, D-U-N-S number or name means; empty for none."""
        return self.parties.find(name) or self.parties.find(self.book.find("party", name, self.sender))

    def asset(self, name: str) -> str:
        """The key of the asset that any spelling or name means. Raises BadInput for what is no name of anything."""
        try:
            key = self.asset_key(name)
        except BadInput:
            key = ""
            if not self.book.find("asset", name, self.sender):
                raise
        linked = self.book.find("asset", key or name, self.sender)
        return self.asset_key(linked) if linked else key

    def unit(self, word: str) -> str:
        """The common code of a unit; empty where nobody knows it."""
        return word if units.is_unit(word) else self.book.find("unit", word, self.sender)

    def part(self, number: str) -> str:
        """The part number that a partner's other number means; itself where no name says otherwise."""
        return self.book.find("part", number, self.sender) or number
