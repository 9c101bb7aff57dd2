"""What config.yaml says, as frozen types. Each default stands once, here; config.yaml documents them.

Pydantic checks types and ranges of each part; references between parts (a read point's device, a
subscription's party) are checked in `gateway.config.check`, so that all faults come at once.
Durations are seconds in fields that end in `_s`. Settings of drivers and rules stay raw mappings
here: their types live with the driver or rule, and `check` validates them against those.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.config.alerting import Cover, Digest, Escalation, Mail, Maintenance, Quiet, RuleEntry, Subscription
from gateway.config.kpis import Carbon, Kpis, ModeFactor, PartMass
from gateway.config.outputs import FileOutput, MqttOutput, Outputs, SparkplugOutput
from gateway.config.part import Code, Holiday, Part, PartPattern, Settings, TimeOfDay, Weekday
from gateway.config.place_plan import PlacePlan, PlanPoint
from gateway.config.sharing import Access, FieldRule, Grant
from gateway.model import AssetKind, Tier

__all__ = [
    "Access",
    "AssetName",
    "Calendar",
    "Carbon",
    "Clocks",
    "Code",
    "Config",
    "Cover",
    "Device",
    "Digest",
    "DockInput",
    "Escalation",
    "FieldRule",
    "FileOutput",
    "Geofence",
    "Grant",
    "Holiday",
    "Hours",
    "Http",
    "Influx",
    "Journal",
    "Kpis",
    "Locating",
    "Mail",
    "Maintenance",
    "ModeFactor",
    "Motion",
    "Mqtt",
    "MqttOutput",
    "Outputs",
    "Part",
    "PartMass",
    "PartPattern",
    "Party",
    "Place",
    "PlacePlan",
    "PlanPoint",
    "Plausibility",
    "Presence",
    "Quality",
    "Quiet",
    "ReadPoint",
    "RuleEntry",
    "Settings",
    "Shipments",
    "Site",
    "SparkplugOutput",
    "SpecialDay",
    "Subscription",
    "Weekday",
]


class Site(Part):
    """This gateway: its name stands on every point in InfluxDB."""

    name: Code = "site"
    operator: str = ""  # code of the party that runs this box and sees its devices and quarantine


class Journal(Part):
    """Where everything durable lives."""

    folder: str = "data"  # relative to the configuration file
    tape_mb: Annotated[int, Field(ge=1)] = 1024  # oldest tape is dropped above this size ...
    tape_days: Annotated[float, Field(gt=0)] = 30.0  # ... or this age
    alerts_days: Annotated[float, Field(gt=0)] = 400.0  # alerts that ended, with deliveries and what was said of them
    history_days: Annotated[float, Field(gt=0)] = 400.0  # counts, names, estimates, versions of plans: see config.yaml
    events_days: Annotated[float, Field(gt=0)] = 400.0  # movements, and what devices said of themselves
    fixes_days: Annotated[float, Field(gt=0)] = 90.0  # positions and sensor values
    batch: Annotated[int, Field(ge=1, le=100_000)] = 2000  # most chunks in one commit


class Http(Part):
    """The HTTP API and the page."""

    listen: Annotated[str, Field(pattern=r"^[^:\s]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$")] = "127.0.0.1:8080"
    tls_certificate: str | None = None  # PEM files; needed to listen beyond loopback ...
    tls_key: str | None = None
    behind_tls_proxy: bool = False  # ... unless a proxy does it and you say so


class Mqtt(Part):
    """The broker that MQTT devices and MQTT subscribers share."""

    url: Annotated[str, Field(pattern=r"^mqtts?://")] = "mqtt://127.0.0.1:1883"
    embedded: bool = True  # start a broker of our own on loopback; False: one that runs already
    username: str | None = None
    password: str | None = None  # ${ENV} or file:PATH, never the secret itself
    client_id: Code = "tierview"
    sparkplug_host: Code | None = None  # be this Sparkplug host application: its STATE tells whether we are there


class Party(Part):
    """A company on the lane."""

    code: Code
    name: str
    tier: Tier
    gln: str | None = None  # GS1 Global Location Number, 13 digits with check digit
    duns: Annotated[str, Field(pattern=r"^[0-9]{9}$")] | None = None  # D-U-N-S number
    part_pattern: PartPattern | None = None  # how its part numbers are written: # digit, @ letter, ? either, | or


class Hours(Part):
    """From when until when, by the clock on the wall; up to opening, the close is of the next day."""

    opens: TimeOfDay
    closes: Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


class Shift(Hours):
    """Hours of some days of the week: those on which it begins."""

    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


class SpecialDay(Part):
    """One day with hours of its own, in place of its shifts and of a holiday; without hours it is closed."""

    day: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    hours: tuple[Hours, ...] = ()


class Calendar(Part):
    """When places work: shifts by the week, holidays, special days. Its clock is that of the place that has it."""

    name: Code
    shifts: tuple[Shift, ...] = ()
    holidays: tuple[Holiday, ...] = ()  # 2026-12-24, 2026-12-24..2027-01-01, or every year: 05-01
    special: tuple[SpecialDay, ...] = ()


class Place(Part):
    """A location of a party: plant, warehouse, yard, dock door, gate, port, line-side."""

    code: Code
    name: str
    party: str
    tier: Tier
    kind: Literal["plant", "warehouse", "crossdock", "port", "yard", "door", "gate", "line"] = "plant"
    inside: str | None = None  # code of the place this one is part of
    codes: tuple[str, ...] = ()  # other names of it: SGLN URI, GLN, UN/LOCODE, the ERP's
    at: tuple[float, float] | None = None  # latitude, longitude in degrees
    radius_m: Annotated[float, Field(gt=0)] = 300.0  # of the geofence around `at`
    polygon: tuple[tuple[float, float], ...] = ()  # the geofence instead of a circle: three corners or more
    time_zone: str = "UTC"  # IANA name
    calendar: str | None = None  # name of the calendar by which it works; none: it never rests
    plan: PlacePlan | None = None  # a picture of it, laid on the map


class ReadPoint(Part):
    """Where a reading happens: a device's antennas stand for a place."""

    name: Code
    place: str
    device: str
    antennas: tuple[Annotated[int, Field(ge=0, le=64)], ...] = ()  # none: all of the device's
    passing: Literal["", "in", "out"] = ""  # one-way gate or door: what is read here came in, or went out
    zone: Literal["", "outer", "inner"] = ""  # side of a door: outer to the trailer, inner to the hall; needs both
    least_reads: Annotated[int, Field(ge=1)] | None = None  # over those of `presence`
    least_rssi_dbm: float | None = None


