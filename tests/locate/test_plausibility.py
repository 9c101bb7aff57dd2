"""Which positions are believed: each refusal has its reason and is counted, and a wrong belief is given up."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Observation
from tests.locate.story import IN_PLANT, IN_PORT, ON_THE_WAY, SECOND, T0, Story, fix, fixes, network

FAR = (48.1, 11.6)  # some 480 km from the plant
REAL = network(plausibility={})  # with the default settings


def story() -> Story:
    return Story(REAL)


def near(lat_m: float) -> tuple[float, float]:
    return ON_THE_WAY[0] + lat_m / 111_195, ON_THE_WAY[1]


def with_clock(observation: Observation, time_fixed: str) -> Observation:
    return msgspec.structs.replace(observation, time_fixed=time_fixed)


@pytest.mark.parametrize(
    ("reason", "observation"),
    [
        ("zero", fix("TRL-1", (0.0, 0.0), 10)),
        ("zero", fix("TRL-1", (0.004, -0.004), 10)),
        ("poor_accuracy", fix("TRL-1", ON_THE_WAY, 10, accuracy_m=201)),
        ("future", with_clock(fix("TRL-1", ON_THE_WAY, 10), "future")),
        ("outdated", with_clock(fix("TRL-1", ON_THE_WAY, 10), "ancient")),
        ("duplicate", fix("TRL-1", ON_THE_WAY, 0)),
        ("impossible_speed", fix("TRL-1", FAR, 10)),
        ("impossible_speed", fix("TRL-1", FAR, -10)),
    ],
)
def test_each_refusal_is_counted_by_device_and_reason(reason: str, observation: Observation) -> None:
    told = story()
    told.tell(fix("TRL-1", ON_THE_WAY, 0))
    before = told.locator.board.where("TRL-1")
    assert told.tell(observation) == []
    assert dict(told.locator.refused) == {("reader", reason): 1}
    assert told.locator.board.where("TRL-1") == before
    assert len(told.positions()) == 1


@pytest.mark.parametrize("time_fixed", ["", "gps_week", "no_clock"])
def test_a_clock_that_was_mended_or_is_not_there_refuses_nothing(time_fixed: str) -> None:
    told = story()
    told.tell(with_clock(fix("TRL-1", ON_THE_WAY, 0), time_fixed))
    assert (len(told.positions()), dict(told.locator.refused)) == (1, {})


def test_what_can_be_driven_is_believed() -> None:
    told = story()
    told.tell(fix("TRL-1", ON_THE_WAY, 0), fix("TRL-1", near(25_000), 1000))  # 90 km/h
    assert dict(told.locator.refused) == {}


def test_a_jump_that_is_small_is_drift_however_fast() -> None:
    told = story()
    told.tell(fix("TRL-1", ON_THE_WAY, 0), fix("TRL-1", near(400), 1))
    assert dict(told.locator.refused) == {}


def test_when_the_new_place_persists_the_old_one_was_wrong() -> None:
    told = story()
    told.tell(fix("TRL-1", FAR, 0))  # the receiver's last position before it was switched off last month
    assert told.tell(fixes("TRL-1", IN_PLANT, [10, 20])) == []
    assert told.tell(fixes("TRL-1", IN_PLANT, [30, 40])) == ["arrived TRL-1 PLANT @30"]
    assert dict(told.locator.refused) == {("reader", "impossible_speed"): 2}


def test_jumps_to_different_places_never_add_up() -> None:
    told = story()
    told.tell(fix("TRL-1", ON_THE_WAY, 0))
    for number in range(1, 20):
        told.tell(fix("TRL-1", (IN_PORT, FAR)[number % 2], 10 * number))
    assert told.locator.refused["reader", "impossible_speed"] == 19


def test_a_doubt_survives_a_kill() -> None:
    told = story()
    told.tell(fix("TRL-1", FAR, 0), fixes("TRL-1", IN_PLANT, [10, 20]))
    assert told.killed().tell(fixes("TRL-1", IN_PLANT, [30, 40])) == ["arrived TRL-1 PLANT @30"]


WAY = st.lists(st.sampled_from([IN_PORT, ON_THE_WAY, IN_PLANT]), min_size=1, max_size=6)


@given(WAY, st.randoms(use_true_random=False))
def test_the_order_within_a_packet_does_not_matter(way: list[tuple[float, float]], order: object) -> None:
    """A tracker's stored positions, newest first or in any order: the same history as in the order of their times."""
    packet = [
        msgspec.structs.replace(fix("TRL-1", at, 7200 * stop + 30 * i), received_us=T0 + 100_000 * SECOND)
        for stop, at in enumerate(way)
        for i in range(3)
    ]
    shuffled = list(packet)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    straight, mixed = story(), story()
    told = straight.locator.observe(packet, T0), mixed.locator.observe(shuffled, T0)
    assert told[0].events == told[1].events
    assert straight.locator.board.history("TRL-1") == mixed.locator.board.history("TRL-1")
    assert straight.locator.refused == mixed.locator.refused
