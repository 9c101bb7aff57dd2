"""What a command writes to: files that are closed, disks that are full, encodings without a letter, terminals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.shell import run
from tests.conftest import ROOT

EVIL = "S\x1b]0;x\x07\x9b5m\u202e\u2028"
SHOWN = "S\ufffd]0;x\ufffd\ufffd5m\ufffd\ufffd"


def called(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell in which $TIERVIEW is the command."""
    command = f"{sys.executable} -m gateway"
    return subprocess.run(
        ["sh", "-c", script.replace("TIERVIEW", command)],
        capture_output=True,
        encoding="latin-1",
        timeout=60,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


def test_a_disk_without_room_is_said_in_a_line() -> None:
    done = called("TIERVIEW version > /dev/full")
    assert (done.returncode, done.stderr) == (1, "tierview: writing failed: No space left on device\n")


def test_closed_streams_are_no_fault() -> None:
    done = called("TIERVIEW decode - <&- >&- 2>&-; echo $?")
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_an_encoding_without_the_letter_shows_a_question_mark() -> None:
    done = called("TIERVIEW decode --label 'caf\u00e9 \u540d'", PYTHONIOENCODING="latin-1")
    assert done.stderr == ""
    assert done.stdout.startswith("caf\u00e9 ?\n")


@pytest.mark.parametrize("words", [("check", EVIL), ("doctor", EVIL), ("tail", "--journal", EVIL)])
def test_what_is_quoted_in_a_complaint_steers_no_terminal(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(words) in (1, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert SHOWN in said.err
