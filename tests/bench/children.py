"""Processes of a contest: each our own child, talked to by lines, with its CPU time looked up, and ended."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from tests.conftest import ROOT

ANSWER_S = 120.0  # a peer that tries again after failures still makes progress
END_S = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Child:
    """A process that runs while the block does."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        """`log` takes what it says of itself."""
        self._command = command
        self._log = log

    def __enter__(self) -> Child:
        with self._log.open("wb") as log:
            # Unbuffered: `select` cannot see a line that a buffer has taken already.
            self._process = subprocess.Popen(
                self._command, 0, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def hear(self) -> bytes:
        """Its next line."""
        out = self._process.stdout
        assert out is not None
        if not select.select([out], [], [], ANSWER_S)[0]:
            raise TimeoutError(f"{self._name} said nothing for {ANSWER_S:g} s\n{self._log.read_text()}")
        line = out.readline()
        if not line:
            raise RuntimeError(f"{self._name} ended\n{self._log.read_text()}")
        return line

    def tell(self, line: str) -> None:
        """Give it a line."""
        pipe = self._process.stdin
        assert pipe is not None
        pipe.write(line.encode() + b"\n")

    def cpu_s(self) -> float:
        """Its CPU time so far, with all its threads and without its children."""
        return cpu_s(self.pid)

    def memory_mb(self) -> float:
        """What it has in memory now, without its children."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * _PAGE_BYTES / 1e6

    def check(self) -> None:
        """Raise when it has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"{self._name} ended with {self._process.returncode}\n{self._log.read_text()}")

    @property
    def _name(self) -> str:
        return " ".join(self._command[:4])


def python(module: str, *arguments: object) -> Sequence[str]:
    """The command of a module of ours."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def cpu_s(pid: int) -> float:
    """CPU time of a process, in user and system mode; in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found
