"""A Sparkplug B edge node with one device: what it says when it is born, measures, is told something, and dies.

Without a connection of its own: messages go out as (topic, payload), what it hears comes in by `hear`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from device_drivers.sparkplug_b_pb2 import Metric, Payload
from device_drivers.sparkplug_b_topics import NAMESPACE
from device_drivers.sparkplug_b_values import DataType
from gateway.model import Micros

Message: TypeAlias = tuple[str, bytes]

BD_SEQ, REBIRTH = "bdSeq", "Node Control/Rebirth"
REBIRTH_ALIAS, FIRST_ALIAS = 1, 100


class SparkplugNode:
    """One node; its device's metrics are numbers, sent by alias as its births define them."""

    def __init__(self, *, group: str, node: str, device: str, metrics: Mapping[str, float], bd_seq: int = 0) -> None:
        self.command_topic = f"{NAMESPACE}/{group}/NCMD/{node}"
        self.rebirths = 0  # asked for by a host
        self._group = group
        self._node = node
        self._device = device
        self._values = dict(metrics)
        self._aliases = {name: alias for alias, name in enumerate(metrics, FIRST_ALIAS)}
        self._bd_seq = bd_seq
        self._seq = 0

    @property
    def will(self) -> Message:
        """NDEATH: what the broker says for the node when its connection is lost."""
        metric = Metric(name=BD_SEQ, datatype=DataType.UINT64, long_value=self._bd_seq)
        return self._topic("NDEATH"), Payload(metrics=[metric]).SerializeToString()

    def births(self, at_us: Micros) -> list[Message]:
        """NBIRTH and DBIRTH, with the present values."""
        self._seq = 0
        own = [
            Metric(name=BD_SEQ, datatype=DataType.UINT64, long_value=self._bd_seq),
            Metric(name=REBIRTH, alias=REBIRTH_ALIAS, datatype=DataType.BOOLEAN, boolean_value=False),
        ]
        measured = [
            Metric(name=name, alias=alias, datatype=DataType.DOUBLE, double_value=self._values[name])
            for name, alias in self._aliases.items()
        ]
        return [self._message("NBIRTH", own, at_us), self._message("DBIRTH", measured, at_us, self._device)]

    def measure(self, values: Mapping[str, float], at_us: Micros) -> Message:
        """DDATA: the values that changed, by alias and without data type."""
        self._values.update(values)
        metrics = [Metric(alias=self._aliases[name], double_value=value) for name, value in values.items()]
        return self._message("DDATA", metrics, at_us, self._device)

    def hear(self, topic: str, payload: bytes, at_us: Micros) -> list[Message]:
        """Answer a command: births where they are asked for."""
        if topic != self.command_topic:
            return []
        asked = any(metric.name == REBIRTH and metric.boolean_value for metric in Payload.FromString(payload).metrics)
        self.rebirths += asked
        return self.births(at_us) if asked else []

    def _message(self, kind: str, metrics: list[Metric], at_us: Micros, device: str = "") -> Message:
        payload = Payload(timestamp=at_us // 1000, metrics=metrics, seq=self._seq)
        self._seq = (self._seq + 1) % 256
        return self._topic(kind, device), payload.SerializeToString()

    def _topic(self, kind: str, device: str = "") -> str:
        return "/".join(part for part in (NAMESPACE, self._group, kind, self._node, device) if part)
