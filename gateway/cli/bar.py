"""How far a replay has come: a bar on the standard error, only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.model import Chunk, Micros
from gateway.replay.recording import Span

if TYPE_CHECKING:
    from rich.progress import Progress

STEPS = 1000  # least parts of the span for which the bar is drawn again


class Bar:
    """A bar over a span of the tape's time; draws nothing without a terminal."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress

    def watch(self, chunks: Iterable[Chunk], span: Span) -> Iterator[Chunk]:
        """The chunks, and meanwhile the bar moves."""
        if self._progress is None:
            yield from chunks
            return
        total_us = max(1, span.until_us - span.from_us)
        task = self._progress.add_task("replaying", total=total_us)
        drawn_us: Micros = 0
        for chunk in chunks:
            done_us = chunk.received_us - span.from_us
            if done_us - drawn_us > total_us // STEPS:
                drawn_us = done_us
                self._progress.update(task, completed=done_us)
            yield chunk


@contextmanager
def bar(*, wanted: bool) -> Iterator[Bar]:
    """A bar for as long as the block runs; lines that are printed meanwhile stand above it."""
    if not wanted or not sys.stderr.isatty():
        yield Bar(None)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress)
