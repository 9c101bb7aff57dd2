"""Who may see what: the one place that the API, the event stream, MQTT and alert audiences ask.

A party sees
  - what happens at its own places and at places inside them;
  - what happens to the assets of the shipments that it is a party to, within the shipment's time span;
  - the shipments where it is a party, and the places they stop at;
  - the alerts that name it, whole: both sides see each other's receipts, acknowledgements and remarks;
  - the health of the devices that stand at its own places.
A party enters names that count in its own data, and further names of its own assets; it sees the findings about its
own data, and its own score.
A party stores plans that name it, with assets that belong to nobody or to a party of the plan: a plan opens what it
names to all its parties.
The operator sees and stores everything. Beside what may be seen at all, `Sight.event` leaves out of an event what
belongs to others: where an asset came from before it reached us, on whose shipment, and which reader of
theirs saw it. What may not be seen is answered like what does not exist.

The journal's SQL says the same for pages of events (`journal.events.page`); a test holds the two together.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import msgspec

from gateway.config.model import Config, Device, Place
from gateway.model import (
    Ack,
    Alert,
    Delivery,
    DeviceEvent,
    Event,
    LocationEvent,
    Micros,
    PositionEvent,
    Remark,
    SensorEvent,
    Shipment,
)

Span = tuple[str, Micros, Micros]  # asset, from, until

TOKEN = re.compile(r"tv_[A-Za-z0-9_-]{43}")  # the prefix lets leak scanners know it


def new_token() -> str:
    """A fresh token: 256 random bits. Shown once; only its hash is stored."""
    return "tv_" + secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 in hex, under which the journal knows the token.

    No slow hash: there is nothing to guess in 256 random bits. Looking up the hash takes the same time for
    every wrong token, since what an attacker can vary is not what is compared.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def parse_token(authorization: str | None, cookie: str | None) -> str | None:
    """The token of an `Authorization: Bearer` header or else of the cookie; None where neither holds one."""
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        return token if scheme.lower() == "bearer" and TOKEN.fullmatch(token) else None
    return cookie if cookie is not None and TOKEN.fullmatch(cookie) else None


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """On whose behalf someone looks."""

    party: str
    operator: bool

    @property
    def scope(self) -> str:
        """The party by which the journal filters; empty: no filter."""
        return "" if self.operator else self.party


def concerns(viewer: Viewer, shipment: Shipment) -> bool:
    """Whether a shipment may be seen by a viewer, and stored: it is a party to it, or the operator."""
    return viewer.operator or viewer.party in shipment.parties.values()


class Estate:
    """What each party owns, by the configuration."""

    def __init__(self, config: Config) -> None:
        self._operator = config.site.operator
        self._parties = frozenset(party.code for party in config.parties)
        inside = {place.code: place for place in config.places}
        self._places: dict[str, set[str]] = {}
        for place in config.places:
            for owner in _owners(place, inside):
                self._places.setdefault(owner, set()).add(place.code)
        self.stand(config.devices)
        self._named = frozenset(asset.name for asset in config.assets)
        self._owned = {asset.name: asset.owner for asset in config.assets if asset.owner is not None}

    def stand(self, devices: Iterable[Device]) -> None:
        """Know these devices, and where they stand, from now on."""
        self._devices = {device.name: device for device in devices}

    def viewer(self, party: str) -> Viewer | None:
        """Someone of this party; None where the configuration no longer knows it."""
        if party not in self._parties:
            return None
        return Viewer(party=party, operator=party == self._operator)

    def places(self, party: str) -> frozenset[str]:
        """The party's own places and those inside them."""
        return frozenset(self._places.get(party, ()))

    def devices(self, party: str) -> frozenset[str]:
        """The devices that stand at the party's places."""
        own = self._places.get(party, set())
        return frozenset(name for name, device in self._devices.items() if _stands_at(device, own))

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


