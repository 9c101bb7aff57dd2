"""Each file of tests/bad_config holds the fault that its name says; beside it stands what people are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import load
from gateway.errors import ConfigError
from tests.config.samples import real_catalogue

FOLDER = Path(__file__).resolve().parent.parent / "bad_config"
FILES = sorted(FOLDER.glob("*.yaml"))


def told(path: Path) -> str:
    """Load a bad file and give its faults, without the folder that this checkout stands in."""
    with pytest.raises(ConfigError) as caught:
        load(path, real_catalogue(), {"TEST_SECRET": "whsec_b25seSBhIHRlc3Q="})
    return str(caught.value).replace(f"{FOLDER}", "tests/bad_config") + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_fault_is_told_with_its_place_and_fix(path: Path) -> None:
    assert told(path) == path.with_suffix(".expected").read_text(encoding="utf-8")


def test_every_expected_text_has_its_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.expected")} == {path.stem for path in FILES}


def test_twelve_faults_of_twelve_kinds_are_told_in_one_run() -> None:
    path = FOLDER / "twelve_faults.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    planted = [number for number, line in enumerate(lines, start=1) if line.partition("  # ")[2][:1].isdigit()]
    faults = told(path).splitlines()
    assert [int(fault.split(":")[1]) for fault in faults] == planted
    assert len(planted) == 12


def test_no_secret_is_ever_told() -> None:
    texts = "".join(told(path) for path in FILES)
    assert "hunter2" not in texts
    assert "whsec_" not in texts
