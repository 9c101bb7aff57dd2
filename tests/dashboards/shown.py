"""What Grafana does between a dashboard's JSON and its panels: fills variables in, asks, names columns, transforms.

After Grafana's documentation of the InfluxDB plugin (InfluxQL), variable syntax and transformations; only what our
dashboards use, and anything else is a fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.model import Micros
from tests.conftest import ROOT
from tests.dashboards.points import BEGIN_US, END_US
from tests.servers_influx import InfluxServer

FOLDER = ROOT / "dashboards" / "json"
ALL = dict.fromkeys(("site", "tier", "lane", "party", "place", "device", "item"), ".*")
ONE_ASSET = {"shipment": "SHIP-7", "asset": "TRAILER-1"}
DAY = (BEGIN_US, END_US)
INTERVAL = "30m"
LEFT_OVER = re.compile(r"\$[_{a-z]")


@dataclass(frozen=True)
class Asked:
    """One query of one panel."""

    dashboard: str
    panel: dict[str, Any]
    target: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.dashboard}: {self.panel.get('title')}, {self.target['refId']}"


@dataclass(frozen=True)
class Frame:
    """Rows as a panel sees them."""

    columns: list[str]
    rows: list[list[Any]]

    def column(self, name: str) -> list[Any]:
        return [row[self.columns.index(name)] for row in self.rows]


def dashboards() -> dict[str, dict[str, Any]]:
    return {file.stem: json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))}


def asked() -> Iterator[Asked]:
    """Every query of every panel, and the annotations as a panel of their own."""
    for word, dashboard in dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                yield Asked(word, panel, target)
        for annotation in dashboard["annotations"]["list"]:
            yield Asked(word, {"type": "annotation", "title": "annotations"}, annotation["target"])


def filled(text: str, chosen: Mapping[str, str], span: tuple[Micros, Micros] = DAY) -> str:
    """A query as the server gets it, over a span of time. Fails if a variable or macro is left over."""
    text = text.replace("$timeFilter", f"time >= {span[0] // 1000}ms and time <= {span[1] // 1000}ms")
    text = text.replace("$__interval", INTERVAL)
    for name, value in chosen.items():
        text = text.replace(f"${{{name}:regex}}", value)
    assert not LEFT_OVER.search(text.replace("$/", "/")), f"nobody fills in: {text}"
    return text


def series(
    server: InfluxServer,
    database: str,
    target: Mapping[str, Any],
    span: tuple[Micros, Micros] = DAY,
    /,
    **chosen: str,
) -> list[dict[str, Any]]:
    """What the server answers."""
    return server.query(filled(target["query"], {**ALL, **ONE_ASSET, **chosen}, span), database)


def frame(found: list[dict[str, Any]]) -> Frame:
    """A table of Grafana: Time, the tags grouped by, the columns."""
    tags = list(found[0].get("tags", {}))
    columns = ["Time", *tags, *found[0]["columns"][1:]]
    rows = [[row[0], *one.get("tags", {}).values(), *row[1:]] for one in found for row in one["values"]]
    return Frame(columns, rows)


def transformed(shown: Frame, steps: list[dict[str, Any]]) -> Frame:
    for step in steps:
        shown = {"groupBy": _group_by, "filterByValue": _filter, "organize": _organize}[step["id"]](
            shown, step["options"]
        )
    return shown


def _group_by(shown: Frame, options: Mapping[str, Any]) -> Frame:
    keys = [name for name, field in options["fields"].items() if field["operation"] == "groupby"]
    kept = {name: field["aggregations"][0] for name, field in options["fields"].items() if name not in keys}
    groups: dict[tuple[Any, ...], list[list[Any]]] = {}
    for row in shown.rows:
        groups.setdefault(tuple(row[shown.columns.index(key)] for key in keys), []).append(row)
    columns = [*keys, *(f"{name} ({how})" for name, how in kept.items())]
    rows = [[*key, *(_reduced(shown, name, how, found) for name, how in kept.items())] for key, found in groups.items()]
    return Frame(columns, rows)


def _reduced(shown: Frame, name: str, how: str, rows: list[list[Any]]) -> Any:
    values = [row[shown.columns.index(name)] for row in rows]
    if how == "count":
        return len(values)
    assert how == "lastNotNull"
    return next((value for value in reversed(values) if value is not None), None)


def _filter(shown: Frame, options: Mapping[str, Any]) -> Frame:
    assert (options["type"], options["match"], len(options["filters"])) == ("include", "all", 1)
    held = options["filters"][0]
    assert held["config"]["id"] == "equal"
    at = shown.columns.index(held["fieldName"])
    return Frame(shown.columns, [row for row in shown.rows if row[at] == held["config"]["options"]["value"]])


def _organize(shown: Frame, options: Mapping[str, Any]) -> Frame:
    for named in (*options["renameByName"], *options["excludeByName"]):
        assert named in shown.columns, f"{named} is none of {shown.columns}"
    order = options["indexByName"]
    kept = [name for name in shown.columns if not options["excludeByName"].get(name)]
    kept.sort(key=lambda name: order.get(name, len(order)))
    at = [shown.columns.index(name) for name in kept]
    return Frame(
        [options["renameByName"].get(name, name) for name in kept], [[row[i] for i in at] for row in shown.rows]
    )


def schema(folder: Path, name: str) -> dict[str, Any]:
    """One of Grafana's own JSON schemas."""
    found: dict[str, Any] = json.loads((folder / "grafana" / f"{name}.jsonschema.json").read_text())
    # The generator made `any` an object here. Grafana's own dashboards have texts: a matcher byName, a variable's.
    for part, field in (("MatcherConfig", "options"), ("DynamicConfigValue", "value")):
        if part in found["definitions"]:
            found["definitions"][part]["properties"][field].pop("type")
    if "VariableModel" in found["definitions"]:
        found["definitions"]["VariableModel"]["properties"]["query"]["oneOf"][1]["additionalProperties"] = True
    return found
