"""The figures of the trade, each with its definition beside it: the gateway's own, drawn day by day."""

from __future__ import annotations

from collections.abc import Iterator

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.frame import frame
from dashboards.influxql import column, select
from dashboards.panels import HALF, THIRD, WHOLE, figure, listing, trend
from dashboards.query import rows, series
from dashboards.transformations import titled
from gateway.influx.schema import KPI

DAY, MONTH = "{window} = '1d'", "{window} = '30d'"
ALL = "{lane} = '' AND {place} = '' AND {tier} = ''"  # over everything: a point without these tags
BY_LANE = "{lane} != ''"
BY_PLACE = "{place} != ''"
DAILY = "time(1d)"
OVER_LANES = ("lane", "tier")  # what is over all lanes stays when one is chosen; what is of a lane has no tier


def build() -> Dashboard:
    says = "On time in full, lead time, dwell, detention, CO2e: as the gateway counts them, anew when late data comes."
    board = frame("kpis", "KPIs", says, since="now-30d")
    for panel in _figures():
        board = board.with_panel(panel)
    for lines in (_otif(), _lead(), *_of_lanes()):
        board = board.with_panel(lines)
    return (
        board.with_panel(_dwell())
        .with_panel(_detention())
        .with_panel(_carbon())
        .with_panel(_quality())
        .with_panel(_definitions())
    )


def _figures() -> Iterator[stat.Panel]:
    """The month that ends with the newest day."""
    for title, says, held, unit in (
        ("On time in full", "Over 30 days; its definition stands below.", "{kpi} =~ /^otif_/", "percent"),
        ("Lead time", "P50, P80 and P95 over 30 days.", "{kpi} =~ /^lead_time_p/", "h"),
        ("Detention", "Hours beyond the free time over 30 days.", "{kpi} = 'detention'", "h"),
        ("CO2e", "Kilograms over 30 days.", "{kpi} = 'co2e'", "masskg"),
    ):
        query = select("last({value})", KPI, MONTH, ALL, held, by="{kpi}", free=OVER_LANES)
        yield figure(title, says, series(query, "$tag_kpi"), unit=unit)


def _daily(title: str, says: str, held: str, unit: str) -> timeseries.Panel:
    query = select("last({value})", KPI, DAY, ALL, held, by=f"{DAILY}, {{kpi}}", fill="none", free=OVER_LANES)
    return trend(title, says, series(query, "$tag_kpi"), unit=unit, width=HALF)


def _otif() -> timeseries.Panel:
    return _daily("On time in full, by day", "Of the shipments due that day.", "{kpi} =~ /^otif_/", "percent")


def _lead() -> timeseries.Panel:
    says = "From the first departure to the last arrival, of the shipments due that day."
    return _daily("Lead time, by day", says, "{kpi} =~ /^lead_time_p/", "h")


def _by_lane(title: str, says: str, held: str, unit: str, width: int) -> timeseries.Panel:
    query = select("last({value})", KPI, MONTH, BY_LANE, held, by=f"{DAILY}, {{lane}}", fill="none", free=("tier",))
    return trend(title, says, series(query, "$tag_lane"), unit=unit, width=width)


def _of_lanes() -> Iterator[timeseries.Panel]:
    """Over the 30 days that end with each day, so that a lane of few shipments has a line, too."""
    says = "From the first departure to the last arrival over 30 days: {} of 100 shipments are quicker."
    for percent in (50, 80, 95):
        held = f"{{kpi}} = 'lead_time_p{percent}'"
        yield _by_lane(f"Lead time P{percent}, by lane", says.format(percent), held, "h", THIRD)
    says = "Share of the shipments due within 30 days that came in time and whole; how it is counted stands below."
    yield _by_lane("On time in full, by lane", says, "{kpi} =~ /^otif_/", "percent", HALF)
    says = "Standard deviation by mean over 30 days: the lane that cannot be relied on."
    yield _by_lane("Variation of lead time, by lane", says, "{kpi} = 'lead_time_variation'", "percent", HALF)


def _dwell() -> timeseries.Panel:
    held = "{kpi} = 'dwell_p80'"
    query = select("last({value})", KPI, DAY, BY_PLACE, held, by=f"{DAILY}, {{place}}", fill="none", free=OVER_LANES)
    says = "Time of vehicles at stops, from coming to leaving; 80 of 100 are shorter."
    return trend("Dwell P80, by place", says, series(query, "$tag_place"), unit="h")


def _detention() -> timeseries.Panel:
    says = "Hours of vehicles beyond the free time, by day; their cost where a rate is configured."
    return _daily("Detention, by day", says, "{kpi} =~ /^detention/", "short")


def _carbon() -> timeseries.Panel:
    says = "Kilograms of CO2e of the shipments due that day, and grams for each tonne and kilometre."
    return _daily("CO2e, by day", says, "{kpi} =~ /^co2e/", "short")


def _quality() -> timeseries.Panel:
    says = "Share of planned units that were read, and score of data quality."
    return _daily(
        "Read rate and data quality, by day", says, "({kpi} = 'read_rate' OR {kpi} = 'data_quality')", "percent"
    )


def _definitions() -> table.Panel:
    query = select("last({value}) AS {value}, {definition}", KPI, MONTH, ALL, by="{kpi}, {unit}", free=OVER_LANES)
    names = {"kpi": "Figure", "value": "30 days", "unit": "Unit", "definition": "Definition"}
    steps = titled({column(KPI, name): title for name, title in names.items()}, without=("Time",))
    return listing("What each figure means", "The newest value with its definition.", rows(query), steps, width=WHOLE)
