"""Months and years, from the hourly sums that outlive the points.

`tierview influx setup` makes the sums on 1.x (continuous queries) and 2.x (tasks); a 3.x server has none, and there
this dashboard stays empty.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.frame import frame
from dashboards.influxql import select
from dashboards.panels import WHOLE, by_tier, trend
from dashboards.query import series
from gateway.influx.schema import ALERT, DELIVERY, LOCATION_EVENT, SENSOR, Measurement
from gateway.influx.wanted import ROLLUPS, Rollup

DAY = "time(1d)"


def build() -> Dashboard:
    says = "From the hourly sums of `tierview influx setup`, on InfluxDB 1.x and 2.x."
    return (
        frame("long-run", "Long run", says, since="now-90d")
        .with_panel(
            by_tier(
                trend(
                    "Movements a day, by tier",
                    "Location events by the tier that they brought the goods to.",
                    series(
                        select("sum({events})", sums(LOCATION_EVENT), by=f"{DAY}, {{tier}}", fill="none"), "$tag_tier"
                    ),
                    stacked=True,
                )
            )
        )
        .with_panel(
            trend(
                "Versions of alerts a day, by lane",
                "Raised, worse, acknowledged, ended.",
                series(select("sum({versions})", sums(ALERT), by=f"{DAY}, {{lane}}", fill="none"), "$tag_lane"),
                stacked=True,
            )
        )
        .with_panel(
            trend(
                "Attempts to deliver a day",
                "By how they ended.",
                series(select("sum({attempts})", sums(DELIVERY), by=f"{DAY}, {{state}}", fill="none"), "$tag_state"),
                stacked=True,
            )
        )
        .with_panel(
            trend(
                "Skew",
                "From release to acceptance: the mean of the hours' means.",
                series(
                    select("mean({offset_us})", sums(DELIVERY), by=f"{DAY}, {{channel}}", fill="none"), "$tag_channel"
                ),
                unit="µs",
            )
        )
        .with_panel(
            trend(
                "Sensors",
                "The least and the most of each day.",
                series(
                    select("min({least})", sums(SENSOR), by=f"{DAY}, {{name}}, {{unit}}", fill="none"),
                    "$tag_name $tag_unit, least",
                ),
                series(
                    select("max({most})", sums(SENSOR), by=f"{DAY}, {{name}}, {{unit}}", fill="none"),
                    "$tag_name $tag_unit, most",
                ),
                width=WHOLE,
            )
        )
    )


def sums(of: Measurement) -> Rollup:
    """The hourly sums of a measurement."""
    return next(one for one in ROLLUPS if one.source is of)
