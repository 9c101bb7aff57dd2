"""Every query of every panel, asked of the real InfluxDB 1.6.7: rows, and of the shape that the panel draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.dashboards.points import LANE, RULE, SHIPMENT, SITE
from tests.dashboards.shown import Asked, asked, dashboards, filled, frame, series, transformed
from tests.servers_influx import InfluxServer

QUERIES = list(asked())
SCOPES = {"site": SITE, "tier": "oem", "lane": LANE, "party": "OEM"}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _drawn(found: list[dict[str, Any]], panel: dict[str, Any]) -> None:
    """One value column of numbers in each series; a state lane's are states."""
    fits: Callable[[Any], bool] = (
        (lambda value: isinstance(value, bool)) if panel["type"] == "state-timeline" else _number
    )
    for one in found:
        assert len(one["columns"]) == 2, one["columns"]
        assert all(fits(row[1]) for row in one["values"])


def _read(found: list[dict[str, Any]], panel: dict[str, Any]) -> None:
    """Every column that a step or the panel names is there, and rows are left."""
    shown = transformed(frame(found), panel.get("transformations", []))
    assert shown.rows
    if panel["type"] == "geomap":
        where = panel["options"]["layers"][0]["location"]
        assert all(-90 <= value <= 90 for value in shown.column(where["latitude"]))
        assert all(-180 <= value <= 180 for value in shown.column(where["longitude"]))
    if panel["type"] == "stat":
        counted = panel["options"]["reduceOptions"]["fields"].strip("/^$")
        assert counted in shown.columns


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_gives_rows_of_the_shape_that_the_panel_draws(query: Asked, influx_1x: InfluxServer, database: str) -> None:
    found = series(influx_1x, database, query.target)
    assert found, "no rows"
    alias = query.target.get("alias", "")
    for tag in found[0].get("tags", {}):
        assert query.target.get("resultFormat") != "time_series" or f"$tag_{tag}" in alias, "series under one name"
    if query.panel["type"] == "annotation":
        named = [query.target["textColumn"], *query.target["tagsColumn"].split(",")]
        assert set(named) <= set(found[0]["columns"])
    elif query.target["resultFormat"] == "time_series":
        _drawn(found, query.panel)
    else:
        _read(found, query.panel)


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_is_held_to_what_is_chosen(query: Asked, influx_1x: InfluxServer, database: str) -> None:
    """Of a site that is none there is nothing; what is chosen in every variable, the server understands."""
    assert series(influx_1x, database, query.target, site="nowhere") == []
    series(influx_1x, database, query.target, **SCOPES)


def test_open_alerts_are_those_whose_newest_version_is_open(influx_1x: InfluxServer, database: str) -> None:
    query = next(one for one in QUERIES if one.panel["title"] == "Open alerts")
    shown = transformed(frame(series(influx_1x, database, query.target)), query.panel["transformations"])
    assert len(shown.rows) == 40  # of 60, every third ended


def test_the_figures_are_those_of_the_day(influx_1x: InfluxServer, database: str) -> None:
    def value(dashboard: str, title: str) -> Any:
        query = next(one for one in QUERIES if (one.dashboard, one.panel["title"]) == (dashboard, title))
        return series(influx_1x, database, query.target)[0]["values"][0][1]

    assert value("alerts_and_delivery", "Raised") == 60
    assert value("alerts_and_delivery", "Acknowledged") == 30
    assert value("alerts_and_delivery", "Time to acknowledge") == 600
    reasons = next(one for one in QUERIES if one.panel["title"] == "Failures, by reason")
    shown = transformed(frame(series(influx_1x, database, reasons.target)), reasons.panel["transformations"])
    assert (shown.columns, shown.rows) == (["Reason", "Attempts"], [["status_503", 18]])


@pytest.mark.parametrize("title", ["On time in full", "Lead time", "Lead time, by day", "Dwell P80, by place"])
def test_a_figure_over_all_lanes_stays_when_a_lane_and_a_tier_are_chosen(
    title: str, influx_1x: InfluxServer, database: str
) -> None:
    query = next(one for one in QUERIES if (one.dashboard, one.panel["title"]) == ("kpis", title))
    whole = series(influx_1x, database, query.target)
    assert whole == series(influx_1x, database, query.target, lane=LANE, tier="oem") != []


def test_a_lane_that_is_chosen_is_the_only_one_of_the_panels_by_lane(influx_1x: InfluxServer, database: str) -> None:
    by_lane = [one for one in QUERIES if one.dashboard == "kpis" and one.panel["title"].endswith("by lane")]
    assert len(by_lane) == 5
    for query in by_lane:
        assert series(influx_1x, database, query.target, lane=LANE, tier="oem")
        assert series(influx_1x, database, query.target, lane="ELSEWHERE") == []


def test_variables_offer_what_there_is(influx_1x: InfluxServer, database: str) -> None:
    offered: dict[str, set[str]] = {}
    for dashboard in dashboards().values():
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                text = filled(variable["query"]["query"], dict.fromkeys(SCOPES, ".*"))
                rows = [row for one in influx_1x.query(text, database) for row in one["values"]]
                offered.setdefault(variable["name"], set()).update(row[1] for row in rows)
    assert offered["site"] == {SITE}
    assert offered["tier"] == {"tier3", "tier1", "crossdock", "oem", "transit"}
    assert offered["party"] == {"OEM", "SUPPLIER", "CARRIER"}
    assert (offered["lane"], offered["asset"]) == ({LANE}, {"TRAILER-1", "TRAILER-2"})
    assert SHIPMENT in offered["shipment"]
    assert {"reader-1", "beacon-TRAILER-1"} <= offered["device"]
    assert RULE not in offered["lane"]
