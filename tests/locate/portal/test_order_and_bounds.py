"""Order within a batch and repeats change nothing; what is remembered is bounded."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.locate.portal import wall
from gateway.locate.portal.profile import KEPT_SPANS, Profile
from gateway.model import Observation
from tests.locate.portal.dock_story import SECOND, T0, Dock, goes_by, passes, read, stands, turns_back


def scene() -> list[Observation]:
    """Two loads, one that turns back, traffic and a parked pallet, all about the same time."""
    return [
        *passes(["A-1", "A-2"], "DOOR-1", "in", 20, beside="DOOR-2"),
        *passes(["B-1", "B-2"], "DOOR-2", "out", 21, beside="DOOR-1"),
        *turns_back("C-1", "DOOR-3", "outer", 20),
        *goes_by("D-1", ["DOOR-1", "DOOR-2", "DOOR-3"], 18),
        *stands("E-1", "DOOR-2", 0, 40),
    ]


@settings(max_examples=20, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_order_and_repeats_within_a_batch_change_nothing(chance: random.Random) -> None:
    reads = scene()
    again = [*reads, *chance.sample(reads, len(reads) // 3)]
    chance.shuffle(again)
    told = []
    for batch in (reads, again):
        dock = Dock()
        for one in batch:
            dock.portals.observe(one)
        for second in range(60, 80):
            dock.pass_time(T0 + second * SECOND)
        told.append([(one.asset, one.direction, one.door, one.at_us, one.load) for one in dock.crossings])
    assert told[0] == told[1]
    assert {one[:3] for one in told[0]} == {
        ("A-1", "in", "DOOR-1"),
        ("A-2", "in", "DOOR-1"),
        ("B-1", "out", "DOOR-2"),
        ("B-2", "out", "DOOR-2"),
    }


def test_a_batch_that_comes_again_tells_nothing_new() -> None:
    dock = Dock()
    reads = passes("A-1", "DOOR-1", "in", 20)
    assert dock.hear(reads) == ["A-1 in DOOR-1 @20"]
    assert dock.hear(reads) == []


def test_an_hour_of_reads_of_one_tag_takes_no_more_room_than_a_minute() -> None:
    profile = Profile()
    for step in range(3600 * 10):
        profile.add(read("A-1", "DOOR-1", "inner", step / 10, -60.0 - step % 7), -60.0 - step % 7, T0)
    assert len(profile._spans) == KEPT_SPANS
    assert sum(map(len, profile._spans.values())) == KEPT_SPANS
    assert all(heard.ticks.bit_length() <= 3000 for span in profile._spans.values() for heard in span.values())


def test_tags_of_one_wall_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "MOST_TAGS", 100)
    dock = Dock()
    for number in range(1000):
        dock.portals.observe(read(f"A-{number}", "DOOR-1", "inner", number / 10, -70.0))
        dock.pass_time(T0 + number * SECOND // 10)
    assert len(dock.portals) <= 150


def test_who_is_not_heard_any_more_is_forgotten() -> None:
    dock = Dock()
    dock.hear(stands("E-1", "DOOR-1", 0, 20))
    assert len(dock.portals) == 1
    dock.pass_time(T0 + 2000 * SECOND)
    assert len(dock.portals) == 0
    assert not dock.portals.is_waiting
