"""What a driver takes and returns: chunks in; readings, rejections and things to send out."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import msgspec

from gateway.model.terms import Micros


class TagRead(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="tag_read"):
    """One tag seen by one antenna."""

    epc: bytes  # EPC/UII bank from word 2: without StoredCRC, PC and XPC
    antenna: int = 0  # 1-based; 0 where the device has one antenna or does not say
    rssi_dbm: float | None = None
    pc: int | None = None  # StoredPC word, 16 bits: length, toggle bit, AFI
    tid: bytes = b""  # empty where not read
    seen_us: Micros | None = None  # by the device's clock; None: stamp on receipt
    count: int = 1  # reads this report stands for (LLRP TagSeenCount)


class Label(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="label"):
    """One bar code that a scanner read: someone held the scanner to it, so it is there."""

    text: str  # of the symbol: FNC1 as \x1d, and the AIM identifier (]C1, ]d2) first where the scanner sends it
    seen_us: Micros | None = None  # by the device's clock; None: stamp on receipt


class Fix(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="fix"):
    """One position of a receiver, WGS 84. An invalid fix is a Notice, never a Fix."""

    lat: float  # degrees, north positive
    lon: float  # degrees, east positive
    seen_us: Micros | None = None
    speed_mps: float | None = None
    course_deg: float | None = None  # true, 0 to 360
    alt_m: float | None = None
    accuracy_m: float | None = None
    satellites: int | None = None
    asset: str = ""  # who the payload says it is; empty: the device's configured asset


class Measurement(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="measurement"):
    """One value of a sensor, converted to the unit named."""

    name: str  # temperature, humidity, door_open, battery, ...
    value: float | bool | str
    unit: str = ""  # UN/ECE Rec 20 common code (CEL, P1, MTS); empty for flags and texts
    seen_us: Micros | None = None
    asset: str = ""  # who the payload says it is; empty: the device's configured asset


class Passage(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="passage"):
    """A system that knows says that an asset passed in or out of a place: gate, yard system, TMS."""

    asset: str
    place: str  # a place's code or one of its aliases
    direction: Literal["in", "out"]
    seen_us: Micros | None = None
    shipment: str = ""  # the sender's shipment reference; empty: not said


class Packing(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="packing"):
    """A system that knows says that an asset was put into another, or taken out: a child of an AggregationEvent."""

    asset: str
    parent: str  # the pallet, container or trailer
    action: Literal["ADD", "DELETE"]
    place: str = ""  # where it was done: a place's code or one of its aliases; empty: not said
    seen_us: Micros | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="notice"):
    """A device tells of itself: no goods in it, but health."""

    name: str  # a stable word: connected, antenna_connected, buffer_overflow, no_fix, reader_in_use, ...
    text: str = ""  # for people
    fault: bool = False  # True: someone should look
    antenna: int = 0  # 0: the device as a whole
    seen_us: Micros | None = None


class Rejected(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="rejected"):
    """Bytes that are not what the device's document says; they go to quarantine with their reason."""

    data: bytes
    reason: str  # a stable word: checksum, truncated, length, unknown_field, ...
    text: str  # what was expected and what came


class Send(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="send"):
    """Bytes the driver wants written back to its device, in order."""

    data: bytes
    topic: str = ""  # MQTT only: where to publish; empty for streams
    qos: Literal[0, 1] = 0  # MQTT only
    when_safe: bool = False  # True: an acknowledgement; it goes out once what was fed so far is committed


Reading: TypeAlias = TagRead | Label | Fix | Measurement | Passage | Packing | Notice
Output: TypeAlias = TagRead | Label | Fix | Measurement | Passage | Packing | Notice | Rejected | Send


class Decoder(Protocol):
    """The driver contract. One decoder lives as long as one connection; it holds no socket, clock or task.

    Stream drivers (serial, TCP): any cutting of the stream gives the same outputs in the same order.
    Message drivers (MQTT): each `feed` is one whole message.
    """

    def start(self, now_us: Micros) -> list[Output]:
        """What to say on connect."""

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take what arrived; return what it meant, in order. Never raises on any bytes."""

    def tick(self, now_us: Micros) -> list[Output]:
        """Called about once a second: keep-alives and time-outs."""


class Chunk(msgspec.Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """What came from a device, as it came: the unit of the tape."""

    device: str
    received_us: Micros
    data: bytes
    topic: str = ""  # MQTT topic; empty for streams
    peer: str = ""  # which connection, of a device that takes many (`listen:`); empty: its only one
