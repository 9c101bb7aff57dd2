"""What moves through doors, gates and yards, how long vehicles wait there, and what should have been read."""

from __future__ import annotations

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import alert_rows, variables
from dashboards.frame import frame
from dashboards.influxql import OVER_TIME, column, select
from dashboards.panels import HALF, WHOLE, dots, figure, listing, trend
from dashboards.query import rows, series
from dashboards.transformations import TIME, titled
from gateway.influx.schema import GATEWAY, LOAD, LOCATION_EVENT, VISIT

HERE = "{place} =~ /^${{place:regex}}$/"
LATE = "{late} = true"
NOT_LOADED = "Goods that a trailer should have taken along, and that no door saw go in when it left."
NOT_RECEIVED = "Units of shipments that arrived, and that were never read at their last stop."


def build() -> Dashboard:
    says = "Movements by door, each visit with its waits, missed reads, and reads a minute."
    return (
        frame("dock-and-yard", "Dock and yard", says, variables.place(), since="now-6h")
        .with_panel(_kinds())
        .with_panel(_missed_there())
        .with_panel(_missed_here())
        .with_panel(_dwell())
        .with_panel(_gate_wait())
        .with_panel(_missed())
        .with_panel(_loads())
        .with_panel(_by_place())
        .with_panel(_known_late())
        .with_panel(_by_kind())
        .with_panel(_by_asset_kind())
        .with_panel(_last_at_each_place())
        .with_panel(_alerts())
        .with_panel(_reads())
    )


def _kinds() -> stat.Panel:
    query = select("count({at_us})", LOCATION_EVENT, HERE, by="{kind}")
    says = "Location events in the time shown, by what happened."
    return figure("Movements", says, series(query, "$tag_kind"), width=HALF)


def _missed_there() -> stat.Panel:
    query = series(select("sum({missed})", LOAD, HERE), "missed")
    return figure("Missed at loading", f"{NOT_LOADED} In the time shown.", query)


def _missed_here() -> stat.Panel:
    query = series(select("sum({missed})", VISIT, HERE), "missed")
    return figure("Missed at receipt", f"{NOT_RECEIVED} In the time shown.", query)


def _dwell() -> timeseries.Panel:
    query = select("{dwell_s}", VISIT, HERE, by="{place}")
    says = "From coming to leaving, one dot a visit of a shipment's vehicle at a stop, at the moment it came."
    return dots(trend("Dwell, each visit", says, series(query, "$tag_place"), unit="s"))


def _gate_wait() -> timeseries.Panel:
    query = select("{gate_wait_s}", VISIT, HERE, by="{place}")
    says = "From a gate to a door of the same site, one dot a visit, at the moment it came."
    return dots(trend("Gate wait, each visit", says, series(query, "$tag_place"), unit="s"))


def _missed() -> timeseries.Panel:
    by = f"{OVER_TIME}, {{place}}"
    loaded = series(select("sum({missed})", LOAD, HERE, by=by, fill="none"), "$tag_place, loading")
    received = series(select("sum({missed})", VISIT, HERE, by=by, fill="none"), "$tag_place, receipt")
    says = f"{NOT_LOADED} {NOT_RECEIVED}"
    return trend("Missed reads, by door and place", says, loaded, received, stacked=True)


def _loads() -> table.Panel:
    query = select("{trailer}, {place}, {expected}, {expected} - {missed} AS seen, {missed}, {extra}", LOAD, HERE)
    words = {"trailer": "Trailer", "place": "Door", "expected": "Expected"}
    names = {column(LOAD, word): title for word, title in words.items()} | {"seen": "Seen"}
    names |= {column(LOAD, "missed"): "Missed", column(LOAD, "extra"): "Without a plan", TIME: "Left"}
    says = "Of each trailer that left a door: goods that its plans say, and those seen to go in."
    return listing("Loads, expected and seen", says, rows(query), titled(names), width=HALF)


def _reads() -> timeseries.Panel:
    """By reader, not by place: a reader counts all of its antennas as one."""
    counted = "{name} = 'device_readings_total'"
    what = "non_negative_derivative(last({value}), 1m)"
    query = select(what, GATEWAY, counted, by="time(1m), {label}", fill="none")
    says = "What each reader or other device told a minute, before it is made into movements."
    return trend("Reads a minute, by reader", says, series(query, "$tag_label"), width=WHOLE)


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
