"""`tierview` as a person or a machine calls it: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.conftest import ROOT

DEADLINE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Called:
    """What a call came to."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON objects of its lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def tierview(*words: object, given: bytes = b"", environment: Mapping[str, str] | None = None) -> Called:
    """Call the command and wait for its end."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway", *map(str, words)],
        input=given,
        capture_output=True,
        timeout=DEADLINE_S,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    return Called(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def started(*words: object, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start the command, to read what it prints while it runs; use it in a `with`, and end it."""
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
