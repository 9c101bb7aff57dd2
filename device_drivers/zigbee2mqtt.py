"""Zigbee devices behind Zigbee2MQTT, in its JSON output.

Document: zigbee2mqtt.io, "MQTT topics and messages". Verified with its documented examples alone.

    driver: zigbee2mqtt
    connect: mqtt:zigbee2mqtt/#
    settings:
      names: {occupancy: light_barrier}

Zigbee2MQTT brings temperatures to degrees Celsius, humidity and battery to percent, pressure to hectopascal. Its
`contact` is true while a door is shut: it is given as `door_open`, turned round. `voltage` is millivolts of a battery
or volts of a socket: it has a unit where the message tells which. An asset is `zigbee:` and the friendly name, which
may contain slashes, or `ieee:` and the address in capitals for a device that nobody has named.

Whether bridge and devices are there becomes notices, as do joins, leaves and errors that the bridge logs. Its other
topics, requests and answers are passed over. The attribute output (one topic a value) is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.decoded_values import Naming, needed_object, read_values, section
from device_drivers.json_mqtt_values import Unfit, instant_us, iso_us, number, shown
from gateway.model import Micros, Notice, Output, Rejected

NAME = "zigbee2mqtt"
TRANSPORT: Literal["stream", "message"] = "message"

ADDRESS = re.compile(r"0x([0-9a-fA-F]{16})")
MOST_NAME = 256  # characters of a friendly name
REQUESTS = ("set", "get")  # last levels of what others ask of devices
RADIO = ("linkquality",)
ABOUT = ("last_seen", "device", "update", "update_available", "elapsed")  # of a message, not measured
KNOWN = {
    "temperature": "CEL",
    "device_temperature": "CEL",
    "local_temperature": "CEL",
    "humidity": "P1",
    "soil_moisture": "P1",
    "battery": "P1",
    "pressure": "A97",
    "illuminance": "LUX",
    "illuminance_lux": "LUX",
    "co2": "59",
    "power": "WTT",
    "current": "AMP",
    "energy": "KWH",
}
EVENTS = {"device_joined": False, "device_leave": True, "device_announce": False}  # whether someone should look
FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the values of one bridge's devices are called."""

    base_topic: str = "zigbee2mqtt"  # as in the bridge's own configuration
    names: dict[str, str] = field(default_factory=dict)  # key of a device's message -> our name; empty: passed over
    units: dict[str, str] = field(default_factory=dict)  # our name -> UN/ECE Rec 20 code
    radio: bool = False  # True: also linkquality


class Decoder:
    """All devices of one bridge."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.base_topic.strip("/") + "/"
        passed = dict.fromkeys(ABOUT if settings.radio else (*ABOUT, *RADIO), "")
        self._naming = Naming({"contact": "door_open"} | passed | settings.names, settings.units, KNOWN)

    def start(self, now_us: Micros) -> list[Output]:
        """The bridge publishes by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its values or its notice."""
        if not topic.startswith(self._base):
            return [Rejected(data=data, reason="topic", text=f"expected {self._base}..., came {topic[:200]!r}")]
        if not data:
            return []  # a retained message is taken back
        name = topic.removeprefix(self._base)
        try:
            if name.startswith("bridge/"):
                return _bridge(name.removeprefix("bridge/"), data)
            if name.endswith("/availability"):
                return _availability(_asset(name.removesuffix("/availability")), data)
            if name.rpartition("/")[2] in REQUESTS:
                return []
            return self._device(_asset(name), needed_object(read_json(data)))
        except BadJson as error:
            return [Rejected(data=data, reason="json", text=str(error))]
        except Unfit as error:
            return [Rejected(data=data, reason="field", text=str(error))]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _device(self, asset: str, message: dict[str, Any]) -> list[Output]:
        contact = message.get("contact")
        if isinstance(contact, bool):
            message = message | {"contact": not contact}
        naming = self._naming
        voltage = _voltage_unit(message)
        if voltage and "voltage" not in naming.units:
            naming = Naming(naming.names, naming.units, KNOWN | {"voltage": voltage})
        kept = {key: value for key, value in message.items() if naming.names.get(key) != ""}
        return read_values(kept, naming, asset, _seen_us(message.get("last_seen")))


def _voltage_unit(message: dict[str, Any]) -> str:
    if "power" in message or "current" in message:
        return "VLT"
    return "2Z" if "battery" in message else ""


def _seen_us(said: Any) -> Micros | None:
    """`last_seen` as the bridge is set: ISO 8601, milliseconds, or not at all."""
    if said is None:
        return None
    return iso_us(said) if isinstance(said, str) else instant_us(round(number(said) * 1000))


def _asset(name: str) -> str:
    if not 0 < len(name) <= MOST_NAME:
        raise Unfit(f"expected a friendly name of 1 to {MOST_NAME} characters, came {shown(name)}")
    address = ADDRESS.fullmatch(name)
    return f"ieee:{address[1].upper()}" if address else f"zigbee:{name}"


def _online(data: bytes) -> bool:
    """`online` and `offline`: a word in old versions, JSON since."""
    word: Any = data.strip().decode("utf-8", "replace")
    if word not in ("online", "offline"):
        word = needed_object(read_json(data)).get("state")
    if word not in ("online", "offline"):
        raise Unfit(f"expected online or offline, came {shown(word)}")
    return bool(word == "online")


def _availability(asset: str, data: bytes) -> list[Output]:
    online = _online(data)
    return [Notice(name="device_online" if online else "device_offline", text=asset, fault=not online)]


def _bridge(topic: str, data: bytes) -> list[Output]:
    if topic == "state":
        online = _online(data)
        return [Notice(name="bridge_online" if online else "bridge_offline", fault=not online)]
    if topic == "event":
        return _event(needed_object(read_json(data)))
    if topic == "logging":
        entry = needed_object(read_json(data))
        text = str(entry.get("message", ""))[:500]
        return [Notice(name="bridge_error", text=text, fault=True)] if entry.get("level") == "error" else []
    return []


def _event(event: dict[str, Any]) -> list[Output]:
    kind, about = str(event.get("type")), section(event, "data")
    asset = _asset(str(about.get("friendly_name", about.get("ieee_address", ""))))
    if kind == "device_interview":
        if about.get("status") != FAILED:
            return []
        return [Notice(name="device_interview_failed", text=asset, fault=True)]
    return [Notice(name=kind, text=asset, fault=EVENTS[kind])] if kind in EVENTS else []
