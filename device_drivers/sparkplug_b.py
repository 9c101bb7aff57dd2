"""Sparkplug B edge nodes and their devices, as a host application sees them.

Document: Eclipse Sparkplug 3.0. Verified with payloads that the benthos-umh project encoded (Go protobuf), and with
the topics, times and sequence numbers of a production capture; DBIRTH, DDEATH, historical values and STATE only by
the document.

    driver: sparkplug_b
    connect: mqtt:spBv1.0/Dock/#
    settings:
      metrics: {"Doors/7/Open": door_open, "Cold Room/Temp": temperature}
      units: {temperature: CEL}

Theory of operation. Births name the metrics of a node and of its devices and give them aliases; later messages may
say the alias alone. So a message by alias before its birth cannot be read: it is rejected, and the node is asked to
give its births again (NCMD `Node Control/Rebirth`), as it is after a gap in its sequence, at most once in
`rebirth_every_s`. In the field sequence numbers come twice with different values: such messages are read, and
counted in a notice an hour. Values keep the time that their metric says, which matters for historical ones.

A node is an asset `sparkplug:GROUP/NODE`, its device `sparkplug:GROUP/NODE/DEVICE`. Data sets, templates, bytes,
files, arrays and null values give no measurement and are counted with their reason. Compressed payloads are rejected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from google.protobuf.message import DecodeError

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.sparkplug_b_node import Node, TooManyMetrics
from device_drivers.sparkplug_b_pb2 import Metric, Payload
from device_drivers.sparkplug_b_topics import COMMANDS, BadTopic, NodeId, Topic, host_of, parse_topic
from device_drivers.sparkplug_b_values import LATEST_MS, DataType, Skipped, value_of
from device_drivers.tally import Tally
from gateway.model import Measurement, Micros, Notice, Output, Rejected, Send

NAME = "sparkplug_b"
TRANSPORT: Literal["stream", "message"] = "message"

MOST_BYTES = 1 << 20  # of one message
MOST_NODES = 1_000
MOST_NAME = 256  # characters of a metric's name
COMPRESSED = "SPBV1.0_COMPRESSED"
REBIRTH = "Node Control/Rebirth"
BD_SEQ = "bdSeq"
CONTROLS = ("Node Control/", "Device Control/")  # what a node can be told, not what it measures


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for the nodes of one subscription."""

    metrics: dict[str, str] = field(default_factory=dict)  # metric -> our name for it; others keep their own
    only_mapped: bool = False  # True: metrics that do not stand under `metrics` are passed over
    units: dict[str, str] = field(default_factory=dict)  # our name -> UN/ECE Rec 20 code
    rebirth_every_s: float = 60.0  # ask a node for its births at most this often; 0: never, as a silent listener

    def __post_init__(self) -> None:
        if self.rebirth_every_s < 0:
            raise ValueError(f"rebirth_every_s: expected 0 or more, came {self.rebirth_every_s}")


