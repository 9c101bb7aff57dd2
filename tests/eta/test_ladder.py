"""What is told: ordered, never in the past, the same after a restart and in any order of learning."""

from __future__ import annotations

import itertools
import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import BadInput
from gateway.eta.explain import explain
from gateway.eta.ladder import Ladder
from gateway.eta.learn import learn
from gateway.eta.learned import MOST_TRIPS, Learned, packed, unpacked
from gateway.model import Method
from tests.eta.roads import GROUND, MINUTE_US, MONDAY_US, STOPS, history, planned, seen, taught

HISTORY = history(300)
LEARNED = taught(HISTORY)
LADDERS = {"cold": Ladder(Learned(), GROUND), "warm": Ladder(LEARNED, GROUND)}
LATE = st.one_of(st.none(), st.floats(-90, 400))
NOW_US = MONDAY_US + 45 * MINUTE_US


@pytest.mark.parametrize("ladder", ["cold", "warm"])
@given(lates=st.tuples(LATE, LATE, LATE), now_min=st.floats(-2000, 2000))
def test_quantiles_are_in_order_and_nothing_is_expected_in_the_past(
    ladder: str, lates: tuple[float | None, ...], now_min: float
) -> None:
    now_us = MONDAY_US + round(now_min * MINUTE_US)
    told = LADDERS[ladder].estimate(seen(planned("S"), *lates), now_us)
    for estimate in told:
        times = (estimate.p10_us, estimate.p25_us, estimate.p50_us, estimate.p75_us, estimate.p90_us)
        assert list(times) == sorted(times)
        assert times[0] >= now_us
    for before, after in itertools.pairwise(told):
        assert before.p50_us <= after.p50_us


@given(st.floats(-60, 60))
def test_the_chance_of_being_later_falls(off_min: float) -> None:
    estimate = LADDERS["warm"].estimate(seen(planned("S"), 3, 3), NOW_US)[-1]
    at_us = estimate.p50_us + round(off_min * MINUTE_US)
    assert estimate.chance_after(at_us) >= estimate.chance_after(at_us + MINUTE_US)
    assert estimate.chance_after(estimate.p50_us) == pytest.approx(0.5)
    assert estimate.chance_after(estimate.p90_us) == pytest.approx(0.1)


def test_the_order_of_a_batch_does_not_matter() -> None:
    mixed = HISTORY + HISTORY[:20]  # some are told twice
    random.Random(1).shuffle(mixed)
    again = taught(mixed)
    assert {lane: packed(memory) for lane, memory in again.memories.items()} == {
        lane: packed(memory) for lane, memory in LEARNED.memories.items()
    }


def test_a_restart_changes_no_answer() -> None:
    restarted = Learned({lane: unpacked(packed(memory)) for lane, memory in LEARNED.memories.items()})
    for lates in ((0.0,), (5.0, 6.0), (None, 20.0), (-5.0, -6.0, 0.0)):
        trip = seen(planned("S"), *lates)
        assert Ladder(restarted, GROUND).estimate(trip, NOW_US) == LADDERS["warm"].estimate(trip, NOW_US)
    more = history(30, seed=9)
    learn(restarted, more, GROUND)
    onward = LEARNED.copy()
    learn(onward, more, GROUND)
    assert packed(restarted.site) == packed(onward.site)


def test_bytes_of_another_version_and_no_bytes_are_refused_by_name() -> None:
    with pytest.raises(BadInput, match="version 99"):
        unpacked(msgspec.msgpack.encode([99, {}]))
    for data in (b"", b"\x00", b"nonsense", packed(LEARNED.site)[:-3]):
        with pytest.raises(BadInput):
            unpacked(data)


def test_a_lane_remembers_a_bounded_number_of_trips_in_bounded_bytes() -> None:
    learned = taught(HISTORY)
    for seed in range(10, 14):
        learn(learned, history(300, seed=seed), GROUND)
    lane = learned.known("north>plant")
    assert lane.trips == MOST_TRIPS
    assert len(packed(lane)) < 40_000


def test_the_lane_that_loses_time_is_expected_to() -> None:
    told = {item.place: item for item in LADDERS["warm"].estimate(seen(planned("S"), 1, 1), NOW_US - 24 * MINUTE_US)}
    lost_min = (told["yard"].p50_us - told["mill"].p50_us) / MINUTE_US
    assert lost_min == pytest.approx(26, abs=1.5)
    assert told["yard"].trips == 300


def test_four_in_five_of_unseen_trips_arrive_within_the_interval() -> None:
    inside = total = 0
    for trip in history(400, seed=21):
        now_us = trip.actuals[1].arrived_us
        assert now_us is not None
        known = msgspec.structs.replace(trip, actuals=trip.actuals[:2] + planned("S").actuals[2:])
        for estimate in LADDERS["warm"].estimate(known, now_us):
            at_us = trip.actuals[estimate.stop].arrived_us
            assert at_us is not None
            inside += estimate.p10_us <= at_us <= estimate.p90_us
            total += 1
    assert 0.77 <= inside / total <= 0.92  # it is made for days that differ more than these


def test_as_time_passes_without_a_sign_the_estimate_moves_on() -> None:
    trip = seen(planned("S"), 0, 0)
    told = [
        LADDERS["warm"].estimate(trip, MONDAY_US + minute * MINUTE_US)[0].p50_us for minute in (21, 39, 44, 60, 180)
    ]
    assert told == sorted(told)
    assert told[-1] > MONDAY_US + 180 * MINUTE_US


def test_arrived_contradicting_and_timeless_trips_have_no_estimate() -> None:
    ladder = LADDERS["warm"]
    assert ladder.estimate(seen(planned("S"), 0, 0, 0, 0, 0), NOW_US) == ()
    assert ladder.estimate(msgspec.structs.replace(planned("S"), findings=("odd",)), NOW_US) == ()
    bare = tuple(msgspec.structs.replace(stop, arrival=None) for stop in planned("S").shipment.stops)
    trip = planned("S")
    assert (
        ladder.estimate(
            msgspec.structs.replace(trip, shipment=msgspec.structs.replace(trip.shipment, stops=bare)), NOW_US
        )
        == ()
    )


def test_an_explanation_tells_what_each_rung_would_have_said() -> None:
    trip = seen(planned("S"), 4, 5)
    told = explain(LADDERS["warm"], trip, 4, NOW_US - 20 * MINUTE_US)
    assert told is not None
    assert (told.place, told.lane, told.trips) == (STOPS[-1], "north>plant", 300)
    assert told.late_s == 300
    rungs = {rung.method: rung for rung in told.rungs}
    assert set(rungs) == set(Method) - {Method.PROMISED}
    due_us = MONDAY_US + 80 * MINUTE_US
    assert rungs[Method.SCHEDULE].arrives_us == due_us
    assert rungs[Method.CARRIED].arrives_us == due_us + 5 * MINUTE_US
    scored = {method: rung.off_s for method, rung in rungs.items() if rung.off_s is not None}
    assert told.method == min(scored, key=scored.__getitem__)
    assert explain(LADDERS["warm"], trip, 0, NOW_US) is None
