"""Writes what Grafana is given: the dashboards' JSON and the provisioned alert rules (`make dashboards`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards import alerts_and_delivery, control_tower, devices, dock_and_yard, gateway_health, long_run, shipment

FOLDER = Path(__file__).parent / "json"
ALL = (control_tower, shipment, dock_and_yard, devices, alerts_and_delivery, gateway_health, long_run)


def written() -> Iterator[tuple[Path, str]]:
    """Each file and what is to stand in it."""
    for module in ALL:
        built = module.build().build()
        text = json.dumps(built, cls=JSONEncoder, indent=1, ensure_ascii=False)
        yield FOLDER / f"{module.__name__.rpartition('.')[2]}.json", text + "\n"


def main() -> None:
    for file, text in written():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
