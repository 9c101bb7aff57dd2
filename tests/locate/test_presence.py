"""Read some tags somewhere, expect where they are: the EdgeX way."""

from __future__ import annotations

import pytest

from gateway.model import AssetKind, Tier
from tests.locate.story import Story, network, passage, read, reads, short


def test_one_stray_read_is_no_arrival() -> None:
    assert Story().tell(read("PAL-1", "line", 0)) == []


def test_two_reads_arrive_at_the_time_of_the_first() -> None:
    assert Story().tell(reads("PAL-1", "line", [0, 3])) == ["arrived PAL-1 LINE @0"]


def test_two_reads_too_far_apart_are_two_stray_reads() -> None:
    assert Story().tell(reads("PAL-1", "line", [0, 11, 22])) == []


def test_the_time_for_the_least_count_slides() -> None:
    story = Story(network(presence={"least_reads": 3}))
    assert story.tell(reads("PAL-1", "line", [0, 6, 11, 12])) == ["arrived PAL-1 LINE @6"]


def test_a_report_that_stands_for_several_reads_counts_as_several() -> None:
    assert Story().tell(read("PAL-1", "line", 0, count=2)) == ["arrived PAL-1 LINE @0"]


def test_reads_weaker_than_the_floor_are_not_believed() -> None:
    assert Story().tell(reads("PAL-1", "line", range(9), rssi_dbm=-76)) == []


def test_reads_without_rssi_are_believed() -> None:
    assert Story().tell(reads("PAL-1", "line", [0, 1], rssi_dbm=None)) == ["arrived PAL-1 LINE @0"]


@pytest.mark.parametrize("rssi_dbm", [float("nan"), float("-inf")])
def test_an_rssi_that_is_no_number_is_not_believed(rssi_dbm: float) -> None:
    assert Story().tell(reads("PAL-1", "line", [0, 1], rssi_dbm=rssi_dbm)) == []


def test_a_read_point_may_ask_for_more_than_the_rest() -> None:
    config = network()
    points = tuple(
        point.model_copy(update={"least_reads": 4, "least_rssi_dbm": -60.0}) if point.name == "line" else point
        for point in config.read_points
    )
    story = Story(config.model_copy(update={"read_points": points}))
    assert story.tell(reads("PAL-1", "line", [0, 1, 2])) == []
    assert story.tell(read("PAL-1", "line", 3, rssi_dbm=-61)) == []
    assert story.tell(read("PAL-1", "line", 4, rssi_dbm=-59)) == ["arrived PAL-1 LINE @0"]


def test_read_at_door_one_then_strong_at_door_two_expect_moved() -> None:
    story = Story()
    story.tell(reads("PAL-1", "door-1", [0, 0.1, 0.2], rssi_dbm=-65))
    assert story.tell(reads("PAL-1", "door-2", [0.3, 0.4], rssi_dbm=-50)) == ["moved PAL-1 DOOR-1>DOOR-2 @0.3"]


def test_read_at_door_one_then_a_little_stronger_at_door_two_expect_nothing() -> None:
    story = Story()
    story.tell(reads("PAL-1", "door-1", [0, 0.1, 0.2], rssi_dbm=-60))
    assert story.tell(reads("PAL-1", "door-2", [0.3, 0.4], rssi_dbm=-55)) == []  # 5 dB lead, 6 are asked for


def test_the_lead_asked_for_falls_while_the_present_place_is_silent() -> None:
    story = Story()
    story.tell(reads("PAL-1", "door-1", [0, 0.1], rssi_dbm=-50))
    # After 1.1 s the offset is 6 - 8 x 0.6 = 1.2 dB, after 2.1 s it is -6.8 dB: 5 dB weaker is enough.
    assert story.tell(reads("PAL-1", "door-2", [1.0, 1.2], rssi_dbm=-55)) == []
    assert story.tell(read("PAL-1", "door-2", 2.2, rssi_dbm=-55)) == ["moved PAL-1 DOOR-1>DOOR-2 @1.2"]


def test_a_tag_not_read_for_a_minute_moves_with_the_weakest_believed_reads() -> None:
    story = Story()
    story.tell(reads("PAL-1", "door-1", [0, 1], rssi_dbm=-40))
    assert story.tell(reads("PAL-1", "line", [60, 61], rssi_dbm=-74)) == ["moved PAL-1 DOOR-1>LINE @60"]


def test_two_readers_that_see_a_tag_in_turns_do_not_toss_it_to_and_fro() -> None:
    story = Story()
    story.tell(reads("PAL-1", "door-1", [0, 1]))
    turns = [read("PAL-1", "door-2" if at_s % 4 else "door-1", at_s) for at_s in range(2, 400, 2)]
    assert story.tell(turns) == []


def test_readers_without_rssi_decide_by_time_alone() -> None:
    story = Story()
    story.tell(reads("PAL-1", "door-1", [0, 1], rssi_dbm=None))
    assert story.tell(reads("PAL-1", "door-2", [1.1, 1.2], rssi_dbm=None)) == []
    assert story.tell(reads("PAL-1", "door-2", [3, 3.1], rssi_dbm=None)) == ["moved PAL-1 DOOR-1>DOOR-2 @1.2"]


def test_the_strongest_of_a_places_read_points_holds_the_tag() -> None:
    story = Story()
    story.tell(
        reads("PAL-1", "door-1", [0, 0.1], rssi_dbm=-70), reads("PAL-1", "door-1-left", [0.2, 0.3], rssi_dbm=-50)
    )
    assert story.tell(reads("PAL-1", "door-2", [0.4, 0.5], rssi_dbm=-60)) == []


