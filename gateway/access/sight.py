"""What one viewer may see: the answer to every question of access about one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import msgspec

from gateway.access.alert_view import alert_view
from gateway.access.estate import Estate
from gateway.access.shipment_view import hidden_of, shipment_view, trip_view
from gateway.access.viewer import Viewer, concerns
from gateway.config.model import Config
from gateway.config.sharing import Group
from gateway.model import (
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
    Trip,
)

Span = tuple[str, Micros, Micros]  # asset, from, until
NOTHING = Estate(Config())


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one viewer may see now."""

    viewer: Viewer
    estate: Estate = NOTHING
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

    def shipment_as(self, shipment: Shipment) -> Shipment | None:
        """The shipment as this viewer may see it; None where it may not."""
        return shipment_view(shipment, self.viewer, self.estate) if self.shipment(shipment) else None

    def trip_as(self, trip: Trip) -> Trip | None:
        """The same with what has happened to it."""
        return trip_view(trip, self.viewer, self.estate) if self.shipment(trip.shipment) else None

    def hidden(self, shipment: Shipment) -> frozenset[Group]:
        """The groups of fields of a shipment that this viewer does not see."""
        return hidden_of(self.viewer, self.estate, shipment)

    def shipment_id(self, shipment_id: str) -> str:
        """A shipment's id where the shipment may be seen, else nothing."""
        return shipment_id if self.viewer.operator or shipment_id in self.shipments else ""

    def alert(self, alert: Alert) -> bool:
        """Whether an alert may be seen."""
        return self.viewer.operator or self.viewer.party in alert.parties

    def alert_as(self, alert: Alert) -> Alert | None:
        """The alert as this viewer may see it; None where it may not."""
        return alert_view(alert, self.viewer, self.estate) if self.alert(alert) else None

    def receipts(self, view: Alert, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Who was told: all parties that an alert, as this viewer sees it, names; for the operator anyone else, too."""
        return [d for d in deliveries if self.viewer.operator or d.party in view.parties]

    def remarks(self, view: Alert, said: Iterable[Remark]) -> list[Remark]:
        """What was said of it, likewise, and by whoever says it to this viewer; of tasks also whom they are for."""
        me = self.viewer
        shown = [one for one in said if me.operator or one.party in view.parties or one.to == me.party]
        return [self._remark(view, remark) for remark in shown]

    def _remark(self, view: Alert, remark: Remark) -> Remark:
        known = self.viewer.operator or not remark.to or remark.to in view.parties
        return remark if known else msgspec.structs.replace(remark, to="")

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
        return Sight(viewer=viewer, estate=estate)
    by_asset: dict[str, list[tuple[Micros, Micros]]] = {}
    for asset, from_us, until_us in spans:
        by_asset.setdefault(asset, []).append((from_us, until_us))
    return Sight(
        viewer=viewer,
        estate=estate,
        places=estate.places(viewer.party),
        devices=estate.devices(viewer.party),
        spans=MappingProxyType({asset: tuple(found) for asset, found in by_asset.items()}),
        shipments=frozenset(shipments),
    )
