"""CONTRIBUTING.md, followed to the letter: its files written, its commands run, in a copy of the project."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

COPIED = ("gateway", "device_drivers", "rules", "tests", "pyproject.toml", "config.yaml")
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"```sh\n\.venv/bin/pytest (.*?)\n```")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A copy of the project with the text's files in it, and the text."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    copy = tmp_path_factory.mktemp("project")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "vendor", "e2e", "bench"))
        else:
            shutil.copy(source, copy / name)
    for name, content in FILE.findall(text):
        (copy / name).write_text(content)
    return copy, text


def test_the_text_tells_of_a_driver_and_a_rule(followed: tuple[Path, str]) -> None:
    names = [name for name, _ in FILE.findall(followed[1])]
    assert [Path(name).parts[0] for name in names] == ["device_drivers", "tests", "rules", "tests"]
    assert len(COMMAND.findall(followed[1])) == 2


@pytest.mark.parametrize("number", [0, 1], ids=["driver", "rule"])
def test_following_the_text_passes_its_tests(followed: tuple[Path, str], number: int) -> None:
    copy, text = followed
    arguments = COMMAND.findall(text)[number].split()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=copy, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_text_says_is_typed_and_formatted_like_the_rest(followed: tuple[Path, str]) -> None:
    copy, text = followed
    files = [name for name, _ in FILE.findall(text) if name.endswith(".py")]
    for tool in (["mypy", *files], ["ruff", "check", *files], ["ruff", "format", "--check", *files]):
        done = subprocess.run(
            [sys.executable, "-m", *tool], cwd=copy, capture_output=True, text=True, check=False, timeout=100
        )
        assert done.returncode == 0, done.stdout + done.stderr
