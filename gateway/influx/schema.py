"""Every measurement, tag and field that tierview writes to InfluxDB, and why. Dashboards take the names from here.

Tags are indexed and each combination of their values is a series that the server keeps in memory, so
only words that the configuration bounds are tags: sites, places, tiers, parties, kinds, rules, lanes,
devices, sensor names and units, channels. Ids that grow with the goods (assets, events, alerts, shipments) are
fields. The one exception is the asset of `position`: only trackers have positions, and a map asks for
one tracker at a time. `party` is the party of the place, which the configuration knows.

A field keeps one type for ever (a second type for the same name is refused by the server), so a
sensor's value has a field for each type.

Empty texts and absent values are not written.

**Facts and samples.** Events, alerts, deliveries and the states of stops (`shipment`) come from the journal by cursors:
none is lost. `inventory`, `kpi`, `gateway` and `antenna` are samples: counted from time to time and told once. Their
time is the sample's own to the millisecond, and for `kpi` the day that it is about, so one that is told again
overwrites itself. `visit` and `load` are samples of what is counted anew when late data comes, and told
again for a week and a day: their time is when the vehicle came, and when the trailer left. Late data that moves that
moment leaves the older point.

**Bounds.** Parts are tags of `inventory` although goods have many: Grafana draws a line for each, and only parts that
somebody counts or uses at a place are told, at most a configured number. `shipment` has the shipment as a field: its
number grows with the goods. `gateway` has names and devices, which the configuration bounds. `visit` and `load`
have the vehicle as a field, and one series a place: where two come to one place in one millisecond,
a checksum of the vehicle's name tells their times apart, as the journal's number does for events.

**Time.** A point is named by measurement, tags and time: two events of one series at one time would be
one point, the later over the earlier. Devices with clocks of whole seconds produce such events by
the hundred (a pallet of tags through one door), so time must be made unique, and always in the same
way, so that a batch sent twice overwrites itself. The time of a point is the event's millisecond plus,
in nanoseconds, its number in the journal modulo a million. Numbers are never reused; two events could
only meet if they were in one series and one millisecond and an exact multiple of a million numbers
apart. (An offset from a hash of the event's id would not do: of a hundred events in one series and
microsecond, some two meet with 99 % probability over 1,000 offsets, with 0.5 % over a million.) The
exact time stands in the field `at_us`. A journal that is begun anew numbers anew: it wants a new database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import Any

from gateway.influx.samples import AntennaSample, GatewaySample, InventorySample, KpiSample, LoadSample, VisitSample
from gateway.model import (
    Alert,
    Delivery,
    DeviceEvent,
    LocationEvent,
    Micros,
    PositionEvent,
    SensorEvent,
    StopState,
)

Getter = Callable[[Any], object]

OFFSETS = 1_000_000  # nanoseconds of a millisecond


class Form(Enum):
    """How a column is written. A value of another type than its form's is left out."""

    TAG = "tag"
    NUMBER = "float"
    INTEGER = "integer"
    FLAG = "boolean"
    TEXT = "string"


@dataclass(frozen=True)
class Column:
    """A tag or a field, and where its value comes from."""

    name: str
    form: Form
    value: Getter


@dataclass(frozen=True)
class Measurement:
    """What one type of value becomes."""

    name: str
    columns: tuple[Column, ...]
    time_us: Callable[[Any], Micros]
    place: Getter | None = None  # whose party is written as the tag `party`
    asks_tier: bool = False  # the tag `tier` is that of the place, which the value does not say itself

    def names(self, *forms: Form) -> tuple[str, ...]:
        """The columns of some forms, for queries."""
        own = tuple(column.name for column in self.columns if column.form in forms)
        return (*own, "tier") if self.asks_tier and Form.TAG in forms else own


def _columns(form: Form, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, form, attrgetter(name)) for name in names)


def _tags(*names: str) -> tuple[Column, ...]:
    return _columns(Form.TAG, *names)


def _texts(*names: str) -> tuple[Column, ...]:
    return _columns(Form.TEXT, *names)


def _numbers(*names: str) -> tuple[Column, ...]:
    return _columns(Form.NUMBER, *names)


def _integers(*names: str) -> tuple[Column, ...]:
    return _columns(Form.INTEGER, *names)


def _flags(*names: str) -> tuple[Column, ...]:
    return _columns(Form.FLAG, *names)


_AT = attrgetter("at_us")
_PLACE = attrgetter("place")
_TIMES = _integers("at_us", "received_us", "recorded_us")


def alert_changed_us(alert: Alert) -> Micros:
    """When this version of an alert came to be: raised, acknowledged or ended, whichever was last."""
    return max(alert.recorded_us, alert.ended_us or 0, *(ack.at_us for ack in alert.acks), 0)


def delivery_changed_us(delivery: Delivery) -> Micros:
    """When a delivery was accepted, else when its attempt is or was due."""
    return delivery.next_us if delivery.accepted_us is None else delivery.accepted_us


LOCATION_EVENT = Measurement(
    name="location_event",
    columns=(
        *_tags("kind", "asset_kind", "tier", "place"),
        *_texts("event_id", "asset", "previous_place", "previous_tier", "parent", "read_point", "device", "shipment"),
        *_texts("time_fixed"),
        *_numbers("lat", "lon"),
        *_flags("late"),
        *_TIMES,
    ),
    time_us=_AT,
    place=_PLACE,
)

