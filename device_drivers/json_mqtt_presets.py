"""Ready settings of the `json_mqtt` driver, chosen by one line: `preset: NAME`.

A preset is data alone: what stands beside it in the configuration goes before it, field by field (an empty text takes
a field away). Each has a vector in `tests/vectors/json_mqtt.jsonl`. Those called `generic_` are shapes to publish in
for whoever writes the message himself, in a PLC, Node-RED or ESPHome.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

Scalar: TypeAlias = str | int | float | bool | None

TRUTH: dict[str, Scalar] = {
    **dict.fromkeys(("true", "1", "on", "ON", "yes"), True),
    **dict.fromkeys(("false", "0", "off", "OFF", "no"), False),
}


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """Settings under a name; `connect` and `document` are for people."""

    connect: str
    document: str
    fields: Mapping[str, str]
    yields: Literal["measurement", "fix", "tag_read", "passage", "packing"] = "measurement"
    each: str = ""
    units: Mapping[str, str] = msgspec.field(default_factory=dict)
    values: Mapping[str, Scalar] = msgspec.field(default_factory=dict)
    only: Mapping[str, Scalar] = msgspec.field(default_factory=dict)


PRESETS: dict[str, Preset] = {
    "shelly_plus_ht": Preset(
        connect="mqtt:+/events/rpc",
        document="shelly-api-docs.shelly.cloud, Gen2 NotifyFullStatus; and a captured message",
        fields={
            "temperature": 'params["temperature:0"].tC',
            "humidity": 'params["humidity:0"].rh',
            "battery": 'params["devicepower:0"].battery.percent',
            "time": "params.ts | s",
            "asset": "src",
        },
        units={"temperature": "CEL", "humidity": "P1", "battery": "P1"},
        only={"method": "NotifyFullStatus"},
    ),
    "theengs_gateway": Preset(
        connect="mqtt:home/TheengsGateway/BTtoMQTT/+",
        document="the names of values that the Theengs decoder gives; OpenMQTTGateway sends the same",
        fields={
            "temperature": "tempc",
            "humidity": "hum",
            "battery": "batt",
            "pressure": "pres",
            "rssi": "rssi",  # in every message, so that one of a beacon without values is no fault
            "asset": "id",
        },
        units={"temperature": "CEL", "humidity": "P1", "battery": "P1", "pressure": "A97", "rssi": "DBM"},
    ),
    "generic_light_barrier": Preset(
        connect="mqtt:dock/7/barrier",
        document='{"broken": true, "time": "2026-03-01T06:10:00Z"}; also 1, "on"; time may be left out',
        fields={"light_barrier": "broken | values", "time": "time | iso"},
        values=TRUTH,
    ),
    "generic_door_contact": Preset(
        connect="mqtt:dock/7/door",
        document='{"open": true, "time": "2026-03-01T06:10:00Z"}; also 1, "on"; time may be left out',
        fields={"door_open": "open | values", "time": "time | iso"},
        values=TRUTH,
    ),
    "generic_trailer_sensor": Preset(
        connect="mqtt:dock/7/trailer",
        document='{"present": true, "time": "2026-03-01T06:10:00Z"}; also 1, "on"; time may be left out',
        fields={"trailer_present": "present | values", "time": "time | iso"},
        values=TRUTH,
    ),
    "generic_thermometer": Preset(
        connect="mqtt:climate/+",
        document='{"asset": "TRL-7", "temperature": 4.5, "humidity": 60, "battery": 80, "time": ISO 8601}; °C and %',
        fields={
            "temperature": "temperature",
            "humidity": "humidity",
            "battery": "battery",
            "time": "time | iso",
            "asset": "asset",
        },
        units={"temperature": "CEL", "humidity": "P1", "battery": "P1"},
    ),
    "generic_tracker": Preset(
        connect="mqtt:trackers/+",
        document='{"asset": "TRL-7", "lat": 52.5, "lon": 13.4, "speed_kmh": 80, "course": 90, "time": ISO 8601}',
        yields="fix",
        fields={
            "asset": "asset",
            "lat": "lat",
            "lon": "lon",
            "speed_mps": "speed_kmh | kmh",
            "course_deg": "course",
            "accuracy_m": "accuracy_m",
            "time": "time | iso",
        },
    ),
    "generic_gate": Preset(
        connect="mqtt:gates/+",
        document='{"asset": "TRL-7", "place": "GATE-1", "direction": "in", "shipment": "SHP-1", "time": ISO 8601}',
        yields="passage",
        fields={
            "asset": "asset",
            "place": "place",
            "direction": "direction",
            "shipment": "shipment",
            "time": "time | iso",
        },
    ),
}
