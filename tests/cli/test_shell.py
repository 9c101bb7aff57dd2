"""How commands end: exit codes that mean something, one clear line, never a traceback for what is no bug."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.cli.shell import only_ours, run
from gateway.errors import SourceError
from gateway.journal import open_journal
from gateway.journal.journal import FILE
from tests.cli.command import started, tierview
from tests.conftest import ROOT


def test_wrong_words_are_usage_faults_with_the_nearest_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replya"]) == 2
    assert capsys.readouterr().err == (
        "tierview: there is no command 'replya': did you mean replay? (see `tierview --help`)\n"
    )
    assert run(["token", "mint"]) == 2
    assert capsys.readouterr().err == (
        "tierview: there is no command 'mint': expected one of create, list, revoke (see `tierview token --help`)\n"
    )
    assert run(["version", "--jsno"]) == 2
    assert capsys.readouterr().err == (
        "tierview: Unknown option: --jsno. Did you mean --json? (see `tierview version --help`)\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "--log-level", "loud"], 'Choose from: "debug", "info", "warning", "error"'),
        (["demo", "--scenario", "calmx"], 'Did you mean "calm"?'),
        (["demo", "--speed", "0"], "Must be > 0"),
        (["demo", "--listen", "0.0.0.0:8080"], "expected an address of this machine alone"),
        (["demo", "--listen", "127.0.0.1:65536"], "ssh -L 8080:127.0.0.1:8080"),
        (["setup", "new.yaml", "--listen", "here"], "ssh -L 8080:127.0.0.1:8080"),
    ],
)
def test_a_wrong_value_is_told_before_anything_starts(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_a_faulty_configuration_is_told_fault_by_fault_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    file = ROOT / "tests" / "bad_config" / "twelve_faults.yaml"
    assert run(["devices", "list", str(file)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 11
    assert all(line.startswith(f"{file}:") for line in lines)


async def test_a_journal_of_a_newer_tierview_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_journal(tmp_path):
        pass
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert run(["replay", "--tape", str(tmp_path), str(ROOT / "config.yaml")]) == 3
    assert "has schema 99" in capsys.readouterr().err


def test_a_reader_who_leaves_early_is_no_fault(tmp_path: Path) -> None:
    log = tmp_path / "gps.log"
    log.write_bytes(bytes.fromhex("bb02220011c934003075 1feb705c5904e3d50d703a76ef7e") * 20_000)
    with started("replay", "--driver", "m100", log) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("tag read")
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == ""


async def test_ctrl_c_ends_quietly(tmp_path: Path) -> None:
    async with open_journal(tmp_path):
        with started("tail", "--journal", tmp_path, "--after", "0", "--events") as process:
            assert process.stderr is not None
            while process.poll() is None:  # Python may lose one while it starts: whoever waits presses again
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)
            # Before it is up, the signal ends it.
            assert process.returncode in (130, -signal.SIGINT)


def test_version_for_people_and_machines() -> None:
    assert tierview("version").out.startswith("tierview ")
    assert list(tierview("version", "--json").rows[0]) == ["tierview", "python", "sqlite"]


def test_errors_of_tasks_that_failed_together_are_one_line_unless_one_is_a_bug() -> None:
    taken = SourceError("port 8080 is taken")
    assert only_ours(ExceptionGroup("tasks", [ExceptionGroup("inner", [taken]), SourceError("later")])) is taken
    with pytest.raises(ExceptionGroup):
        only_ours(ExceptionGroup("tasks", [taken, KeyError("bug")]))


def test_a_demo_that_is_stopped_while_it_starts_ends_quietly() -> None:
    with started("demo", "--listen", "127.0.0.1:0") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("tierview demo: starting")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
