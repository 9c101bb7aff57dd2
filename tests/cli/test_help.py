"""Help: quick, the same sentence everywhere, and an example for every command."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from typing import get_args

import pytest

from gateway.cli.commands import COMMANDS, GROUPS
from gateway.cli.options import Scenario
from gateway.cli.shell import run
from simulators.scenarios import SCENARIOS
from tests.conftest import ROOT

COMMAND_WORDS = [(name,) for name in COMMANDS] + [(name, verb) for name in GROUPS for verb in GROUPS[name][1]]
HEAVY = ("pydantic", "fastapi", "httpx", "ruamel", "serial", "asyncio", "gateway.model", "sqlite3")


@pytest.mark.parametrize("words", COMMAND_WORDS, ids=" ".join)
def test_every_command_shows_an_example_and_the_exit_codes(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--help"]) == 0
    usage, _, rest = capsys.readouterr().out.partition("\n")
    assert usage.startswith(f"Usage: tierview {' '.join(words)}")
    examples = rest.partition("For example:\n")[2]
    assert f" tierview {' '.join(words)}" in examples
    assert "Exit codes:" in rest
    assert "!" not in rest.replace("$!", "")


@pytest.mark.parametrize("words", COMMAND_WORDS, ids=" ".join)
def test_the_list_of_commands_says_what_each_says_of_itself(words: tuple[str, ...]) -> None:
    name = "_".join(words)
    function = getattr(importlib.import_module(f"gateway.cli.{name}"), name)
    sentence = COMMANDS[words[0]] if len(words) == 1 else GROUPS[words[0]][1][words[1]]
    assert (inspect.getdoc(function) or "").partition("\n")[0] == sentence


def test_the_demo_plays_all_scenarios_there_are() -> None:
    assert set(get_args(Scenario)) == set(SCENARIOS)


def test_help_imports_nothing_that_takes_its_time() -> None:
    program = f"""
import sys
from gateway.cli.shell import run
run(["--help"])
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    for name in (*COMMANDS, *GROUPS):
        assert name in done.stdout
    assert done.stdout.endswith("[]\n")
