"""Where assets stay is the same in whatever order it was told, and so is what stood too long."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.engine.alerting import Alerting
from gateway.engine.corrections import KEEP_US as ALERTS_KEPT_US
from gateway.engine.stays import KEEP_US, MOST_SETTLED, MOST_SPOTTED, Stays, walked
from gateway.model import AlertState, AssetKind, LocationEvent, Stay, Whereabouts
from tests.engine.scenario import MINUTE_US, at, event
from tests.engine.test_late_data import left_in_the_end
from tests.engine.watch import Watch, rule

DWELL = rule("dwell", limit_s=1200, tiers=[])
ON, OFF = "10:00 T1 arrived A", "10:00 T1 left A"


def minute(line: str, after: float) -> LocationEvent:
    """What a line says, so many minutes after ten o'clock, told as it happens."""
    at_us = at("10:00") + int(after * MINUTE_US)
    told = event(line)
    return replace(told, event_id=f"{told.event_id} {at_us}", at_us=at_us, received_us=at_us, recorded_us=at_us)


def after_all(events: Sequence[LocationEvent], *, restarts: bool = False) -> Whereabouts:
    stays, held = Stays(), Whereabouts(asset="T1", asset_kind=AssetKind.TRAILER)
    for one in events:
        stays.take(one)
        held = next(iter(stays.unsaved()), held)
        if restarts:
            stays = Stays()
            stays.restore([msgspec.json.decode(msgspec.json.encode(held), type=Whereabouts)])
    last = walked(held)[-1] if walked(held) else None
    assert stays.get("T1") == last
    return held


@st.composite
def wanderings(draw: st.DrawFn, most_minutes: int = 60) -> list[LocationEvent]:
    """To and fro between three places, some comings and goings unseen, some in one instant."""
    now, told = 0, []
    for _ in range(draw(st.integers(1, 12))):
        now += draw(st.integers(0, most_minutes))
        place = draw(st.sampled_from("APX"))
        kind = draw(st.sampled_from(("arrived", "left")))
        told.append(minute(f"10:00 T1 {kind} {place}", now))
    return list({(one.at_us, one.kind, one.place): one for one in told}.values())


@settings(max_examples=300)
@given(happened=wanderings(), data=st.data())
def test_any_order_gives_the_same_stays(happened: list[LocationEvent], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(happened))
    once = after_all(happened)
    for told in (mixed, [*mixed, *happened]):
        assert walked(after_all(told)) == walked(once)
    assert after_all(mixed, restarts=True) == after_all(mixed)


@settings(max_examples=200)
@given(happened=wanderings())
def test_stays_follow_one_another_and_only_the_last_goes_on(happened: list[LocationEvent]) -> None:
    stays = walked(after_all(happened))
    for earlier, later in pairwise(stays):
        assert earlier.until_us is not None
        assert earlier.since_us <= earlier.until_us <= later.since_us
    came = {(one.place, one.at_us) for one in happened if one.kind == "arrived"}
    assert {(stay.place, stay.since_us) for stay in stays} <= came
    if stays and stays[-1].until_us is None:
        assert max(one.at_us for one in happened if one.kind == "arrived") >= stays[-1].since_us


def told_late(happened: Sequence[LocationEvent], delays: Sequence[int]) -> list[LocationEvent]:
    late = [
        replace(one, recorded_us=one.at_us + delay * MINUTE_US, received_us=one.at_us + delay * MINUTE_US)
        for one, delay in zip(happened, delays, strict=False)
    ]
    return sorted(late, key=lambda one: (one.recorded_us, one.event_id))


def dwelt(events: Sequence[LocationEvent], *, restarts: bool = False) -> Watch:
    watch = Watch(DWELL, restarts=restarts)
    for one in events:
        watch.take(one)
    watch.wait(at("10:00") + 36 * 60 * MINUTE_US)
    return watch


