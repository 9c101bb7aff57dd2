"""The kinds of panel that the dashboards are made of, each with its sizes and colours set once.

The width is in columns of 24, the height in Grafana's rows of 30 px.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from grafana_foundation_sdk.builders import barchart, common, geomap, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders.dashboard import FieldColor, ThresholdsConfig
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.geomap import TooltipMode

from dashboards.look import ACCENT, LATE, SEVERITIES, TIERS
from dashboards.query import DATASOURCE, InfluxQuery

Panel = TypeVar("Panel", barchart.Panel, geomap.Panel, stat.Panel, statetimeline.Panel, table.Panel, timeseries.Panel)
HIGH, MEDIUM, LOW = 14, 8, 4
WHOLE, HALF, THIRD, QUARTER = 24, 12, 8, 6
NOTHING = "Nothing in the time shown"


def trend(
    title: str,
    says: str,
    *queries: InfluxQuery,
    unit: str = "short",
    width: int = HALF,
    stacked: bool = False,
    starts_at_zero: bool = True,
) -> timeseries.Panel:
    """Series over time: lines, or stacked bars where the sum means something."""
    panel = (
        _shown(timeseries.Panel(), title, says, queries)
        .span(width)
        .height(MEDIUM)
        .unit(unit)
        .line_width(2)
        .color_scheme(FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
        .legend(common.VizLegendOptions().show_legend(True).placement(shapes.LegendPlacement.BOTTOM))
    )
    if starts_at_zero:
        panel = panel.min(0)
    if stacked:
        panel = (
            panel.draw_style(shapes.GraphDrawStyle.BARS)
            .fill_opacity(80)
            .stacking(common.StackingConfig().mode(shapes.StackingMode.NORMAL))
        )
    return panel


def dots(panel: timeseries.Panel) -> timeseries.Panel:
    """Single happenings, with nothing between them."""
    return panel.draw_style(shapes.GraphDrawStyle.POINTS).point_size(8)


def figure(title: str, says: str, query: InfluxQuery, *, unit: str = "short", width: int = QUARTER) -> stat.Panel:
    """The few numbers that matter, one for each series."""
    return (
        _shown(stat.Panel(), title, says, (query,))
        .span(width)
        .height(LOW)
        .unit(unit)
        .color_mode(shapes.BigValueColorMode.VALUE)
        .graph_mode(shapes.BigValueGraphMode.NONE)
        .color_scheme(FieldColor().mode(FieldColorModeId.FIXED).fixed_color(ACCENT))
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def rows_counted(
    title: str, says: str, query: InfluxQuery, *steps: DataTransformerConfig, column: str, width: int = QUARTER
) -> stat.Panel:
    """How many rows are left after the steps; loud from one on."""
    return (
        figure(title, says, query, width=width)
        .transformations(list(steps))
        .reduce_options(common.ReduceDataOptions().calcs(["count"]).fields(f"/^{column}$/"))
        .thresholds(_from_one_on(LATE))
        .color_scheme(FieldColor().mode(FieldColorModeId.THRESHOLDS))
        .no_value("0")
    )


def listing(
    title: str, says: str, query: InfluxQuery, *steps: DataTransformerConfig, width: int = HALF, height: int = MEDIUM
) -> table.Panel:
    """Rows to read."""
    return (
        _shown(table.Panel(), title, says, (query,))
        .span(width)
        .height(height)
        .transformations(list(steps))
        .filterable(True)
        .frame_index(0)
        .show_header(True)
        .override_by_name("Late", [DynamicConfigValue("unit", "s")])
    )


def times_of(panel: table.Panel, *columns: str) -> table.Panel:
    """Columns that hold milliseconds of Unix time, as date and time."""
    for name in columns:
        panel = panel.override_by_name(name, [DynamicConfigValue("unit", "dateTimeAsIso")])
    return panel


def ranking(
    title: str, says: str, query: InfluxQuery, *steps: DataTransformerConfig, width: int = HALF
) -> barchart.Panel:
    """Lying bars, one for each row."""
    return (
        _shown(barchart.Panel(), title, says, (query,))
        .span(width)
        .height(MEDIUM)
        .unit("short")
        .transformations(list(steps))
        .orientation(shapes.VizOrientation.HORIZONTAL)
        .legend(common.VizLegendOptions().show_legend(False))
    )


def states(title: str, says: str, query: InfluxQuery, words: Mapping[str, tuple[str, str]]) -> statetimeline.Panel:
    """One lane for each series, coloured by its value: value -> word, colour."""
    mapped = {value: ValueMappingResult(text=word, color=colour) for value, (word, colour) in words.items()}
    return (
        _shown(statetimeline.Panel(), title, says, (query,))
        .span(WHOLE)
        .height(MEDIUM)
        .mappings([ValueMap(options=mapped)])
        .merge_values(True)
        .show_value(shapes.VisibilityMode.NEVER)
    )


def positions(
    title: str, says: str, query: InfluxQuery, lat: str, lon: str, *, route: bool, width: int
) -> geomap.Panel:
    """Where things are, or with `route` where one has been; the base map is the one that Grafana is set up with."""
    where = common.FrameGeometrySource().mode(shapes.FrameGeometrySourceMode.COORDS).latitude(lat).longitude(lon)
    layer = (
        common.MapLayerOptions()
        .type("route" if route else "markers")
        .name(title)
        .location(where)
        .config({"style": {"color": {"fixed": ACCENT}, "lineWidth": 3, "size": {"fixed": 7}, "opacity": 0.9}})
        .tooltip(True)
    )
    return (
        _shown(geomap.Panel(), title, says, (query,))
        .span(width)
        .height(HIGH)
        .basemap(common.MapLayerOptions().type("default").name("Base map"))
        .layers([layer])
        .view(geomap.MapViewConfig().id("fit").all_layers(True))
        .controls(geomap.ControlsOptions().show_zoom(True).mouse_wheel_zoom(True).show_attribution(True))
        .tooltip(geomap.TooltipOptions().mode(TooltipMode.DETAILS))
    )


def by_tier(panel: Panel) -> Panel:
    """Series called by a tier get its label and colour."""
    for tier, (label, colour) in TIERS.items():
        panel = panel.override_by_name(tier, [_colour(colour), DynamicConfigValue("displayName", label)])
    return panel


def by_severity(panel: Panel) -> Panel:
    """Series called by a severity get its colour."""
    for severity, colour in SEVERITIES.items():
        panel = panel.override_by_name(severity, [_colour(colour)])
    return panel


def _shown(panel: Panel, title: str, says: str, queries: tuple[InfluxQuery, ...]) -> Panel:
    numbered = [query.at(number) for number, query in enumerate(queries)]
    return panel.title(title).description(says).datasource(DATASOURCE).targets(list(numbered)).no_value(NOTHING)


def _colour(colour: str) -> DynamicConfigValue:
    return DynamicConfigValue("color", {"mode": FieldColorModeId.FIXED, "fixedColor": colour})


def _from_one_on(colour: str) -> ThresholdsConfig:
    steps = [Threshold(value=None, color=ACCENT), Threshold(value=1.0, color=colour)]
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
