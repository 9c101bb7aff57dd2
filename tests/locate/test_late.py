"""Data in any order: it completes history and never moves what is known better (FAULTS F9, F10)."""

from __future__ import annotations

from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Observation
from tests.locate.story import IN_PLANT, IN_PORT, ON_THE_WAY, T0, Story, fixes, passage, read, reads

HOUR = 3600


def test_a_passage_is_believed_at_once() -> None:
    story = Story()
    assert story.tell(passage("TRL-1", "in", "CAST", 0, shipment="S-1")) == ["arrived TRL-1 CAST @0"]
    assert story.tell(passage("TRL-1", "out", "CAST", 10)) == ["left TRL-1 CAST @10"]
    assert story.tell(passage("TRL-1", "in", "PORT", 20)) == ["arrived TRL-1 PORT @20"]
    assert story.tell(passage("TRL-1", "in", "PLANT", 30)) == ["moved TRL-1 PORT>PLANT @30"]
    assert story.locations()[0].shipment == "S-1"


def test_a_passage_at_a_gate_is_of_what_the_gate_opens_to() -> None:
    assert Story().tell(passage("TRL-1", "in", "GATE", 0)) == ["arrived TRL-1 PLANT @0"]


def test_a_late_passage_is_told_but_moves_nothing() -> None:
    story = Story()
    story.tell(passage("TRL-1", "in", "PLANT", 100))
    assert story.tell(passage("TRL-1", "out", "CAST", 50)) == ["left TRL-1 CAST @50 late"]
    assert story.tell(passage("TRL-1", "in", "CAST", 0)) == ["arrived TRL-1 CAST @0 late"]
    assert story.place("TRL-1") == "PLANT"
    assert [stay.place for stay in story.locator.board.history("TRL-1")] == ["CAST", "PLANT"]


def test_out_and_in_at_one_instant_end_inside() -> None:
    for order in (1, -1):
        story = Story()
        story.tell([passage("TRL-1", "out", "CAST", 5), passage("TRL-1", "in", "PLANT", 5)][::order])
        assert story.place("TRL-1") == "PLANT"


Way = Literal["in", "out"]
WAYS: tuple[Way, Way] = ("in", "out")
PASSAGES = st.lists(
    st.builds(
        passage,
        st.sampled_from(["TRL-1", "TRL-2"]),
        st.sampled_from(WAYS),
        st.sampled_from(["CAST", "PLANT", "PORT", "DOOR-1"]),
        st.integers(0, 30).map(lambda hours: hours * HOUR),
        st.sampled_from(["tms", "yard"]),
    ),
    max_size=25,
)


@given(PASSAGES, st.randoms(use_true_random=False))
def test_passages_in_any_order_lead_to_the_same_events_and_places(passages: list[Observation], order: object) -> None:
    shuffled = list(passages)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    straight, mixed = Story(), Story()
    straight.tell(passages)
    mixed.tell(shuffled)
    assert {event.event_id for event in straight.events} == {event.event_id for event in mixed.events}
    for asset in ("TRL-1", "TRL-2"):
        assert straight.locator.board.history(asset) == mixed.locator.board.history(asset)
        assert straight.place(asset) == mixed.place(asset)


@given(PASSAGES, st.data())
def test_passages_told_several_times_are_the_same_events(passages: list[Observation], data: st.DataObject) -> None:
    once, often = Story(), Story()
    once.tell(passages)
    for one in passages:
        often.tell([one] * data.draw(st.integers(1, 3)))
        often.tell(data.draw(st.sampled_from(passages)))
    assert {event.event_id for event in once.events} == {event.event_id for event in often.events}
    assert once.place("TRL-1") == often.place("TRL-1")


def test_late_reads_that_prove_an_unknown_stay_are_told_as_late() -> None:
    story = Story()
    story.tell(reads("PAL-1", "line", [1000, 1001]))
    assert story.tell(read("PAL-1", "cast-hall", 100)) == []
    assert story.tell(read("PAL-1", "cast-hall", 101)) == ["arrived PAL-1 CAST @100 late"]
    assert story.tell(reads("PAL-1", "cast-hall", range(102, 120))) == []
    assert story.place("PAL-1") == "LINE"


