"""A process that does nothing but follow a journal into one server: to be killed at any moment.

python -m tests.influx.following FOLDER URL VERSION BATCH
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from gateway.config import Config
from gateway.config.model import Influx
from gateway.journal import open_journal
from gateway.outputs.influx_out import influx_followers
from tests.influx.fake_v2 import BUCKET, ORGANISATION


async def follow(folder: Path, url: str, version: int, batch: int) -> None:
    """Follow for ever; the server's token stands in a file beside the journal, as it would in the field."""
    server = Influx(
        name="plant",
        url=url,
        version=1 if version == 1 else 2,
        database=BUCKET,
        organisation="" if version == 1 else ORGANISATION,
        token=None if version == 1 else "file:token",
        batch=batch,
        behind=2 * batch,
        backfill_per_s=1e6,
    )
    async with open_journal(folder / "data") as journal, asyncio.TaskGroup() as group:
        for name, follower in influx_followers(Config(influx=(server,)), folder, journal).items():
            group.create_task(follower.run(), name=name)


if __name__ == "__main__":
    asyncio.run(follow(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
