"""The words of tierview: the values that walk from device bytes to delivered alerts.

bytes -> Reading -> Observation -> Event -> Finding -> Alert -> Delivery

Every type is frozen and has keyword fields. This file imports nothing of ours, and nothing else may
define a type that two steps share.

Times are integers: microseconds since 1970-01-01 UTC, in fields that end in `_us`. They are exact,
order as numbers, and are what LLRP, SQLite and InfluxDB speak; aware datetimes stand only at the
edges (configuration, HTTP, the page). Two clocks never mix: `seen_us` and `device_us` are the
device's, `received_us` and `recorded_us` are the gateway's, `at_us` is what we trust after repair.

Empty string or zero means "not said" only where a field's comment says so; otherwise None does.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Literal, Protocol, TypeAlias, runtime_checkable

import msgspec

Micros: TypeAlias = int  # microseconds since 1970-01-01T00:00:00Z


class Tier(StrEnum):
    """The supply-chain tier of a place or a party, from far to near."""

    TIER3 = "tier3"
    TIER2 = "tier2"
    TIER1 = "tier1"
    TRANSIT = "transit"  # between places; what an asset is in after it left one and before it reached the next
    CROSSDOCK = "crossdock"
    PORT = "port"
    OEM = "oem"


class AssetKind(StrEnum):
    """What kind of thing an identity names. Assets nest in this order, small in large."""

    PART = "part"  # SGTIN, 25S, 37S
    PALLET = "pallet"  # SSCC, 1J to 6J
    RTI = "rti"  # returnable transport item: GRAI, 25B
    CONTAINER = "container"
    TRAILER = "trailer"  # also a truck: whatever a tracker is bolted to
    PLACE = "place"  # SGLN: a tag on a door frame or a floor
    OTHER = "other"


# --- what a driver returns -----------------------------------------------------------------------


class TagRead(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="tag_read"):
    """One tag seen by one antenna."""

    epc: bytes  # EPC/UII bank from word 2: without StoredCRC, PC and XPC
    antenna: int = 0  # 1-based; 0 where the device has one antenna or does not say
    rssi_dbm: float | None = None
    pc: int | None = None  # StoredPC word, 16 bits: length, toggle bit, AFI
    tid: bytes = b""  # empty where not read
    seen_us: Micros | None = None  # by the device's clock; None: stamp on receipt
    count: int = 1  # reads this report stands for (LLRP TagSeenCount)


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
    """Bytes the driver wants written back to its device, at once and in order."""

    data: bytes


Reading: TypeAlias = TagRead | Fix | Measurement | Passage | Notice
Output: TypeAlias = TagRead | Fix | Measurement | Passage | Notice | Rejected | Send


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


# --- who -----------------------------------------------------------------------------------------


class Identity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who a tag or a label says it is.

    `key` is the canonical name under which everything else knows the asset: the EPC pure identity
    URI where there is one, else a `urn:tierview:` URI. What does not decode has scheme `raw`.
    """

    key: str
    scheme: str  # sgtin-96, ..., iso17364, raw
    kind: AssetKind
    tag_uri: str | None = None  # urn:epc:tag:...
    digital_link: str | None = None  # https://id.gs1.org/...
    element_string: str | None = None  # (01)...(21)...
    reason: str = ""  # why it stayed raw; empty where decoded


# --- where and when ------------------------------------------------------------------------------


class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A reading with its who, where and when. Resolved, not yet believed."""

    asset: str
    kind: AssetKind
    device: str
    reading: TagRead | Fix | Measurement | Passage
    at_us: Micros  # device time where it can be trusted, else receipt
    received_us: Micros
    device_us: Micros | None  # as the device said, unrepaired
    read_point: str = ""  # empty: not at a configured read point
    place: str = ""  # the read point's or the geofence's place; empty: between places
    direction: Literal["", "in", "out"] = ""  # what passing this read point means; empty: presence only
    time_fixed: str = ""  # which repair was made: "", gps_week, future, ancient, no_clock


# --- events: what the journal holds and partners see ---------------------------------------------


class EventKind(StrEnum):
    """What happened, in the field's words."""

    ARRIVED = "arrived"  # at a place, from transit or from nowhere known
    MOVED = "moved"  # from one place straight to another: it left the first and is at the second
    LEFT = "left"  # a place, towards transit
    LOADED = "loaded"  # into `parent`
    UNLOADED = "unloaded"  # from `parent`


class LocationEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="location"):
    """An asset arrived, moved, left, was loaded or unloaded: the tier-aware event."""

    event_id: str  # from the content: the same reading gives the same id
    kind: EventKind
    asset: str
    asset_kind: AssetKind
    place: str  # where it is now; for `left`, the place it left
    tier: Tier  # of where it is now; for `left`, transit
    previous_place: str = ""
    previous_tier: Tier | None = None
    parent: str = ""  # the trailer or container, for loaded and unloaded
    read_point: str = ""
    device: str = ""
    shipment: str = ""  # only where the sender said it
    lat: float | None = None
    lon: float | None = None
    at_us: Micros
    device_us: Micros | None = None
    received_us: Micros
    recorded_us: Micros
    late: bool = False  # it belongs before something already recorded of this asset
    time_fixed: str = ""


class PositionEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="position"):
    """A believed position of an asset, with the place whose fence it is in."""

    event_id: str
    asset: str
    asset_kind: AssetKind
    lat: float
    lon: float
    speed_mps: float | None = None
    course_deg: float | None = None
    accuracy_m: float | None = None
    place: str = ""  # empty: between places
    tier: Tier = Tier.TRANSIT
    device: str
    at_us: Micros
    device_us: Micros | None = None
    received_us: Micros
    recorded_us: Micros
    time_fixed: str = ""


class SensorEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="sensor"):
    """A sensor's value, on the asset it rides on."""

    event_id: str
    asset: str
    name: str
    value: float | bool | str
    unit: str = ""
    place: str = ""
    tier: Tier = Tier.TRANSIT
    device: str
    at_us: Micros
    device_us: Micros | None = None
    received_us: Micros
    recorded_us: Micros
    time_fixed: str = ""


class DeviceEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="device"):
    """A device's health changed: connected, disconnected, antenna lost, ..."""

    event_id: str
    device: str
    name: str  # the Notice's word, or connected, disconnected, from the source
    text: str = ""
    fault: bool = False
    antenna: int = 0
    at_us: Micros
    received_us: Micros
    recorded_us: Micros


Event: TypeAlias = LocationEvent | PositionEvent | SensorEvent | DeviceEvent


