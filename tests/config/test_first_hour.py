"""The guide to the first hour: each of its blocks is a configuration that loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.config import load
from tests.config.samples import real_catalogue
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "first-hour.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^## (.+?)$.*?^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
DRIVERS = ["llrp", "impinj_iot", "zebra_iotc", "m100", "nmea0183", "teltonika"]


def test_every_device_of_the_guide_has_a_block() -> None:
    assert len(BLOCKS) == GUIDE.count("```yaml") == len(DRIVERS) + 1


@pytest.mark.parametrize(("title", "block"), BLOCKS, ids=[title for title, _ in BLOCKS])
def test_what_the_guide_shows_loads(title: str, block: str, tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text(block, encoding="utf-8")
    password = tmp_path / "mqtt-password"
    password.touch(0o600)
    password.write_text("secret")
    config = load(tmp_path / "my.yaml", real_catalogue(), {})
    assert config.parties
    assert [device.driver for device in config.devices] in ([], *[[driver] for driver in DRIVERS])
    assert bool(config.devices) != bool(config.influx), title
