"""A Sparkplug B edge node of our own, without a connection: entries become payloads (specification 3.0, chapter 6).

One node; a device for each place (`place:CODE`) and for each device (`device:NAME`):

    place:CODE    Event/Kind, Asset, AssetKind, Tier, Parent, Shipment, Id      what happened there, one event a DDATA
    device:NAME   Position/Latitude, Longitude, Speed, Asset                    where its tracker is
                  Sensor/NAME, Sensor/NAME/flag, Sensor/NAME/text               a value; flags and texts have their own
                  Sensor/Asset, Health/Name, Text, Fault
    the node      Alert/Id, Rule, Subject, State, Severity, Text, Reason        a version of an alert, one an NDATA

Every payload has the time of what it tells; what was recorded more than a minute ago is marked historical. A metric's
type stands in the birth, and in each message too, so that who missed the birth can read it. A device is born
when something is told of it first, and again when it gains a metric. Births say the last values, or null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from device_drivers.sparkplug_b_pb2 import Metric, Payload
from device_drivers.sparkplug_b_topics import NAMESPACE
from device_drivers.sparkplug_b_values import DataType
from gateway.clock import SECOND_US
from gateway.influx.lines import Item
from gateway.model import Alert, Delivery, DeviceEvent, Event, LocationEvent, Micros, PositionEvent, SensorEvent

Message: TypeAlias = tuple[str, bytes]
Value: TypeAlias = str | float | bool | None
Told: TypeAlias = dict[str, tuple[DataType, Value]]  # by a metric's name

SEQUENCE = 256
BD_SEQ, REBIRTH = "bdSeq", "Node Control/Rebirth"
HISTORICAL_US = 60 * SECOND_US
MOST_METRICS = 10_000  # of all devices; what would be one more is not told
NODE = ""  # in place of a device's id


class EdgeNode:
    """What the node has said; see the module."""

    def __init__(self, *, group: str, node: str) -> None:
        self.bd_seq = 0
        self.untold = 0  # values beyond MOST_METRICS
        self._group = group
        self._node = node
        self._seq = 0
        self._known: dict[str, Told] = {NODE: _told(Alert, _ALERT, None)}
        self._metrics = len(_ALERT)  # of all of them

    @property
    def command_topic(self) -> str:
        """Where hosts speak to us."""
        return self._topic("NCMD", NODE)

    def will(self) -> Message:
        """NDEATH: what the broker says when the connection is lost."""
        return self._topic("NDEATH", NODE), Payload(metrics=[self._bd_seq()]).SerializeToString()

    def births(self, now_us: Micros) -> list[Message]:
        """NBIRTH, and DBIRTH of each device of which something was told."""
        self._seq = 0
        own = [self._bd_seq(), Metric(name=REBIRTH, datatype=DataType.BOOLEAN, boolean_value=False)]
        own += _metrics(self._known[NODE])
        devices = [device for device in self._known if device != NODE]
        return [self._message("NBIRTH", NODE, own, now_us), *(self._born(device, now_us) for device in devices)]

    def tell(self, item: Item, now_us: Micros) -> list[Message]:
        """The messages of one entry: births where something is new, and its data."""
        if isinstance(item, Delivery):
            return []
        device, told = _device(item), _values(item)
        new = told.keys() - self._known.get(device, {}).keys()
        if self._metrics + len(new) > MOST_METRICS:
            self.untold += 1
            return []
        self._metrics += len(new)
        self._known.setdefault(device, {}).update(told)
        at_us = item.raised_us if isinstance(item, Alert) else item.at_us
        historical = now_us - item.recorded_us > HISTORICAL_US
        kind = "DDATA" if device else "NDATA"
        born = [self._born(device, now_us)] if new else []
        return [*born, self._message(kind, device, _metrics(told, historical=historical, at_us=at_us), now_us)]

    def is_rebirth(self, payload: bytes) -> bool:
        """Whether a command asks for births. Raises DecodeError."""
        return any(one.name == REBIRTH and one.boolean_value for one in Payload.FromString(payload).metrics)

    def _born(self, device: str, now_us: Micros) -> Message:
        return self._message("DBIRTH", device, _metrics(self._known[device]), now_us)

    def _bd_seq(self) -> Metric:
        return Metric(name=BD_SEQ, datatype=DataType.UINT64, long_value=self.bd_seq)

    def _message(self, kind: str, device: str, metrics: list[Metric], now_us: Micros) -> Message:
        payload = Payload(timestamp=now_us // 1000, metrics=metrics, seq=self._seq)
        self._seq = (self._seq + 1) % SEQUENCE
        return self._topic(kind, device), payload.SerializeToString()

    def _topic(self, kind: str, device: str) -> str:
        return "/".join(part for part in (NAMESPACE, self._group, kind, self._node, device) if part)


_LOCATION = {"Kind": "kind", "Asset": "asset", "AssetKind": "asset_kind", "Tier": "tier"} | {
    "Parent": "parent",
    "Shipment": "shipment",
    "Id": "event_id",
}
_ALERT = {"Id": "alert_id", "Rule": "rule", "Subject": "subject", "State": "state"} | {
    "Severity": "severity",
    "Reason": "reason",
    "Text": "text",
}
_HEALTH = {"Name": "name", "Text": "text"}
_PREFIX: Mapping[type, str] = {LocationEvent: "Event", Alert: "Alert", DeviceEvent: "Health"}


def _told(kind: type, fields: Mapping[str, str], item: Item | None) -> Told:
    """Texts of an entry by their metrics' names; null where there is no entry."""
    return {
        f"{_PREFIX[kind]}/{name}": (DataType.STRING, None if item is None else str(getattr(item, field)))
        for name, field in fields.items()
    }


