"""How far a count has come: a bar with rate and time left on a terminal, lines of JSON for machines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.cli.printed import write_json

SAY_EVERY_S = 1.0


@contextmanager
def counting(what: str, total: int, *, json: bool, unit: str = "") -> Iterator[Callable[[int], None]]:
    """Give a function that takes how many are done; with `json` it prints a line a second, and one at the end.

    Without a terminal and without `json` it says nothing. Fields: what, done, total, per_s, ends_s (null: nobody
    knows yet).
    """
    if json:
        lines = _Lines(what, total)
        yield lines.moved
        lines.say()
    elif sys.stderr.isatty():
        with _bar(what, total, unit) as moved:
            yield moved
    else:
        yield lambda done: None


@contextmanager
def _bar(what: str, total: int, unit: str) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{{task.fields[per_s]:,.0f}} {unit}/s"),
        TimeRemainingColumn(),
    )
    began_s = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total, per_s=0.0)
        yield lambda done: progress.update(task, completed=done, per_s=done / (time.monotonic() - began_s))


class _Lines:
    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._began_s = self._said_s = time.monotonic()

    def moved(self, done: int) -> None:
        self._done = done
        if time.monotonic() - self._said_s >= SAY_EVERY_S:
            self.say()

    def say(self) -> None:
        self._said_s = time.monotonic()
        per_s = self._done / max(self._said_s - self._began_s, 1e-6)
        ends_s = round((self._total - self._done) / per_s, 1) if per_s else None
        write_json(
            {"what": self._what, "done": self._done, "total": self._total, "per_s": round(per_s, 1), "ends_s": ends_s}
        )
        sys.stdout.flush()
