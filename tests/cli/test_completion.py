"""Completion as the shells themselves give it, where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import tierview

# The parts of zsh's own completion that the script calls: they show that it ran, and with what.
STAND_INS = """\
_arguments() { state=cmds; }
_describe() { print -rl -- $commands; }
compdef() { print -r -- compdef $@; }
"""
BASH_ASKS = """\
source completion
COMP_WORDS=(tierview al) COMP_CWORD=1
_tierview
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with nothing in it."""
    return tmp_path_factory.mktemp("home")


def told(shell: str, file: str, asked: list[str], folder: Path) -> list[str]:
    """What a shell answers in a folder where the script is kept as `file`."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = tierview("completion", shell)
    assert script.code == 0
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(script.out, encoding="utf-8")
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}
    done = subprocess.run(
        [program, *asked], capture_output=True, text=True, timeout=60, cwd=folder, env=environment, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_completes_a_command(folder: Path) -> None:
    assert told("bash", "completion", ["--norc", "-c", BASH_ASKS], folder) == ["alerts"]


@pytest.mark.parametrize("file", ["_tierview", "_cyclopts_tierview"])
def test_zsh_completes_at_the_first_asking_whatever_the_file_is_called(file: str, folder: Path) -> None:
    asked = f"{STAND_INS} fpath=($PWD); autoload -Uz {file}; {file}; {file}"
    lines = told("zsh", file, ["-f", "-c", asked], folder)
    assert sum(line.startswith("alerts:") for line in lines) == 2


def test_zsh_knows_the_completion_that_is_sourced(folder: Path) -> None:
    lines = told("zsh", "sourced", ["-f", "-c", f"{STAND_INS} source ./sourced"], folder)
    assert lines == ["compdef _cyclopts_tierview tierview"]


def test_fish_completes_commands_options_and_values(folder: Path) -> None:
    asked = [f"complete -C '{line}'" for line in ("tierview al", "tierview tail --as", "tierview run --log-level ")]
    lines = told("fish", "tierview.fish", ["-c", "; ".join(("source tierview.fish", *asked))], folder)
    assert [line.split("\t")[0] for line in lines] == ["alerts", "--asset", "debug", "error", "info", "warning"]