def _stands_at(device: Device, places: set[str]) -> bool:
    return device.place is not None and device.place in places


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one viewer may see now: the answer to every question of access about one value."""

    viewer: Viewer
    places: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    spans: Mapping[str, tuple[tuple[Micros, Micros], ...]] = field(default_factory=lambda: MappingProxyType({}))
    shipments: frozenset[str] = frozenset()

    def asset(self, asset: str, place: str, at_us: Micros) -> bool:
        """Whether an asset may be seen that is at a place (empty: between places) at a time."""
        return self.viewer.operator or place in self.places or self._on_own_shipment(asset, at_us)

    def parent(self, asset: str, parent: str, place: str, at_us: Micros) -> str:
        """What an asset is in, where that may be seen: it carries goods of ours, or may be seen itself."""
        seen = self._on_own_shipment(asset, at_us) or self.asset(parent, place, at_us)
        return parent if self.viewer.operator or seen else ""

    def event(self, event: Event) -> Event | None:
        """The event as this viewer may see it; None where it may not."""
        if self.viewer.operator:
            return event
        if isinstance(event, DeviceEvent):
            return event if event.device in self.devices else None
        if not self.asset(event.asset, event.place, event.at_us):
            return None
        return self._without_others(event)

    def shipment(self, shipment: Shipment) -> bool:
        """Whether a shipment may be seen."""
        return concerns(self.viewer, shipment)

    def shipment_id(self, shipment_id: str) -> str:
        """A shipment's id where the shipment may be seen, else nothing."""
        return shipment_id if self.viewer.operator or shipment_id in self.shipments else ""

    def alert(self, alert: Alert) -> bool:
        """Whether an alert may be seen."""
        return self.viewer.operator or self.viewer.party in alert.parties

    def receipts(self, alert: Alert, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Who was told: all of the alert's parties, and for the operator anyone else it went to."""
        return [d for d in deliveries if self.viewer.operator or d.party in alert.parties]

    def acks(self, alert: Alert) -> list[Ack]:
        """Who has acknowledged, likewise."""
        return [ack for ack in alert.acks if self.viewer.operator or ack.party in alert.parties]

    def remarks(self, alert: Alert, said: Iterable[Remark]) -> list[Remark]:
        """What was said of it, likewise."""
        return [remark for remark in said if self.viewer.operator or remark.party in alert.parties]

    def _on_own_shipment(self, asset: str, at_us: Micros) -> bool:
        return any(from_us <= at_us <= until_us for from_us, until_us in self.spans.get(asset, ()))

    def _without_others(self, event: LocationEvent | PositionEvent | SensorEvent) -> Event:
        device = event.device if event.device in self.devices else ""
        if not isinstance(event, LocationEvent):
            return msgspec.structs.replace(event, device=device)
        ours = event.place in self.places
        came_from_ours = event.previous_place in self.places
        mine = self._on_own_shipment(event.asset, event.at_us)
        return msgspec.structs.replace(
            event,
            previous_place=event.previous_place if mine or came_from_ours else "",
            previous_tier=event.previous_tier if mine or came_from_ours else None,
            parent=self.parent(event.asset, event.parent, event.place, event.at_us),
            shipment=self.shipment_id(event.shipment),
            read_point=event.read_point if ours else "",
            device=device,
        )


def sight(viewer: Viewer, estate: Estate, spans: Iterable[Span], shipments: Iterable[str]) -> Sight:
    """What a viewer may see, from what it owns and from what the journal knows of its shipments."""
    if viewer.operator:
        return Sight(viewer=viewer)
    by_asset: dict[str, list[tuple[Micros, Micros]]] = {}
    for asset, from_us, until_us in spans:
        by_asset.setdefault(asset, []).append((from_us, until_us))
    return Sight(
        viewer=viewer,
        places=estate.places(viewer.party),
        devices=estate.devices(viewer.party),
        spans=MappingProxyType({asset: tuple(found) for asset, found in by_asset.items()}),
        shipments=frozenset(shipments),
    )
