"""Positions at fences: arrive once, leave once, whatever the receiver's noise."""

from __future__ import annotations

import random

import pytest

from gateway.model import Tier
from tests.locate.story import IN_PLANT, IN_PORT, IN_YARD, ON_THE_WAY, T0, Story, fix, fixes, network, read, reads

METRE = 1 / 111_195  # degrees of latitude
SOUTH_EDGE = 52.3415  # of the plant's fence


def at_edge(north_m: float) -> tuple[float, float]:
    """So far inside the plant's southern fence; negative: outside."""
    return SOUTH_EDGE + north_m * METRE, 10.5600


def test_one_position_in_a_fence_is_not_enough() -> None:
    assert Story().tell(fix("TRL-1", IN_PORT, 0)) == []


def test_two_positions_in_a_fence_arrive_at_the_time_and_point_of_the_first() -> None:
    story = Story()
    assert story.tell(fix("TRL-1", ON_THE_WAY, 0), fixes("TRL-1", IN_PORT, [60, 120])) == ["arrived TRL-1 PORT @60"]
    event = story.locations()[0]
    assert (event.lat, event.lon, event.tier) == (*IN_PORT, Tier.PORT)


def test_the_innermost_fence_counts_and_leaving_it_is_a_move() -> None:
    story = Story()
    assert story.tell(fixes("TRL-1", IN_YARD, [0, 60])) == ["arrived TRL-1 YARD @0"]
    assert story.tell(fixes("TRL-1", IN_PLANT, [120, 180])) == ["moved TRL-1 YARD>PLANT @120"]
    assert story.tell(fixes("TRL-1", IN_YARD, [240, 300])) == ["moved TRL-1 PLANT>YARD @240"]
    assert story.tell(fixes("TRL-1", ON_THE_WAY, [900, 960])) == ["left TRL-1 YARD @900"]
    assert story.locations()[-1].tier is Tier.TRANSIT


def test_a_truck_that_stands_on_the_fence_arrives_once_and_does_not_leave() -> None:
    noise, story = random.Random(20), Story()
    drifting = [fix("TRL-1", at_edge(noise.gauss(0, 15)), at_s) for at_s in range(0, 36_000, 10)]
    events = story.tell(drifting)
    assert [event.split()[0] for event in events] == ["arrived"]


def test_out_is_only_beyond_the_margin() -> None:
    story = Story()
    story.tell(fixes("TRL-1", at_edge(20), [0, 10]))
    assert story.tell(fixes("TRL-1", at_edge(-45), range(20, 200, 10))) == []
    assert story.tell(fixes("TRL-1", at_edge(-55), [200, 210])) == ["left TRL-1 PLANT @200"]


def test_a_single_jump_out_of_the_fence_is_no_departure() -> None:
    story = Story()
    story.tell(fixes("TRL-1", IN_PORT, [0, 10]))
    assert story.tell(fix("TRL-1", ON_THE_WAY, 20), fix("TRL-1", IN_PORT, 30), fix("TRL-1", ON_THE_WAY, 40)) == []
    assert story.place("TRL-1") == "PORT"


@pytest.mark.parametrize("accuracy_m", [201.0, float("inf"), float("nan")])
def test_positions_with_poor_accuracy_move_nothing(accuracy_m: float) -> None:
    story = Story()
    assert story.tell([fix("TRL-1", IN_PORT, at_s, accuracy_m) for at_s in range(0, 100, 10)]) == []
    assert story.positions() == []


def test_a_position_without_accuracy_is_believed() -> None:
    assert Story().tell([fix("TRL-1", IN_PORT, at_s, None) for at_s in (0, 10)]) == ["arrived TRL-1 PORT @0"]


def test_positions_are_kept_at_the_configured_rate_and_always_where_the_place_changes() -> None:
    story = Story(network(geofence={"keep_every_s": 60.0}))
    story.tell(fixes("TRL-1", ON_THE_WAY, range(0, 121)), fixes("TRL-1", IN_PORT, range(121, 130)))
    kept = [((event.at_us - T0) // 1_000_000, event.place, event.tier) for event in story.positions()]
    assert kept == [
        (0, "", Tier.TRANSIT),
        (60, "", Tier.TRANSIT),
        (120, "", Tier.TRANSIT),
        (122, "PORT", Tier.PORT),
    ]


def test_the_same_position_again_changes_nothing() -> None:
    story = Story()
    assert story.tell([fix("TRL-1", IN_PORT, 0)] * 4) == []
    assert len(story.positions()) == 1


def test_a_position_in_the_plant_does_not_move_what_stands_at_its_door() -> None:
    story = Story()
    story.tell(fixes("TRL-1", IN_PLANT, [0, 10]), reads("TRL-1", "door-1", [60, 61]))
    assert story.tell(fixes("TRL-1", IN_PLANT, range(70, 200, 10))) == []
    assert story.tell(fixes("TRL-1", at_edge(-45), range(200, 300, 10))) == []
    assert story.place("TRL-1") == "DOOR-1"


def test_from_the_door_back_into_the_yard_is_a_move_once_it_is_deep_in_the_yard() -> None:
    story = Story()
    story.tell(reads("TRL-1", "door-1", [0, 1]))
    assert story.tell(fixes("TRL-1", (52.3462 + 30 * METRE, 10.56), [60, 70, 80])) == []  # drift at its edge
    assert story.tell(fixes("TRL-1", IN_YARD, [90, 100])) == ["moved TRL-1 DOOR-1>YARD @90"]


def test_from_the_door_out_of_the_plant_has_left() -> None:
    story = Story()
    story.tell(reads("TRL-1", "door-1", [0, 1]))
    assert story.tell(fixes("TRL-1", ON_THE_WAY, [600, 610])) == ["left TRL-1 DOOR-1 @600"]


def test_what_its_reader_alone_knows_is_not_left_by_a_position() -> None:
    story = Story()
    story.tell(reads("TRL-1", "cast-hall", [0, 1]))
    assert story.tell(fixes("TRL-1", ON_THE_WAY, [10, 20])) == []  # CAST has no fence to be outside of
    assert story.tell(fixes("TRL-1", IN_PORT, [3600, 3610])) == ["moved TRL-1 CAST>PORT @3600"]


def test_a_tag_read_ends_a_run_of_positions_that_spoke_for_another_place() -> None:
    story = Story()
    story.tell(fixes("TRL-1", IN_YARD, [0, 10]), fix("TRL-1", IN_PLANT, 60))
    story.tell(read("TRL-1", "door-1", 61), read("TRL-1", "door-1", 62))
    assert story.tell(fix("TRL-1", IN_PLANT, 70)) == []
    assert story.place("TRL-1") == "DOOR-1"
