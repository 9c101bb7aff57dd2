"""Impinj R700 readers (and R500/R510 with the same firmware): their IoT device interface.

Over MQTT, as a webhook, or from the HTTP stream /api/v1/data/stream. Document: Impinj IoT Device Interface,
"ReaderEvent" and "TagInventoryEvent". One message is one event (MQTT, a line of the stream) or an array of events
(webhook); an empty one keeps a stream alive:

    {"timestamp": "2026-02-26T17:13:37.432087177Z", "hostname": ..., "eventType": "tagInventory",
     "tagInventoryEvent": {"epc": base64url, "epcHex": ..., "tid": base64url, "tidHex": ..., "pc": base64 of 2 bytes,
                           "antennaPort": 1.., "peakRssiCdbm": 1/100 dBm, "lastSeenTime": ..., ...}}

Every field can be switched off in the reader, and older firmware sends no `eventType`: an event is known by its
member, which is the type's name and "Event". A change of an input (`gpiTransitionEvent`) is a measurement `gpi_1` and
so on, true for high; antennas that come and go, inventory states and all others become notices under the reader's own
word for them. The topic is free text set in the reader and says nothing.

Verified with captures: tag events over MQTT, with and without hex fields. By document and public clients only: webhook
arrays, inputs, antenna events, inventory states.
"""

from __future__ import annotations

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gateway.model import Measurement, Micros, Notice, Output, Rejected, TagRead

NAME = "impinj_iot"
TRANSPORT: Literal["stream", "message"] = "message"

MOST_BYTES = 1 << 20  # of one message; the reader sends some 300 bytes a tag
MOST_EPC_BYTES = 62  # 31 words: the most the PC word's length can say
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
URL_SAFE = str.maketrans("-_", "+/")
FAULTS = frozenset(
    {"overflow", "antennaDisconnected", "diagnostic", "inventoryTerminated"}
)  # events that someone should look at
EVENT_TYPE = re.compile(r"[A-Za-z]{1,40}")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one reader."""

    device_time: bool = True  # False: stamp reads on receipt, for a reader whose clock nobody sets


Instant = Annotated[datetime, Meta(tz=True)]


class Tag(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The part of TagInventoryEvent that is used."""

    epc: str = ""
    epc_hex: str = ""
    tid: str = ""
    tid_hex: str = ""
    pc: str = ""
    antenna_port: Annotated[int, Meta(ge=0, le=64)] = 0
    peak_rssi_cdbm: Annotated[int, Meta(ge=-20_000, le=10_000)] | None = None
    last_seen_time: Instant | None = None


