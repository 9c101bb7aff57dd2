"""Minew Bluetooth gateways (G1), in their JSON format over MQTT: what the sensors around them advertise.

Verified with a captured message of a G1 and with captured advertisements; see `ble_sensors` for the formats.

    driver: minew_gateway
    connect: mqtt:/gw/+/status

One message is an array: the gateway itself, sensors that it decodes (S1), and advertisements in hex that it does not
know. An asset is `mac:` and the address in capitals without colons. The rest (iBeacons, telephones) is counted by
kind in a notice an hour. That a beacon was heard tells no place by itself, so it gives no event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from device_drivers.ble_advertisement import parse_advertisement
from device_drivers.ble_sensors import sensor_values
from device_drivers.bounded_json import BadJson, read_json
from device_drivers.decoded_values import measured
from device_drivers.json_mqtt_values import Unfit, from_hex, iso_us, shown
from device_drivers.tally import Tally
from gateway.model import Micros, Output, Rejected

NAME = "minew_gateway"
TRANSPORT: Literal["stream", "message"] = "message"

MOST_ITEMS = 10_000  # of one message
MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}")
DECODED = {"temperature": "CEL", "humidity": "P1", "battery": "P1"}  # by the gateway, of sensors that it knows
ITSELF = {"gatewayFree": ("memory_free", "P1"), "gatewayLoad": ("load", "")}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one gateway."""

    device_time: bool = True  # False: stamp values on receipt, for a gateway whose clock nobody sets
    radio: bool = False  # True: also rssi of each sensor, and load and memory_free of the gateway


class Decoder:
    """Messages of one gateway."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._passed_over = Tally("advertisements_passed_over", "heard, and no sensor known here")

    def start(self, now_us: Micros) -> list[Output]:
        """The gateway publishes by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give the values of its items, and a rejection for each item that is none."""
        try:
            items = read_json(data)
        except BadJson as error:
            return [Rejected(data=data, reason="json", text=str(error))]
        if not isinstance(items, list) or len(items) > MOST_ITEMS:
            text = f"expected an array of at most {MOST_ITEMS} items, came {shown(items)}"
            return [Rejected(data=data, reason="field", text=text)]
        out: list[Output] = []
        for item in items:
            try:
                out += self._item(item, now_us)
            except Unfit as error:
                out.append(Rejected(data=msgspec.json.encode(item), reason="field", text=str(error)))
        return out

    def tick(self, now_us: Micros) -> list[Output]:
        """Tell once an hour what was passed over."""
        return self._passed_over.tell(now_us)

    def _item(self, item: Any, now_us: Micros) -> list[Output]:
        if not isinstance(item, dict):
            raise Unfit(f"expected an object with type and mac, came {shown(item)}")
        asset = _asset(item.get("mac"))
        seen_us = iso_us(item["timestamp"]) if self._settings.device_time and "timestamp" in item else None
        if item.get("type") == "Gateway":
            return self._itself(item, asset, seen_us)
        out: list[Output] = [
            measured(name, item[name], unit, asset, seen_us)
            for name, unit in DECODED.items()
            if item.get(name) is not None
        ]
        out = out or self._advertised(item, asset, seen_us, now_us)
        if out and self._settings.radio and item.get("rssi") is not None:
            out.append(measured("rssi", item["rssi"], "DBM", asset, seen_us))
        return out

    def _itself(self, item: dict[str, Any], asset: str, seen_us: Micros | None) -> list[Output]:
        if not self._settings.radio:
            return []
        return [
            measured(name, item[key], unit, asset, seen_us)
            for key, (name, unit) in ITSELF.items()
            if item.get(key) is not None
        ]

    def _advertised(self, item: dict[str, Any], asset: str, seen_us: Micros | None, now_us: Micros) -> list[Output]:
        raw = item.get("rawData")
        if not raw:
            self._passed_over.add(str(item.get("type", ""))[:40] or "without type", now_us)
            return []
        try:
            advertisement = parse_advertisement(from_hex(raw), str(item.get("bleName") or ""))
        except ValueError as error:
            raise Unfit(f"rawData: {error}") from None
        values = sensor_values(advertisement)
        if values is None:
            self._passed_over.add(advertisement.kind, now_us)
            return []
        return [measured(one.name, one.value, one.unit, asset, seen_us) for one in values]


def _asset(mac: Any) -> str:
    if not isinstance(mac, str) or MAC.fullmatch(mac) is None:
        raise Unfit(f"expected a mac of 12 hex digits, came {shown(mac)}")
    return "mac:" + mac.replace(":", "").replace("-", "").upper()
