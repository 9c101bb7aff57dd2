"""Where the goods are by tier, what is late, and where the trucks are."""

from __future__ import annotations

from grafana_foundation_sdk.builders import geomap, table
from grafana_foundation_sdk.builders.dashboard import Dashboard, DashboardLink
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

from dashboards import alert_rows
from dashboards.frame import address, frame
from dashboards.influxql import column, select
from dashboards.panels import HALF, HIGH, WHOLE, by_severity, by_tier, figure, listing, positions, rows_counted, trend
from dashboards.query import rows, series
from gateway.influx.schema import ALERT, LOCATION_EVENT, POSITION
from gateway.model import AlertState

OPEN = f"{{state}} = '{AlertState.OPEN}'"


def build() -> Dashboard:
    return (
        frame("control-tower", "Control tower", "Tiers, alerts, lanes and positions at a glance.")
        .with_panel(
            by_tier(
                figure(
                    "Assets seen, by tier",
                    "Different assets with a location event in the time shown, by the tier that it brought them to.",
                    series(select("count(distinct({asset}))", LOCATION_EVENT, by="{tier}"), "$tag_tier"),
                    width=18,
                )
            )
        )
        .with_panel(
            rows_counted(
                "Open alerts",
                "Of those of which there is news in the time shown.",
                alert_rows.versions(),
                *alert_rows.open_now(),
                column=alert_rows.ID,
            )
        )
        .with_panel(_map())
        .with_panel(_alerts())
        .with_panel(
            trend(
                "Late, by lane",
                "The most that an open alert of the lane was late by.",
                series(select("max({late_s})", ALERT, OPEN, by="time($__interval), {lane}", fill="none"), "$tag_lane"),
                unit="s",
            )
        )
        .with_panel(
            by_severity(
                trend(
                    "Alerts told, by severity",
                    "Alerts with a new open version: raised, worse, or acknowledged.",
                    series(
                        select(
                            "count(distinct({alert_id}))",
                            ALERT,
                            OPEN,
                            by="time($__interval), {severity}",
                            fill="none",
                        ),
                        "$tag_severity",
                    ),
                    stacked=True,
                )
            )
        )
        .with_panel(
            by_tier(
                trend(
                    "Movements, by tier",
                    "Location events by the tier that they brought the goods to.",
                    series(
                        select("count({at_us})", LOCATION_EVENT, by="time($__interval), {tier}", fill="none"),
                        "$tag_tier",
                    ),
                    width=WHOLE,
                    stacked=True,
                )
            )
        )
    )


def _map() -> geomap.Panel:
    lat, lon = column(POSITION, "lat"), column(POSITION, "lon")
    newest = select(
        "last({lat}) AS {lat}, last({lon}) AS {lon}, last({speed_mps}) AS {speed_mps}", POSITION, by="{asset}"
    )
    return positions(
        "Positions", "The newest position of every tracker.", rows(newest), lat, lon, route=False, width=HALF
    )


def _alerts() -> table.Panel:
    story = (
        DashboardLink("Shipment")
        .type(DashboardLinkType.LINK)
        .url(f"/d/{address('shipment')}?var-shipment=${{__data.fields.Shipment}}&${{__url_time_range}}")
    )
    return listing(
        "Open alerts, the newest version of each",
        "What is late, by how much, where, and who has taken note.",
        alert_rows.versions(),
        *alert_rows.open_now(),
        alert_rows.to_read(),
        width=HALF,
        height=HIGH,
    ).data_links([story])
