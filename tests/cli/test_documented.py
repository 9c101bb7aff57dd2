"""Every line of the README and of docs/ that calls `tierview` is one that the command takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest

from gateway.cli.commands import build
from gateway.cli.given import STDIN
from tests.conftest import ROOT

TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"(?:sudo (?:-u \w+ )?)?(?:\w+=\S+ )*(?:\S*/)?tierview ([^|<>;&]*)")


def calls() -> Iterator[str]:
    for text in TEXTS:
        for block in BLOCK.findall(text.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                if called := CALL.match(line):
                    yield f"{text.name}: {called[1].partition(' #')[0].strip()}"


CALLS = sorted(set(calls()))


def test_there_are_such_lines() -> None:
    assert len(CALLS) > 20


@pytest.mark.parametrize("line", CALLS)
def test_the_command_takes_it(line: str) -> None:
    words = shlex.split(line.partition(": ")[2])
    given = [STDIN if word == "-" else word for word in words]
    called = build(words).parse_args(given, exit_on_error=False, print_error=False)[0]
    assert called.__name__ in (words[0], "_".join(words[:2]))
