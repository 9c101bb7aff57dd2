"""A gateway as `tierview run` starts it, in a process of its own, watched through its journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.config import Config
from tests.bench.children import Child, python
from tests.bench.journal_watch import JournalWatch, Weigh


@contextmanager
def started(config: Config, folder: Path) -> Iterator[Child]:
    """A gateway while the block runs; when it is ready nobody says."""
    file = folder / "config.yaml"
    file.write_text(json.dumps(config.model_dump(mode="json", exclude_unset=True)))  # JSON is YAML
    with Child(python("gateway", "run", file, "--log-level", "warning"), folder / "gateway.log") as child:
        yield child


@contextmanager
def gateway(config: Config, folder: Path, weigh: Weigh) -> Iterator[tuple[Child, JournalWatch]]:
    """A gateway that hears its device, while the block runs."""
    with started(config, folder) as child:
        watch = JournalWatch(folder / config.journal.folder, weigh, child.check)
        watch.open()
        try:
            yield child, watch
        finally:
            watch.close()