def _device(item: Alert | Event) -> str:
    if isinstance(item, Alert):
        return NODE
    if isinstance(item, LocationEvent):
        name = f"place:{item.place or 'transit'}"
    else:
        name = f"device:{item.device or 'hidden'}"  # of another party
    return "".join("_" if sign in "+/#" or ord(sign) < 32 else sign for sign in name)


def _values(item: Alert | Event) -> Told:
    match item:
        case LocationEvent():
            return _told(LocationEvent, _LOCATION, item)
        case Alert():
            return _told(Alert, _ALERT, item)
        case DeviceEvent():
            return _told(DeviceEvent, _HEALTH, item) | {"Health/Fault": (DataType.BOOLEAN, item.fault)}
        case PositionEvent():
            return {
                "Position/Latitude": (DataType.DOUBLE, item.lat),
                "Position/Longitude": (DataType.DOUBLE, item.lon),
                "Position/Speed": (DataType.DOUBLE, item.speed_mps),
                "Position/Asset": (DataType.STRING, item.asset),
            }
        case SensorEvent():
            return {_sensor(item): (_type(item.value), item.value), "Sensor/Asset": (DataType.STRING, item.asset)}


def _sensor(item: SensorEvent) -> str:
    """A metric keeps one type for ever, so each type has a name of its own."""
    endings = {DataType.DOUBLE: "", DataType.BOOLEAN: "/flag", DataType.STRING: "/text"}
    return f"Sensor/{item.name}{endings[_type(item.value)]}"


def _type(value: float | bool | str) -> DataType:
    if isinstance(value, bool):
        return DataType.BOOLEAN
    return DataType.STRING if isinstance(value, str) else DataType.DOUBLE


def _metrics(told: Told, *, historical: bool = False, at_us: Micros | None = None) -> list[Metric]:
    return [_metric(name, kind, value, historical, at_us) for name, (kind, value) in told.items()]


def _metric(name: str, kind: DataType, value: Value, historical: bool, at_us: Micros | None) -> Metric:
    metric = Metric(name=name, datatype=kind)
    if at_us is not None:
        metric.timestamp = at_us // 1000
    if historical:
        metric.is_historical = True
    if value is None:
        metric.is_null = True
    elif kind is DataType.STRING:
        metric.string_value = str(value)
    elif kind is DataType.BOOLEAN:
        metric.boolean_value = bool(value)
    else:
        metric.double_value = float(value)
    return metric
