"""What each party owns and is granted, by the configuration and by what was added while the gateway ran."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from gateway.access.fields import Fields
from gateway.access.viewer import Viewer
from gateway.config.model import Config, Device, Party, Place
from gateway.model import Shipment

NOWHERE: frozenset[str] = frozenset()
Granted = tuple[str, str]  # party, lane


class Estate:
    """What each party owns."""

    def __init__(self, config: Config) -> None:
        self.operator = config.site.operator
        self._access = config.access
        self._inside = {place.code: place for place in config.places}
        places: dict[str, set[str]] = {}
        for place in config.places:
            for owner in _owners(place, self._inside):
                places.setdefault(owner, set()).add(place.code)
        self._places = {owner: frozenset(own) for owner, own in places.items()}
        self.welcome(config.parties)
        self.stand(config.devices)
        self._named = frozenset(asset.name for asset in config.assets)
        self._owned = {asset.name: asset.owner for asset in config.assets if asset.owner is not None}

    def welcome(self, parties: Iterable[Party]) -> None:
        """Know these parties, and no others, from now on."""
        self.names = {party.code: party.name for party in parties}
        self._tiers = {party.code: party.tier for party in parties}
        self.fields = Fields(self._access, self._tiers)
        self.named_in = lru_cache(maxsize=256)(self._named_in)  # the same text for all who are told of it

    def _named_in(self, text: str) -> list[tuple[str, str]]:
        """The parties whose names occur in a text: (code, name)."""
        return [(code, name) for code, name in self.names.items() if name and name in text]

    def stand(self, devices: Iterable[Device]) -> None:
        """Know these devices, and where they stand, from now on."""
        self._devices = {device.name: device for device in devices}

    def viewer(self, party: str) -> Viewer | None:
        """Someone of this party; None where it is no longer known."""
        if party not in self.names:
            return None
        lanes = frozenset(lane for other, lane in self.grants() if other == party)
        return Viewer(party=party, operator=party == self.operator, lanes=lanes)

    def grants(self) -> list[Granted]:
        """Which party sees all shipments of which lane without being a party to them."""
        return [
            (party, lane)
            for grant in self._access.grants
            for party, tier in self._tiers.items()
            if party == grant.party or tier == grant.tier
            for lane in grant.lanes
        ]

    def watchers(self, lane: str) -> list[str]:
        """The parties that see all shipments of a lane."""
        return [party for party, granted in self.grants() if granted == lane]

    def places(self, party: str) -> frozenset[str]:
        """The party's own places and those inside them."""
        return self._places.get(party, NOWHERE)

    def is_place(self, code: str) -> bool:
        """Whether a place has this code."""
        return code in self._inside

    def place_owner(self, place: str) -> str:
        """The code of the party whose place this is; empty where nobody's is known."""
        return self._inside[place].party if place in self._inside else ""

    def devices(self, party: str) -> frozenset[str]:
        """The devices that stand at the party's places."""
        own = self.places(party)
        return frozenset(name for name, device in self._devices.items() if _stands_at(device, own))

    def is_mounted_at(self, device: str, party: str) -> bool:
        """Whether a device stands at one of the party's places."""
        return device in self._devices and _stands_at(self._devices[device], self.places(party))

    def foreign_assets(self, viewer: Viewer, shipment: Shipment) -> list[str]:
        """The assets that this viewer may not plan with: each belongs to a party that the shipment does not name."""
        if viewer.operator:
            return []
        parties = shipment.parties.values()
        return [asset for asset in shipment.assets if asset in self._owned and self._owned[asset] not in parties]

    def asset_owner(self, asset: str) -> str:
        """The code of the party that an asset belongs to; empty where nobody's is known."""
        return self._owned.get(asset, "")

    def is_named(self, asset: str) -> bool:
        """Whether the configuration gives an asset this name."""
        return asset in self._named

    def may_link(self, viewer: Viewer, kind: str, scope: str, target: str) -> bool:
        """Whether a viewer may say what a name means: the operator of any, a party in its own data alone, and for
        everyone only of further names of the assets that it owns."""
        if viewer.operator:
            return True
        return viewer.party == (scope or self._owned.get(target) if kind == "asset" else scope)


def _owners(place: Place, places: Mapping[str, Place]) -> Iterable[str]:
    """Whose place this is: its party's, and the parties' whose places are around it."""
    seen: set[str] = set()
    code: str | None = place.code
    while code is not None and code in places and code not in seen:
        seen.add(code)
        yield places[code].party
        code = places[code].inside


def _stands_at(device: Device, places: frozenset[str]) -> bool:
    return device.place is not None and device.place in places
