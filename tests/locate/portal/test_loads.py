"""The stable set: which tags crossed together, and when nobody else joins them."""

from __future__ import annotations

from gateway.locate.portal import loads
from tests.locate.portal.dock_story import SECOND, Dock, passes


def test_tags_that_cross_together_are_one_load_told_when_it_is_stable() -> None:
    dock = Dock()
    dock.hear(passes(["A-1", "A-2", "A-3"], "DOOR-1", "in", 20))
    (load,) = dock.loads
    assert (load.door, load.direction, load.assets) == ("DOOR-1", "in", ("A-1", "A-2", "A-3"))
    assert {crossing.load for crossing in dock.crossings} == {load.load}
    last_us = max(crossing.decided_us for crossing in dock.crossings)
    assert loads.STABLE_US <= load.completed_us - last_us <= loads.STABLE_US + SECOND


def test_the_next_load_at_a_door_completes_the_one_before() -> None:
    dock = Dock()
    dock.hear([*passes(["A-1", "A-2"], "DOOR-1", "in", 20), *passes("B-1", "DOOR-1", "in", 27)])
    assert [load.assets for load in dock.loads] == [("A-1", "A-2"), ("B-1",)]


def test_loads_at_different_doors_at_once_are_two() -> None:
    dock = Dock()
    dock.hear([*passes("A-1", "DOOR-1", "in", 20), *passes("B-1", "DOOR-2", "out", 20)])
    assert sorted((load.door, load.assets) for load in dock.loads) == [("DOOR-1", ("A-1",)), ("DOOR-2", ("B-1",))]


def test_time_must_be_told_until_a_load_is_complete() -> None:
    dock = Dock()
    waiting = [dock.portals.is_waiting]
    dock.hear(passes("A-1", "DOOR-1", "in", 20), wait_s=1)
    waiting.append(dock.portals.is_waiting)
    dock.hear(passes("A-2", "DOOR-1", "in", 40), wait_s=20)
    assert [*waiting, dock.portals.is_waiting] == [False, True, False]