class Unreadable(Exception):
    """A payload that cannot be read; `reason` is the rejection's."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class Decoder:
    """All nodes that one subscription hears."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._nodes: dict[NodeId, Node] = {}
        self._tally = Tally("sparkplug_counts", "counted since the last notice")

    def start(self, now_us: Micros) -> list[Output]:
        """Nodes give their births when they connect, or when their data is heard without them: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its values, and a rebirth request where one is due."""
        host = host_of(topic)
        if host is not None:
            return [_host_state(host, data)]
        try:
            spoken = parse_topic(topic)
            if spoken.kind in COMMANDS:
                return []
            return self._message(spoken, _payload(data), data, now_us)
        except BadTopic as error:
            return [Rejected(data=data, reason="topic", text=str(error))]
        except Unreadable as error:
            return [Rejected(data=data, reason=error.reason, text=str(error))]

    def tick(self, now_us: Micros) -> list[Output]:
        """Tell once an hour what was counted."""
        return self._tally.tell(now_us)

    def _message(self, topic: Topic, payload: Payload, data: bytes, now_us: Micros) -> list[Output]:
        node = self._node(topic.node)
        if topic.kind == "NDEATH":
            return self._node_death(topic, node, payload, now_us)
        if topic.kind == "NBIRTH":
            return self._node_birth(topic, node, payload, now_us)
        why = self._in_sequence(topic, node, payload, now_us)
        if topic.kind == "DDEATH":
            node.forget(topic.device)
            outputs: list[Output] = [Notice(name="device_offline", text=topic.asset, fault=True)]
        elif topic.kind == "DBIRTH":
            _define(node, topic.device, payload)
            outputs = [Notice(name="device_online", text=topic.asset), *self._values(topic, node, payload, now_us)]
        else:
            outputs = self._values(topic, node, payload, now_us)
            unknown = sum(node.definition(topic.device, metric) is None for metric in payload.metrics)
            if unknown:
                text = f"expected a birth of {topic.asset} first, came {unknown} metrics that it must tell of"
                outputs.append(Rejected(data=data, reason="no_birth", text=text))
                why = why or text
        return outputs + (self._ask_for_births(topic.node, node, why, now_us) if why else [])

    def _node(self, name: NodeId) -> Node:
        node = self._nodes.get(name)
        if node is None:
            if len(self._nodes) >= MOST_NODES:
                raise Unreadable("too_many_nodes", f"expected at most {MOST_NODES} nodes, came one more: {name.asset}")
            node = self._nodes[name] = Node()
        return node

    def _node_birth(self, topic: Topic, node: Node, payload: Payload, now_us: Micros) -> list[Output]:
        was_born = node.born
        node.begin(_bd_seq(payload), payload.seq if payload.HasField("seq") else None)
        _define(node, "", payload)
        values = self._values(topic, node, payload, now_us)
        return values if was_born else [Notice(name="node_online", text=topic.asset), *values]

    def _node_death(self, topic: Topic, node: Node, payload: Payload, now_us: Micros) -> list[Output]:
        bd_seq = _bd_seq(payload)
        if node.born and None not in (bd_seq, node.bd_seq) and bd_seq != node.bd_seq:
            self._tally.add(f"{topic.asset} death of an older session", now_us)
            return []
        if node.dead:
            return []
        node.end()
        return [Notice(name="node_offline", text=topic.asset, fault=True)]

    def _in_sequence(self, topic: Topic, node: Node, payload: Payload, now_us: Micros) -> str:
        """Count what is out of sequence; return why births should be asked for, if they should."""
        step = node.step(payload.seq if payload.HasField("seq") else None)
        if step not in ("expected", "first"):
            self._tally.add(f"{topic.node.asset} {step}", now_us)
        if not node.born:
            return f"{topic.node.asset} was heard without its birth"
        return f"a gap in the sequence of {topic.node.asset}, at {payload.seq}" if step == "gap" else ""

    def _ask_for_births(self, name: NodeId, node: Node, why: str, now_us: Micros) -> list[Output]:
        every_us = round(self._settings.rebirth_every_s * 1e6)
        if every_us == 0 or now_us < node.rebirth_us:
            return []
        node.rebirth_us = now_us + every_us
        return [
            Notice(name="rebirth_requested", text=why),
            Send(data=rebirth_request(now_us), topic=name.command_topic),
        ]

    def _values(self, topic: Topic, node: Node, payload: Payload, now_us: Micros) -> list[Output]:
        outputs: list[Output] = []
        for metric in payload.metrics:
            try:
                measured = self._measurement(topic, node, metric, payload.timestamp)
            except Skipped as skipped:
                self._tally.add(f"{topic.asset} {skipped.reason}", now_us)
                continue
            if measured is not None:
                outputs.append(measured)
        return outputs

    def _measurement(self, topic: Topic, node: Node, metric: Metric, sent_ms: int) -> Measurement | None:
        """A metric's value; None where it is not ours to tell. Raises Skipped."""
        definition = node.definition(topic.device, metric)
        if definition is None or definition.name == BD_SEQ or definition.name.startswith(CONTROLS):
            return None
        mapped = self._settings.metrics.get(definition.name)
        if mapped is None and self._settings.only_mapped:
            return None
        name = mapped or definition.name
        if len(name) > MOST_NAME:
            raise Skipped("name too long")
        return Measurement(
            name=name,
            value=value_of(metric, metric.datatype or definition.datatype),
            unit=self._settings.units.get(name, ""),
            seen_us=_micros(metric.timestamp) or _micros(sent_ms),
            asset=Topic(kind=topic.kind, node=topic.node, device=definition.device or topic.device).asset,
        )


def rebirth_request(now_us: Micros) -> bytes:
    """The payload of an NCMD that asks a node to give its births again."""
    now_ms = now_us // 1000
    metric = Metric(name=REBIRTH, timestamp=now_ms, datatype=DataType.BOOLEAN, boolean_value=True)
    return Payload(timestamp=now_ms, metrics=[metric]).SerializeToString()


def _payload(data: bytes) -> Payload:
    if len(data) > MOST_BYTES:
        raise Unreadable("length", f"expected at most {MOST_BYTES} bytes, came {len(data)}")
    try:
        payload = Payload.FromString(data)
    except DecodeError as error:
        raise Unreadable("protobuf", f"expected a Sparkplug B payload, came {len(data)} bytes: {error}") from None
    if payload.uuid == COMPRESSED:
        raise Unreadable("compressed", "expected a plain payload, came a compressed one: switch that off in the node")
    if not payload.metrics and not payload.HasField("timestamp"):
        raise Unreadable("empty", f"expected a time or metrics, came {len(data)} bytes without either")
    return payload


def _define(node: Node, device: str, payload: Payload) -> None:
    try:
        node.define(device, payload.metrics)
    except TooManyMetrics:
        text = f"expected a node with fewer metrics, came {len(payload.metrics)} more than can be kept"
        raise Unreadable("too_many_metrics", text) from None


def _bd_seq(payload: Payload) -> int | None:
    for metric in payload.metrics:
        if metric.name == BD_SEQ:
            return metric.long_value or metric.int_value
    return None


def _micros(at_ms: int) -> Micros | None:
    return at_ms * 1000 if 0 < at_ms < LATEST_MS else None


def _host_state(host: str, data: bytes) -> Output:
    """A host application's state: JSON since 3.0, a word before."""
    word = data.strip().decode("utf-8", "replace")
    online: object = {"ONLINE": True, "OFFLINE": False}.get(word)
    if online is None:
        try:
            state = read_json(data)
        except BadJson as error:
            return Rejected(data=data, reason="state", text=f"expected ONLINE, OFFLINE or {{online: ...}}; {error}")
        online = state.get("online") if isinstance(state, dict) else None
    if not isinstance(online, bool):
        return Rejected(
            data=data, reason="state", text=f"expected ONLINE, OFFLINE or {{online: ...}}, came {word[:60]!r}"
        )
    return Notice(name="host_online" if online else "host_offline", text=host[:200])
