"""What figures are counted from: one shipment's plan, what happened to it, when its units were read, where it waited.

A shipment's units are what it carries: all its assets but the first, which leads it; where it names only one, that.
"""

from __future__ import annotations

import msgspec

from gateway.model import Actual, AssetKind, EventKind, Micros, Shipment, Window


class Sighting(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Of an event, what figures need."""

    asset: str
    asset_kind: AssetKind = AssetKind.OTHER
    kind: EventKind
    place: str  # for `left`, the place it left
    previous: str = ""
    read_at: str = ""  # place of the read point that saw it
    at_us: Micros


class Visit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A vehicle at a site, from its coming to its leaving."""

    vehicle: str
    site: str  # the outermost place
    from_us: Micros
    until_us: Micros | None = None  # None: it has not left
    gate_us: Micros | None = None  # first at a gate of the site ...
    door_us: Micros | None = None  # ... and then first at a door


class Call(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A visit on behalf of a shipment: at one of its stops. Two shipments of one trailer have the same."""

    place: str  # the stop's
    visit: Visit


class Unit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that a shipment carries."""

    asset: str
    read_us: Micros | None = None  # first at the last stop; None: never


class Facts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One shipment."""

    shipment: Shipment
    actuals: tuple[Actual, ...]
    lane: str  # as whoever looks sees it; empty: its route is hidden from them
    units: tuple[Unit, ...] = ()
    calls: tuple[Call, ...] = ()
    doubted: bool = False  # its data contradict themselves: nothing can be said of its times

    @property
    def window(self) -> Window | None:
        """When it should arrive at its last stop."""
        return self.shipment.stops[-1].arrival

    @property
    def arrived_us(self) -> Micros | None:
        return self.actuals[-1].arrived_us

    @property
    def departed_us(self) -> Micros | None:
        """From any stop, first."""
        return min((actual.departed_us for actual in self.actuals if actual.departed_us is not None), default=None)


def carried(shipment: Shipment) -> tuple[str, ...]:
    """The assets that are the shipment's units."""
    return shipment.assets[1:] or shipment.assets


def due_us(shipment: Shipment) -> Micros:
    """When a shipment counts: the planned end of its last stop, or of the last stop that has a window."""
    windows = (window for stop in reversed(shipment.stops) for window in (stop.arrival, stop.departure) if window)
    return next(windows).close_us


def begins_us(shipment: Shipment) -> Micros:
    """The first planned moment."""
    return min(window.open_us for stop in shipment.stops for window in (stop.arrival, stop.departure) if window)