class AssetName(Part):
    """An asset known by name, such as a trailer with a tracker, and its tags and other numbers."""

    name: Code
    kind: AssetKind = AssetKind.TRAILER
    ids: tuple[str, ...] = ()  # identities' keys, EPC hex or device ids that mean this asset
    owner: str | None = None  # code of the party it belongs to; others plan with it only where that party takes part
    description: str = ""


class Device(Part):
    """One reader, receiver or sensor."""

    name: Code
    driver: str  # a preset: see `tierview devices list --drivers`
    connect: str  # serial:///dev/ttyUSB0, tcp://H:P, tls://H:P, listen:tcp://H:P, mqtt:TOPIC/#, https://H/P, webhook
    asset: str | None = None  # the asset it is bolted to (trackers, sensors on trailers)
    place: str | None = None  # where it is mounted; read points say it finer
    username: str | None = None  # http, https: how we sign in there; webhook: how it signs in here, else by its name
    password: str | None = None  # http, https, webhook: ${ENV} or file:PATH, never the secret itself
    peers: tuple[str, ...] = ()  # listen only: networks that may dial in, as 10.20.0.0/16; needed beyond loopback
    settings: Settings = Field(default_factory=dict)


class DockInput(Part):
    """What a contact, a light barrier or a sensor at a door or a gate tells about it."""

    device: str
    name: str  # of its measurement: gpi_1, or as its driver calls it
    place: str  # the door or gate
    means: Literal["barrier_outer", "barrier_inner", "door_open", "trailer_present"]
    inverted: bool = False  # true: the contact is closed when it is not so
    hold_s: Annotated[float, Field(ge=0)] = 30.0  # trailer_present only: off for so long before the trailer is gone


class Presence(Part):
    """When a read tag counts as being somewhere. EdgeX's rule, with Rifidi's floor under it."""

    least_reads: Annotated[int, Field(ge=1)] = 2  # reads at one place before it arrives
    within_s: Annotated[float, Field(gt=0)] = 10.0  # those reads fall within this time
    least_rssi_dbm: float = -75.0  # weaker reads are not believed
    gap_db: Annotated[float, Field(ge=0)] = 0.0  # lead over the second-best place before it arrives
    window: Annotated[int, Field(ge=1, le=200)] = 20  # RSSI values kept per asset and read point
    offset_db: float = 6.0  # a new place must be this much stronger than the present one ...
    offset_hold_s: Annotated[float, Field(ge=0)] = 0.5  # ... while the present one was read within this time,
    offset_fall_db_per_s: Annotated[float, Field(ge=0)] = 8.0  # then the offset falls by this much a second


class Geofence(Part):
    """When a position counts as being inside a place."""

    margin_m: Annotated[float, Field(ge=0)] = 50.0  # hysteresis: out only this far beyond the fence
    confirm_fixes: Annotated[int, Field(ge=1)] = 2  # fixes in a row before it arrives or leaves
    worst_accuracy_m: Annotated[float, Field(gt=0)] = 200.0  # worse fixes move nothing
    keep_every_s: Annotated[float, Field(ge=0)] = 10.0  # thinnest spacing of recorded positions of one asset


