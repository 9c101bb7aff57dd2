"""What Grafana is provisioned with: rules that the server understands and that tell quiet from trouble; no secrets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from dashboards.alert_rules import DATASOURCE_UID, EXPRESSION, FOLDER, RECEIVER, rules
from tests.conftest import ROOT
from tests.dashboards.shown import dashboards, schema
from tests.servers_influx import InfluxServer

PROVISIONING = ROOT / "deploy" / "grafana" / "provisioning"
VARIABLE = re.compile(r"\$\{?([A-Z_]+)")
PLAIN: dict[str, dict[str, Any]] = {rule.uid or "": rule.to_json() for rule in rules()}


def read(path: str) -> Any:
    return YAML(typ="safe").load((PROVISIONING / path).read_text())


def asked(uid: str) -> list[str]:
    """The InfluxQL of a rule."""
    plain = json.loads(json.dumps(PLAIN[uid], default=lambda one: one.to_json()))
    return [one["model"]["query"] for one in plain["data"] if one["datasourceUid"] != EXPRESSION]


def at(text: str, when: str) -> str:
    """The query as it would have been asked then."""
    return text.replace("now()", f"'{when}'")


@pytest.mark.parametrize("uid", PLAIN)
def test_a_rule_is_one_by_grafanas_own_schema(uid: str, shared_fixtures: Path) -> None:
    plain = json.loads(json.dumps(PLAIN[uid], default=lambda one: one.to_json()))
    known = schema(shared_fixtures, "alerting")
    jsonschema.validate(plain, {**known, "$ref": "#/definitions/Rule"})
    refs = [one["refId"] for one in plain["data"]]
    assert len(set(refs)) == len(refs)
    assert plain["condition"] in refs
    for one in plain["data"]:
        for named in re.findall(r'"(?:expression|params)": (?:"([A-Z])"|\["([A-Z])"\])', json.dumps(one)):
            assert (named[0] or named[1]) in refs


@pytest.mark.parametrize("uid", PLAIN)
def test_a_provisioned_query_has_nothing_that_grafana_takes_for_an_environment_variable(uid: str) -> None:
    assert not [text for text in asked(uid) if "$" in text]


@pytest.mark.parametrize(
    ("uid", "when"),
    [
        ("tierview-no-points", "2026-01-01T12:05:00Z"),
        ("tierview-silent", "2026-01-01T23:59:00Z"),
        ("tierview-trouble", "2026-01-01T12:05:00Z"),
        ("tierview-not-told", "2026-01-01T00:10:00Z"),
        ("tierview-disk", "2026-01-01T12:05:00Z"),
        ("tierview-behind", "2026-01-01T12:05:00Z"),
        ("tierview-slow", "2026-01-01T12:05:00Z"),
    ],
)
def test_a_rule_gives_numbers(uid: str, when: str, influx_1x: InfluxServer, database: str) -> None:
    found = [one for text in asked(uid) for one in influx_1x.query(at(text, when), database)]
    assert found
    assert all(isinstance(row[1], int | float) for one in found for row in one["values"])


def test_a_day_later_every_sensor_is_silent_and_no_points_have_come(influx_1x: InfluxServer, database: str) -> None:
    later = "2026-01-02T02:00:00Z"
    silent = influx_1x.query(at(asked("tierview-silent")[0], later), database)
    assert {one["tags"]["device"] for one in silent} == {"beacon-TRAILER-1", "beacon-TRAILER-2"}
    assert all(one["values"][-1][1] == 0 for one in silent)
    assert [one for text in asked("tierview-no-points") for one in influx_1x.query(at(text, later), database)] == []


def test_files_name_each_other() -> None:
    (source,) = read("datasources/tierview.yaml")["datasources"]
    (provider,) = read("dashboards/tierview.yaml")["providers"]
    (point,) = read("alerting/contact_points.yaml")["contactPoints"]
    (group,) = read("alerting/rules.yaml")["groups"]
    assert source["uid"] == DATASOURCE_UID
    assert provider["folder"] == group["folder"] == FOLDER
    assert point["name"] == RECEIVER
    assert all(rule["notification_settings"]["receiver"] == RECEIVER for rule in group["rules"])
    grafana = YAML(typ="safe").load((ROOT / "deploy/compose.yaml").read_text())["services"]["grafana"]
    assert f"../dashboards/json:{provider['options']['path']}:ro" in grafana["volumes"]


def test_every_variable_is_given_or_asked_for_and_no_secret_is_written() -> None:
    compose = (ROOT / "deploy/compose.yaml").read_text()
    for file in PROVISIONING.rglob("*.yaml"):
        lines = [line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]
        for line in lines:
            assert not re.search(r"(?i)(password|token|secret)\w*: (?!\$)", line), f"{file.name}: {line}"
        for name in VARIABLE.findall("\n".join(lines)):
            assert name in compose, f"{file.name} wants {name}, of which compose.yaml says nothing"


def test_the_guide_names_every_dashboard_and_rule() -> None:
    guide = (ROOT / "docs/grafana.md").read_text()
    told = re.findall(r"^\| ([A-Z][^|]+) \|", guide, re.MULTILINE)
    titles = [one["title"].removeprefix("tierview · ") for one in dashboards().values()]
    assert set(told) - {"Dashboard", "Rule"} == {*titles, *(rule.title for rule in rules())}
