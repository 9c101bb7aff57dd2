"""Maintenance windows through a real journal: they count in the order in which they were entered, and after a kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.clock import ManualClock
from gateway.engine import follow
from gateway.journal import alerts, maintenance, open_journal
from gateway.model import MaintenanceWindow
from tests.engine.scenario import at
from tests.engine.test_follow import following, plan, told

WINDOW = MaintenanceWindow(name="gate", start_us=at("11:00"), end_us=at("14:00"), places=("B",))


async def test_what_was_held_back_is_told_when_the_window_is_over_though_the_gateway_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", 0.01)
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal:
        async with following(journal, clock) as follower:
            await plan(journal, clock)
            await journal.write(lambda c: maintenance.enter(c, WINDOW, "OWN-B", clock.now_us()))
            clock.advance_to(at("12:30"))
            await follower.settled(at("12:30"))
            (alert,) = await told(journal)
            assert alert.suppressed == "maintenance:gate"
            assert await journal.read(lambda c: alerts.deliveries_of(c, alert.alert_id)) == []
        clock.advance_to(at("15:00"))
        async with following(journal, clock) as follower:
            await follower.settled(at("15:00"))
            (alert,) = await told(journal)
            sent = await journal.read(lambda c: alerts.deliveries_of(c, alert.alert_id))
    assert (alert.suppressed, alert.told_us) == ("", at("14:00"))
    assert {(one.party, one.notice, one.next_us) for one in sent} == {
        ("OWN-A", "raised", at("14:00")),
        ("OWN-B", "raised", at("14:00")),
    }


async def test_a_window_that_is_called_off_holds_back_nothing_any_more(tmp_path: Path) -> None:
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await plan(journal, clock)
        await journal.write(lambda c: maintenance.enter(c, WINDOW, "OWN-B", clock.now_us()))
        clock.advance_to(at("12:30"))
        await follower.settled(at("12:30"))
        await journal.write(lambda c: maintenance.call_off(c, "gate", "OWN-B", clock.now_us()))
        clock.advance_to(at("12:40"))
        await follower.settled(at("12:40"))
        (alert,) = await told(journal)
    assert alert.told_us == at("12:30")
