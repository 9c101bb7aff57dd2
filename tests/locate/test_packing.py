"""Parts in pallets in containers on trailers: each is where the outermost is, whatever the depth and order."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.model import Observation, Packing, Passage
from tests.locate.story import IN_PLANT, IN_PORT, ON_THE_WAY, Story, fix, fixes, network, packing, passage, read, reads


def stacked() -> Story:
    """A part in a pallet in a container on a trailer, which stands in the port."""
    story = Story()
    story.tell(passage("TRL-1", "in", "PORT", 0))
    told = story.tell(
        packing("CONT-1", "ADD", "TRL-1", 10),
        packing("PAL-1", "ADD", "CONT-1", 20),
        packing("PART-1", "ADD", "PAL-1", 30),
    )
    assert told == [
        "loaded CONT-1 PORT in TRL-1 @10",
        "loaded PAL-1 PORT in CONT-1 @20",
        "loaded PART-1 PORT in PAL-1 @30",
    ]
    return story


def test_what_is_inside_is_where_the_outermost_is() -> None:
    story = stacked()
    assert story.inside("PART-1") == "in PAL-1 in CONT-1 in TRL-1"
    story.tell(passage("TRL-1", "out", "PORT", 100), fixes("TRL-1", ON_THE_WAY, [200, 210]))
    assert story.place("PART-1") == ""
    story.tell(passage("TRL-1", "in", "PLANT", 900))
    assert [story.place(asset) for asset in ("PART-1", "PAL-1", "CONT-1")] == ["PLANT"] * 3
    part = story.locator.board.where("PART-1")
    assert part is not None
    assert (part.lat, part.lon) == story.locator._places.point("PLANT")


def test_the_position_is_that_of_the_outermost() -> None:
    story = stacked()
    story.tell(passage("TRL-1", "out", "PORT", 100), fixes("TRL-1", ON_THE_WAY, [200, 210]))
    part = story.locator.board.where("PART-1")
    assert part is not None
    assert (part.lat, part.lon) == ON_THE_WAY


def test_a_tracker_on_the_container_speaks_for_a_trailer_that_has_none() -> None:
    story = stacked()
    assert story.tell(fixes("CONT-1", ON_THE_WAY, [100, 110])) == ["left TRL-1 PORT @100"]
    assert story.tell(fixes("CONT-1", IN_PLANT, [9000, 9010])) == ["arrived TRL-1 PLANT @9000"]
    assert [story.place(asset) for asset in ("PART-1", "CONT-1", "TRL-1")] == ["PLANT"] * 3


def test_a_position_of_the_container_told_twice_is_counted_and_changes_nothing() -> None:
    story = stacked()
    story.tell(fix("CONT-1", ON_THE_WAY, 100), fix("CONT-1", ON_THE_WAY, 100))
    assert dict(story.locator.refused) == {("reader", "duplicate"): 1}
    assert len(story.positions()) == 2  # the container's, and the trailer's by it


def test_a_trailers_own_tracker_is_believed_before_the_containers() -> None:
    story = stacked()
    story.tell(fixes("TRL-1", ON_THE_WAY, [100, 110]))
    assert story.tell(fixes("CONT-1", IN_PORT, [120, 130])) == []
    assert story.place("CONT-1") == ""
    assert [event.asset for event in story.positions()][-1] == "CONT-1"


def test_a_container_read_at_a_gate_takes_trailer_and_goods_along() -> None:
    story = Story(network())
    story.tell(passage("TRL-1", "in", "CAST", 0), packing("CONT-1", "ADD", "TRL-1", 10))
    story.tell(packing("PAL-1", "ADD", "CONT-1", 20), passage("TRL-1", "out", "CAST", 30))
    assert story.tell(reads("CONT-1", "gate-in", [900, 901])) == ["arrived TRL-1 PLANT @900"]
    assert story.place("PAL-1") == "PLANT"
    assert story.tell(reads("CONT-1", "gate-out", [2000, 2001])) == ["left TRL-1 PLANT @2000"]
    assert story.place("PAL-1") == ""


def test_a_container_alone_read_at_a_gate_takes_its_goods_along() -> None:
    story = Story(network())
    story.tell(packing("PAL-1", "ADD", "CONT-1", 0, "CAST"), packing("PART-1", "ADD", "PAL-1", 5))
    assert story.tell(reads("CONT-1", "gate-in", [900, 901])) == ["moved CONT-1 CAST>PLANT @900"]
    assert story.place("PART-1") == "PLANT"


def test_a_container_on_a_trailer_does_not_stand_at_the_trailers_door() -> None:
    story = Story(network())
    story.tell(passage("CONT-1", "in", "DOOR-1", 0))
    assert story.tell(reads("PAL-1", "door-1", [10, 11])) == ["loaded PAL-1 DOOR-1 in CONT-1 @11"]
    story.tell(packing("CONT-1", "ADD", "TRL-1", 20), passage("TRL-1", "out", "PLANT", 30))
    assert story.tell(reads("PAL-2", "door-1", [40, 41])) == ["arrived PAL-2 DOOR-1 @40"]
    again = story.killed()
    assert again.tell(reads("PAL-3", "door-1", [50, 51])) == ["arrived PAL-3 DOOR-1 @50"]
    assert again.place("PAL-1") == ""


def test_unpacked_it_is_where_the_trailer_was_and_stays_there() -> None:
    story = stacked()
    story.tell(passage("TRL-1", "out", "PORT", 100), passage("TRL-1", "in", "PLANT", 900))
    told = story.tell(packing("PAL-1", "DELETE", "CONT-1", 950), passage("TRL-1", "out", "PLANT", 2000))
    assert told[:2] == ["unloaded PAL-1 PLANT in CONT-1 @950", "arrived PAL-1 PLANT @950"]
    assert (story.place("PAL-1"), story.place("PART-1"), story.place("CONT-1")) == ("PLANT", "PLANT", "")
    assert story.inside("PART-1") == "in PAL-1"
    stays = [(stay.place, (stay.until_us or 0) > 0) for stay in story.locator.board.history("PAL-1")]
    assert stays == [("PORT", True), ("PLANT", False)]


def test_unpacked_from_the_trailer_it_is_out_of_all_between() -> None:
    story = stacked()
    assert story.tell(packing("PAL-1", "DELETE", "TRL-1", 50)) == ["unloaded PAL-1 PORT in TRL-1 @50"]
    assert story.inside("PAL-1") == ""


def test_packed_elsewhere_it_came_out_of_what_it_was_in() -> None:
    story = stacked()
    told = story.tell(packing("PAL-1", "ADD", "CONT-2", 40))
    assert told == ["arrived CONT-2 PORT @40", "unloaded PAL-1 PORT in CONT-1 @40", "loaded PAL-1 PORT in CONT-2 @40"]


def test_a_packing_says_where_its_parent_is() -> None:
    story = Story()
    told = story.tell(packing("PAL-1", "ADD", "CONT-1", 0, "CAST"))
    assert told == ["arrived CONT-1 CAST @0", "loaded PAL-1 CAST in CONT-1 @0"]
    assert story.tell(packing("PAL-2", "ADD", "CONT-1", 10, "CAST")) == ["loaded PAL-2 CAST in CONT-1 @10"]


def test_repeated_it_is_told_once() -> None:
    story = stacked()
    assert story.tell(packing("PAL-1", "ADD", "CONT-1", 40)) == []
    story.tell(packing("PAL-1", "DELETE", "CONT-1", 50))
    ids = {event.event_id for event in story.locations()}
    story.tell(packing("PAL-1", "DELETE", "CONT-1", 50))
    assert {event.event_id for event in story.locations()} == ids


@pytest.mark.parametrize(("asset", "parent"), [("TRL-1", "PART-1"), ("CONT-1", "PAL-1"), ("PAL-1", "PAL-1")])
def test_nothing_is_packed_into_itself(asset: str, parent: str) -> None:
    story = stacked()
    assert story.tell(packing(asset, "ADD", parent, 60)) == []
    (refused,) = story.refused
    assert (refused.reason, refused.source) == ("packed_into_itself", "wms")
    assert story.inside("PART-1") == "in PAL-1 in CONT-1 in TRL-1"


def test_deeper_than_the_bound_is_refused() -> None:
    story = Story()
    story.tell(*(packing(f"RTI-{i}", "ADD", f"RTI-{i + 1}", i) for i in range(15, -1, -1)))
    assert [refused.reason for refused in story.refused] == ["packed_too_deep"]


def test_late_data_completes_and_moves_nothing() -> None:
    story = Story()
    story.tell(passage("TRL-1", "in", "PORT", 0), reads("PAL-1", "line", [1000, 1001]))
    assert story.tell(packing("PAL-1", "ADD", "TRL-1", 500)) == ["loaded PAL-1 PORT in TRL-1 @500 late"]
    assert (story.place("PAL-1"), story.inside("PAL-1")) == ("LINE", "")


def test_it_survives_a_kill() -> None:
    story = stacked().killed()
    story.tell(passage("TRL-1", "in", "PLANT", 900))
    assert (story.place("PART-1"), story.inside("PART-1")) == ("PLANT", "in PAL-1 in CONT-1 in TRL-1")
    assert story.tell(read("PART-1", "line", 1000), fix("TRL-1", IN_PLANT, 1001)) == []


ASSETS = [f"PART-{i}" for i in range(2)] + [f"PAL-{i}" for i in range(3)] + ["CONT-1", "CONT-2", "TRL-1", "TRL-2"]
PLACES = ["CAST", "PLANT", "PORT", "XD"]
STEP = st.one_of(
    st.builds(packing, st.sampled_from(ASSETS), st.just("ADD"), st.sampled_from(ASSETS), st.just(0)),
    st.builds(packing, st.sampled_from(ASSETS), st.just("DELETE"), st.sampled_from(ASSETS), st.just(0)),
    st.builds(passage, st.sampled_from(ASSETS), st.just("in"), st.sampled_from(PLACES), st.just(0)),
)


@dataclass
class Oracle:
    """The same by the simplest means: a map of parents, a map of places."""

    parents: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def chain(self, asset: str) -> list[str]:
        parent = self.parents.get(asset)
        return [] if parent is None else [parent, *self.chain(parent)]

    def place(self, asset: str) -> str:
        known = [outer for outer in (asset, *self.chain(asset)) if outer in self.places]
        return self.places[known[-1]] if known else ""

    def take(self, observation: Observation) -> None:
        asset, reading = observation.asset, observation.reading
        if isinstance(reading, Passage):
            self.parents.pop(asset, None)
            self.places[asset] = reading.place
        elif isinstance(reading, Packing) and reading.action == "ADD":
            self._pack(asset, reading.parent)
        elif isinstance(reading, Packing) and reading.parent in self.chain(asset):
            self._arrive(asset, self.place(asset))
            del self.parents[asset]

    def _pack(self, asset: str, parent: str) -> None:
        if asset in (parent, *self.chain(parent)):
            return
        if not self.place(parent):
            self._arrive([parent, *self.chain(parent)][-1], self.place(asset))
        self.parents[asset] = parent
        self._arrive(asset, self.place(asset))

    def _arrive(self, asset: str, place: str) -> None:
        if place:
            self.places[asset] = place


@settings(max_examples=150)
@given(st.lists(STEP, max_size=60))
def test_random_nestings_and_moves_end_where_the_oracle_says(steps: list[Observation]) -> None:
    story, oracle = Story(), Oracle()
    for number, step in enumerate(steps):
        made = packing if isinstance(step.reading, Packing) else passage
        what = step.reading.action if isinstance(step.reading, Packing) else "in"
        into = step.reading.parent if isinstance(step.reading, Packing) else step.place
        story.tell(made(step.asset, what, into, 10.0 * number))  # type: ignore[arg-type]
        oracle.take(step)
    for asset in ASSETS:
        where = story.locator.board.where(asset)
        if where is not None:
            assert (where.place, list(where.parents)) == (oracle.place(asset), oracle.chain(asset))
    seen = [where.tier for where in story.locator.board.everyone() if where.tier is not None]
    assert sum(story.locator.board.counts().values()) == len(seen)
    again = story.killed()
    assert again.locator.board.counts() == story.locator.board.counts()
    assert [again.inside(asset) for asset in ASSETS] == [story.inside(asset) for asset in ASSETS]


TURNS = st.lists(st.tuples(st.sampled_from(["CONT-1", "CONT-2"]), st.booleans()), min_size=1, max_size=4)


@given(TURNS, st.randoms(use_true_random=False))
def test_packings_in_any_order_end_in_the_same(turns: list[tuple[str, bool]], order: object) -> None:
    """A pallet in and out of containers: what it is in at last does not depend on which was heard first."""
    told = []
    for number, (container, out_again) in enumerate(turns):
        told.append(packing("PAL-1", "ADD", container, 100 * number))
        if out_again or number < len(turns) - 1:
            told.append(packing("PAL-1", "DELETE", container, 100 * number + 50))
    shuffled = list(told)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    straight, mixed = Story(), Story()
    straight.tell(told)
    mixed.tell(shuffled)
    assert straight.inside("PAL-1") == mixed.inside("PAL-1")
