"""The gateway put together: when it says that it is ready."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.engine import follow
from gateway.journal import events
from gateway.model import DeviceEvent
from tests.e2e.running import DEADLINE_S, Running, running
from tests.e2e.site import site

CATCH_UP_S = 3.0  # long enough to be seen, also on a busy machine
CONNECTED = DeviceEvent(event_id="e-1", device="gps", name="connected", at_us=1, received_us=1, recorded_us=1)


async def status(run: Running) -> tuple[str, bool]:
    told = (await run.http.get("/health")).json()
    return told["status"], told["ready"]


async def test_a_new_gateway_is_ready_at_once_and_one_that_was_away_when_it_has_caught_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", CATCH_UP_S)
    async with running(site(), tmp_path) as run:
        assert await status(run) == ("ok", True)
        await run.gateway.journal.write(lambda c: events.insert(c, [CONNECTED]))
    assert run.gateway.progress.phase() == "stopping"
    async with running(site(), tmp_path) as run:
        assert await status(run) == ("starting", False)
        async with asyncio.timeout(DEADLINE_S):
            while await status(run) != ("ok", True):  # noqa: ASYNC110 - as a load balancer sees it: by asking
                await asyncio.sleep(0.05)
