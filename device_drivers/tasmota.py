"""Tasmota devices: sockets, sensors and contacts with ESP chips.

Document: tasmota.github.io, "MQTT". Verified with captured SENSOR messages, one of them of a dual meter that says
arrays; STATE, LWT and INFO only by the document.

    driver: tasmota
    connect: mqtt:tele/#
    settings:
      timezone: Europe/Berlin
      names: {"AM2301.Temperature": temperature, "Switch1": door_open}

A device may have several sensors, so a value is called after its sensor and itself, `am2301_temperature`, unless the
settings say better; the channels of an array count from 1, `energy_power_1`. ON and OFF of switches and relays are
true and false. Fahrenheit becomes Celsius. `Time` is the device's local time without a zone: it is taken only where
the settings name the zone, and not in the hour that a zone has twice. An asset is `tasmota:` and the device's topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.decoded_values import Naming, measured, needed_object, read_values, section
from device_drivers.json_mqtt_values import EPOCH, MICROSECOND, Unfit, instant_us, number, shown
from gateway.model import Micros, Notice, Output, Rejected

NAME = "tasmota"
TRANSPORT: Literal["stream", "message"] = "message"

PREFIXES = ("tele", "stat", "cmnd")  # first, or in topics set otherwise before the last level
MOST_NAME = 256  # characters of a device's topic
ON_OFF = {"ON": True, "OFF": False}
SWITCHED = re.compile(r"(?:Switch|Contact|POWER)\d{0,2}")
TEMPERATURES = frozenset({"Temperature", "DewPoint", "HeatIndex"})
ABOUT = frozenset({"Time", "TempUnit", "PressureUnit", "SpeedUnit", "Id", "TotalStartTime"})  # not measured
PRESSURE_UNITS = {"hPa": "A97", "mmHg": "HN", "inHg": "F79"}
KNOWN = {
    "temperature": "CEL",
    "dew_point": "CEL",
    "heat_index": "CEL",
    "humidity": "P1",
    "illuminance": "LUX",
    "carbon_dioxide": "59",
    "voltage": "VLT",
    "current": "AMP",
    "power": "WTT",
    "apparent_power": "D46",
    "reactive_power": "D44",
    "frequency": "HTZ",
    "total": "KWH",
    "yesterday": "KWH",
    "today": "KWH",
    "period": "WHR",
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the values of one subscription's devices are called."""

    names: dict[str, str] = field(default_factory=dict)  # path in SENSOR or STATE -> our name; empty: passed over
    units: dict[str, str] = field(default_factory=dict)  # our name -> UN/ECE Rec 20 code
    timezone: str = ""  # of the devices, such as Europe/Berlin; empty: values are stamped on receipt
    radio: bool = False  # True: also wifi_signal

    def __post_init__(self) -> None:
        _zone(self.timezone)


