"""`kill -9` at random moments under load: nothing acknowledged is missing, nothing is twice.

    python -m tests.e2e.test_kill 100 [SEED]

prints the figures of so many kills.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import pytest

from tests.e2e.killing import kill_again_and_again
from tests.e2e.stock import Stock

RATE = 500.0  # messages a second
SHORT, LONG = 8, 100


def figures(stock: Stock) -> str:
    return (
        f"{stock.kills} kills, {stock.acknowledged} messages acknowledged, {len(stock.lost)} lost,"
        f" {stock.off_tape} not on the tape, {len(stock.doubled)} doubled, {len(stock.wrong)} wrong,"
        f" {stock.repeated_ids} event ids repeated, {stock.redelivered} redelivered (on the tape twice),"
        f" integrity {stock.integrity}; first message stored after a start:"
        f" p50 {median(stock.ready_s):.2f} s, max {max(stock.ready_s):.2f} s"
    )


async def survive(folder: Path, kills: int, seed: int) -> None:
    stock = await kill_again_and_again(folder, kills=kills, rate=RATE, seed=seed)
    print(f"seed {seed}: {figures(stock)}")
    assert stock.clean, figures(stock)
    assert stock.acknowledged > RATE * sum(stock.ready_s) / 2  # the producers did not stand still meanwhile


@pytest.mark.timeout(300)
async def test_nothing_is_lost_or_doubled_by_kills_under_load(tmp_path: Path) -> None:
    await survive(tmp_path, SHORT, random.randrange(2**32))


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_nothing_is_lost_or_doubled_by_a_hundred_kills_under_load(tmp_path: Path) -> None:
    await survive(tmp_path, LONG, random.randrange(2**32))


def main(kills: int, seed: int) -> None:
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tierview-kill-") as folder:
        stock = asyncio.run(kill_again_and_again(Path(folder), kills=kills, rate=RATE, seed=seed))
    print(f"seed {seed}: {figures(stock)}; {time.monotonic() - began_s:.0f} s")
    sys.exit(not stock.clean)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32))
