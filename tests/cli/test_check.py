"""`tierview check` and `tierview schema`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.cli.shell import run
from tests.cli.command import tierview
from tests.cli.site import CONFIG, write_config
from tests.conftest import ROOT

BAD = ROOT / "tests" / "bad_config" / "twelve_faults.yaml"


def test_a_good_file_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.yaml"
    secret = tmp_path / "broker"
    secret.write_text("opensesame")
    secret.chmod(0o644)
    file.write_text(CONFIG.replace("${TIERVIEW_PASSWORD_NOT_SET_HERE}", "file:broker"))
    assert run(["check", str(file)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"{file}: no faults: 2 parties, 2 places, 1 devices")
    assert "chmod 600" in err
    assert "opensesame" not in out + err


def test_a_secret_that_is_not_set_is_a_fault_here_and_nowhere_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_config(tmp_path)
    assert run(["check", str(file)]) == 2
    assert "TIERVIEW_PASSWORD_NOT_SET_HERE, which is not set" in capsys.readouterr().err
    assert run(["devices", "list", str(file)]) == 0


def test_machines_get_one_object_a_file(tmp_path: Path) -> None:
    called = tierview("check", "--json", BAD, tmp_path / "none.yaml", ROOT / "config.yaml")
    assert called.code == 2
    assert called.err == ""
    bad, none, good = called.rows
    assert [row["ok"] for row in (bad, none, good)] == [False, False, True]
    assert len(bad["faults"]) >= 11
    assert set(bad["faults"][0]) == {"line", "column", "path", "text", "fix"}
    assert good["counts"]["devices"] > 0


def test_the_schema_is_written_with_how_to_use_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tierview.schema.json"
    assert run(["schema", "--out", str(file)]) == 0
    assert f"# yaml-language-server: $schema={file}" in capsys.readouterr().out
    assert run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(file.read_text())
    assert run(["schema", "--out", str(tmp_path)]) == 1
