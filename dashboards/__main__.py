"""Writes what Grafana is given: the dashboards' JSON and the provisioned alert rules (`make dashboards`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from ruamel.yaml import YAML

from dashboards import (
    alert_rules,
    alerts_and_delivery,
    control_tower,
    devices,
    dock_and_yard,
    gateway_health,
    inventory,
    kpis,
    long_run,
    shipment,
)

FOLDER = Path(__file__).parent / "json"
RULES = Path(__file__).parents[1] / "deploy/grafana/provisioning/alerting/rules.yaml"
HEAD = (
    "# What Grafana watches over, written by `make dashboards` from dashboards/alert_rules.py. Not to be edited here.\n"
)
ALL = (
    control_tower,
    shipment,
    dock_and_yard,
    inventory,
    devices,
    alerts_and_delivery,
    kpis,
    gateway_health,
    long_run,
)


def written() -> Iterator[tuple[Path, str]]:
    """Each file and what is to stand in it."""
    for module in ALL:
        built = module.build().build()
        text = json.dumps(built, cls=JSONEncoder, indent=1, ensure_ascii=False)
        yield FOLDER / f"{module.__name__.rpartition('.')[2]}.json", text + "\n"
    yield RULES, HEAD + _yaml(provisioned())


def provisioned() -> dict[str, object]:
    """The alert rules as a provisioning file says them: folder and group stand once, above the rules."""
    placed = ("folderUID", "ruleGroup", "orgID")
    plain = json.loads(json.dumps(alert_rules.rules(), cls=JSONEncoder))
    rules = [{key: value for key, value in rule.items() if key not in placed} for rule in plain]
    group = {"orgId": 1, "name": alert_rules.GROUP, "folder": alert_rules.FOLDER, "interval": "1m", "rules": rules}
    return {"apiVersion": 1, "groups": [group]}


def _yaml(value: object) -> str:
    text = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.width = 120
    writer.dump(value, text)
    return text.getvalue()


def main() -> None:
    for file, text in written():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
