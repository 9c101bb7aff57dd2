"""What moves through doors, gates and yards, and what is reported of it late."""

from __future__ import annotations

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import alert_rows, variables
from dashboards.frame import frame
from dashboards.influxql import OVER_TIME, column, select
from dashboards.panels import HALF, WHOLE, figure, listing, trend
from dashboards.query import rows, series
from dashboards.transformations import TIME, titled
from gateway.influx.schema import LOCATION_EVENT

HERE = "{place} =~ /^${{place:regex}}$/"
LATE = "{late} = true"


def build() -> Dashboard:
    says = "Movements by place, door and kind."
    return (
        frame("dock-and-yard", "Dock and yard", says, variables.place(), since="now-6h")
        .with_panel(_kinds())
        .with_panel(_by_place())
        .with_panel(_by_kind())
        .with_panel(_by_asset_kind())
        .with_panel(_known_late())
        .with_panel(_last_at_each_place())
        .with_panel(_alerts())
    )


def _kinds() -> stat.Panel:
    query = select("count({at_us})", LOCATION_EVENT, HERE, by="{kind}")
    says = "Location events in the time shown, by what happened."
    return figure("Movements", says, series(query, "$tag_kind"), width=WHOLE)


def _by_place() -> timeseries.Panel:
    query = select("count({at_us})", LOCATION_EVENT, HERE, by="time(1m), {place}", fill="none")
    return trend("Movements, by place", "Location events a minute.", series(query, "$tag_place"), stacked=True)


def _by_kind() -> timeseries.Panel:
    query = select("count({at_us})", LOCATION_EVENT, HERE, by=f"{OVER_TIME}, {{kind}}", fill="none")
    says = "Arrived, moved, left, loaded, unloaded."
    return trend("Movements, by what happened", says, series(query, "$tag_kind"), stacked=True)


def _by_asset_kind() -> timeseries.Panel:
    by = f"{OVER_TIME}, {{asset_kind}}"
    query = select("count(distinct({asset}))", LOCATION_EVENT, HERE, by=by, fill="none")
    says = "Different assets that moved: parts, pallets, returnable items, containers, trailers."
    return trend("Assets, by their kind", says, series(query, "$tag_asset_kind"), stacked=True)


def _known_late() -> timeseries.Panel:
    query = select("count({at_us})", LOCATION_EVENT, HERE, LATE, by=f"{OVER_TIME}, {{place}}", fill="none")
    says = "Events that belong before something already recorded of the same asset: a reader that was offline."
    return trend("Known late, by place", says, series(query, "$tag_place"), stacked=True)


def _last_at_each_place() -> table.Panel:
    query = select("last({at_us}) AS {at_us}, {asset}, {kind}, {device}", LOCATION_EVENT, HERE, by="{place}")
    names = {TIME: "When"} | {column(LOCATION_EVENT, name): name.capitalize() for name in ("place", "kind", "asset")}
    steps = titled(names, without=(column(LOCATION_EVENT, "at_us"),))
    return listing("Last movement, by place", "The newest location event of each.", rows(query), steps, width=HALF)


def _alerts() -> table.Panel:
    return listing(
        "Open alerts of these places",
        "Late, waiting too long, at the wrong place.",
        alert_rows.versions(HERE),
        *alert_rows.open_now(),
        alert_rows.to_read(),
        width=HALF,
    )
