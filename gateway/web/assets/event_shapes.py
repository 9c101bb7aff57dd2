"""The JSON shapes of events and of what they add up to: the board, positions, an asset. See `shapes`."""

from __future__ import annotations

import msgspec

from gateway.web.shapes import Time


class LocationShape(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="location"):
    seq: int
    event_id: str
    kind: str
    asset: str
    asset_kind: str
    label: str
    place: str
    tier: str
    previous_place: str
    previous_tier: str | None
    parent: str
    read_point: str
    device: str
    shipment: str
    lat: float | None
    lon: float | None
    at: Time
    device_time: Time | None
    received: Time
    recorded: Time
    late: bool
    time_fixed: str


class PositionShape(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="position"):
    seq: int
    event_id: str
    asset: str
    asset_kind: str
    label: str
    lat: float
    lon: float
    speed_mps: float | None
    course_deg: float | None
    accuracy_m: float | None
    place: str
    tier: str
    device: str
    at: Time
    device_time: Time | None
    received: Time
    recorded: Time
    time_fixed: str


class SensorShape(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="sensor"):
    seq: int
    event_id: str
    asset: str
    label: str
    name: str
    value: float | bool | str
    unit: str
    place: str
    tier: str
    device: str
    at: Time
    device_time: Time | None
    received: Time
    recorded: Time
    time_fixed: str


class DeviceEventShape(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="device"):
    seq: int
    event_id: str
    device: str
    name: str
    text: str
    fault: bool
    antenna: int
    at: Time
    received: Time
    recorded: Time


EventShape = LocationShape | PositionShape | SensorShape | DeviceEventShape


class EventsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[EventShape]
    next_after: int  # where to go on, now or later


class TrailPointShape(msgspec.Struct, frozen=True, kw_only=True):
    at: Time
    lat: float
    lon: float


class TrailShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[TrailPointShape]  # oldest first


class BoardAssetShape(msgspec.Struct, frozen=True, kw_only=True):
    asset: str
    kind: str
    label: str
    place: str
    since: Time
    parent: str
    late: bool


class BoardTierShape(msgspec.Struct, frozen=True, kw_only=True):
    tier: str
    count: int
    assets: list[BoardAssetShape]  # the newest of them


class BoardShape(msgspec.Struct, frozen=True, kw_only=True):
    as_of: Time
    last_seq: int
    tiers: list[BoardTierShape]


class SpotShape(msgspec.Struct, frozen=True, kw_only=True):
    asset: str
    kind: str
    label: str
    lat: float
    lon: float
    speed_mps: float | None
    course_deg: float | None
    at: Time
    place: str
    tier: str
    late: bool
    shipment: str


class SpotsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[SpotShape]


class WhereShape(msgspec.Struct, frozen=True, kw_only=True):
    place: str
    tier: str
    lat: float | None
    lon: float | None
    since: Time
    last_seen: Time
    parent: str
    via: list[str]  # what it is in, from near to far, up to what has the position
    moving: bool | None  # by its own positions or those of what it is in; null: not known
    moving_since: Time | None  # it moves, or stands


class IdentityShape(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    scheme: str  # sgtin, sscc, ...; raw: the tag decodes as nothing
    digital_link: str | None
    element_string: str | None


class AssetShape(msgspec.Struct, frozen=True, kw_only=True):
    asset: str
    kind: str
    label: str
    names: list[str]  # what else it is called, as people linked it
    identity: IdentityShape | None
    where: WhereShape | None
    shipments: list[str]
    history: list[LocationShape]


class NamedAssetShape(msgspec.Struct, frozen=True, kw_only=True):
    asset: str
    label: str
    names: list[str]


class AssetsShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[NamedAssetShape]