def test_only_the_last_reads_count_for_the_mean() -> None:
    story = Story(network(presence={"window": 3}))
    story.tell(reads("PAL-1", "door-1", [0, 0.1], rssi_dbm=-40), reads("PAL-1", "door-1", [1, 1.1, 1.2], rssi_dbm=-70))
    assert story.tell(reads("PAL-1", "door-2", [1.3, 1.4], rssi_dbm=-60)) == ["moved PAL-1 DOOR-1>DOOR-2 @1.3"]


def test_a_gap_to_the_second_best_is_kept_before_arriving() -> None:
    story = Story(network(presence={"gap_db": 5.0}))
    assert story.tell(read("PAL-1", "door-1", 0, -60), reads("PAL-1", "door-2", [0.1, 0.2], -57)) == []
    assert story.tell(reads("PAL-1", "door-2", [0.3, 0.4, 0.5], -50)) == ["arrived PAL-1 DOOR-2 @0.2"]


def test_an_exact_repeat_changes_nothing() -> None:
    story, again = Story(), read("PAL-1", "line", 0)
    assert story.tell([again] * 5) == []
    story.tell(read("PAL-1", "line", 1), reads("PAL-1", "line", range(2, 6)))
    before = story.locator.board.where("PAL-1")
    assert story.tell([again] * 5, reads("PAL-1", "line", [5, 4, 3, 2, 1, 0])) == []
    assert story.locator.board.where("PAL-1") == before


def test_a_strong_read_delivered_again_does_not_hold_the_tag() -> None:
    story, strong = Story(network(presence={"window": 3})), read("PAL-1", "door-1", 0, -40)
    story.tell(strong, reads("PAL-1", "door-1", [1, 1.1, 1.2], rssi_dbm=-65), [strong] * 3)
    assert story.tell(reads("PAL-1", "door-2", [1.3, 1.4], rssi_dbm=-55)) == ["moved PAL-1 DOOR-1>DOOR-2 @1.3"]


def test_every_event_has_its_tiers_and_where_it_came_from() -> None:
    story = Story()
    story.tell(reads("PAL-1", "cast-hall", [0, 1]), reads("PAL-1", "line", [9000, 9001]))
    first, second = story.locations()
    assert (first.tier, first.previous_place, first.previous_tier) == (Tier.TIER2, "", None)
    assert (second.tier, second.previous_place, second.previous_tier) == (Tier.OEM, "CAST", Tier.TIER2)
    assert (second.asset_kind, second.read_point, second.device) == (AssetKind.PALLET, "line", "reader")
    assert second.device_us is not None
    assert second.received_us >= second.at_us


def test_from_plant_to_its_door_is_a_move() -> None:
    story = Story()
    story.tell(reads("PAL-1", "cast-hall", [0, 1]))
    assert story.tell(reads("PAL-1", "cast-door", [60, 61])) == ["moved PAL-1 CAST>CAST-DOOR @60"]


def test_through_the_gate_and_out_again() -> None:
    story = Story()
    assert story.tell(reads("TRL-1", "gate-in", [0, 1, 2])) == ["arrived TRL-1 PLANT @0"]
    assert story.tell(reads("TRL-1", "door-1", [60, 61])) == ["moved TRL-1 PLANT>DOOR-1 @60"]
    assert story.tell(reads("TRL-1", "gate-in", [100, 101])) == []  # seen at the gate from inside
    assert story.tell(reads("TRL-1", "gate-out", range(600, 900, 2))) == ["left TRL-1 PLANT @600"]
    left = story.locations()[-1]
    assert (left.tier, left.previous_place, left.previous_tier) == (Tier.TRANSIT, "DOOR-1", Tier.OEM)
    assert story.tell(reads("TRL-1", "gate-in", [5000, 5001])) == ["arrived TRL-1 PLANT @5000"]
    assert story.locations()[-1].previous_tier is Tier.TRANSIT


def test_a_truck_that_stands_between_the_lanes_for_an_hour_came_in_once() -> None:
    story = Story()
    turns = [read("TRL-1", ("gate-in", "gate-out")[at_s // 2 % 2], at_s) for at_s in range(0, 3600, 2)]
    assert story.tell(turns) == ["arrived TRL-1 PLANT @0"]
    assert story.tell(reads("TRL-1", "gate-out", [3600, 3602, 3604])) == ["left TRL-1 PLANT @3598"]


def test_a_truck_on_its_way_in_that_the_other_lane_overhears_came_in() -> None:
    story = Story()
    story.tell(passage("TRL-1", "out", "PLANT", -9000))
    told = [
        one for at_s in range(5) for one in (read("TRL-1", "gate-in", at_s, -50), read("TRL-1", "gate-out", at_s, -65))
    ]
    assert story.tell(told) == ["arrived TRL-1 PLANT @1"]


def test_a_new_tag_at_the_way_out_left() -> None:
    assert Story().tell(reads("PAL-7", "gate-out", [0, 1])) == ["left PAL-7 PLANT @0"]


def test_the_same_reads_always_have_the_same_event_ids() -> None:
    ids = []
    for _ in range(2):
        story = Story()
        story.tell(reads("PAL-1", "cast-hall", [0, 1]), reads("PAL-1", "line", [900, 901]))
        ids.append([event.event_id for event in story.events])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0]) == 2


def test_not_seen_for_a_day_is_no_event() -> None:
    story = Story()
    story.tell(reads("PAL-1", "line", [0, 1]))
    assert story.tell(reads("PAL-1", "line", [86_400, 86_401])) == []
    assert [short(event) for event in story.locations()] == ["arrived PAL-1 LINE @0"]