@settings(max_examples=200, deadline=None)
@given(happened=wanderings(), delays=st.lists(st.integers(0, 1439), min_size=12, max_size=12))
def test_what_stood_too_long_is_the_same_for_any_delays_of_a_day(
    happened: list[LocationEvent], delays: list[int]
) -> None:
    late = told_late(happened, delays)
    watch = dwelt(late)
    assert left_in_the_end(watch) == left_in_the_end(dwelt(happened))
    restarted = dwelt(late, restarts=True)
    assert (restarted.alerts, restarted.deliveries) == (watch.alerts, watch.deliveries)


def test_a_stay_that_was_over_before_it_was_known_is_noted_and_told_to_nobody() -> None:
    watch = dwelt([minute("10:00 T1 arrived B", 90), *told_late([minute(ON, 0), minute(OFF, 60)], [95, 36])])
    assert watch.states == ["10:20 dwell resolved", "11:50 dwell open"]
    assert watch.told == ["11:50 b raised dwell"]


def test_a_short_stay_behind_a_long_one_does_not_say_that_the_long_one_was_short() -> None:
    watch = Watch(DWELL, alerting=Alerting(off_delays_us={"dwell": 15 * MINUTE_US}))
    for number, one in enumerate((ON, OFF, ON, OFF, ON, OFF)):
        watch.take(minute(one, (0, 30, 32, 33, 35, 36)[number]))
    watch.wait(at("12:00"))
    alert = watch.only()
    assert (alert.state, alert.raised_us, alert.ended_us) == (AlertState.RESOLVED, at("10:20"), at("10:30"))


def test_long_stays_that_follow_at_once_are_one_for_who_waits() -> None:
    watch = Watch(DWELL, alerting=Alerting(off_delays_us={"dwell": 30 * MINUTE_US}))
    told = [minute(one, after) for one, after in ((ON, 0), (OFF, 30), (ON, 31), (OFF, 61), (ON, 62), (OFF, 92))]
    for one in told:
        watch.take(one)
    watch.take(replace(minute("10:00 T1 arrived X", 30.5), recorded_us=at("12:30")))  # late: the past is looked at
    watch.wait(at("15:00"))
    alert = watch.only()
    assert (alert.state, alert.raised_us, alert.ended_us) == (AlertState.RESOLVED, at("10:20"), at("11:32"))


def test_alerts_of_stays_that_are_known_no_longer_stay_as_they_were() -> None:
    """Far more comings and goings than are kept, each too long, and late data among the last."""
    watch, count = Watch(DWELL), 2 * (MOST_SPOTTED + MOST_SETTLED)
    for number in range(count):
        watch.take(minute((ON, OFF)[number % 2], 25 * number))
    before = dict(watch.alerts)
    assert len(before) == count // 2
    late = minute("10:00 T1 left A", 25 * (count - 2) + 10)
    watch.take(replace(late, recorded_us=at("10:00") + 25 * count * MINUTE_US))
    changed = [alert for key, alert in watch.alerts.items() if before.get(key) != alert]
    assert [alert.state for alert in changed] == [AlertState.WITHDRAWN]
    watch.wait(at("10:00") + 25 * count * MINUTE_US + 2 * ALERTS_KEPT_US)
    watch.take(minute(ON, 25 * count + 4 * 24 * 60))
    watch.take(replace(minute(OFF, 25 * count + 10), recorded_us=at("10:00") + 5 * KEEP_US))
    assert len(watch.alerts) == len(before), "nothing that was forgotten is found again"


@pytest.mark.parametrize(("kind", "kept"), [(AssetKind.PART, 0), (AssetKind.TRAILER, 2)])
def test_parts_are_many_and_keep_their_last_stay_alone(kind: AssetKind, kept: int) -> None:
    held = after_all([replace(minute(one, after), asset_kind=kind) for one, after in ((ON, 0), (OFF, 60))])
    assert (len(held.spotted), len(walked(held))) == (kept, 1)


def test_what_is_settled_takes_nothing_older_in() -> None:
    days = [minute(ON, 0), minute(OFF, 60), minute("10:00 T1 arrived B", 3 * 1440)]
    held = after_all([*days, minute("10:00 T1 arrived X", 30)])
    assert [(stay.place, stay.until_us) for stay in walked(held)] == [("A", at("11:00")), ("B", None)]
    assert isinstance(held.settled[0], Stay)
    assert held.settled_us == at("11:00")