class Quarantined(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Input that could not be used, kept with its reason until someone replays or drops it."""

    received_us: Micros
    source: str  # the device, or api, csv:NAME, influx
    stage: Literal["decode", "resolve", "import", "influx", "deliver"]
    reason: str  # a stable word
    text: str  # what was expected, what came, and from where
    data: bytes
    topic: str = ""


# --- plans ---------------------------------------------------------------------------------------


class Window(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A planned time window; open and close may be equal."""

    open_us: Micros
    close_us: Micros


class Stop(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One place on a shipment's way. The first stop has no arrival, the last no departure."""

    place: str
    arrival: Window | None = None
    departure: Window | None = None


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """A planned movement of assets from place to place, with parties by role."""

    shipment_id: str
    stops: tuple[Stop, ...]  # two or more
    assets: tuple[str, ...]  # identities' keys or configured names: trailer, containers, pallets
    parties: dict[str, str]  # role (shipper, consignee, carrier, next_tier, ...) -> party code
    created_us: Micros
    contents: str = ""  # what it carries, in words

    @property
    def lane(self) -> str:
        """Origin and destination, on which subscriptions and statistics hang."""
        return f"{self.stops[0].place}>{self.stops[-1].place}"


class Seen(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event of one of a shipment's assets at one of its stops; together they tell what happened to it."""

    event_id: str
    place: str  # the stop's place, not the door within it
    kind: Literal["arrived", "departed"]
    at_us: Micros
    named: bool = False  # the sender named this very shipment


class Actual(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What happened at one stop: the ACT of DCSA's PLN, EST, ACT."""

    stop: int  # index into Shipment.stops
    arrived_us: Micros | None = None
    departed_us: Micros | None = None


class TripStatus(StrEnum):
    """Where a trip stands against its plan."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    ARRIVED = "arrived"


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment with what has happened to it: the subject that lateness rules judge."""

    shipment: Shipment
    actuals: tuple[Actual, ...]  # one per stop, folded from `seen`: the same for any order of arrival
    seen: tuple[Seen, ...] = ()  # in the order of their times
    findings: tuple[str, ...] = ()  # data quality: stable words such as window_ends_before_it_begins

    @property
    def status(self) -> TripStatus:
        """Planned until the first departure, arrived with the last arrival."""
        if self.actuals[-1].arrived_us is not None:
            return TripStatus.ARRIVED
        moved = any(a.arrived_us is not None or a.departed_us is not None for a in self.actuals)
        return TripStatus.UNDER_WAY if moved else TripStatus.PLANNED


class Stay(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An asset at a place, from and, once it left, until: the subject of dwell."""

    asset: str
    asset_kind: AssetKind
    place: str
    tier: Tier
    since_us: Micros
    until_us: Micros | None = None


class DeviceState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When a device was last heard: the subject of silence."""

    device: str
    place: str  # where it is mounted, or empty for a tracker
    asset: str  # what it is mounted on, or empty
    heard_us: Micros | None = None  # None: never
    known_us: Micros  # when the gateway began to expect it
    connected: bool = False


Subject: TypeAlias = Trip | Stay | DeviceState


# --- rules and alerts ----------------------------------------------------------------------------


class Severity(StrEnum):
    """How loud an alert is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rule says that something is wrong with its subject, since when, and why."""

    since_us: Micros  # when it became true, not when we noticed: the same at any replay speed
    reason: str  # a stable word: not_seen, arrived_late, dwell_over, silent
    text: str  # for people: what, how much, since when, with the numbers
    severity: Severity
    late_s: int = 0  # how late, where that has a meaning


class Cleared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rule says that what it may have found before is over, or never was."""

    at_us: Micros
    reason: str  # arrived, departed, heard, left, disproved, ...
    text: str
    disproved: bool = False  # True: later data shows it was never so; the alert is withdrawn, not resolved


class Judgement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a rule thinks of one subject at one time, and when to ask again if nothing is heard."""

    verdict: Finding | Cleared | None = None  # None: fine so far
    again_us: Micros | None = None  # None: only when the subject changes


class Rule(Protocol):
    """The rule contract: a frozen dataclass; its docstring is its question, its fields are its settings.

    `judge` is pure: the same subject and time always give the same judgement. So a rule needs no
    memory of its own, survives a restart, and does not care in which order late events came.
    """

    judges: ClassVar[type[Trip] | type[Stay] | type[DeviceState]]  # which subjects it is asked about

    def judge(self, subject: Subject, now_us: Micros) -> Judgement: ...


class AlertState(StrEnum):
    """ISA-18.2 in short: an alert that ended unacknowledged keeps its missing acknowledgements."""

    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Ack(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A party has taken note: who, when, why, and what they promise."""

    party: str
    at_us: Micros
    by: str = ""
    reason: str = ""
    promised_us: Micros | None = None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, for one subject of one rule, told to several parties at once."""

    alert_id: str  # from rule, subject and since_us: a replay gives the same id
    rule: str
    subject: str  # shipment:ID, stay:ASSET@PLACE, device:NAME
    state: AlertState
    severity: Severity
    reason: str
    text: str
    raised_us: Micros  # the finding's since_us
    recorded_us: Micros  # when the gateway committed it
    ended_us: Micros | None = None
    ended_reason: str = ""
    ended_text: str = ""
    shipment: str = ""
    asset: str = ""
    place: str = ""
    tier: Tier | None = None
    lane: str = ""
    device: str = ""
    late_s: int = 0
    parties: tuple[str, ...] = ()  # whom it concerns: the audience, never more than access allows
    acks: tuple[Ack, ...] = ()


class DeliveryState(StrEnum):
    """Where a delivery stands. `failed` is final: it was given up, and the reason says why."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    FAILED = "failed"


class Delivery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One notice of one alert to one subscription; repeated under the same id, never under a new one."""

    delivery_id: str
    alert_id: str
    notice: Literal["raised", "acknowledged", "resolved", "withdrawn"]
    subscription: str
    party: str
    channel: Literal["webhook", "mqtt", "sse"]
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_us: Micros = 0  # when to try (again)
    accepted_us: Micros | None = None
    offset_us: int | None = None  # of acceptance after the common release, by the monotonic clock
    reason: str = ""  # the last attempt's outcome, a stable word: accepted, timeout, refused, status_503, ...


@runtime_checkable
class Clock(Protocol):
    """What time it is for the gateway; only app.py and the simulators choose which clock."""

    def now_us(self) -> Micros: ...

    async def sleep_until(self, due_us: Micros) -> None: ...
