"""F10: late data, up to a day, in any order: what stands in the end, and how what was right ended, is the same.

An alert may be raised on the way and withdrawn, or corrected by another; what is left says the same in every order.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.config.model import RuleEntry
from gateway.model import AlertState, LocationEvent, Micros
from tests.engine.scenario import MINUTE_US, at, event, shipment
from tests.engine.watch import Watch, rule

DAY_US = 1440 * MINUTE_US
PLANS = ("S1: T1 from A 10:00 to B 12:00", "S1: T1 from A 10:00 via P 11:00 to B 12:00")
REVIEWED = {
    "late_departure": rule("late-departure", grace_s=0),
    "late_arrival": rule("late-arrival"),
    "missed_milestone": rule("missed-milestone", wait_s=600),
    "dwell": rule("dwell", limit_s=1200, tiers=[]),
    "demurrage": rule("demurrage", rule="dwell_clock", free_s=1800, kinds=["trailer"]),
    "detention": rule("detention", rule="dwell_clock", free_s=1800, runs="outside", tiers=[], kinds=["trailer"]),
}
OTHERS = {  # of what is behind them they say nothing: what stands in the end is the same
    "early_arrival": rule("early-arrival", before_s=0),
    "wrong_place": rule("wrong-place", for_s=600),
    "tier_jump": rule("tier-jump", origins=["tier1"], destinations=["oem"], planned=True, kinds=["trailer"]),
    "idle_container": rule("idle-container", limit_s=3600),
    "expression": rule(
        "behind",
        rule="expression",
        about="shipment",
        when='shipment.late_min > 20 && shipment.status != "arrived"',
        text="{shipment.id} is late",
    ),
}


@st.composite
def journeys(draw: st.DrawFn) -> tuple[str, list[LocationEvent]]:
    """A plan, and what happened: each stop's arrival and departure at some time, now and then none."""
    plan = draw(st.sampled_from(PLANS))
    way = ["arrived A", "left A", *(["arrived P", "left P"] if " P " in plan else []), "arrived B"]
    if draw(st.booleans()):
        way[2:2] = ["arrived X", "left X"]
    minute, lines = 9 * 60, []
    for what in way:
        minute += draw(st.integers(1, 60))
        lines.append(f"{minute // 60:02d}:{minute % 60:02d} T1 {what}")
    return plan, [event(line) for line in lines]


def told_late(happened: Sequence[LocationEvent], delays: Sequence[int]) -> list[LocationEvent]:
    """The same events, each recorded so many minutes after it happened, in that order."""
    late = [
        replace(one, recorded_us=one.at_us + delay * MINUTE_US, received_us=one.at_us + delay * MINUTE_US)
        for one, delay in zip(happened, delays, strict=False)
    ]
    return sorted(late, key=lambda one: (one.recorded_us, one.event_id))


Left = set[tuple[str, str, Micros, AlertState, Micros | None]]


def played(entry: RuleEntry, plan: str, events: Sequence[LocationEvent], *, restarts: bool = False) -> Watch:
    watch = Watch(entry, restarts=restarts)
    watch.add(shipment(plan), at("08:00"))
    for one in events:
        watch.take(one)
    watch.wait(at("08:00") + 2 * DAY_US)
    return watch


def left_in_the_end(watch: Watch) -> Left:
    """What stands, and how what was right ended."""
    return {
        (alert.rule, alert.subject, alert.raised_us, alert.state, alert.ended_us)
        for alert in watch.alerts.values()
        if alert.state is not AlertState.WITHDRAWN
    }


def stands_in_the_end(watch: Watch) -> Left:
    return {one for one in left_in_the_end(watch) if one[3] is AlertState.OPEN}


DELAYS = st.lists(st.integers(0, 1439), min_size=7, max_size=7)
Journey = tuple[str, list[LocationEvent]]


@pytest.mark.parametrize("name", REVIEWED)
@settings(max_examples=200, deadline=None)
@given(journey=journeys(), delays=DELAYS)
def test_any_order_of_late_data_leaves_the_same(name: str, journey: Journey, delays: list[int]) -> None:
    plan, happened = journey
    late = played(REVIEWED[name], plan, told_late(happened, delays))
    assert left_in_the_end(late) == left_in_the_end(played(REVIEWED[name], plan, happened))


@pytest.mark.parametrize("name", OTHERS)
@settings(max_examples=100, deadline=None)
@given(journey=journeys(), delays=DELAYS)
def test_after_any_order_of_late_data_the_same_stands(name: str, journey: Journey, delays: list[int]) -> None:
    plan, happened = journey
    late = played(OTHERS[name], plan, told_late(happened, delays))
    assert stands_in_the_end(late) == stands_in_the_end(played(OTHERS[name], plan, happened))


@pytest.mark.parametrize("name", [*REVIEWED, *OTHERS])
@settings(max_examples=30, deadline=None)
@given(journey=journeys(), delays=DELAYS)
def test_restarts_amid_late_data_change_nothing(name: str, journey: Journey, delays: list[int]) -> None:
    plan, happened = journey
    entry, events = {**REVIEWED, **OTHERS}[name], told_late(happened, delays)
    once, restarted = (played(entry, plan, events, restarts=restarts) for restarts in (False, True))
    assert restarted.deliveries == once.deliveries
    assert restarted.alerts == once.alerts


@settings(max_examples=50, deadline=None)
@given(journey=journeys(), delays=DELAYS, steps=st.sampled_from([1, 60, 1440]))
def test_how_time_passes_between_events_changes_nothing(journey: Journey, delays: list[int], steps: int) -> None:
    """Replays at other speeds: time comes in ticks of a minute or of an hour, or only with the events."""
    plan, happened = journey
    events = told_late(happened, delays)
    watch = Watch(*REVIEWED.values())
    watch.add(shipment(plan), at("08:00"))
    for minute in range(0, 2880 + steps, steps):
        now_us = at("08:00") + minute * MINUTE_US
        while events and events[0].recorded_us <= now_us:
            watch.take(events.pop(0))
        watch.wait(now_us)
    plain = Watch(*REVIEWED.values())
    plain.add(shipment(plan), at("08:00"))
    for one in told_late(happened, delays):
        plain.take(one)
    plain.wait(at("08:00") + 2 * DAY_US)
    assert watch.deliveries == plain.deliveries
