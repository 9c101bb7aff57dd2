"""The JSON shapes of one shipment's page and of the list of shipments. See `gateway.web.shapes`."""

from __future__ import annotations

import msgspec

from gateway.web.shapes import MilestoneShape, Time, WindowShape

# --- how estimates moved -----------------------------------------------------------------------------


class PointShape(msgspec.Struct, frozen=True, kw_only=True):
    at: Time  # when it was known
    due: Time | None  # the planned end then
    p10: Time | None
    p50: Time | None
    p90: Time | None
    method: str  # empty: nothing was estimated
    actual: Time | None  # it had happened: at the first stop the departure, elsewhere the arrival


class StopHistoryShape(msgspec.Struct, frozen=True, kw_only=True):
    stop: int  # index into the shipment's stops
    place: str
    planned: WindowShape | None  # as the plan says now
    points: list[PointShape]  # oldest first; estimates that moved by less than five minutes are no news


class PromiseShape(msgspec.Struct, frozen=True, kw_only=True):
    party: str
    stop: int
    at: Time  # when it will be there
    said: Time
    alert_id: str  # with whose acknowledgement it was said


class EstimateHistoryShape(msgspec.Struct, frozen=True, kw_only=True):
    now: Time
    stops: list[StopHistoryShape]
    promises: list[PromiseShape]  # the newest of each party and stop
    more: bool  # older ones are left out


# --- goods -------------------------------------------------------------------------------------------


class UnitShape(msgspec.Struct, frozen=True, kw_only=True):
    asset: str
    label: str
    leads: bool  # the first asset of a plan: what carries the others
    kind: str  # empty: it has never been seen
    place: str  # where it is now; empty: between places, or not known
    tier: str
    last_seen: Time | None  # null: never, or not to be seen now
    lat: float | None
    lon: float | None
    parent: str  # what it is in
    read: Time | None  # first at the last stop, on this trip
    missing: bool  # not in the trailer that is loaded with this shipment, or was last


class CountShape(msgspec.Struct, frozen=True, kw_only=True):
    part: str
    unit: str
    planned: float | None
    seen: float | None  # what was packed in units that were read at the last stop
    short: float | None  # planned and not seen, once it has arrived; null: not to be said, as where nothing was read


class OverShape(msgspec.Struct, frozen=True, kw_only=True):
    asset: str
    label: str
    trailer: str


class GoodsShape(msgspec.Struct, frozen=True, kw_only=True):
    units: list[UnitShape]
    parts: list[CountShape]
    over: list[OverShape]  # went into the trailer with it, and no plan says why


# --- the list ----------------------------------------------------------------------------------------


class ListedShipmentShape(msgspec.Struct, frozen=True, kw_only=True):
    shipment_id: str
    state: str  # late, at_risk, under_way, planned, arrived
    status: str  # planned, under_way, arrived
    late_s: int
    risk: str  # reason of the newest open alert about it; empty: none
    lane: str
    stops: list[str]  # their places; empty: a stop that is not shown
    assets: list[str]  # the first of them
    asset_count: int
    contents: str
    parties: dict[str, str]
    departure: MilestoneShape  # from the first stop
    arrival: MilestoneShape  # at the last stop


class ShipmentListShape(msgspec.Struct, frozen=True, kw_only=True):
    as_of: Time
    count: int  # of all that were asked for, on all pages
    states: dict[str, int]  # of those that pass the other filters
    lanes: list[str]  # what may be chosen
    parties: list[str]
    items: list[ListedShipmentShape]
    next_after: str | None  # where to go on; null: this was the last page