class Plausibility(Part):
    """When a position is believed at all; `geofence.worst_accuracy_m` says how vague it may be."""

    zero_island_m: Annotated[float, Field(ge=0)] = 1000.0  # nearer to 0, 0 a receiver says that it knows nothing
    fastest_mps: Annotated[float, Field(gt=0)] = 70.0  # farther than this speed allows from the position before ...
    jump_m: Annotated[float, Field(ge=0)] = 500.0  # ... and by more than this is not believed,
    recover_fixes: Annotated[int, Field(ge=1)] = 3  # until so many in a row agree on it: the one before was wrong


class Motion(Part):
    """When an asset with positions moves, and when it stands: a receiver's drift is no movement."""

    start_m: Annotated[float, Field(gt=0)] = 50.0  # it moves once it is farther than this from where it stood ...
    start_fixes: Annotated[int, Field(ge=1)] = 3  # ... for so many fixes in a row,
    sure_m: Annotated[float, Field(gt=0)] = 300.0  # or two as far as this
    stop_after_s: Annotated[float, Field(gt=0)] = 300.0  # it stands once it stayed within `start_m` for so long
    still_mps: Annotated[float, Field(ge=0)] = 1.5  # slower by its own speed it is not taken to move


class Clocks(Part):
    """When a device's clock is believed."""

    most_ahead_s: Annotated[float, Field(ge=0)] = 120.0  # further in the future: the time of receipt is used
    most_behind_s: Annotated[float, Field(ge=0)] = 2_592_000.0  # older than 30 days: likewise


class Locating(Part):
    """How observations become events."""

    presence: Presence = Presence()
    geofence: Geofence = Geofence()
    plausibility: Plausibility = Plausibility()
    motion: Motion = Motion()
    clocks: Clocks = Clocks()


class Quality(Part):
    """What is doubted of the data that comes in. Findings are kept with their owner; see the page's data quality."""

    unplanned_kinds: tuple[AssetKind, ...] = (AssetKind.PALLET,)  # told where they come to a place and no plan has them
    top_speed_kmh: Annotated[float, Field(gt=0)] = 130.0  # faster between two sites: one tag at two places at once
    lag_s: Annotated[float, Field(gt=0)] = 3600.0  # a clock is behind when all a device says is older by this ...
    lag_steady_s: Annotated[float, Field(gt=0)] = 600.0  # ... and evenly so for this long: no backlog drains so


class Influx(Part):
    """One InfluxDB to follow the journal into."""

    name: Code = "influx"
    url: Annotated[str, Field(pattern=r"^https?://")]
    version: Literal[1, 2, 3] = 1
    database: str = "tierview"  # 1.x database; the bucket of 2.x and 3.x
    retention_policy: str = ""  # 1.x only; empty: the database's default
    organisation: str = ""  # 2.x only
    username: str | None = None
    password: str | None = None  # ${ENV} or file:PATH
    token: str | None = None  # ${ENV} or file:PATH
    batch: Annotated[int, Field(ge=1, le=50_000)] = 2000
    timeout_s: Annotated[float, Field(gt=0)] = 20.0
    behind: Annotated[int, Field(ge=1)] = 20_000  # points; where more wait, the newest go first, and the rest ...
    backfill_per_s: Annotated[float, Field(gt=0)] = 5000.0  # ... follows, the oldest first, as many a second
    party: str = ""  # code of the party whose view it is; empty: everything
    sample_s: Annotated[float, Field(ge=1)] = 60.0  # between two samples of stock and of the gateway itself
    figures_s: Annotated[float, Field(ge=10)] = 900.0  # between two counts of the figures of the last days
    most_items: Annotated[int, Field(ge=0)] = 20_000  # parts at places that are sampled, the shortest cover first


class Shipments(Part):
    """Where plans come from besides the API."""

    csv: tuple[str, ...] = ()  # files read at start, relative to the configuration file
    edi: tuple[str, ...] = ()  # likewise: interchanges with EDIFACT DESADV or X12 856


class Config(Part):
    """The whole of config.yaml."""

    site: Site = Site()
    journal: Journal = Journal()
    http: Http = Http()
    mqtt: Mqtt = Mqtt()
    mail: Mail = Mail()
    parties: tuple[Party, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    places: tuple[Place, ...] = ()
    devices: tuple[Device, ...] = ()
    read_points: tuple[ReadPoint, ...] = ()
    inputs: tuple[DockInput, ...] = ()
    assets: tuple[AssetName, ...] = ()
    locating: Locating = Locating()
    shipments: Shipments = Shipments()
    quality: Quality = Quality()
    rules: tuple[RuleEntry, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    access: Access = Access()
    cover: Cover = Cover()
    kpis: Kpis = Kpis()
    subscriptions: tuple[Subscription, ...] = ()
    influx: tuple[Influx, ...] = ()
    outputs: Outputs = Outputs()
