"""The engine over a real journal: fires by timer, survives a restart, and judges late data first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.catalogue import make_rule
from gateway.clock import ManualClock
from gateway.config.model import RuleEntry, Subscription
from gateway.engine import follow
from gateway.engine.engine import Engine
from gateway.engine.follow import EngineFollower
from gateway.hearing import Hearing
from gateway.journal import Journal, alerts, events, open_journal, shipments
from gateway.model import Alert, DeviceState, Micros
from tests.engine.scenario import PLACES, at, event, happening, shipment
from tests.journal.refusing import refusing, until_refused

PLAN = shipment("S1: T1 from A 10:00 to B 12:00")
SUBSCRIPTIONS = [Subscription(name=f"{party}-mqtt", party=party, channel="mqtt") for party in ("OWN-A", "OWN-B")]


@asynccontextmanager
async def following(
    journal: Journal, clock: ManualClock, rule: str = "late_arrival", devices: Sequence[DeviceState] = ()
) -> AsyncIterator[EngineFollower]:
    engine = Engine(
        rules={"late": make_rule(RuleEntry(name="late", rule=rule))},
        subscriptions=SUBSCRIPTIONS,
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=PLACES,
        hearing=Hearing(devices, {}),
        operator="OWN-B",
    )
    follower = EngineFollower(engine, journal, clock, clock.now_us)
    await follower.restore()
    running = asyncio.create_task(follower.run())
    try:
        yield follower
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def told(journal: Journal) -> list[Alert]:
    return await journal.read(lambda c: alerts.page(c, limit=10))


async def happens(journal: Journal, clock: ManualClock, follower: EngineFollower, line: str) -> None:
    happened = happening(line)
    clock.advance_to(happened.recorded_us)
    await journal.write(lambda c: events.insert(c, [happened]))
    await follower.settled(happened.recorded_us, await journal.read(events.last_seq))


async def plan(journal: Journal, clock: ManualClock) -> None:
    await journal.write(lambda c: shipments.save(c, PLAN, clock.now_us()))


async def arrival(journal: Journal) -> Micros | None:
    trip = await journal.read(lambda c: shipments.trip(c, "S1"))
    return None if trip is None else trip.actuals[-1].arrived_us


async def test_a_late_shipment_is_told_by_timer_and_its_deliveries_stand_with_it(tmp_path: Path) -> None:
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await plan(journal, clock)
        clock.advance_to(at("12:30"))
        await follower.settled(at("12:30"))
        (alert,) = await told(journal)
        due = await journal.read(lambda c: alerts.deliveries_of(c, alert.alert_id))
    assert (alert.reason, alert.raised_us) == ("not_seen", at("12:00"))
    assert {delivery.party for delivery in due} == {"OWN-A", "OWN-B"}


async def test_many_that_are_due_at_once_are_told_in_parts_and_none_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "DUE_AT_ONCE", 2)
    monkeypatch.setattr(follow, "TURNS_A_COMMIT", 1)
    clock, plans = ManualClock(at("09:00")), [shipment(f"S{n}: T{n} from A 10:00 to B 12:00") for n in range(9)]
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await journal.write(lambda c: [shipments.save(c, one, clock.now_us()) for one in plans])
        await follower.settled(at("09:00"))
        clock.advance_to(at("12:30"))
        await follower.settled(at("12:30"))
        found = await told(journal)
    assert {alert.shipment for alert in found} == {f"S{n}" for n in range(9)}
    assert {alert.raised_us for alert in found} == {at("12:00")}


async def test_a_timer_survives_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", 0.01)
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await plan(journal, clock)
        await happens(journal, clock, follower, "09:55 T1 left A")
        assert await told(journal) == []
    clock.advance_to(at("13:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await follower.settled(at("13:00"))
        (alert,) = await told(journal)
    assert alert.raised_us == at("12:00")


async def test_an_alert_of_a_device_that_a_restart_knows_no_more_ends_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", 0.01)
    clock = ManualClock(at("09:00"))
    gone = DeviceState(device="gone", place="B", asset="", known_us=at("08:00"))
    async with open_journal(tmp_path) as journal:
        await happens_before(journal)
        async with following(journal, clock, "silent_device", [gone]) as follower:
            await follower.settled(at("09:00"))
            assert [alert.state for alert in await told(journal)] == ["open"]
        clock.advance_to(at("13:00"))
        async with following(journal, clock, "silent_device") as follower:
            await follower.settled(at("13:00"))
            (alert,) = await told(journal)
        assert (alert.state, alert.ended_reason, alert.ended_us) == ("resolved", "removed", at("13:00"))
        sent = await journal.read(lambda c: alerts.deliveries_of(c, alert.alert_id))
        assert {one.next_us for one in sent if one.notice == "resolved"} <= {at("13:00")}


async def happens_before(journal: Journal) -> None:
    """Something of an earlier run: the engine was away."""
    await journal.write(lambda c: events.insert(c, [happening("08:10 T1 left A")]))


@pytest.mark.parametrize(
    ("rule", "told_us"), [("wrong_place", at("10:40")), ("silent_tracker", at("11:30")), ("idle_container", None)]
)
async def test_what_is_followed_survives_a_restart_whether_or_not_it_led_to_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str, told_us: Micros | None
) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", 0.01)
    clock = ManualClock(at("09:00"))
    way = ("10:40 T1 arrived X",) if rule == "wrong_place" else ("10:20 T1 at 52.2,10.0", "10:30 T1 at 52.3,10.0")
    async with open_journal(tmp_path) as journal, following(journal, clock, rule) as follower:
        await plan(journal, clock)
        for line in ("09:55 T1 left A", *way):
            await happens(journal, clock, follower, line)
        assert await told(journal) == []
    for when in ("11:20", "11:45"):
        clock.advance_to(at(when))
        async with open_journal(tmp_path) as journal, following(journal, clock, rule) as follower:
            await follower.settled(at(when))
            raised = [alert.raised_us for alert in await told(journal)]
    assert raised == ([] if told_us is None else [told_us])


async def test_a_load_and_what_is_in_it_survive_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", 0.01)
    clock = ManualClock(at("08:00"))
    planned = shipment("S1: T1+G1+G2+G3 from A 10:00 to B 12:00")
    async with open_journal(tmp_path) as journal, following(journal, clock, "load_check") as follower:
        await journal.write(lambda c: shipments.save(c, planned, clock.now_us()))
        await happens(journal, clock, follower, "09:00 G1 loaded A in C1")
        await happens(journal, clock, follower, "09:05 T1 arrived A-DOOR")
        await happens(journal, clock, follower, "09:06 G2 loaded A-DOOR in T1")
    async with open_journal(tmp_path) as journal, following(journal, clock, "load_check") as follower:
        await happens(journal, clock, follower, "09:08 C1 loaded A-DOOR in T1")
        clock.advance_to(at("09:30"))
        await follower.settled(at("09:30"))
        (alert,) = await told(journal)
    assert (alert.subject, alert.raised_us) == ("load:T1@A", at("09:13"))
    assert "without 1 of 3 expected" in alert.text


async def test_what_arrived_while_the_gateway_was_away_is_judged_before_its_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", 1.0)
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await plan(journal, clock)
        await happens(journal, clock, follower, "09:55 T1 left A")
    clock.advance_to(at("13:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await happens(journal, clock, follower, "13:00 T1 arrived B at 11:50")  # the broker had kept it
        assert await told(journal) == []


async def test_a_plan_that_comes_after_its_events_finds_them(tmp_path: Path) -> None:
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await happens(journal, clock, follower, "09:55 T1 left A")
        await happens(journal, clock, follower, "11:50 T1 arrived B")
        await plan(journal, clock)
        clock.advance_to(at("14:00"))
        await follower.settled(at("14:00"))
        trip = await journal.read(lambda c: shipments.trip(c, "S1"))
        assert await told(journal) == []
    assert trip is not None
    assert trip.actuals[-1].arrived_us == at("11:50")


async def test_a_journal_that_refuses_delays_an_alert_and_does_not_end_the_engine(tmp_path: Path) -> None:
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await plan(journal, clock)
        await follower.settled(at("09:00"))
        async with refusing(journal):
            clock.advance_to(at("12:30"))
            judged = asyncio.create_task(follower.settled(at("12:30")))
            await until_refused(journal)
            assert await told(journal) == []
        async with asyncio.timeout(10):
            await judged
        (alert,) = await told(journal)
    assert alert.raised_us == at("12:00")


async def test_a_plan_does_not_overtake_events_that_were_recorded_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "BATCH", 1)
    later = shipment("S2: T2 from A 14:00 to B 16:00")
    lines = ("10:30 T9 arrived A", "10:31 T8 arrived A", "11:50 T1 arrived B")
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await plan(journal, clock)
        await happens(journal, clock, follower, "09:55 T1 left A")
        async with asyncio.TaskGroup() as group:  # all in one commit: as much news at once as after a busy second
            group.create_task(journal.write(lambda c: events.insert(c, map(event, lines))))
            group.create_task(journal.write(lambda c: shipments.save(c, later, at("13:00"))))
        clock.advance_to(at("13:00"))
        await follower.settled(at("13:00"), 4)
        assert await told(journal) == []


async def test_a_backlog_that_takes_longer_than_the_wait_is_heard_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "CATCH_UP_S", 0.5)
    clock = ManualClock(at("09:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock) as follower:
        await plan(journal, clock)
        await happens(journal, clock, follower, "09:55 T1 left A")
    clock.advance_to(at("13:00"))
    async with open_journal(tmp_path) as journal, following(journal, clock):
        for minute in range(10, 20):
            await journal.write(lambda c, m=minute: events.insert(c, [event(f"13:00 T9 arrived A at 10:{m}")]))  # type: ignore[misc]
            await asyncio.sleep(0.1)  # the broker hands it over at its own speed
        await journal.write(lambda c: events.insert(c, [event("13:00 T1 arrived B at 11:50")]))
        async with asyncio.timeout(10):
            commits = journal.commits
            while await arrival(journal) is None:
                commits = await journal.beyond(commits)
        assert await told(journal) == []
