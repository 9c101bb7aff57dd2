"""The demo shows what it promises: goods move in every tier, and both parties are told of the late one at once."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.playing import Playing, demo_config, playing

SPEED, FAST = 120.0, 600.0  # the demo's own speed, and the suite's
TIERS = {"tier2", "tier1", "transit", "crossdock", "port", "oem"}  # no place of the demo is of tier 3
MOVES_S, TELLS_S = 60.0, 180.0  # at the demo's own speed
TOLD = {"OEM", "T1-B"}  # whom the demo gives a webhook receiver
LOOK_S = 0.2  # as often as a page that asks would


async def until_every_tier_moved(run: Playing, deadline_s: float) -> dict[str, float]:
    """Tier -> seconds until its column of the board looked otherwise than at first."""
    began_s, first, moved = time.monotonic(), await columns(run), dict[str, float]()
    async with asyncio.timeout(deadline_s):
        while moved.keys() < TIERS:
            now = await columns(run)
            for tier in TIERS - moved.keys():
                if now[tier] != first[tier]:
                    moved[tier] = time.monotonic() - began_s
            await asyncio.sleep(LOOK_S)
    return moved


async def columns(run: Playing) -> dict[str, tuple[int, list[tuple[str, str]]]]:
    board = await run.get("/api/v1/board")
    return {
        column["tier"]: (column["count"], [(asset["asset"], asset["since"]) for asset in column["assets"]])
        for column in board["tiers"]
    }


async def until_both_were_told(run: Playing, deadline_s: float) -> dict[str, Any]:
    """The first late-arrival alert that both receivers accepted."""
    async with asyncio.timeout(deadline_s):
        while True:
            for alert in reversed((await run.get("/api/v1/alerts?limit=200"))["items"]):
                if alert["rule"] == "late-arrival" and accepted(alert) >= TOLD:
                    return dict(alert)
            await asyncio.sleep(LOOK_S)


def accepted(alert: dict[str, Any]) -> set[str]:
    """The parties whose webhook receivers took the alert."""
    return {
        receipt["party"]
        for receipt in alert["receipts"]
        if (receipt["channel"], receipt["notice"], receipt["state"]) == ("webhook", "raised", "accepted")
    }


async def show(folder: Path, speed: float, moves_s: float, tells_s: float) -> None:
    async with playing(demo_config(), folder, speed) as run:
        began_s = time.monotonic()
        moved = await until_every_tier_moved(run, moves_s)
        alert = await until_both_were_told(run, tells_s - (time.monotonic() - began_s))
        told_s = time.monotonic() - began_s
        kept = (await run.get("/api/v1/quarantine"))["counts"]
    print(
        "moved after",
        ", ".join(f"{tier} {seconds:.1f} s" for tier, seconds in sorted(moved.items())),
        f"; told after {told_s:.1f} s with a skew of {alert['skew_ms']} ms: {alert['text']}",
    )
    assert alert["late_s"] >= 0
    assert alert["skew_ms"] is not None
    assert 0 <= alert["skew_ms"] < 1000
    assert set(alert["parties"]) >= TOLD
    assert kept == []


async def test_the_demo_at_five_times_its_speed(tmp_path: Path) -> None:
    await show(tmp_path, FAST, MOVES_S, TELLS_S / 2)


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_the_demo_at_its_own_speed(tmp_path: Path) -> None:
    await show(tmp_path, SPEED, MOVES_S, TELLS_S)
