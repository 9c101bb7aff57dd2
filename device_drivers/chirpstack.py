"""LoRaWAN devices of a ChirpStack v4 network server, by its MQTT integration in JSON.

Document: chirpstack.io, "Integrations: events". Verified with the events that it prints (up, join, location, txack);
not with a server.

    driver: chirpstack
    connect: mqtt:application/+/device/+/event/+
    settings:
      names: {"door.status": door_open}
      units: {battery: VLT}

An uplink's values are what the codec of the device profile made of it (`object`); a device without codec is told once
in a notice. An asset is `deveui:` and the DevEUI in capitals. JSON made from protobuf leaves out what is zero, false
or empty: a missing fCnt is 0. Join and log events become notices, also failures of the codec; txack, ack and
integration events tell of what others sent and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.decoded_values import (
    Naming,
    measured,
    needed_object,
    position,
    read_values,
    said_number,
    section,
)
from device_drivers.json_mqtt_values import Unfit, iso_us
from device_drivers.lorawan import asset_of, radio
from gateway.model import Micros, Notice, Output, Rejected

NAME = "chirpstack"
TRANSPORT: Literal["stream", "message"] = "message"

MOST_DEVICES = 10_000  # remembered as told of
PASSED_OVER = frozenset({"txack", "ack", "integration"})
CODE = re.compile(r"[A-Za-z0-9_]{1,40}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the values of one subscription's devices are called."""

    names: dict[str, str] = field(default_factory=dict)  # path in `object` -> our name; empty: passed over
    units: dict[str, str] = field(default_factory=dict)  # our name -> UN/ECE Rec 20 code
    radio: bool = False  # True: also frame_count, rssi, snr and link_margin


class Decoder:
    """Events of all devices that one subscription hears."""

    def __init__(self, settings: Settings) -> None:
        self._radio = settings.radio
        self._naming = Naming(settings.names, settings.units)
        self._without_codec: set[str] = set()
        self._events: dict[str, Callable[[dict[str, Any], str, Micros | None], list[Output]]] = {
            "up": self._up,
            "join": _join,
            "status": self._status,
            "log": _log,
            "location": _location,
        }

    def start(self, now_us: Micros) -> list[Output]:
        """The server publishes by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one event; give its values or its notice."""
        kind = topic.rpartition("/")[2]
        if kind in PASSED_OVER:
            return []
        event = self._events.get(kind)
        if event is None:
            known = ", ".join(self._events)
            text = f"expected a topic that ends in one of {known}, came {topic[:200]!r}"
            return [Rejected(data=data, reason="topic", text=text)]
        try:
            message = needed_object(read_json(data))
            asset = asset_of(section(message, "deviceInfo").get("devEui"))
            seen_us = iso_us(message["time"]) if "time" in message else None
            return event(message, asset, seen_us)
        except BadJson as error:
            text = f"{error}: is `json` true in the integration's settings?"
            return [Rejected(data=data, reason="json", text=text)]
        except Unfit as error:
            return [Rejected(data=data, reason="field", text=str(error))]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _up(self, message: dict[str, Any], asset: str, seen_us: Micros | None) -> list[Output]:
        out = read_values(message["object"], self._naming, asset, seen_us) if message.get("object") else []
        if not out and message.get("data"):
            out = self._no_codec(asset)
        if self._radio:
            out += radio(_items(message.get("rxInfo")), said_number(message, "fCnt"), asset, seen_us)
        return out

    def _no_codec(self, asset: str) -> list[Output]:
        if asset in self._without_codec or len(self._without_codec) >= MOST_DEVICES:
            return []
        self._without_codec.add(asset)
        return [Notice(name="no_codec", text=f"{asset} sends bytes alone: its device profile has no codec", fault=True)]

    def _status(self, message: dict[str, Any], asset: str, seen_us: Micros | None) -> list[Output]:
        external = message.get("externalPowerSource") is True
        out: list[Output] = [measured("external_power", external, "", asset, seen_us)]
        if not external and message.get("batteryLevelUnavailable") is not True:
            out.append(measured("battery", said_number(message, "batteryLevel"), "P1", asset, seen_us))
        if self._radio:
            out.append(measured("link_margin", said_number(message, "margin"), "2N", asset, seen_us))
        return out


def _join(message: dict[str, Any], asset: str, seen_us: Micros | None) -> list[Output]:
    return [Notice(name="joined", text=asset, seen_us=seen_us)]


def _log(message: dict[str, Any], asset: str, seen_us: Micros | None) -> list[Output]:
    code, said = str(message.get("code", "")), str(message.get("description", ""))
    name = code.lower() if CODE.fullmatch(code) else "log"
    fault = message.get("level") == "ERROR"
    return [Notice(name=name, text=f"{asset}: {said[:500]}", fault=fault, seen_us=seen_us)]


def _location(message: dict[str, Any], asset: str, seen_us: Micros | None) -> list[Output]:
    return [position(section(message, "location"), asset, seen_us)]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
