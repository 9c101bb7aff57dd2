"""Notices to a party of whom nobody listens: kept for a week, tried ever more seldom, delivered when someone comes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.clock import ManualClock
from gateway.config.model import Subscription
from gateway.deliver import schedule
from gateway.deliver.dispatcher import Dispatcher
from gateway.deliver.schedule import LONGEST_LOOK_S
from gateway.deliver.sse import LOOK_AGAIN_S, Sse
from gateway.engine.audience import notices
from gateway.journal import Journal, alerts, open_journal
from gateway.model import Delivery, DeliveryState
from gateway.web.live.hub import SseHub
from tests.deliver.test_dispatcher import ALERT

SECOND_US = 1_000_000
DAY_S = 86_400.0  # instead of the week: so many looks take long
PAGE = Subscription(name="OEM-page", party="OEM", channel="sse")


async def the_delivery(journal: Journal) -> Delivery:
    (found,) = await journal.read(lambda c: alerts.deliveries_of(c, ALERT.alert_id))
    return found


async def next_look(journal: Journal, clock: ManualClock) -> Delivery:
    """Let time pass until the delivery is due, and return it once it was looked at."""
    before = await the_delivery(journal)
    commits = journal.commits
    clock.advance_to(before.next_us)
    async with asyncio.timeout(10):
        while (after := await the_delivery(journal)) == before:
            commits = await journal.beyond(commits)
    return after


async def test_nobody_listens_for_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "KEEP_UNHEARD_S", DAY_S)
    clock, waits_s, looks = ManualClock(ALERT.recorded_us), list[float](), 0
    async with open_journal(tmp_path) as journal:
        running = asyncio.create_task(
            Dispatcher(journal, {PAGE.name: Sse(SseHub())}, clock, lambda party, alert: alert).run()
        )
        told = notices(ALERT, "raised", [PAGE], clock.now_us())
        await journal.write(lambda c: alerts.save(c, [ALERT], 0))
        await journal.write(lambda c: alerts.save_deliveries(c, told, 0))
        while (found := await next_look(journal, clock)).state is DeliveryState.PENDING:
            waits_s.append((found.next_us - clock.now_us()) / SECOND_US)
            looks += 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert (found.state, found.reason, found.attempts) == (DeliveryState.FAILED, "nobody_connected", 0)
    assert waits_s[0] == LOOK_AGAIN_S
    assert max(waits_s) == LONGEST_LOOK_S
    assert looks < 1.1 * DAY_S / LONGEST_LOOK_S + 20
