"""LoRaWAN devices of The Things Stack v3 (The Things Network, cloud, open source), by its MQTT server.

Document: thethingsindustries.com/docs, "MQTT server" and "Data formats". Verified with the messages that they print
(uplink, join, downlinks); not with a server.

    driver: the_things_stack
    connect: mqtt:v3/+/devices/+/#
    settings:
      names: {"luminosity": illuminance}

An uplink's values are what a payload formatter made of it (`decoded_payload`); a device without one is told once in a
notice. What a message is stands in it, not in its topic. An asset is `deveui:` and the DevEUI in capitals, or
`tts:APPLICATION/DEVICE` for a message without DevEUI. Zeros, false and empty texts are left out of the JSON. The
location that somebody entered in the registry comes with every uplink and is no position of the device: it is taken
only where the settings say so. Messages about downlinks tell of what others sent and are passed over, as are simulated
uplinks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.decoded_values import (
    Naming,
    measured,
    needed_object,
    needed_text,
    position,
    read_values,
    said_number,
    section,
)
from device_drivers.json_mqtt_values import Unfit, iso_us
from device_drivers.lorawan import asset_of, radio
from gateway.model import Micros, Notice, Output, Rejected

NAME = "the_things_stack"
TRANSPORT: Literal["stream", "message"] = "message"

MOST_DEVICES = 10_000  # remembered as told of
REGISTRY = "SOURCE_REGISTRY"
PASSED_OVER = (
    "downlinks",
    "downlink_queued",
    "downlink_sent",
    "downlink_ack",
    "downlink_nack",
    "downlink_queue_invalidated",
    "service_data",
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the values of one subscription's devices are called."""

    names: dict[str, str] = field(default_factory=dict)  # path in `decoded_payload` -> our name; empty: passed over
    units: dict[str, str] = field(default_factory=dict)  # our name -> UN/ECE Rec 20 code
    radio: bool = False  # True: also frame_count, rssi and snr
    registry_location: bool = False  # True: take the location entered by hand for the device's position


class Decoder:
    """Messages of all devices that one subscription hears."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._naming = Naming(settings.names, settings.units)
        self._without_formatter: set[str] = set()

    def start(self, now_us: Micros) -> list[Output]:
        """The server publishes by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its values or its notice."""
        try:
            message = needed_object(read_json(data))
            return self._message(message, _asset(section(message, "end_device_ids")))
        except BadJson as error:
            return [Rejected(data=data, reason="json", text=str(error))]
        except Unfit as error:
            return [Rejected(data=data, reason="field", text=str(error))]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _message(self, message: dict[str, Any], asset: str) -> list[Output]:
        received_us = _time(message, "received_at")
        if "uplink_message" in message:
            uplink = section(message, "uplink_message")
            return [] if message.get("simulated") is True else self._uplink(uplink, asset, received_us)
        if "join_accept" in message:
            return [Notice(name="joined", text=asset, seen_us=received_us)]
        if "location_solved" in message:
            return [position(section(message, "location_solved", "location"), asset, received_us)]
        if "downlink_failed" in message:
            return [Notice(name="downlink_failed", text=asset, fault=True, seen_us=received_us)]
        if any(kind in message for kind in PASSED_OVER):
            return []
        raise Unfit(f"expected uplink_message, join_accept or location_solved, came {', '.join(list(message)[:20])}")

    def _uplink(self, uplink: dict[str, Any], asset: str, received_us: Micros | None) -> list[Output]:
        seen_us = _time(uplink, "received_at") or received_us
        decoded = uplink.get("decoded_payload")
        out = read_values(decoded, self._naming, asset, seen_us) if decoded else []
        if not out and uplink.get("frm_payload"):
            out = self._no_formatter(asset)
        out += self._positions(section(uplink, "locations"), asset, seen_us)
        battery = section(uplink, "last_battery_percentage")
        if battery:
            out.append(measured("battery", said_number(battery, "value"), "P1", asset, _time(battery, "received_at")))
        if self._settings.radio:
            gateways = uplink.get("rx_metadata")
            heard = gateways if isinstance(gateways, list) else []
            out += radio(heard, said_number(uplink, "f_cnt"), asset, seen_us)
        return out

    def _positions(self, locations: dict[str, Any], asset: str, seen_us: Micros | None) -> list[Output]:
        places = [place for place in locations.values() if isinstance(place, dict)]
        if not self._settings.registry_location:
            places = [place for place in places if place.get("source") != REGISTRY]
        return [position(place, asset, seen_us) for place in places]

    def _no_formatter(self, asset: str) -> list[Output]:
        if asset in self._without_formatter or len(self._without_formatter) >= MOST_DEVICES:
            return []
        self._without_formatter.add(asset)
        return [Notice(name="no_codec", text=f"{asset} sends bytes alone: it has no payload formatter", fault=True)]


def _asset(ids: dict[str, Any]) -> str:
    if "dev_eui" in ids:
        return asset_of(ids["dev_eui"])
    application = section(ids, "application_ids").get("application_id", "")
    return f"tts:{str(application)[:100]}/{needed_text(ids, 'device_id')}"


def _time(part: dict[str, Any], key: str) -> Micros | None:
    return iso_us(part[key]) if key in part else None
