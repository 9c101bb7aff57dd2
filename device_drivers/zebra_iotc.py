"""Zebra fixed readers FX7500, FX9600, ATR7000 and FXR90 through their IoT Connector: MQTT, or HTTP POST.

Document: Zebra IoT Connector, "Tag data events" and "Management events". A message is one event or an array of them:

    {"type": "INVENTORY" | "SIMPLE" | "CUSTOM" | ..., "timestamp": "2023-02-24T10:14:42.851+0000",
     "data": {"idHex": ..., "antenna": 1.., "peakRssi": dBm, "reads": n, "PC": hex, "eventNum": n, "format": "epc"}}

Every field but `idHex` can be switched off. With `format` fastID the TID's 96 bits stand behind the EPC in `idHex`.
Event numbers count up, so a gap is told as `reads_lost`; management events have their own numbers (`events_lost`).
Connect the topics of both to one device: management events are those with a `component`. Heartbeats say nothing new;
warnings, errors and all others become notices under the reader's own word, and what a GPI says a measurement.

Verified with captures: tag events of an FX9600 (array) and of another reader (single object), a heartbeat. By document
only: fastID, warnings and errors. Assumed: data events count in one row over all antennas; GPI events have `pin` and
`state` as Zebra's other schemas do (what comes in another form is a notice).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from device_drivers.zebra_wire import MOST_EPC_BYTES, BadField, EventNumbers, hex_bytes, micros
from gateway.model import Measurement, Micros, Notice, Output, Rejected, TagRead

NAME = "zebra_iotc"
TRANSPORT: Literal["stream", "message"] = "message"

MOST_BYTES = 1 << 20  # of one message; the reader sends some 250 bytes a tag
TID_BYTES = 12  # what fastID gives of it
SILENT = frozenset({"heartbeat"})
FAULTS = re.compile(r"error|exception|warning|alert|overflow", re.IGNORECASE)  # types that someone should look at
EVENT_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,39}")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one reader."""

    device_time: bool = True  # False: stamp reads on receipt, for a reader whose clock nobody sets


class Data(msgspec.Struct, frozen=True, gc=False):
    """The part of an event's `data` that is used."""

    id_hex: str = msgspec.field(default="", name="idHex")
    antenna: Annotated[int, Meta(ge=0, le=64)] = 0
    peak_rssi: Annotated[float, Meta(ge=-200, le=100)] | None = msgspec.field(default=None, name="peakRssi")
    reads: Annotated[int, Meta(ge=0, le=1 << 31)] = 1
    pc: str = msgspec.field(default="", name="PC")
    format: str = ""
    event_num: Annotated[int, Meta(ge=0)] | None = msgspec.field(default=None, name="eventNum")
    pin: Annotated[int, Meta(ge=0, le=64)] | None = None  # of a GPI
    state: str = ""


class Event(msgspec.Struct, frozen=True, gc=False):
    """The part of an event that is used; `data` of management events can be anything."""

    type: str = ""
    timestamp: str = ""
    component: str = ""
    event_num: Annotated[int, Meta(ge=0)] | None = msgspec.field(default=None, name="eventNum")  # of management events
    data: msgspec.Raw = msgspec.Raw()


ONE = msgspec.json.Decoder(Event)
MANY = msgspec.json.Decoder(list[msgspec.Raw])
DATA = msgspec.json.Decoder(Data)
UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)  # ValidationError is a DecodeError


class Decoder:
    """Messages of one reader to tag reads, notices and the states of its inputs."""

    def __init__(self, settings: Settings) -> None:
        self._device_time = settings.device_time
        self._reads = EventNumbers("reads_lost")
        self._events = EventNumbers("events_lost")

    def start(self, now_us: Micros) -> list[Output]:
        """The reader publishes by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its reads and notices in order."""
        if len(data) > MOST_BYTES:
            return [_rejected(data, "length", f"expected at most {MOST_BYTES} bytes, came {len(data)}")]
        if data.lstrip()[:1] != b"[":
            return self._one(data)
        try:
            events = MANY.decode(data)
        except UNREADABLE as error:
            return [_rejected(data, "json", f"expected an array of events; {error}")]
        return [output for raw in events for output in self._one(bytes(raw))]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _one(self, data: bytes) -> list[Output]:
        try:
            event = ONE.decode(data)
            seen_us = micros(event.timestamp) if event.timestamp else None
            return self._read(event, seen_us if self._device_time else None)
        except UNREADABLE as error:
            return [_rejected(data, "json", f"expected an event; {error}")]
        except BadField as error:
            return [_rejected(data, "field", str(error))]

    def _read(self, event: Event, seen_us: Micros | None) -> list[Output]:
        if event.component:
            said = _management(event, seen_us)
            return [*self._events.hear(event.event_num, seen_us), *said]
        tag = DATA.decode(event.data)
        read = _tag_read(tag, seen_us)
        return [*self._reads.hear(tag.event_num, seen_us), read]


def _tag_read(tag: Data, seen_us: Micros | None) -> TagRead:
    fast = tag.format.lower() == "fastid"
    whole = hex_bytes("idHex", tag.id_hex, 1 + TID_BYTES * fast, MOST_EPC_BYTES + TID_BYTES * fast)
    epc, tid = (whole[:-TID_BYTES], whole[-TID_BYTES:]) if fast else (whole, b"")
    return TagRead(
        epc=epc,
        tid=tid,
        antenna=tag.antenna,
        rssi_dbm=tag.peak_rssi,
        pc=int.from_bytes(hex_bytes("PC", tag.pc, 2, 2), "big") if tag.pc else None,
        count=max(1, tag.reads),
        seen_us=seen_us,
    )


def _management(event: Event, seen_us: Micros | None) -> list[Output]:
    if event.type in SILENT:
        return []
    if EVENT_TYPE.fullmatch(event.type) is None:
        raise BadField(f"expected a word as the type of a management event, came {event.type[:40]!r}")
    word = HUMP.sub("_", event.type).lower().replace(" ", "_").replace("-", "_")
    if word in ("gpi", "gpio"):
        level = _gpi(event.data, seen_us)
        if level is not None:
            return [level]
    said = _said(event.data)
    text = f"the reader says {word.replace('_', ' ')}" + (f": {said}" if said else "")
    return [Notice(name=word, text=text, fault=FAULTS.search(word) is not None, seen_us=seen_us)]


def _gpi(data: msgspec.Raw, seen_us: Micros | None) -> Measurement | None:
    """The level of an input, where the event says it as the document does."""
    try:
        gpi = DATA.decode(data)
    except UNREADABLE:
        return None
    if gpi.pin is None or gpi.state.upper() not in ("HIGH", "LOW"):
        return None
    return Measurement(name=f"gpi_{gpi.pin}", value=gpi.state.upper() == "HIGH", seen_us=seen_us)


def _said(data: msgspec.Raw) -> str:
    """What a management event tells, short enough for a line."""
    try:
        value: Any = msgspec.json.decode(data) if data else None
    except UNREADABLE:
        return ""
    if not isinstance(value, dict):
        return ""
    parts = [f"{key} {part}" for key, part in value.items() if isinstance(part, str | int | float)]
    return ", ".join(parts)[:200]


def _rejected(data: bytes, reason: str, text: str) -> Rejected:
    return Rejected(data=data, reason=reason, text=text)
