"""Everything that happens as JSON over MQTT, at QoS 1: the cursor moves when the broker has taken it.

    tierview/v1/PARTY/out/location/TIER/PLACE       an asset arrived, moved, left, was loaded or unloaded
    tierview/v1/PARTY/out/position/TIER             a position of an asset
    tierview/v1/PARTY/out/sensor/TIER/NAME          a sensor's value
    tierview/v1/PARTY/out/device/DEVICE             a device's health changed
    tierview/v1/PARTY/out/alert/RULE                a version of an alert
    tierview/v1/PARTY/out/delivery/TO               an attempt to tell somebody of an alert (the operator's alone)

PARTY is the party whose view it is, or the operator; the broker's ACL gives each party what is below its own name.
Bodies are the API's own shapes; nothing is retained. The entry's number is in `seq`: what comes twice, after a
kill, has the same one. Names stand percent-encoded where a topic could not hold them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from gateway.config.model import Mqtt
from gateway.deliver.mqtt import MqttOut
from gateway.influx.lines import Item
from gateway.model import Alert, Delivery, DeviceEvent, LocationEvent, PositionEvent
from gateway.outputs.feed import Rows
from gateway.outputs.lane import Away
from gateway.web.assets.render_events import event_shape
from gateway.web.render import alert_shape

PUBACK_S = 30.0
ROOT = "tierview/v1"
_encode = msgspec.json.Encoder().encode


class MqttTarget:
    """One log to the broker."""

    def __init__(self, settings: Mqtt, password: str | None, *, party: str) -> None:
        """`party`: whose topics these are. The settings' client id must be this log's own."""
        self._settings = settings
        self._password = password
        self._party = party
        self._out: MqttOut | None = None

    async def open(self) -> None:
        self._out = MqttOut(self._settings, self._password)

    async def put(self, rows: Rows) -> Mapping[str, int]:
        """Publish all in order, and wait for every PUBACK. Raises Away."""
        messages = [(topic(self._party, item), body(number, item)) for number, item in rows if item is not None]
        try:
            async with asyncio.timeout(PUBACK_S), asyncio.TaskGroup() as group:
                for where, said in messages:
                    group.create_task(self._publish(where, said))
        except* (ConnectionError, TimeoutError) as errors:
            raise Away("broker_away", str(errors.exceptions[0]) or "no PUBACK") from None
        return {}

    async def close(self) -> None:
        if self._out is not None:
            await self._out.close()

    async def _publish(self, where: str, said: bytes) -> None:
        assert self._out is not None, "opened before anything is put"
        await self._out.publish(where, said, retain=False)


def topic(party: str, item: Item) -> str:
    """Where an entry is published."""
    levels = "/".join(quote(level, safe="-_.:@=,()>") or "-" for level in _levels(item))
    return f"{ROOT}/{quote(party, safe=':')}/out/{levels}"


def _levels(item: Item) -> tuple[str, ...]:
    match item:
        case LocationEvent():
            return "location", item.tier.value, item.place
        case PositionEvent():
            return "position", item.tier.value
        case DeviceEvent():
            return "device", item.device
        case Alert():
            return "alert", item.rule
        case Delivery():
            return "delivery", item.party
    return "sensor", item.tier.value, item.name


def body(number: int, item: Item) -> bytes:
    """What is published of an entry: the API's shape of it, with its number."""
    if isinstance(item, Alert):
        return _encode({"type": "alert", "seq": number, **_plain(alert_shape(item, item.acks, ()))})
    if isinstance(item, Delivery):
        return _encode({"type": "delivery", "seq": number, **_plain(item)})
    return _encode(event_shape(number, item))


def _plain(shape: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(shape)
    return found
