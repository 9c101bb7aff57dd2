"""What is not in the journal but counted from time to time: figures, stock, and the gateway itself.

Samples are no facts: one that a server misses is not told again, and the next one says how things are then. A sample of
the same tags and time overwrites the one before, so a figure of a day may be counted again when late data came.
"""

from __future__ import annotations

from typing import TypeAlias
from zlib import crc32

import msgspec

from gateway.model import Micros


class InventorySample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is at a place of one part, or of one kind of packaging, vehicle or goods."""

    place: str  # empty: under way
    tier: str
    sort: str  # part, or asset: what `item` names
    item: str  # the part's number, or the kind of asset
    quantity: float  # assets, or what is left of a part in its unit
    per_hour: float | None = None  # of a part: how quickly it is used
    cover_h: float | None = None  # ... and how long it lasts by the calendar
    at_us: Micros


class KpiSample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One figure over a span of whole days (UTC)."""

    kpi: str
    lane: str = ""
    place: str = ""
    tier: str = ""
    window: str  # 1d, 30d
    unit: str
    definition: str
    value: float
    good: float | None = None
    counted: float | None = None
    shipments: int
    at_us: Micros  # the beginning of the span's last day


class GatewaySample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One number that the gateway knows of itself: as in /metrics, where its words stand."""

    name: str
    label: str = ""  # the device, source, output or rule that it is said of
    reason: str = ""  # why, of what failed
    value: float
    at_us: Micros


class AntennaSample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an antenna hears tags: over the last readings of its device since the sample before, 500 at most."""

    device: str
    antenna: str  # its number; 0: the device names none
    rssi_dbm: float | None = None  # mean; None: the device does not say
    reads: int
    epcs: int  # different ones
    at_us: Micros


class VisitSample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A vehicle at a stop of a shipment, from its coming to its leaving, and what was read of its goods there."""

    place: str  # the stop's
    vehicle: str
    dwell_s: int | None = None  # None: it has not left
    gate_wait_s: int | None = None  # from a gate to a door; None: one of them was not seen
    expected: int | None = None  # units that should end here; None: none should, or the shipment has not arrived
    missed: int | None = None  # ... and were never read here
    at_us: Micros  # when it came


class LoadSample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A trailer that left a door: what its plans say should be in it, and what was seen to go in."""

    place: str  # the door
    trailer: str
    expected: int
    missed: int
    extra: int  # went in, and no plan says why
    at_us: Micros  # when it left


Sample: TypeAlias = InventorySample | KpiSample | GatewaySample | AntennaSample | VisitSample | LoadSample


def apart(sample: Sample) -> int:
    """What tells samples of the same tags and time apart: two vehicles that come to one place in one millisecond."""
    match sample:
        case VisitSample(vehicle=name) | LoadSample(trailer=name):
            return crc32(name.encode())
        case _:
            return 0
