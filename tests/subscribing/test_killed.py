"""`kill -9` while subscriptions are made, rotated and removed: each is there with its secret, or not at all."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from pathlib import Path

from gateway.journal import open_journal, subscriptions
from tests.conftest import ROOT
from tests.web.box import open_box

KILLS = 6
LINES = 40  # said before a kill, at most


def said_until_killed(folder: Path, lines: int) -> list[str]:
    """What the child had answered when it was killed."""
    command = [sys.executable, "-m", "tests.subscribing.child", str(folder)]
    said: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            said.append(line.strip())
            if len(said) >= lines:
                break
        child.send_signal(signal.SIGKILL)
        said += [line.strip() for line in child.stdout if line.endswith("\n")]
    return said


async def test_a_kill_leaves_all_of_a_subscription_or_nothing(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        said = await asyncio.to_thread(said_until_killed, folder, dice.randrange(3, LINES))
        made = {line[1:] for line in said if line[0] == "+"}
        asked = {line[1:] for line in said if line[0] == "?"}
        gone = {line[1:] for line in said if line[0] == "-"}
        async with open_journal(folder) as journal:
            standing = {one.name: one for one in await journal.read(subscriptions.standing)}
        assert made - asked <= standing.keys()
        assert not gone & standing.keys()
        assert len(standing.keys() - made) <= 1  # made, and not yet answered
        async with open_box(folder) as box:
            assert all(held.broken == "" for held in box.subscriptions.all())
            assert set(box.channels.subscriptions) == standing.keys()
        files = {file.name for file in (folder / "secrets").iterdir()}
        assert files == {name for one in standing.values() for name in (one.secret, one.old_secret) if name}
