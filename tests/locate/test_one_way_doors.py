"""Doors that goods pass one way: out of the trailer at an inbound one, into it at an outbound one."""

from __future__ import annotations

import pytest

from gateway.model import Observation, Tier
from tests.locate.story import ON_THE_WAY, Story, fixes, passage, read, reads


def loaded() -> Story:
    """Pallet 1 was loaded into trailer 1 at the casting plant, and the trailer is on its way."""
    story = Story()
    story.tell(reads("PAL-1", "cast-hall", [0, 1]), reads("TRL-1", "cast-door", [100, 101]))
    assert story.tell(reads("PAL-1", "cast-door", [200, 201])) == ["loaded PAL-1 CAST-DOOR in TRL-1 @201"]
    story.tell(passage("TRL-1", "out", "CAST", 1000))
    return story


def standing(point: str, at_s: float = 0) -> Story:
    """Trailer 1 stands at a door of the cross-dock, and nothing else is known."""
    story = Story()
    story.tell(reads("TRL-1", point, [at_s, at_s + 1]))
    return story


@pytest.mark.parametrize(("point", "door"), [("xd-in", "XD-IN"), ("xd-out", "XD-OUT")])
def test_a_trailer_read_at_a_one_way_door_stands_there(point: str, door: str) -> None:
    story = Story()
    assert story.tell(reads("TRL-1", point, range(0, 600, 2))) == [f"arrived TRL-1 {door} @0"]
    assert story.place("TRL-1") == door


# --- inbound ----------------------------------------------------------------------------------------


def test_goods_in_the_trailer_come_out_at_an_inbound_door() -> None:
    story = loaded()
    story.tell(reads("TRL-1", "xd-in", [9000, 9001]))
    assert story.tell(reads("PAL-1", "xd-in", range(9100, 9400, 2))) == [
        "unloaded PAL-1 XD-IN in TRL-1 @9100",
        "arrived PAL-1 XD-IN @9100",
    ]
    arrived = story.locations()[-1]
    assert (arrived.previous_tier, arrived.tier) == (Tier.TRANSIT, Tier.CROSSDOCK)


def test_goods_never_seen_before_come_out_at_an_inbound_door_and_are_never_loaded() -> None:
    story = standing("xd-in")
    assert story.tell(reads("PAL-7", "xd-in", range(100, 900, 2))) == [
        "unloaded PAL-7 XD-IN in TRL-1 @100",
        "arrived PAL-7 XD-IN @100",
    ]
    story.tell(passage("TRL-1", "out", "XD", 2000))
    assert story.place("PAL-7") == "XD-IN"


def test_goods_last_seen_at_another_site_come_out_at_an_inbound_door() -> None:
    story = standing("xd-in", 5000)
    story.tell(reads("PAL-7", "cast-hall", [0, 1]))
    assert story.tell(reads("PAL-7", "xd-in", [5100, 5101])) == [
        "unloaded PAL-7 XD-IN in TRL-1 @5100",
        "moved PAL-7 CAST>XD-IN @5100",
    ]


def test_goods_of_the_hall_that_pass_an_inbound_door_are_not_from_the_trailer_and_not_in_it() -> None:
    story = standing("xd-in")
    story.tell(reads("PAL-7", "xd-hall", [10, 11]))
    assert story.tell(reads("PAL-7", "xd-in", range(100, 900, 2))) == ["moved PAL-7 XD>XD-IN @100"]


def test_what_came_out_at_an_inbound_door_stays_out_while_trailers_come_and_go() -> None:
    story = standing("xd-in")
    story.tell(reads("PAL-7", "xd-in", [100, 101]), passage("TRL-1", "out", "XD", 2000))
    story.tell(reads("TRL-2", "xd-in", [3000, 3001]))
    assert story.tell(reads("PAL-7", "xd-in", range(3100, 3900, 2))) == []


def test_goods_come_out_at_an_inbound_door_though_nobody_saw_their_trailer_come() -> None:
    story = loaded()
    assert story.tell(reads("PAL-1", "xd-in", [9100, 9101])) == [
        "unloaded PAL-1 XD-IN in TRL-1 @9100",
        "arrived PAL-1 XD-IN @9100",
    ]


def test_goods_come_in_at_an_inbound_door_where_no_trailer_is_known() -> None:
    assert Story().tell(reads("PAL-7", "xd-in", [0, 1, 2])) == ["arrived PAL-7 XD-IN @0"]