class Decoder:
    """All devices that one subscription hears."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._zone = _zone(settings.timezone)

    def start(self, now_us: Micros) -> list[Output]:
        """Devices publish by themselves: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its values or its notice."""
        prefix, name, kind = _topic(topic)
        if prefix != "tele" or not 0 < len(name) <= MOST_NAME:
            return [] if prefix in PREFIXES else [_rejected(data, "topic", f"expected tele/DEVICE/..., came {topic!r}")]
        asset = f"tasmota:{name}"
        if kind == "LWT":
            return _will(asset, data)
        try:
            if kind == "SENSOR":
                return self._sensor(asset, needed_object(read_json(data)))
            if kind == "STATE":
                return self._state(asset, needed_object(read_json(data)))
            return _info(asset, kind, needed_object(read_json(data))) if kind.startswith("INFO") else []
        except BadJson as error:
            return [_rejected(data, "json", str(error))]
        except Unfit as error:
            return [_rejected(data, "field", str(error))]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _sensor(self, asset: str, message: dict[str, Any]) -> list[Output]:
        pressure = PRESSURE_UNITS.get(str(message.get("PressureUnit", "hPa")), "")
        known = KNOWN | {"pressure": pressure, "sea_pressure": pressure}
        naming = Naming(self._settings.names, self._settings.units, known)
        values = _plain(message, in_fahrenheit=message.get("TempUnit") == "F")
        return read_values(values, naming, asset, self._seen_us(message.get("Time")))

    def _state(self, asset: str, message: dict[str, Any]) -> list[Output]:
        """Relays, and how well the device hears its access point."""
        seen_us = self._seen_us(message.get("Time"))
        relays = {key: value for key, value in message.items() if SWITCHED.fullmatch(key)}
        renamed = {key: key.replace("POWER", "relay_").rstrip("_") for key in relays} | dict(self._settings.names)
        out = read_values(_plain(relays, in_fahrenheit=False), Naming(renamed, {}), asset, seen_us)
        signal_dbm = section(message, "Wifi").get("Signal")
        if self._settings.radio and signal_dbm is not None:
            out.append(measured("wifi_signal", number(signal_dbm), "DBM", asset, seen_us))
        return out

    def _seen_us(self, said: Any) -> Micros | None:
        if self._zone is None or said is None:
            return None
        try:
            local = datetime.fromisoformat(said)
        except (TypeError, ValueError):
            raise Unfit(f"expected Time such as 2026-03-01T06:10:00, came {shown(said)}") from None
        if local.tzinfo is None:
            local = local.replace(tzinfo=self._zone)
            if local.utcoffset() != local.replace(fold=1).utcoffset():
                return None  # the clocks are set back, or on: this hour is there twice, or not at all
        return instant_us((local - EPOCH) // MICROSECOND)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"timezone: expected a name such as Europe/Berlin, came {name!r}") from None


def _topic(topic: str) -> tuple[str, str, str]:
    """Prefix, device and kind of `tele/DEVICE/KIND` or `DEVICE/tele/KIND`; a device's topic may have levels."""
    levels = topic.split("/")
    kind = levels.pop()
    for place in (0, -1):
        if levels and levels[place] in PREFIXES:
            prefix = levels.pop(place)
            return prefix, "/".join(levels), kind
    return "", "/".join(levels), kind


def _plain(tree: Any, *, in_fahrenheit: bool, key: str = "") -> Any:
    """The tree with ON and OFF as true and false, and temperatures in degrees Celsius."""
    if isinstance(tree, dict):
        said = {name: value for name, value in tree.items() if name not in ABOUT}
        return {name: _plain(value, in_fahrenheit=in_fahrenheit, key=name) for name, value in said.items()}
    if isinstance(tree, list):
        return [_plain(value, in_fahrenheit=in_fahrenheit, key=key) for value in tree]
    if isinstance(tree, str) and SWITCHED.fullmatch(key):
        return ON_OFF.get(tree, tree)
    if in_fahrenheit and key in TEMPERATURES and tree is not None:
        return round((number(tree) - 32) * 5 / 9, 9)
    return tree


def _will(asset: str, data: bytes) -> list[Output]:
    word = data.decode("utf-8", "replace")
    if word not in ("Online", "Offline"):
        return [_rejected(data, "will", f"expected Online or Offline, came {word[:60]!r}")] if word else []
    return [Notice(name=f"device_{word.lower()}", text=asset, fault=word == "Offline")]


def _info(asset: str, kind: str, message: dict[str, Any]) -> list[Output]:
    """What a device says when it starts; older versions do not wrap it."""
    about = section(message, kind.capitalize()) or message
    if kind == "INFO1":
        text = f"{asset}: {about.get('Module', '?')}, version {about.get('Version', '?')}"
        return [Notice(name="identified", text=text[:500])]
    if kind == "INFO3" and "RestartReason" in about:
        return [Notice(name="restarted", text=f"{asset}: {about['RestartReason']}"[:500])]
    return []


def _rejected(data: bytes, reason: str, text: str) -> Rejected:
    return Rejected(data=data, reason=reason, text=text)
