"""The committed JSON is what the Python says, is what Grafana's schema asks for, and takes its names from ours."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dashboards.__main__ import written
from dashboards.influxql import column, select, tags
from dashboards.look import ACCENT, FINE, LATE, RISK, TIERS, UNKNOWN
from dashboards.panels import HIGH, LOW, MEDIUM
from gateway.influx.schema import ALERT, MEASUREMENTS
from gateway.influx.wanted import HOURLY, ROLLUPS
from gateway.model import Tier
from tests.conftest import ROOT
from tests.dashboards.shown import asked, dashboards, schema

WORDS = sorted(dashboards())
QUOTED = re.compile(r'"([^"]+)"')
AS = re.compile(r"\bAS (\w+)")


def _names() -> set[str]:
    measured = {
        name for one in MEASUREMENTS.values() for name in (one.name, *tags(one), *(c.name for c in one.columns))
    }
    summed = {name for one in ROLLUPS for name in (one.name, *(each.name for each in one.sums))}
    return measured | summed | {HOURLY}


def test_is_current() -> None:
    for file, text in written():
        assert file.read_text(encoding="utf-8") == text, f"{file.name} is not what the code says: make dashboards"
    folder = ROOT / "dashboards" / "json"
    assert set(folder.iterdir()) <= {file for file, _ in written()}, "of dashboards that are gone"


@pytest.mark.parametrize("word", WORDS)
def test_is_a_dashboard_by_grafanas_own_schema(word: str, shared_fixtures: Path) -> None:
    jsonschema.validate(dashboards()[word], schema(shared_fixtures, "dashboard"))


@pytest.mark.parametrize("word", WORDS)
def test_each_panel_is_one_of_its_kind_by_grafanas_own_schema(word: str, shared_fixtures: Path) -> None:
    """The dashboard's schema leaves a panel's options open; each kind has a schema of its own."""
    for panel in dashboards()[word]["panels"]:
        kind = schema(shared_fixtures, panel["type"].replace("-", ""))
        parts = {"Options": panel.get("options", {}), "FieldConfig": panel["fieldConfig"]["defaults"].get("custom")}
        for part, value in parts.items():
            if part in kind["definitions"] and value is not None:
                jsonschema.validate(value, {**kind, "$ref": f"#/definitions/{part}"})


@pytest.mark.parametrize("word", WORDS)
def test_panels_lie_side_by_side(word: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboards()[word]["panels"]:
        assert panel["gridPos"]["h"] in {LOW, MEDIUM, HIGH}
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    lowest = max(y for _, y in taken)
    assert taken == {(x, y) for x in range(24) for y in range(lowest + 1)}, "holes"


@pytest.mark.parametrize("word", WORDS)
def test_each_panel_says_something_else_and_in_which_unit(word: str) -> None:
    panels = dashboards()[word]["panels"]
    assert len({panel["title"] for panel in panels}) == len(panels)
    says = {json.dumps([target["query"] for target in panel["targets"]]) + panel["type"] for panel in panels}
    assert len(says) == len(panels), "two panels draw the same"
    for panel in panels:
        drawn = panel["type"] in {"timeseries", "stat", "barchart"}
        assert not drawn or panel["fieldConfig"]["defaults"]["unit"], panel["title"]


def test_addresses_are_one_each_and_links_lead_somewhere() -> None:
    addresses = [dashboard["uid"] for dashboard in dashboards().values()]
    assert len(set(addresses)) == len(addresses) == len(WORDS)
    for dashboard in dashboards().values():
        assert set(dashboard["links"][0]["tags"]) <= set(dashboard["tags"])
        for panel in dashboard["panels"]:
            for link in panel["fieldConfig"]["defaults"].get("links") or []:
                assert link["url"].partition("?")[0].removeprefix("/d/") in addresses


@pytest.mark.parametrize("query", [str(one) for one in asked()])
def test_every_name_is_the_schemas(query: str) -> None:
    text = next(one.target["query"] for one in asked() if str(one) == query)
    assert set(QUOTED.findall(text)) <= _names() | set(AS.findall(text))


def test_no_name_is_typed_between_quotes_of_influxql() -> None:
    """A query that names columns past the schema would not be stopped when the schema changes."""
    for file in (ROOT / "dashboards").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not QUOTED.search(node.value), f"{file.name}:{node.lineno}"


def test_a_column_that_the_schema_lacks_stops_the_build() -> None:
    with pytest.raises(ValueError, match=r"alert has no column lateness: the schema has .*late_s"):
        select("max({lateness})", ALERT)
    with pytest.raises(ValueError, match="no column"):
        column(ALERT, "lat")


def test_no_word_follows_a_tag_in_a_series_name() -> None:
    """Grafana's pattern of what to fill in takes words after `$tag_x` for a part of it, up to a comma."""
    for one in asked():
        assert not re.search(r"[$]\w+\s+\w", one.target.get("alias", "")), one


def test_colours_are_the_pages() -> None:
    dark = (ROOT / "gateway/web/static/css/tokens.css").read_text().partition("prefers-color-scheme: dark")[2]
    page: dict[str, str] = dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6});", dark))
    assert {tier: page[tier] for tier in Tier} == {tier: colour for tier, (_, colour) in TIERS.items()}
    said = {"accent": ACCENT, "late": LATE, "risk": RISK, "fine": FINE, "unknown": UNKNOWN}
    assert said == {name: page[name] for name in said}


def test_words_are_calm() -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for key, one in value.items() if key != "query" for text in texts(one)]
        if isinstance(value, list):
            return [text for one in value for text in texts(one)]
        return [value] if isinstance(value, str) else []

    for dashboard in dashboards().values():
        assert not [text for text in texts(dashboard) if "!" in text]
        assert all(panel["title"] and panel["description"].endswith(".") for panel in dashboard["panels"])
