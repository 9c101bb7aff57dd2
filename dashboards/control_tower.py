"""Where the goods are by tier, what is late, and where the trucks are."""

from __future__ import annotations

from grafana_foundation_sdk.builders import geomap, stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard, DashboardLink
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

from dashboards import alert_rows
from dashboards.frame import address, frame
from dashboards.influxql import OVER_TIME, column, select
from dashboards.panels import HALF, HIGH, WHOLE, by_severity, by_tier, figure, listing, positions, rows_counted, trend
from dashboards.query import rows, series
from gateway.influx.schema import ALERT, LOCATION_EVENT, POSITION
from gateway.model import AlertState

OPEN = f"{{state}} = '{AlertState.OPEN}'"


def build() -> Dashboard:
    return (
        frame("control-tower", "Control tower", "Tiers, alerts, lanes and positions at a glance.")
        .with_panel(_tiers())
        .with_panel(_open())
        .with_panel(_map())
        .with_panel(_alerts())
        .with_panel(_late_by_lane())
        .with_panel(_told())
        .with_panel(_movements())
    )


def _tiers() -> stat.Panel:
    query = series(select("count(distinct({asset}))", LOCATION_EVENT, by="{tier}"), "$tag_tier")
    says = "Different assets with a location event in the time shown, by the tier that it brought them to."
    return by_tier(figure("Assets seen, by tier", says, query, width=18))


def _open() -> stat.Panel:
    return rows_counted(
        "Open alerts",
        "Of those of which there is news in the time shown.",
        alert_rows.versions(),
        *alert_rows.open_now(),
        column=alert_rows.ID,
    )


def _map() -> geomap.Panel:
    lat, lon = column(POSITION, "lat"), column(POSITION, "lon")
    newest = select(
        "last({lat}) AS {lat}, last({lon}) AS {lon}, last({speed_mps}) AS {speed_mps}", POSITION, by="{asset}"
    )
    says = "The newest position of every tracker."
    return positions("Positions", says, rows(newest), lat, lon, route=False, width=HALF)


def _alerts() -> table.Panel:
    story = f"/d/{address('shipment')}?var-shipment=${{__data.fields.Shipment}}&${{__url_time_range}}"
    return listing(
        "Open alerts, the newest version of each",
        "What is late, by how much, where, and who has taken note.",
        alert_rows.versions(),
        *alert_rows.open_now(),
        alert_rows.to_read(),
        width=HALF,
        height=HIGH,
    ).data_links([DashboardLink("Shipment").type(DashboardLinkType.LINK).url(story)])


def _late_by_lane() -> timeseries.Panel:
    query = select("max({late_s})", ALERT, OPEN, by=f"{OVER_TIME}, {{lane}}", fill="none")
    says = "The most that an open alert of the lane was late by."
    return trend("Late, by lane", says, series(query, "$tag_lane"), unit="s")


def _told() -> timeseries.Panel:
    query = select("count(distinct({alert_id}))", ALERT, OPEN, by=f"{OVER_TIME}, {{severity}}", fill="none")
    says = "Alerts with a new open version: raised, worse, or acknowledged."
    return by_severity(trend("Alerts told, by severity", says, series(query, "$tag_severity"), stacked=True))


def _movements() -> timeseries.Panel:
    query = select("count({at_us})", LOCATION_EVENT, by=f"{OVER_TIME}, {{tier}}", fill="none")
    says = "Location events by the tier that they brought the goods to."
    return by_tier(trend("Movements, by tier", says, series(query, "$tag_tier"), width=WHOLE, stacked=True))
