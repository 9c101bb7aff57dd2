"""Events: what the journal holds and partners see; and what could not be used."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from gateway.model.terms import AssetKind, Micros, Tier


class EventKind(StrEnum):
    """What happened, in the field's words."""

    ARRIVED = "arrived"  # at a place, from transit or from nowhere known
    MOVED = "moved"  # from one place straight to another: it left the first and is at the second
    LEFT = "left"  # a place, towards transit
    LOADED = "loaded"  # into `parent`
    UNLOADED = "unloaded"  # from `parent`


class LocationEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="location"):
    """An asset arrived, moved, left, was loaded or unloaded: the tier-aware event."""

    event_id: str  # from the content: the same reading gives the same id
    kind: EventKind
    asset: str
    asset_kind: AssetKind
    place: str  # where it is now; for `left`, the place it left
    tier: Tier  # of where it is now; for `left`, transit
    previous_place: str = ""
    previous_tier: Tier | None = None
    parent: str = ""  # the trailer or container, for loaded and unloaded
    read_point: str = ""
    device: str = ""
    shipment: str = ""  # only where the sender said it
    lat: float | None = None
    lon: float | None = None
    at_us: Micros
    device_us: Micros | None = None
    received_us: Micros
    recorded_us: Micros
    late: bool = False  # it belongs before something already recorded of this asset
    time_fixed: str = ""


class PositionEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="position"):
    """A believed position of an asset, with the place whose fence it is in."""

    event_id: str
    asset: str
    asset_kind: AssetKind
    lat: float
    lon: float
    speed_mps: float | None = None
    course_deg: float | None = None
    accuracy_m: float | None = None
    place: str = ""  # empty: between places
    tier: Tier = Tier.TRANSIT
    device: str
    at_us: Micros
    device_us: Micros | None = None
    received_us: Micros
    recorded_us: Micros
    time_fixed: str = ""


class SensorEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="sensor"):
    """A sensor's value, on the asset it rides on."""

    event_id: str
    asset: str
    name: str
    value: float | bool | str
    unit: str = ""
    place: str = ""
    tier: Tier = Tier.TRANSIT
    device: str
    at_us: Micros
    device_us: Micros | None = None
    received_us: Micros
    recorded_us: Micros
    time_fixed: str = ""


class DeviceEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="device"):
    """A device's health changed: connected, disconnected, antenna lost, ..."""

    event_id: str
    device: str
    name: str  # the Notice's word, or connected, disconnected, from the source
    text: str = ""
    fault: bool = False
    antenna: int = 0
    at_us: Micros
    received_us: Micros
    recorded_us: Micros


Event: TypeAlias = LocationEvent | PositionEvent | SensorEvent | DeviceEvent


class Quarantined(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Input that could not be used, kept with its reason until someone replays or drops it."""

    received_us: Micros
    source: str  # the device, or api, csv:NAME, influx
    stage: Literal["decode", "resolve", "import", "influx", "deliver"]
    reason: str  # a stable word
    text: str  # what was expected, what came, and from where
    data: bytes
    topic: str = ""
    owner: str = ""  # code of the party whose data it is; empty: nobody's but the operator's
    subject: str = ""  # what the reason is about, as it came: the name that nobody knows, the unit, ...
    suggestion: str = ""  # what was probably meant
    head: str = ""  # of a plan's row: the file's header line, without which it cannot be read again
