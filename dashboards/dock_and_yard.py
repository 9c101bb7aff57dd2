"""What moves through doors, gates and yards, and what is reported of it late."""

from __future__ import annotations

from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import alert_rows, variables
from dashboards.frame import frame
from dashboards.influxql import select
from dashboards.panels import HALF, WHOLE, figure, listing, trend
from dashboards.query import rows, series
from dashboards.transformations import titled
from gateway.influx.schema import LOCATION_EVENT

HERE = "{place} =~ /^${{place:regex}}$/"


def build() -> Dashboard:
    return (
        frame("dock-and-yard", "Dock and yard", "Movements by place, door and kind.", variables.place(), since="now-6h")
        .with_panel(
            figure(
                "Movements",
                "Location events in the time shown, by what happened.",
                series(select("count({at_us})", LOCATION_EVENT, HERE, by="{kind}"), "$tag_kind"),
                width=WHOLE,
            )
        )
        .with_panel(
            trend(
                "Movements, by place",
                "Location events a minute.",
                series(
                    select("count({at_us})", LOCATION_EVENT, HERE, by="time(1m), {place}", fill="none"), "$tag_place"
                ),
                stacked=True,
            )
        )
        .with_panel(
            trend(
                "Movements, by what happened",
                "Arrived, moved, left, loaded, unloaded.",
                series(
                    select("count({at_us})", LOCATION_EVENT, HERE, by="time($__interval), {kind}", fill="none"),
                    "$tag_kind",
                ),
                stacked=True,
            )
        )
        .with_panel(
            trend(
                "Assets, by their kind",
                "Different assets that moved: parts, pallets, returnable items, containers, trailers.",
                series(
                    select(
                        "count(distinct({asset}))",
                        LOCATION_EVENT,
                        HERE,
                        by="time($__interval), {asset_kind}",
                        fill="none",
                    ),
                    "$tag_asset_kind",
                ),
                stacked=True,
            )
        )
        .with_panel(
            trend(
                "Known late, by place",
                "Events that belong before something already recorded of the same asset: a reader that was offline.",
                series(
                    select(
                        "count({at_us})",
                        LOCATION_EVENT,
                        HERE,
                        "{late} = true",
                        by="time($__interval), {place}",
                        fill="none",
                    ),
                    "$tag_place",
                ),
                stacked=True,
            )
        )
        .with_panel(_last_at_each_place())
        .with_panel(
            listing(
                "Open alerts of these places",
                "Late, waiting too long, at the wrong place.",
                alert_rows.versions(HERE),
                *alert_rows.open_now(),
                alert_rows.to_read(),
                width=HALF,
            )
        )
    )


def _last_at_each_place() -> table.Panel:
    newest = select("last({at_us}) AS {at_us}, {asset}, {kind}, {device}", LOCATION_EVENT, HERE, by="{place}")
    return listing(
        "Last movement, by place", "The newest location event of each.", rows(newest), titled({"Time": "When"})
    )
