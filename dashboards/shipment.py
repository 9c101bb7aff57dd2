"""One shipment: what was told of it, where its trailer was, and what the sensors on it said.

Plan, estimate and actual are not written to InfluxDB: they stand on the gateway's own page.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import alert_rows, variables
from dashboards.frame import frame
from dashboards.influxql import column, select
from dashboards.panels import HALF, WHOLE, listing, positions, trend
from dashboards.query import rows, series
from gateway.influx.schema import ALERT, LOCATION_EVENT, POSITION, SENSOR

OF_SHIPMENT = "{shipment} =~ /^${{shipment:regex}}$/"
OF_ASSET = "{asset} =~ /^${{asset:regex}}$/"


def build() -> Dashboard:
    lat, lon = column(POSITION, "lat"), column(POSITION, "lon")
    return (
        frame(
            "shipment",
            "Shipment",
            "Alerts of a shipment; route and readings of the trailer or container that is chosen beside it.",
            variables.shipment(),
            variables.tracked(),
            since="now-7d",
        )
        .with_panel(
            listing(
                "What was told of it",
                "Every version of every alert of the shipment, the oldest first.",
                alert_rows.versions(OF_SHIPMENT),
                alert_rows.as_told(),
                width=WHOLE,
            )
        )
        .with_panel(
            positions(
                "Route",
                "Where the trailer or container was.",
                rows(select("{lat}, {lon}, {speed_mps}, {tier}, {place}", POSITION, OF_ASSET)),
                lat,
                lon,
                route=True,
                width=HALF,
            )
        )
        .with_panel(
            listing(
                "Arrived, left, loaded",
                "Location events of the trailer or container, and of what was loaded into it.",
                rows(
                    select(
                        "{kind}, {asset}, {place}, {tier}, {parent}, {device}",
                        LOCATION_EVENT,
                        f"({OF_ASSET} OR {{parent}} =~ /^${{{{asset:regex}}}}$/)",
                    )
                ),
                height=14,
            )
        )
        .with_panel(
            trend(
                "Late",
                "How late the shipment's alerts said that it was.",
                series(
                    select("max({late_s})", ALERT, OF_SHIPMENT, by="time($__interval), {rule}", fill="none"),
                    "$tag_rule",
                ),
                unit="s",
            )
        )
        .with_panel(
            trend(
                "Speed",
                "Of the trailer or container, by its tracker.",
                series(select("mean({speed_mps})", POSITION, OF_ASSET, by="time($__interval)", fill="none"), "speed"),
                unit="velocityms",
            )
        )
        .with_panel(
            trend(
                "Readings",
                "Sensors on the trailer or container: temperature, humidity, light, shocks.",
                series(
                    select("mean({value})", SENSOR, OF_ASSET, by="time($__interval), {name}, {unit}", fill="none"),
                    "$tag_name $tag_unit",
                ),
                width=WHOLE,
            )
        )
    )
