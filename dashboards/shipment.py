"""One shipment: plan, estimate and actual, what was told of it, where its trailer was, what the sensors on it said."""

from __future__ import annotations

from grafana_foundation_sdk.builders import geomap, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import alert_rows, variables
from dashboards.frame import frame
from dashboards.influxql import OVER_TIME, column, select
from dashboards.panels import HALF, HIGH, WHOLE, listing, positions, times_of, trend
from dashboards.query import rows, series
from dashboards.transformations import last, newest_by, titled
from gateway.influx.schema import ALERT, LOCATION_EVENT, POSITION, SENSOR, SHIPMENT

OF_SHIPMENT = "{shipment} =~ /^${{shipment:regex}}$/"
LAST_STOP = "{is_last} = true"
STOP_TITLES = {
    column(SHIPMENT, "place"): "Place",
    column(SHIPMENT, "status"): "Status",
    column(SHIPMENT, "planned_us"): "Planned until",
    column(SHIPMENT, "p10_us"): "At the earliest",
    column(SHIPMENT, "p50_us"): "Estimated",
    column(SHIPMENT, "p90_us"): "At the latest",
    column(SHIPMENT, "arrived_us"): "Arrived",
    column(SHIPMENT, "departed_us"): "Departed",
    column(SHIPMENT, "late_s"): "Late",
    column(SHIPMENT, "method"): "Method",
}
OF_ASSET = "{asset} =~ /^${{asset:regex}}$/"
OF_ASSET_OR_IN_IT = "({asset} =~ /^${{asset:regex}}$/ OR {parent} =~ /^${{asset:regex}}$/)"


def build() -> Dashboard:
    says = "Alerts of a shipment; route and readings of the trailer or container that is chosen beside it."
    return (
        frame("shipment", "Shipment", says, variables.shipment(), variables.tracked(), since="now-7d")
        .with_panel(_stops())
        .with_panel(_expected())
        .with_panel(_behind())
        .with_panel(_told())
        .with_panel(_route())
        .with_panel(_movements())
        .with_panel(_late())
        .with_panel(_speed())
        .with_panel(_readings())
    )


def _stops() -> table.Panel:
    names = ("stop", "place", "status", "planned_us", "p10_us", "p50_us", "p90_us", "arrived_us", "departed_us")
    shown = [f"{{{name}}} / 1000 AS {{{name}}}" if name.endswith("_us") else f"{{{name}}}" for name in names]
    query = select(", ".join((*shown, "{late_s}, {method}")), SHIPMENT, OF_SHIPMENT)
    stop = column(SHIPMENT, "stop")
    others = [column(SHIPMENT, name) for name in (*names[1:], "late_s", "method")]
    titles = {stop: "Stop"} | {last(name): STOP_TITLES[name] for name in others}
    says = "Plan, estimate (four of five arrive between its ends) and actual of each stop, as told last."
    panel = listing("Stops", says, rows(query), newest_by(stop, *others), titled(titles), width=WHOLE)
    return times_of(panel, *(title for name, title in STOP_TITLES.items() if name.endswith("_us")))


def _expected() -> timeseries.Panel:
    """Plan, estimate and actual as lines of instants over the time at which each was told."""
    drawn = {"planned_us": "planned", "p10_us": "10 %", "p50_us": "estimated", "p90_us": "90 %", "arrived_us": "actual"}
    queries = [
        series(select(f"last({{{name}}}) / 1000", SHIPMENT, OF_SHIPMENT, LAST_STOP, by=OVER_TIME, fill="none"), word)
        for name, word in drawn.items()
    ]
    says = "Of the last stop: what was planned, expected and came true, over the time at which it was told."
    return trend("Arrival: plan, estimate, actual", says, *queries, unit="dateTimeAsIso", starts_at_zero=False)


def _behind() -> timeseries.Panel:
    query = select("last({late_s})", SHIPMENT, OF_SHIPMENT, by=f"{OVER_TIME}, {{place}}", fill="none")
    says = "How long after the window's end each stop is expected or was reached; below zero: before it."
    return trend("Late, by stop", says, series(query, "$tag_place"), unit="s", starts_at_zero=False)


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
    return trend(
        "Late, as alerts said", "How late the shipment's alerts said that it was.", series(query, "$tag_rule"), unit="s"
    )


def _speed() -> timeseries.Panel:
    query = select("mean({speed_mps})", POSITION, OF_ASSET, by=OVER_TIME, fill="none")
    says = "Of the trailer or container, by its tracker."
    return trend("Speed", says, series(query, "speed"), unit="velocityms")


def _readings() -> timeseries.Panel:
    query = select("mean({value})", SENSOR, OF_ASSET, by=f"{OVER_TIME}, {{name}}, {{unit}}", fill="none")
    says = "Sensors on the trailer or container: temperature, humidity, light, shocks."
    return trend("Readings", says, series(query, "$tag_name $tag_unit"), width=WHOLE)
