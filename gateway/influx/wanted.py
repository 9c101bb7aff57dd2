"""What a server should hold for us besides points: retention, hourly sums that outlive them, and a reader for Grafana.

The same for 1.x (retention policies, continuous queries, users) and 2.x (buckets, tasks, authorizations); 3.x has one
retention a database and no tasks. Names of measurements and fields come from the schema.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from gateway.influx.schema import ALERT, DELIVERY, LOCATION_EVENT, SENSOR, Measurement

HOURLY = "hourly"  # the policy, or the bucket's ending, of what is summed up
Function = Literal["mean", "min", "max", "count"]


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """One number an hour."""

    function: Function
    field: str
    name: str


class Rollup(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement, hour by hour, by all of its tags."""

    source: Measurement
    sums: tuple[Sum, ...]

    @property
    def name(self) -> str:
        return f"{self.source.name}_1h"


ROLLUPS = (
    Rollup(
        source=SENSOR,
        sums=(
            Sum(function="mean", field="value", name="value"),
            Sum(function="min", field="value", name="least"),
            Sum(function="max", field="value", name="most"),
        ),
    ),
    Rollup(source=LOCATION_EVENT, sums=(Sum(function="count", field="at_us", name="events"),)),
    Rollup(source=ALERT, sums=(Sum(function="count", field="raised_us", name="versions"),)),
    Rollup(
        source=DELIVERY,
        sums=(
            Sum(function="count", field="attempts", name="attempts"),
            Sum(function="mean", field="offset_us", name="offset_us"),
        ),
    ),
)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How a server is to be set up."""

    database: str  # 1.x database; 2.x bucket; 3.x database
    policy: str  # 1.x retention policy of the points
    organisation: str
    keep_days: int  # of the points; 0: for ever
    keep_hourly_days: int  # of the sums; 0: for ever
    reader: str  # the read-only user, or what its authorization is called; empty: none
    reader_password: str  # 1.x only


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked for on the server."""

    what: str
    state: Literal["unchanged", "made", "changed"]
    secret: str = ""  # shown once: a token that was made


def hours_text(days: int) -> str:
    """A duration as 1.x shows it: 2160h0m0s; 0s for ever."""
    return f"{days * 24}h0m0s" if days else "0s"
