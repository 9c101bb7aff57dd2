"""`tierview docs`: the pages that texts point to, also where there is no checkout."""

from __future__ import annotations

import pytest

from gateway.cli.shell import run
from tests.conftest import ROOT


def test_every_page_is_listed_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["docs"]) == 0
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert listed > {file.stem for file in (ROOT / "docs").glob("*.md")}
    assert run(["docs", "upgrade"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "upgrade.md").read_text()


def test_a_page_that_is_none_is_said_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["docs", "nothing"]) == 2
    assert "expected one of expressions, first-hour, grafana" in capsys.readouterr().err
