"""The JSON shapes of devices, for the operator. See `shapes`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gateway.devices.asked import LEAST_TEST_S, MOST_TEST_S, Find
from gateway.devices.standing import Standing
from gateway.web.shapes import DeviceShape, Time


class TroubleShape(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong last."""

    at: Time
    kind: str  # link: it could not be heard; data: what came was no use; device: it told so itself
    reason: str  # a stable word
    text: str  # what happened, and what to do


class DeviceNowShape(DeviceShape, frozen=True, kw_only=True):
    """A device as it is now."""

    address: str  # without secrets: of a URL not its path and query
    state: Standing
    since: Time | None  # it stands so; null: always
    trouble: TroubleShape | None  # the last; it may be over
    links: int  # connections that stand
    readings: int  # since the start of the gateway, as those below
    rejected: int
    chunks: int
    bytes: int
    rate: float  # readings a second now, of real time
    rates: list[float]  # in steps of `rate_step_s`, the oldest first


class DevicesNowShape(msgspec.Struct, frozen=True, kw_only=True):
    items: list[DeviceNowShape]
    rate_step_s: float


class DevicesToldShape(DevicesNowShape, frozen=True, kw_only=True):
    """In a stream: those that changed."""

    all: list[str]  # the names of all, as configured


class HeardShape(msgspec.Struct, frozen=True, kw_only=True):
    antenna: int  # 0: the device names none
    count: int
    last: Time
    rssi_dbm: float | None


class TagShape(msgspec.Struct, frozen=True, kw_only=True):
    epc: str  # hex
    asset: str  # the key by which everything else knows it
    label: str  # the tag's own text, shorter than its key; empty: none
    place: str  # where it is believed to be; empty: between places, or not seen yet
    count: int
    first: Time
    last: Time
    antennas: list[HeardShape]


class ValueShape(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    value: float | bool | str
    unit: str  # UN/ECE Rec. 20
    asset: str  # whose it is; empty: the device's own
    at: Time


class FixShape(msgspec.Struct, frozen=True, kw_only=True):
    lat: float
    lon: float
    speed_mps: float | None
    course_deg: float | None
    accuracy_m: float | None
    satellites: int | None
    asset: str
    at: Time


class ToldShape(msgspec.Struct, frozen=True, kw_only=True):
    """A bar code, or a passage that a system told of."""

    kind: Literal["label", "passage"]
    text: str
    at: Time


class ReadShape(msgspec.Struct, frozen=True, kw_only=True):
    """What a device read last; bounded, and kept in memory only."""

    tags: list[TagShape]  # those that came first stand last
    antennas: list[int]
    values: list[ValueShape]
    fix: FixShape | None
    told: list[ToldShape]  # the newest first


class DeviceDetailsShape(msgspec.Struct, frozen=True, kw_only=True):
    device: DeviceNowShape
    rate_step_s: float
    read: ReadShape


class TrialBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long to try."""

    seconds: Annotated[float, msgspec.Meta(ge=LEAST_TEST_S, le=MOST_TEST_S)] = 10.0


class SearchBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to search; a subnet is private and of at most 1024 addresses."""

    serial: bool = True  # the serial ports of this box
    attempt: bool = False  # listen on those that no device uses, with one driver after another; readers are asked
    mdns: bool = False  # ask the link who announces itself
    subnet: str = ""  # ask each address for an LLRP reader


class SearchShape(msgspec.Struct, frozen=True, kw_only=True):
    """How a search stands."""

    state: str  # none, running, done, cancelled, overdue
    step: str  # serial, attempt, subnet, mdns
    asked: int
    to_ask: int
    began: Time | None
    finds: list[Find]
    faults: list[str]