class Antenna(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """AntennaConnectedEvent and AntennaDisconnectedEvent."""

    antenna_port: Annotated[int, Meta(ge=0, le=64)] = 0


class Gpi(msgspec.Struct, frozen=True, gc=False):
    """GpiTransitionEvent."""

    gpi: Annotated[int, Meta(ge=0, le=64)]
    transition: Literal["low-to-high", "high-to-low"]


class InventoryStatus(msgspec.Struct, frozen=True, gc=False):
    """The part of InventoryStatusEvent that is used."""

    status: Annotated[str, Meta(max_length=80)] = ""


class Event(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The part of ReaderEvent that is used."""

    timestamp: Instant | None = None
    event_type: str = ""
    tag_inventory_event: Tag | None = None
    gpi_transition_event: Gpi | None = None
    antenna_connected_event: Antenna | None = None
    antenna_disconnected_event: Antenna | None = None
    inventory_status_event: InventoryStatus | None = None


ONE = msgspec.json.Decoder(Event)
MANY = msgspec.json.Decoder(list[Event])
RAW = msgspec.json.Decoder(list[msgspec.Raw])
UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)  # ValidationError is a DecodeError


class Decoder:
    """Messages of one reader to tag reads and notices."""

    def __init__(self, settings: Settings) -> None:
        self._device_time = settings.device_time

    def start(self, now_us: Micros) -> list[Output]:
        """The reader publishes by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its reads and notices in order."""
        if len(data) > MOST_BYTES:
            return [_rejected(data, "length", f"expected at most {MOST_BYTES} bytes, came {len(data)}")]
        begin = data.lstrip()[:1]
        if not begin:
            return []
        if begin != b"[":
            return [self._one(data)]
        try:
            return [self._read(event, data) for event in MANY.decode(data)]
        except UNREADABLE:
            return self._one_by_one(data)

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _one(self, data: bytes) -> Output:
        try:
            return self._read(ONE.decode(data), data)
        except UNREADABLE as error:
            return _rejected(data, "json", f"expected a ReaderEvent, or an array of them; {error}")

    def _one_by_one(self, data: bytes) -> list[Output]:
        """One bad event in an array does not take the others along."""
        try:
            return [self._one(bytes(raw)) for raw in RAW.decode(data)]
        except UNREADABLE as error:
            return [_rejected(data, "json", f"expected an array of ReaderEvents; {error}")]

    def _read(self, event: Event, data: bytes) -> Output:
        tag = event.tag_inventory_event
        if tag is None:
            return self._other(event, data)
        try:
            epc = bytes.fromhex(tag.epc_hex) if tag.epc_hex else _base64(tag.epc)
            tid = bytes.fromhex(tag.tid_hex) if tag.tid_hex else _base64(tag.tid) if tag.tid else b""
            pc = _base64(tag.pc) if tag.pc else b""
        except (NotBase64, ValueError) as error:
            return _rejected(data, "field", f"expected EPC, TID and PC as hex or base64url, came {tag}: {error}")
        if not 0 < len(epc) <= MOST_EPC_BYTES or len(pc) not in (0, 2):
            text = (
                f"expected an EPC of 1 to {MOST_EPC_BYTES} bytes and no PC or one of 2, came {len(epc)} and {len(pc)}"
            )
            return _rejected(data, "field", text)
        cdbm = tag.peak_rssi_cdbm
        return TagRead(
            epc=epc,
            antenna=tag.antenna_port,
            rssi_dbm=None if cdbm is None else cdbm / 100,
            pc=int.from_bytes(pc, "big") if pc else None,
            tid=tid,
            seen_us=self._seen_us(tag.last_seen_time or event.timestamp),
        )

    def _other(self, event: Event, data: bytes) -> Output:
        seen_us, gpi = self._seen_us(event.timestamp), event.gpi_transition_event
        if gpi is not None:
            return Measurement(name=f"gpi_{gpi.gpi}", value=gpi.transition == "low-to-high", seen_us=seen_us)
        if event.antenna_connected_event is not None:
            port = event.antenna_connected_event.antenna_port
            text = f"antenna {port} is connected"
            return Notice(name="antenna_connected", text=text, antenna=port, seen_us=seen_us)
        if event.antenna_disconnected_event is not None:
            port = event.antenna_disconnected_event.antenna_port
            text = f"antenna {port} is not connected: check its cable"
            return Notice(name="antenna_disconnected", text=text, fault=True, antenna=port, seen_us=seen_us)
        if event.inventory_status_event is not None:
            text = f"the reader says inventory status {event.inventory_status_event.status or 'unknown'}"
            return Notice(name="inventory_status", text=text, seen_us=seen_us)
        return self._notice(event, data)

    def _notice(self, event: Event, data: bytes) -> Output:
        name = event.event_type
        if EVENT_TYPE.fullmatch(name) is None or name == "tagInventory":
            return _rejected(data, "unknown_event", f"expected a tagInventoryEvent or another event, came {name!r}")
        word = HUMP.sub("_", name).lower()
        return Notice(
            name=word,
            text=f"the reader says {word.replace('_', ' ')}",
            fault=name in FAULTS,
            seen_us=self._seen_us(event.timestamp),
        )

    def _seen_us(self, at: datetime | None) -> Micros | None:
        if at is None or not self._device_time:
            return None
        return (at - EPOCH) // MICROSECOND


def _base64(text: str) -> bytes:
    """Base64 with either alphabet, with or without padding; anything else raises."""
    if "_" in text or "-" in text or len(text) % 4:  # most are plain, and translating costs more than decoding
        text = text.translate(URL_SAFE) + "==="[: -len(text) % 4]
    return a2b_base64(text, strict_mode=True)


def _rejected(data: bytes, reason: str, text: str) -> Rejected:
    return Rejected(data=data, reason=reason, text=text)
