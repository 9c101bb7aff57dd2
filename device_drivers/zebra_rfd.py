"""Zebra RFD40 and RFD90 sleds that publish over MQTT by themselves: tags and bar codes.

Document: Zebra techdocs, "RFD40/90 MQTT", dataEVT. The topic is <tenant>/DATA/clients/data1event/<serial>:

    {"type": the operating mode, "timestamp": "2026-06-14T10:19:52.604Z",
     "data": {"tagData": [{"EPCid": hex, "eventNum": n, "peakRssi": dBm, "seenCount": n}, ...],
              "barcodeData": [{"decodedBarcode": text, "symbology": ...}, ...]}}

A message has at most 6,144 bytes. The sled calls its stream a statistical view: numbers of events may have gaps without
a loss, so gaps are not told. Its other events (heartbeat, alerts, connection) are known by their members: an alert
becomes a notice, `connectionState` too, a heartbeat says nothing new.

Verified with captures: tagData of an RFD40. By document only: bar codes, alerts, connection events. Assumed: an alert
whose state is CLEAR has ended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from device_drivers.zebra_wire import MOST_EPC_BYTES, BadField, hex_bytes, micros
from gateway.model import Label, Micros, Notice, Output, Rejected, TagRead

NAME = "zebra_rfd"
TRANSPORT: Literal["stream", "message"] = "message"

MOST_BYTES = 1 << 16  # of one message; the sled sends 6,144 at most
MOST_LABEL = 8192  # characters; the largest QR code has 7,089 digits
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one sled."""

    device_time: bool = True  # False: stamp reads on receipt, for a sled whose clock nobody sets


class Tag(msgspec.Struct, frozen=True, gc=False):
    """The part of a tagData record that is used."""

    epc: str = msgspec.field(default="", name="EPCid")
    peak_rssi: Annotated[float, Meta(ge=-200, le=100)] | None = msgspec.field(default=None, name="peakRssi")
    seen_count: Annotated[int, Meta(ge=0, le=1 << 31)] = msgspec.field(default=1, name="seenCount")


class Barcode(msgspec.Struct, frozen=True, gc=False):
    """The part of a barcodeData record that is used."""

    text: str = msgspec.field(name="decodedBarcode")


class Data(msgspec.Struct, frozen=True, gc=False):
    """What dataEVT carries; its records are read one by one, so that a bad one costs only itself."""

    tags: list[msgspec.Raw] = msgspec.field(default_factory=list, name="tagData")
    barcodes: list[msgspec.Raw] = msgspec.field(default_factory=list, name="barcodeData")


class Message(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The parts of all kinds of events that are used."""

    type: str = ""
    timestamp: str = ""
    data: Data | None = None
    event_name: str = ""
    connection_state: str = ""
    state: str = ""
    priority: str = ""


MESSAGE = msgspec.json.Decoder(Message)
TAG = msgspec.json.Decoder(Tag)
BARCODE = msgspec.json.Decoder(Barcode)
UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)  # ValidationError is a DecodeError


class Decoder:
    """Messages of one sled to tag reads, labels and notices."""

    def __init__(self, settings: Settings) -> None:
        self._device_time = settings.device_time

    def start(self, now_us: Micros) -> list[Output]:
        """The sled publishes by itself: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give its reads, labels and notices in order."""
        if len(data) > MOST_BYTES:
            return [_rejected(data, "length", f"expected at most {MOST_BYTES} bytes, came {len(data)}")]
        try:
            message = MESSAGE.decode(data)
            seen_us = micros(message.timestamp) if message.timestamp else None
            return _outputs(message, seen_us if self._device_time else None)
        except UNREADABLE as error:
            return [_rejected(data, "json", f"expected an event of a sled; {error}")]
        except BadField as error:
            return [_rejected(data, "field", str(error))]

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []


def _outputs(message: Message, seen_us: Micros | None) -> list[Output]:
    if message.data is not None:
        reads = [_tag_read(bytes(raw), seen_us) for raw in message.data.tags]
        return reads + [_label(bytes(raw), seen_us) for raw in message.data.barcodes]
    if message.event_name == "heartbeat":
        return []
    if message.connection_state:
        word = _word(message.connection_state)
        return [Notice(name=f"sled_{word}", text=f"the sled says {word}", seen_us=seen_us)]
    if message.priority:
        word = _word(message.type)
        text = f"the sled says {word.replace('_', ' ')}: {message.state[:80]}, priority {message.priority[:20]}"
        return [Notice(name=word, text=text, fault=message.state.upper() != "CLEAR", seen_us=seen_us)]
    raise BadField(f"expected tagData, barcodeData, an alert, a heartbeat or a connection, came {message.type[:40]!r}")


def _word(written: str) -> str:
    if WORD.fullmatch(written) is None:
        raise BadField(f"expected a word for what happened, came {written[:40]!r}")
    return written.lower()


def _tag_read(raw: bytes, seen_us: Micros | None) -> Output:
    try:
        tag = TAG.decode(raw)
        epc = hex_bytes("EPCid", tag.epc, 1, MOST_EPC_BYTES)
    except UNREADABLE as error:
        return _rejected(raw, "json", f"expected a record of tagData; {error}")
    except BadField as error:
        return _rejected(raw, "field", str(error))
    return TagRead(epc=epc, rssi_dbm=tag.peak_rssi, count=max(1, tag.seen_count), seen_us=seen_us)


def _label(raw: bytes, seen_us: Micros | None) -> Output:
    try:
        text = BARCODE.decode(raw).text
    except UNREADABLE as error:
        return _rejected(raw, "json", f"expected a record of barcodeData; {error}")
    if not text.strip() or len(text) > MOST_LABEL:
        return _rejected(raw, "field", f"expected a bar code of 1 to {MOST_LABEL} characters, came {len(text)}")
    return Label(text=text, seen_us=seen_us)


def _rejected(data: bytes, reason: str, text: str) -> Rejected:
    return Rejected(data=data, reason=reason, text=text)
