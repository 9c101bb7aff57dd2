"""Goods and the trailers they are in: loaded at one door, out at another."""

from __future__ import annotations

import pytest

from gateway.model import AssetKind, Tier
from tests.locate.story import IN_PLANT, ON_THE_WAY, Story, fixes, measurement, passage, read, reads


def loaded() -> Story:
    """Pallet 1 stood in the casting plant, and was loaded into trailer 1 at its door."""
    story = Story()
    told = story.tell(
        reads("PAL-1", "cast-hall", [0, 1]),
        reads("TRL-1", "cast-door", [100, 101]),
        reads("PAL-1", "cast-door", [200, 201]),
    )
    assert told[-1] == "loaded PAL-1 CAST-DOOR in TRL-1 @201"
    return story


def test_a_pallet_read_at_a_door_where_a_trailer_stands_is_loaded() -> None:
    event = loaded().locations()[-1]
    assert (event.parent, event.place, event.tier) == ("TRL-1", "CAST-DOOR", Tier.TIER2)
    assert (event.previous_place, event.previous_tier) == ("CAST", Tier.TIER2)


def test_one_stray_read_does_not_load() -> None:
    story = Story()
    story.tell(reads("TRL-1", "cast-door", [0, 1]))
    assert story.tell(read("PAL-1", "cast-door", 10)) == []


def test_a_pallet_staged_at_the_door_is_loaded_when_the_trailer_has_come() -> None:
    story = Story()
    assert story.tell(reads("PAL-1", "cast-door", [0, 1, 2])) == ["arrived PAL-1 CAST-DOOR @0"]
    story.tell(reads("TRL-1", "cast-door", [60, 61]))
    assert story.tell(reads("PAL-1", "cast-door", range(62, 90))) == ["loaded PAL-1 CAST-DOOR in TRL-1 @62"]


def test_read_on_and_on_at_the_door_it_is_loaded_once() -> None:
    story = loaded()
    assert story.tell(reads("PAL-1", "cast-door", range(202, 900, 3))) == []


def test_when_the_trailer_leaves_what_is_in_it_is_in_transit_without_events_of_its_own() -> None:
    story = loaded()
    assert story.tell(passage("TRL-1", "out", "CAST", 1000)) == ["left TRL-1 CAST @1000"]
    where = story.locator.board.where("PAL-1")
    assert where is not None
    assert (where.place, where.tier, where.parents, where.since_us) == (
        "",
        Tier.TRANSIT,
        ("TRL-1",),
        story.locations()[-1].at_us,
    )
    assert story.locator.board.counts() == {
        (Tier.TRANSIT, AssetKind.PALLET): 1,
        (Tier.TRANSIT, AssetKind.TRAILER): 1,
    }


def test_the_trailers_position_and_sensors_are_those_of_the_goods() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "out", "CAST", 1000), fixes("TRL-1", ON_THE_WAY, [2000, 2010]))
    where = story.locator.board.where("PAL-1")
    assert where is not None
    assert (where.lat, where.lon) == ON_THE_WAY
    story.tell(measurement("PAL-1", "temperature", 4.5, 2020))
    assert (story.sensors()[0].place, story.sensors()[0].tier) == ("", Tier.TRANSIT)


def test_at_the_other_door_it_comes_out_and_arrives_from_transit() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "out", "CAST", 1000), reads("TRL-1", "door-1", [9000, 9001]))
    assert story.place("PAL-1") == "DOOR-1"  # where its trailer is
    assert story.tell(reads("PAL-1", "door-1", [9100, 9101])) == [
        "unloaded PAL-1 DOOR-1 in TRL-1 @9100",
        "arrived PAL-1 DOOR-1 @9100",
    ]
    out, arrived = story.locations()[-2:]
    assert (out.previous_place, out.previous_tier, out.tier) == ("CAST-DOOR", Tier.TIER2, Tier.OEM)
    assert (arrived.previous_place, arrived.previous_tier, arrived.tier) == ("", Tier.TRANSIT, Tier.OEM)
    stays = [(stay.place, stay.until_us) for stay in story.locator.board.history("PAL-1")]
    assert [place for place, _ in stays] == ["CAST", "CAST-DOOR", "DOOR-1"]
    left = next(event for event in story.locations() if event.kind == "left")
    assert stays[1][1] == left.at_us  # it left the casting plant with its trailer


def test_what_came_out_does_not_go_in_again_while_the_trailer_stands_there() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "out", "CAST", 1000), reads("TRL-1", "door-1", [9000, 9001]))
    story.tell(reads("PAL-1", "door-1", [9100, 9101]))
    assert story.tell(reads("PAL-1", "door-1", range(9102, 9500, 2))) == []
    assert story.tell(reads("PAL-1", "line", [9600, 9601])) == ["moved PAL-1 DOOR-1>LINE @9600"]
    assert story.tell(reads("PAL-1", "door-1", [9700, 9701])) == ["moved PAL-1 LINE>DOOR-1 @9700"]
    # The next stay of the trailer decides anew.
    story.tell(passage("TRL-1", "out", "PLANT", 20_000), reads("TRL-1", "door-1", [30_000, 30_001]))
    assert story.tell(read("PAL-1", "door-1", 30_010)) == ["loaded PAL-1 DOOR-1 in TRL-1 @30010"]