def test_one_stray_read_at_an_inbound_door_unloads_nothing() -> None:
    story = loaded()
    story.tell(reads("TRL-1", "xd-in", [9000, 9001]))
    assert story.tell(read("PAL-1", "xd-in", 9100)) == []


# --- outbound ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [[], reads("PAL-7", "xd-hall", [10, 11]), reads("PAL-7", "cast-hall", [10, 11])],
    ids=["never met", "from the hall", "from afar"],
)
def test_goods_go_into_the_trailer_at_an_outbound_door_wherever_they_were(before: list[Observation]) -> None:
    story = standing("xd-out")
    story.tell(before)
    assert story.tell(reads("PAL-7", "xd-out", range(100, 900, 2))) == ["loaded PAL-7 XD-OUT in TRL-1 @102"]
    story.tell(passage("TRL-1", "out", "XD", 2000), fixes("TRL-1", ON_THE_WAY, [2500, 2510]))
    assert story.place("PAL-7") == ""


def test_goods_that_stay_in_their_trailer_at_an_outbound_door_are_not_unloaded() -> None:
    story = loaded()
    story.tell(reads("TRL-1", "xd-out", [9000, 9001]))
    assert story.tell(reads("PAL-1", "xd-out", range(9100, 9400, 2))) == []
    assert story.place("PAL-1") == "XD-OUT"


def test_goods_change_trailers_at_an_outbound_door_though_nobody_saw_them_come_out() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "in", "XD-IN", 8000), reads("TRL-2", "xd-out", [9000, 9001]))
    assert story.tell(reads("PAL-1", "xd-out", [9100, 9101])) == [
        "unloaded PAL-1 XD-OUT in TRL-1 @9100",
        "loaded PAL-1 XD-OUT in TRL-2 @9101",
    ]


def test_goods_at_an_outbound_door_wait_there_until_a_trailer_is_known() -> None:
    story = Story()
    story.tell(reads("PAL-7", "xd-hall", [0, 1]))
    assert story.tell(reads("PAL-7", "xd-out", range(100, 200))) == ["moved PAL-7 XD>XD-OUT @100"]
    story.tell(passage("TRL-1", "in", "XD-OUT", 90))
    assert story.tell(reads("PAL-7", "xd-out", [210, 211])) == ["loaded PAL-7 XD-OUT in TRL-1 @211"]


def test_goods_in_a_trailer_stay_in_it_at_an_outbound_door_where_none_is_known() -> None:
    story = loaded()
    assert story.tell(reads("PAL-1", "xd-out", range(9100, 9200))) == []


def test_in_by_one_door_and_out_by_another() -> None:
    story = loaded()
    story.tell(reads("TRL-1", "xd-in", [9000, 9001]), reads("PAL-1", "xd-in", [9100, 9101]))
    story.tell(reads("TRL-2", "xd-out", [9200, 9201]))
    assert story.tell(reads("PAL-1", "xd-out", [9300, 9301])) == ["loaded PAL-1 XD-OUT in TRL-2 @9301"]
    assert story.locations()[-1].previous_place == "XD-IN"


# --- a door with a lane for each way ------------------------------------------------------------------


def test_a_pallet_that_both_lanes_of_a_door_hear_for_long_came_out_once() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "in", "XD-BOTH", 9000))
    turns = [read("PAL-1", ("lane-in", "lane-out")[at_s // 2 % 2], at_s) for at_s in range(9100, 9400, 2)]
    assert story.tell(turns) == ["unloaded PAL-1 XD-BOTH in TRL-1 @9100", "arrived PAL-1 XD-BOTH @9100"]


def test_a_pallet_taken_back_by_the_other_lane_is_loaded_again() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "in", "XD-BOTH", 9000), reads("PAL-1", "lane-in", [9100, 9101]))
    assert story.tell(reads("PAL-1", "lane-out", range(9200, 9300))) == ["loaded PAL-1 XD-BOTH in TRL-1 @9201"]
    assert story.tell(reads("PAL-1", "lane-in", range(9400, 9500))) == ["unloaded PAL-1 XD-BOTH in TRL-1 @9400"]
    assert story.place("PAL-1") == "XD-BOTH"


# --- late data ----------------------------------------------------------------------------------------


def test_late_reads_at_an_outbound_door_say_that_the_goods_were_there() -> None:
    story = Story()
    story.tell(reads("PAL-7", "xd-hall", [0, 1]), reads("PAL-7", "line", [9000, 9001]))
    assert story.tell(reads("PAL-7", "xd-out", [500, 501])) == ["arrived PAL-7 XD-OUT @500 late"]
    assert story.place("PAL-7") == "LINE"
