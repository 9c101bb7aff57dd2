"""Whatever becomes of a configuration file, the answer is a Config or its faults."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gateway.config import load
from gateway.errors import ConfigError
from tests.config.samples import real_catalogue

FILE = Path(__file__).resolve().parent.parent.parent / "config.yaml"
JUNK = ["null", "true", "-1", "[]", "{}", "1e3", "[[]]", "[{}]", "{a: b}", "é", "${X}", "file:/", "mqtt:", "a>b"]
JUNK += ['"\\u0000"', "9" * 30, "x" * 200, "tcp://[::1]:99999", "serial://", "*a", "&a 1", "!!int 1", "|"]


def spoiled(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    for _ in range(rng.choice((1, 2, 5, 20))):
        at = rng.randrange(len(lines))
        key, colon, _ = lines[at].partition(": ")
        if rng.random() < 0.2:
            del lines[at]
        elif rng.random() < 0.2:
            lines.insert(at, rng.choice(lines))
        elif colon:
            lines[at] = f"{key}: {rng.choice(JUNK)}\n"
    return "".join(lines)


@pytest.mark.parametrize("seed", range(40))
def test_a_spoiled_file_is_told_and_never_crashes(seed: int, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(spoiled(FILE.read_text(encoding="utf-8"), random.Random(seed)), encoding="utf-8")
    try:
        load(file, real_catalogue(), {})
    except ConfigError as error:
        assert error.faults  # noqa: PT017
