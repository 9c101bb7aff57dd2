"""What a command writes to: files that are closed, disks that are full, encodings without a letter, terminals."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from gateway.cli.printed import json_line
from gateway.cli.shell import run
from gateway.journal import open_journal
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


async def test_files_of_another_user_are_said_in_a_line(tmp_path: Path) -> None:
    other = "setpriv --reuid 65534 --regid 65534 --clear-groups"
    if called(f"{other} TIERVIEW version").returncode != 0:
        pytest.skip("only root can become another user, who must be let to our own files")
    async with open_journal(tmp_path / "j"):
        pass
    with TemporaryDirectory() as folder:  # pytest's own are nobody else's
        for name in ("j", "hidden"):
            shutil.copytree(tmp_path / "j", Path(folder) / name)
        for path in (Path(folder), *Path(folder).glob("j*"), *Path(folder).glob("j/*")):
            path.chmod(0o755)
        read = called(f"{other} TIERVIEW tail --journal {folder}/j")
        hidden = called(f"chmod 700 {folder}/hidden; {other} TIERVIEW tail --journal {folder}/hidden")
    for done in (read, hidden):
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "run this as the" in done.stderr


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


def test_json_holds_all_that_was_said_and_nothing_that_a_terminal_obeys() -> None:
    evil = "".join(map(chr, range(0x3000)))
    line = json_line({"text": evil})
    assert line.endswith(b"\n")
    assert msgspec.json.decode(line) == {"text": evil}
    assert not {unicodedata.category(c) for c in line.decode()[:-1]} & {"Cc", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(c) for c in line.decode()[:-1]} & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI"}


def test_a_command_writes_its_json_so(tmp_path: Path) -> None:
    config = tmp_path / "site.yaml"
    config.write_text(r'"a\x9b\u202e": 1' + "\n", encoding="utf-8")
    done = called(f"TIERVIEW check --json {config}")
    assert r"\u009b\u202e" in done.stdout
