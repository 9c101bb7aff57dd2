"""The words of tierview: the values that walk from device bytes to delivered alerts.

bytes -> Reading -> Observation -> Event -> Finding -> Alert -> Delivery

Every type is frozen and has keyword fields. This package imports nothing else of ours, and no other may
define a type that two steps share. Import from `gateway.model`; its files only keep it readable.

Times are integers: microseconds since 1970-01-01 UTC, in fields that end in `_us`. They are exact,
order as numbers, and are what LLRP, SQLite and InfluxDB speak; aware datetimes stand only at the
edges (configuration, HTTP, the page). Two clocks never mix: `seen_us` and `device_us` are the
device's, `received_us` and `recorded_us` are the gateway's, `at_us` is what we trust after repair.

Empty string or zero means "not said" only where a field's comment says so; otherwise None does.
"""

from __future__ import annotations

from gateway.model.alerts import (
    Ack,
    Alert,
    AlertState,
    Banded,
    Cleared,
    Delivery,
    DeliveryState,
    Finding,
    Judgement,
    Rule,
    Severity,
)
from gateway.model.events import DeviceEvent, Event, EventKind, LocationEvent, PositionEvent, Quarantined, SensorEvent
from gateway.model.followed import (
    Band,
    Condition,
    Excursion,
    Heading,
    Journey,
    Planned,
    Sample,
    Sighting,
    Spot,
    Track,
    Visit,
    Way,
)
from gateway.model.observations import Identity, Observation
from gateway.model.plans import (
    Actual,
    Boarding,
    DeviceState,
    Expected,
    Followed,
    Leg,
    Load,
    Misplaced,
    Nesting,
    PartLine,
    Seen,
    Shipment,
    Stay,
    Stop,
    Subject,
    Trip,
    TripStatus,
    Window,
)
from gateway.model.readings import (
    Chunk,
    Decoder,
    Fix,
    Label,
    Measurement,
    Notice,
    Output,
    Packing,
    Passage,
    Reading,
    Rejected,
    Send,
    TagRead,
)
from gateway.model.terms import AssetKind, Clock, Micros, Tier

__all__ = [
    "Ack",
    "Actual",
    "Alert",
    "AlertState",
    "AssetKind",
    "Band",
    "Banded",
    "Boarding",
    "Chunk",
    "Cleared",
    "Clock",
    "Condition",
    "Decoder",
    "Delivery",
    "DeliveryState",
    "DeviceEvent",
    "DeviceState",
    "Event",
    "EventKind",
    "Excursion",
    "Expected",
    "Finding",
    "Fix",
    "Followed",
    "Heading",
    "Identity",
    "Journey",
    "Judgement",
    "Label",
    "Leg",
    "Load",
    "LocationEvent",
    "Measurement",
    "Micros",
    "Misplaced",
    "Nesting",
    "Notice",
    "Observation",
    "Output",
    "Packing",
    "PartLine",
    "Passage",
    "Planned",
    "PositionEvent",
    "Quarantined",
    "Reading",
    "Rejected",
    "Rule",
    "Sample",
    "Seen",
    "Send",
    "SensorEvent",
    "Severity",
    "Shipment",
    "Sighting",
    "Spot",
    "Stay",
    "Stop",
    "Subject",
    "TagRead",
    "Tier",
    "Track",
    "Trip",
    "TripStatus",
    "Visit",
    "Way",
    "Window",
]