POSITION = Measurement(
    name="position",
    columns=(
        *_tags("asset", "asset_kind", "tier", "place"),
        *_texts("event_id", "device", "time_fixed"),
        *_numbers("lat", "lon", "speed_mps", "course_deg", "accuracy_m"),
        *_TIMES,
    ),
    time_us=_AT,
    place=_PLACE,
)

SENSOR = Measurement(
    name="sensor",
    columns=(
        *_tags("name", "unit", "device", "tier", "place"),
        *_texts("event_id", "asset", "time_fixed"),
        *_numbers("value"),
        Column("state", Form.FLAG, attrgetter("value")),
        Column("text", Form.TEXT, attrgetter("value")),
        *_TIMES,
    ),
    time_us=_AT,
    place=_PLACE,
)

GATEWAY_HEALTH = Measurement(
    name="gateway_health",
    columns=(
        *_tags("device", "name"),
        *_texts("event_id", "text"),
        *_flags("fault"),
        *_integers("antenna"),
        *_TIMES,
    ),
    time_us=_AT,
)

ALERT = Measurement(  # one point a version, as in the journal: raised, each acknowledgement, the end
    name="alert",
    columns=(
        *_tags("rule", "severity", "state", "lane", "tier", "place"),
        *_texts("alert_id", "subject", "reason", "text", "ended_reason", "ended_text", "shipment", "asset", "device"),
        Column("parties", Form.TEXT, lambda alert: ",".join(alert.parties)),
        Column("acks", Form.INTEGER, lambda alert: len(alert.acks)),
        *_integers("late_s", "raised_us", "recorded_us", "ended_us"),
        Column("at_us", Form.INTEGER, alert_changed_us),
    ),
    time_us=alert_changed_us,
    place=_PLACE,
)

DELIVERY = Measurement(  # one point an attempt
    name="delivery",
    columns=(
        *_tags("party", "channel", "notice", "state"),
        *_texts("delivery_id", "alert_id", "subscription", "reason"),
        *_integers("attempts", "next_us", "accepted_us", "offset_us"),
        Column("at_us", Form.INTEGER, delivery_changed_us),
    ),
    time_us=delivery_changed_us,
)

SHIPMENT = Measurement(  # one point a change of a stop: plan, estimate (in the middle, four of five between), actual
    name="shipment",
    columns=(
        *_tags("lane", "place", "status"),
        *_texts("shipment", "method"),
        *_integers("stop", "planned_us", "p10_us", "p50_us", "p90_us", "arrived_us", "departed_us", "late_s"),
        *_flags("is_last"),
        Column("at_us", Form.INTEGER, attrgetter("recorded_us")),
    ),
    time_us=attrgetter("recorded_us"),
    place=_PLACE,
    asks_tier=True,
)

INVENTORY = Measurement(  # a sample
    name="inventory",
    columns=(
        *_tags("sort", "item", "tier", "place"),
        *_numbers("quantity", "per_hour", "cover_h"),
        *_integers("at_us"),
    ),
    time_us=_AT,
    place=_PLACE,
)

KPI = Measurement(  # a sample, once for each day and again when late data came
    name="kpi",
    columns=(
        *_tags("kpi", "lane", "place", "tier", "window", "unit"),
        *_texts("definition"),
        *_numbers("value", "good", "counted"),
        *_integers("shipments", "at_us"),
    ),
    time_us=_AT,
    place=_PLACE,
)

GATEWAY = Measurement(  # a sample of what /metrics says, without its prefix
    name="gateway",
    columns=(*_tags("name", "label", "reason"), *_numbers("value"), *_integers("at_us")),
    time_us=_AT,
)

ANTENNA = Measurement(  # a sample of the last readings that a device made
    name="antenna",
    columns=(*_tags("device", "antenna"), *_numbers("rssi_dbm"), *_integers("reads", "epcs", "at_us")),
    time_us=_AT,
)

VISIT = Measurement(  # a sample, again when late data came: a vehicle at a stop
    name="visit",
    columns=(
        *_tags("place"),
        *_texts("vehicle"),
        *_integers("dwell_s", "gate_wait_s", "expected", "missed", "at_us"),
    ),
    time_us=_AT,
    place=_PLACE,
    asks_tier=True,
)

LOAD = Measurement(  # a sample, again when late data came: a trailer that left a door
    name="load",
    columns=(*_tags("place"), *_texts("trailer"), *_integers("expected", "missed", "extra", "at_us")),
    time_us=_AT,
    place=_PLACE,
    asks_tier=True,
)

MEASUREMENTS: dict[type, Measurement] = {
    LocationEvent: LOCATION_EVENT,
    PositionEvent: POSITION,
    SensorEvent: SENSOR,
    DeviceEvent: GATEWAY_HEALTH,
    Alert: ALERT,
    Delivery: DELIVERY,
    StopState: SHIPMENT,
    InventorySample: INVENTORY,
    KpiSample: KPI,
    GatewaySample: GATEWAY,
    AntennaSample: ANTENNA,
    VisitSample: VISIT,
    LoadSample: LOAD,
}
SAMPLED = (
    INVENTORY,
    KPI,
    GATEWAY,
    ANTENNA,
    VISIT,
    LOAD,
)  # nothing of the journal: what a server misses is not told again