def test_read_a_moment_before_its_trailer_is_known_there_it_comes_out_once() -> None:
    story = loaded()
    story.tell(
        passage("TRL-1", "out", "CAST", 1000), read("PAL-1", "door-1", 8999), passage("TRL-1", "in", "DOOR-1", 9000)
    )
    assert story.tell(reads("PAL-1", "door-1", range(9001, 9050))) == [
        "unloaded PAL-1 DOOR-1 in TRL-1 @8999",
        "arrived PAL-1 DOOR-1 @8999",
    ]


def test_read_inside_the_plant_without_having_been_seen_at_the_door_it_is_out_as_well() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "out", "CAST", 1000), passage("TRL-1", "in", "PLANT", 9000))
    assert story.tell(reads("PAL-1", "line", [9500, 9501])) == [
        "unloaded PAL-1 LINE in TRL-1 @9500",
        "arrived PAL-1 LINE @9500",
    ]


def test_taken_back_into_the_hall_while_the_trailer_still_stands_there_it_is_out() -> None:
    story = loaded()
    assert story.tell(reads("PAL-1", "cast-hall", [300, 301])) == [
        "unloaded PAL-1 CAST in TRL-1 @300",
        "moved PAL-1 CAST-DOOR>CAST @300",
    ]


def test_read_through_the_curtain_at_a_gate_it_stays_in_its_trailer() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "out", "CAST", 1000))
    assert story.tell(reads("TRL-1", "gate-in", [9000, 9001]), reads("PAL-1", "gate-in", range(9000, 9010))) == [
        "arrived TRL-1 PLANT @9000"
    ]
    assert story.place("PAL-1") == "PLANT"


def test_goods_from_afar_come_out_even_where_nobody_saw_them_go_in() -> None:
    story = Story()
    story.tell(reads("PAL-1", "cast-hall", [0, 1]), reads("TRL-1", "door-1", [9000, 9001]))
    assert story.tell(reads("PAL-1", "door-1", [9100, 9101])) == ["moved PAL-1 CAST>DOOR-1 @9100"]
    assert story.tell(reads("PAL-1", "door-1", range(9102, 9300))) == []


def test_back_at_the_door_where_it_was_loaded_it_comes_out() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "out", "CAST", 1000), reads("TRL-1", "cast-door", [5000, 5001]))
    assert story.tell(reads("PAL-1", "cast-door", [5100, 5101])) == [
        "unloaded PAL-1 CAST-DOOR in TRL-1 @5100",
        "arrived PAL-1 CAST-DOOR @5100",
    ]


@pytest.mark.parametrize("asset", ["PAL-2", "RTI-2", "PART-2"])
def test_pallets_racks_and_parts_are_goods(asset: str) -> None:
    story = Story()
    story.tell(passage("TRL-1", "in", "DOOR-1", 0))
    assert story.tell(reads(asset, "door-1", [10, 11])) == [f"loaded {asset} DOOR-1 in TRL-1 @11"]


def test_a_trailer_is_not_loaded_into_a_trailer() -> None:
    story = Story()
    story.tell(passage("TRL-1", "in", "DOOR-1", 0))
    assert story.tell(reads("TRL-2", "door-1", [10, 11])) == ["arrived TRL-2 DOOR-1 @10"]


def test_goods_go_into_the_trailer_that_came_last() -> None:
    story = Story()
    story.tell(passage("TRL-1", "in", "DOOR-1", 0), passage("TRL-2", "in", "DOOR-1", 50))
    assert story.tell(reads("PAL-1", "door-1", [10, 11]))[-1].endswith("in TRL-1 @11")
    assert story.tell(reads("PAL-2", "door-1", [60, 61]))[-1].endswith("in TRL-2 @61")


def test_goods_received_by_a_warehouse_system_are_out_of_their_trailer() -> None:
    story = loaded()
    story.tell(passage("TRL-1", "out", "CAST", 1000))
    assert story.tell(passage("PAL-1", "in", "PLANT", 9000)) == [
        "unloaded PAL-1 PLANT in TRL-1 @9000",
        "arrived PAL-1 PLANT @9000",
    ]


def test_a_trailer_known_by_its_positions_takes_its_goods_along() -> None:
    story = loaded()
    story.tell(fixes("TRL-1", IN_PLANT, [9000, 9010]))
    assert story.place("PAL-1") == "PLANT"