def test_late_reads_wait_for_each_other_while_the_present_place_is_read_on() -> None:
    story = Story()
    story.tell(reads("PAL-1", "line", [1000, 1001]), read("PAL-1", "cast-hall", 100))
    story.tell(reads("PAL-1", "line", range(1002, 1100)))
    assert story.tell(read("PAL-1", "cast-hall", 101)) == ["arrived PAL-1 CAST @100 late"]


def test_an_early_read_waits_on_when_later_ones_are_believed_first() -> None:
    story = Story()
    story.tell(read("PAL-1", "line", 0), reads("PAL-1", "line", [100, 101]))
    assert story.tell(read("PAL-1", "line", 1)) == ["arrived PAL-1 LINE @0 late"]
    assert [stay.since_us for stay in story.locator.board.history("PAL-1")] == [T0]


def test_late_reads_of_a_stay_that_is_known_are_not_told() -> None:
    story = Story()
    story.tell(reads("PAL-1", "cast-hall", [0, 1]), reads("PAL-1", "line", [1000, 1001]))
    assert story.tell(reads("PAL-1", "cast-hall", [500, 501, 502])) == []


def test_reads_that_come_a_moment_late_are_the_readers_disagreeing() -> None:
    story = Story()
    story.tell(reads("PAL-1", "line", [100, 101]))
    assert story.tell(reads("PAL-1", "door-1", [95, 96, 97])) == []


def test_reads_older_than_all_we_remember_say_nothing() -> None:
    story = Story()
    for number in range(10):
        point = ("cast-hall", "line")[number % 2]
        story.tell(reads("PAL-1", point, [1000 * number, 1000 * number + 1]))
    assert story.tell(reads("PAL-1", "line", range(-500, -400))) == []


STAYS = st.lists(st.sampled_from(["cast-hall", "door-1", "door-2", "line"]), min_size=1, unique=True)


@given(STAYS, st.randoms(use_true_random=False))
def test_stays_proven_by_reads_in_any_order_are_the_same(points: list[str], order: object) -> None:
    """Stays further apart than `within_s`, each with the least count of reads: then order does not matter at all.

    A return (A, B, A) is the exception: what comes late for B once both stays at A look like one stays untold.
    """
    told = [read("PAL-1", point, 100 * number + i) for number, point in enumerate(points) for i in (0, 1)]
    shuffled = list(told)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    straight, mixed = Story(), Story()
    straight.tell(told)
    mixed.tell(shuffled)
    assert straight.place("PAL-1") == mixed.place("PAL-1")
    assert {event.event_id for event in straight.events} == {event.event_id for event in mixed.events}


def test_reads_delivered_again_after_other_stays_change_nothing() -> None:
    walk = [
        *reads("PAL-1", "cast-hall", range(0, 20)),
        *reads("PAL-1", "door-1", range(1000, 1020)),
        *reads("PAL-1", "line", range(2000, 2020)),
    ]
    story = Story()
    assert len(story.tell(walk)) == 3
    assert story.tell(walk, walk[::-1], walk[10:]) == []
    assert story.place("PAL-1") == "LINE"


def test_positions_stored_without_network_complete_the_way() -> None:
    story = Story()
    story.tell(fixes("TRL-1", IN_PORT, [0, 10]), fixes("TRL-1", IN_PLANT, [7200, 7210]))
    assert story.tell(fixes("TRL-1", ON_THE_WAY, range(3600, 3700, 10))) == ["left TRL-1 PORT @3600 late"]
    assert story.place("TRL-1") == "PLANT"
    late = [event for event in story.positions() if event.place == ""]
    assert len(late) == 10


def test_a_late_position_where_the_asset_is_known_to_have_been_is_only_a_position() -> None:
    story = Story()
    story.tell(fixes("TRL-1", IN_PORT, [0, 10]), fixes("TRL-1", IN_PLANT, [7200, 7210]))
    assert story.tell(fixes("TRL-1", IN_PORT, [600, 610, 620])) == []
    where = story.locator.board.where("TRL-1")
    assert where is not None
    assert (where.lat, where.lon) == IN_PLANT
