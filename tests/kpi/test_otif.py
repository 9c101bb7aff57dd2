"""The golden table of on time in full: each case under each of the four definitions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml  # type: ignore[import-untyped]

from gateway.config.kpis import OtifName
from gateway.kpi.otif import SENTENCES, Share, on_time_in_full, sentence, total
from gateway.model import Micros, Window
from tests.kpi.made import facts

NAMES: tuple[OtifName, ...] = get_args(OtifName)
# BaseLoader leaves times as they are written.
TABLE = yaml.load((Path(__file__).parent / "otif.yaml").read_text(), Loader=yaml.BaseLoader)
USUAL = {
    "zone": "Europe/Berlin",
    "open": "2026-03-03T10:00+01:00",
    "close": "2026-03-03T11:00+01:00",
    "tolerance_s": "0",
    "now": "2026-03-05T10:00+01:00",
    "lines": ["P1", "P2"],
}


def us(text: str) -> Micros | None:
    return None if text == "null" else int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def judged(case: dict[str, Any], name: OtifName, unloading_s: float = 14_400.0) -> str:
    said = USUAL | case
    open_us, close_us, now_us = us(said["open"]), us(said["close"]), us(said["now"])
    assert open_us is not None
    assert close_us is not None
    assert now_us is not None
    shipment = facts(
        window=Window(open_us=open_us, close_us=close_us, tolerance_s=int(said["tolerance_s"])),
        arrived_us=us(said["arrived"]),
        units={asset: us(read) for asset, read in said["units"].items()},
        lines=said["lines"],
        doubted="doubted" in said,
    )
    share = on_time_in_full(name, shipment, said["zone"], now_us, unloading_s)
    return f"{share.good}/{share.counted}"


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["case"])
def test_the_golden_table(case: dict[str, Any]) -> None:
    assert {name: judged(case, name) for name in NAMES} == case["expected"]


def test_it_has_twenty_cases_and_tells_the_definitions_apart() -> None:
    assert len(TABLE) >= 20
    assert len({tuple(case["expected"].values()) for case in TABLE}) >= 10
    columns = [[case["expected"][name].startswith("0") for case in TABLE] for name in NAMES]
    assert len({tuple(column) for column in columns}) == 4, "no two definitions agree on all cases"


def test_without_time_for_unloading_each_unit_counts_when_it_was_read() -> None:
    case = next(case for case in TABLE if case["case"] == "twenty minutes late, thirty are agreed")
    assert judged(case, "unit", unloading_s=0) == "1/2"  # 11:30 is the end of the tolerance, 11:40 is not


def test_each_definition_has_its_sentence() -> None:
    assert set(SENTENCES) == set(NAMES)
    assert len({sentence(name, 14_400) for name in NAMES}) == 4
    assert "within 4 h" in sentence("slot", 14_400)


def test_shares_add_up_and_nothing_of_nothing_is_no_number() -> None:
    assert total([Share(good=1, counted=2), Share(good=2, counted=2), Share()]) == Share(good=3, counted=4)
    assert Share(good=3, counted=4).value == 75.0
    assert Share().value is None
