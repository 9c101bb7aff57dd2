"""What may be asked: where, since when, how many."""

from __future__ import annotations

from gateway.model import AssetKind, Tier
from tests.locate.story import IN_PORT, ON_THE_WAY, T0, Story, fix, fixes, measurement, passage, read, reads

SECOND = 1_000_000


def test_an_asset_never_met_is_nowhere() -> None:
    story = Story()
    assert story.locator.board.where("PAL-9") is None
    assert story.locator.board.history("PAL-9") == []


def test_an_asset_read_once_is_known_but_nowhere_yet() -> None:
    story = Story()
    story.tell(read("PAL-1", "line", 0))
    where = story.locator.board.where("PAL-1")
    assert where is not None
    assert (where.place, where.tier, where.since_us, where.lat) == ("", None, None, None)
    assert where.seen_us == T0
    assert story.locator.board.counts() == {}


def test_an_asset_at_a_place_is_drawn_at_its_newest_position_or_at_the_place() -> None:
    story = Story()
    story.tell(fixes("TRL-1", ON_THE_WAY, [0, 10]), passage("TRL-1", "in", "PORT", 100))
    where = story.locator.board.where("TRL-1")
    assert where is not None
    assert (where.lat, where.lon) == IN_PORT  # the position is from before it arrived
    story.tell(fix("TRL-1", (53.5051, 9.9301), 200))
    where = story.locator.board.where("TRL-1")
    assert where is not None
    assert (where.lat, where.lon) == (53.5051, 9.9301)


def test_counts_follow_each_change() -> None:
    story, board = Story(), None
    story.tell(reads("PAL-1", "cast-hall", [0, 1]), reads("PAL-2", "cast-hall", [0, 1]))
    board = story.locator.board
    assert board.counts() == {(Tier.TIER2, AssetKind.PALLET): 2}
    story.tell(reads("PAL-1", "line", [100, 101]))
    assert board.counts() == {(Tier.TIER2, AssetKind.PALLET): 1, (Tier.OEM, AssetKind.PALLET): 1}
    story.tell(passage("PAL-2", "out", "CAST", 200))
    assert board.counts() == {(Tier.TRANSIT, AssetKind.PALLET): 1, (Tier.OEM, AssetKind.PALLET): 1}
    assert story.killed().locator.board.counts() == board.counts()


def test_stays_are_of_all_that_is_at_a_place_through_its_trailer() -> None:
    story = Story()
    story.tell(passage("TRL-1", "in", "DOOR-1", 0), reads("PAL-1", "door-1", [10, 11]))
    story.tell(
        passage("TRL-1", "out", "PLANT", 100), passage("TRL-1", "in", "PORT", 900), passage("TRL-2", "out", "CAST", 5)
    )
    stays = {stay.asset: (stay.place, stay.tier, stay.since_us - T0) for stay in story.locator.board.stays()}
    assert stays == {
        "TRL-1": ("PORT", Tier.PORT, 900 * SECOND),
        "PAL-1": ("PORT", Tier.PORT, 900 * SECOND),
    }


def test_history_knows_each_stays_end() -> None:
    story = Story()
    story.tell(
        passage("TRL-1", "in", "CAST", 0), passage("TRL-1", "out", "CAST", 50), passage("TRL-1", "in", "CAST", 60)
    )
    story.tell(passage("TRL-1", "in", "CAST", 70), passage("TRL-1", "in", "PORT", 80))
    stays = [(stay.place, stay.since_us - T0, stay.until_us) for stay in story.locator.board.history("TRL-1")]
    assert stays == [
        ("CAST", 0, T0 + 50 * SECOND),
        ("CAST", 60 * SECOND, T0 + 80 * SECOND),
        ("PORT", 80 * SECOND, None),
    ]


def test_what_says_the_same_place_again_does_not_begin_the_stay_anew() -> None:
    story = Story()
    story.tell(
        passage("TRL-1", "in", "CAST", 0), passage("TRL-1", "in", "PORT", 60), passage("TRL-1", "in", "PORT", 70)
    )
    where = story.locator.board.where("TRL-1")
    assert where is not None
    assert where.since_us == T0 + 60 * SECOND


def test_a_sensors_value_stands_at_the_place_of_what_it_rides_on_at_its_time() -> None:
    story = Story()
    story.tell(passage("TRL-1", "in", "CAST", 0), passage("TRL-1", "in", "PORT", 100))
    story.tell(measurement("TRL-1", "temperature", 4.0, 150), measurement("TRL-1", "temperature", 5.0, 50))
    story.tell(measurement("BOX-9", "temperature", 6.0, 50))
    assert [(event.value, event.place, event.tier) for event in story.sensors()] == [
        (4.0, "PORT", Tier.PORT),
        (5.0, "CAST", Tier.TIER2),
        (6.0, "", Tier.TRANSIT),
    ]
