"""A process that does nothing but write a journal into files: to be killed at any moment.

python -m tests.outputs.following FOLDER
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from gateway.config import Config
from gateway.config.outputs import FileOutput, Outputs
from gateway.journal import open_journal
from tests.outputs.running import running


async def follow(folder: Path) -> None:
    """Write small batches, for ever."""
    output = FileOutput(name="archive", folder="out", rotate_mb=0.05, batch=5)
    async with (
        open_journal(folder / "data") as journal,
        running(Config(outputs=Outputs(files=(output,))), folder, journal),
    ):
        print("at work", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(follow(Path(sys.argv[1])))
