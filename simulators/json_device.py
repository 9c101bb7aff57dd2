"""A device that publishes JSON in the shape the configuration says: the `json_mqtt` driver's settings, read backwards.

So a demo or a test follows config.yaml: change where a value stands or its unit there, and the simulated device
says it there and so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from gateway.config.model import Device
from gateway.model import Micros
from simulators.network import Site
from simulators.world import Climate, Gate, Inspection, Position

Said = str | float | bool
STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
IGNORE = "ignore"

BACKWARDS: dict[str, Callable[[float], Said]] = {
    "ms": lambda us: int(us) // 1000,
    "s": lambda us: us / 1_000_000,
    "us": int,
    "iso": lambda us: datetime.fromtimestamp(us / 1_000_000, UTC).isoformat().replace("+00:00", "Z"),
    "kmh": lambda mps: round(mps * 3.6, 1),
    "knots": lambda mps: round(mps * 3600 / 1852, 2),
    "centi": lambda value: round(value * 100),
    "kelvin": lambda celsius: round(celsius + 273.15, 2),
    "fahrenheit": lambda celsius: round(celsius * 9 / 5 + 32, 2),
    "number": str,
}


class JsonDevice:
    """One device's messages; values it has no field for are left out."""

    def __init__(self, device: Device) -> None:
        settings = device.settings
        self.topic = device.connect.removeprefix("mqtt:")
        if "+" in self.topic or "#" in self.topic:
            raise ValueError(f"{device.name}: a simulated device publishes to one topic, not to {self.topic}")
        self.asset = device.asset or ""
        self.place = device.place or ""
        self.yields = str(settings.get("yields", "measurement"))
        self._fields = _mapping(settings.get("fields"))
        self._words = {str(value): word for word, value in _mapping(settings.get("values")).items()}

    def position(self, fix: Position) -> bytes:
        """A tracker's message."""
        return self._message(
            {
                "lat": fix.lat,
                "lon": fix.lon,
                "speed_mps": fix.speed_mps,
                "course_deg": fix.course_deg,
                "accuracy_m": 5.0,
                "asset": fix.asset,
            },
            fix.at_us,
        )

    def climate(self, sensed: Climate) -> bytes:
        """A climate sensor's message."""
        values: dict[str, Said] = {
            "temperature": sensed.temperature,
            "humidity": sensed.humidity,
            "door_open": sensed.door_open,
            "battery": sensed.battery,
            "asset": sensed.asset,
        }
        return self._message(values, sensed.at_us)

    def gate(self, gate: Gate, site: Site) -> bytes:
        """A gate system's message; it calls the place by its alias."""
        values = {"asset": gate.asset, "place": site.alias, "direction": gate.direction, "shipment": gate.shipment}
        return self._message({name: value for name, value in values.items() if value}, gate.at_us)

    def inspection(self, sensed: Inspection, site: Site) -> bytes:
        """A gate system's message that the settings ignore; empty where they know none."""
        if IGNORE not in self._words:
            return b""
        return self._message({"asset": sensed.asset, "place": site.alias, "direction": IGNORE}, sensed.at_us)

    def _message(self, values: dict[str, Said], at_us: Micros) -> bytes:
        message: dict[str, object] = {}
        for name, value in (values | {"time": at_us}).items():
            if name in self._fields:
                self._put(message, str(self._fields[name]), name, value)
        return json.dumps(message, separators=(",", ":")).encode()

    def _put(self, message: dict[str, object], expression: str, name: str, value: Said) -> None:
        path, *transforms = (part.strip() for part in expression.split("|"))
        if name == "time" and not transforms:
            transforms = ["iso"]
        for transform in reversed(transforms):
            value = self._words[str(value)] if transform == "values" else BACKWARDS[transform](float(value))
        *parents, last = STEP.findall(path)
        for parent in parents:
            child = message.setdefault(parent, {})
            assert isinstance(child, dict), f"{path}: {parent} is both a value and an object"
            message = child
        message[last] = value


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}
