"""The gateway's own work: what it writes, how long things take to reach it and to be kept, whose clocks it repaired.

Queues, commit times and the hours of buffer left are told at /metrics, for Prometheus: InfluxDB would not hear of
them just when they matter.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.frame import frame
from dashboards.influxql import select, select_from
from dashboards.panels import WHOLE, trend
from dashboards.query import InfluxQuery, series
from gateway.influx.schema import LOCATION_EVENT, MEASUREMENTS, POSITION, SENSOR, Measurement

TIMED = (LOCATION_EVENT, POSITION, SENSOR)


def build() -> Dashboard:
    return (
        frame("gateway", "Gateway", "Points written, delays on the way in, clocks repaired.", since="now-6h")
        .with_panel(
            trend(
                "Points a minute",
                "What this server got, by measurement.",
                *(
                    series(select("count({at_us})", one, by="time(1m)", fill="none"), one.name)
                    for one in MEASUREMENTS.values()
                ),
                width=WHOLE,
            )
        )
        .with_panel(
            trend(
                "From event to gateway",
                "Mean and longest: links, buffers of devices, clocks.",
                *(query for one in TIMED for query in _delays(one, "({received_us} - {at_us}) / 1000 AS late")),
                unit="ms",
            )
        )
        .with_panel(
            trend(
                "From gateway to journal",
                "Mean and longest: an input is acknowledged only after this.",
                *(query for one in TIMED for query in _delays(one, "({recorded_us} - {received_us}) / 1000 AS late")),
                unit="ms",
            )
        )
        .with_panel(
            trend(
                "Known late",
                "Events that belong before something already recorded of the same asset.",
                series(
                    select(
                        "count({at_us})", LOCATION_EVENT, "{late} = true", by="time($__interval), {site}", fill="none"
                    ),
                    "$tag_site",
                ),
                stacked=True,
            )
        )
        .with_panel(
            trend(
                "Clocks repaired",
                "Events whose device's clock was not believed, by measurement.",
                *(
                    series(
                        select("count({at_us})", one, "{time_fixed} =~ /./", by="time($__interval)", fill="none"),
                        one.name,
                    )
                    for one in TIMED
                ),
                stacked=True,
            )
        )
    )


def _delays(of: Measurement, what: str) -> tuple[InfluxQuery, InfluxQuery]:
    inner = select(what, of)
    over = "time($__interval)"
    return (
        series(select_from("mean(late)", inner, by=over, fill="none"), f"{of.name}, mean"),
        series(select_from("max(late)", inner, by=over, fill="none"), f"{of.name}, longest"),
    )
