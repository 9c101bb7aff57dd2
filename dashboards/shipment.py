"""One shipment: what was told of it, where its trailer was, and what the sensors on it said.

Plan, estimate and actual are not written to InfluxDB: they stand on the gateway's own page.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import geomap, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import alert_rows, variables
from dashboards.frame import frame
from dashboards.influxql import OVER_TIME, column, select
from dashboards.panels import HALF, HIGH, WHOLE, listing, positions, trend
from dashboards.query import rows, series
from gateway.influx.schema import ALERT, LOCATION_EVENT, POSITION, SENSOR

OF_SHIPMENT = "{shipment} =~ /^${{shipment:regex}}$/"
OF_ASSET = "{asset} =~ /^${{asset:regex}}$/"
OF_ASSET_OR_IN_IT = "({asset} =~ /^${{asset:regex}}$/ OR {parent} =~ /^${{asset:regex}}$/)"


def build() -> Dashboard:
    says = "Alerts of a shipment; route and readings of the trailer or container that is chosen beside it."
    return (
        frame("shipment", "Shipment", says, variables.shipment(), variables.tracked(), since="now-7d")
        .with_panel(_told())
        .with_panel(_route())
        .with_panel(_movements())
        .with_panel(_late())
        .with_panel(_speed())
        .with_panel(_readings())
    )


def _told() -> table.Panel:
    says = "Every version of every alert of the shipment, the oldest first."
    versions = alert_rows.versions(OF_SHIPMENT)
    return listing("What was told of it", says, versions, alert_rows.as_told(), width=WHOLE)


def _route() -> geomap.Panel:
    query = select("{lat}, {lon}, {speed_mps}, {tier}, {place}", POSITION, OF_ASSET)
    lat, lon = column(POSITION, "lat"), column(POSITION, "lon")
    return positions("Route", "Where the trailer or container was.", rows(query), lat, lon, route=True, width=HALF)


def _movements() -> table.Panel:
    query = select("{kind}, {asset}, {place}, {tier}, {parent}, {device}", LOCATION_EVENT, OF_ASSET_OR_IN_IT)
    says = "Location events of the trailer or container, and of what was loaded into it."
    return listing("Arrived, left, loaded", says, rows(query), height=HIGH)


def _late() -> timeseries.Panel:
    query = select("max({late_s})", ALERT, OF_SHIPMENT, by=f"{OVER_TIME}, {{rule}}", fill="none")
    return trend("Late", "How late the shipment's alerts said that it was.", series(query, "$tag_rule"), unit="s")


def _speed() -> timeseries.Panel:
    query = select("mean({speed_mps})", POSITION, OF_ASSET, by=OVER_TIME, fill="none")
    says = "Of the trailer or container, by its tracker."
    return trend("Speed", says, series(query, "speed"), unit="velocityms")


def _readings() -> timeseries.Panel:
    query = select("mean({value})", SENSOR, OF_ASSET, by=f"{OVER_TIME}, {{name}}, {{unit}}", fill="none")
    says = "Sensors on the trailer or container: temperature, humidity, light, shocks."
    return trend("Readings", says, series(query, "$tag_name $tag_unit"), width=WHOLE)
