"""Contacts and sensors of doors: a trailer that drove off, a shutter that is down, beams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from gateway.config.model import Config, DockInput
from gateway.locate.docks import Docks
from gateway.locate.whereabouts import Whereabouts
from gateway.model import Observation
from gateway.places import PlaceIndex
from tests.locate.story import T0, Story, measurement, network, passage, reads


def with_inputs(*inputs: dict[str, Any]) -> Config:
    entries = tuple(DockInput(device="gpio", **entry) for entry in inputs)
    return network().model_copy(update={"inputs": entries})


PRESENT = with_inputs({"name": "gpi_1", "place": "DOOR-1", "means": "trailer_present"})


def contact(at_s: float, value: float | bool | str, name: str = "gpi_1") -> Observation:
    return measurement("gpio", name, value, at_s, device="gpio")


def docked(config: Config = PRESENT) -> Story:
    story = Story(config)
    story.tell(reads("TRL-1", "door-1", [0, 1]), contact(2, value=True), reads("PAL-1", "door-1", [10, 11]))
    assert story.inside("PAL-1") == "in TRL-1"
    return story


def test_a_trailer_is_gone_from_the_door_once_it_was_empty_for_long_enough() -> None:
    story = docked()
    assert story.tell(contact(100, value=False)) == []
    assert story.wait(129) == []
    assert story.wait(130) == ["moved TRL-1 DOOR-1>PLANT @100"]
    assert story.place("PAL-1") == "PLANT"
    assert story.wait(500) == []


def test_goods_read_at_the_empty_door_are_not_loaded() -> None:
    story = docked()
    story.tell(contact(100, value=False))
    story.wait(130)
    assert story.tell(reads("PAL-2", "door-1", [140, 141])) == ["arrived PAL-2 DOOR-1 @140"]


def test_a_flicker_is_nothing() -> None:
    story = docked()
    for at_s in range(100, 200, 20):
        story.tell(contact(at_s, value=False), contact(at_s + 10, value=True))
    assert story.wait(1000) == []
    assert story.place("TRL-1") == "DOOR-1"


def test_repeated_it_is_empty_since_it_was_first_said() -> None:
    story = docked()
    story.tell(contact(100, value=False), contact(110, value=False), contact(125, value=False))
    assert story.wait(130) == ["moved TRL-1 DOOR-1>PLANT @100"]


def test_the_waiting_survives_a_kill() -> None:
    story = docked()
    story.tell(contact(100, value=False))
    assert story.killed().wait(131) == ["moved TRL-1 DOOR-1>PLANT @100"]


def test_a_trailer_that_came_after_it_was_empty_stays() -> None:
    story = docked()
    story.tell(contact(100, value=False), reads("TRL-2", "door-1", [110, 111]))
    assert story.wait(131) == ["moved TRL-1 DOOR-1>PLANT @100"]
    assert story.place("TRL-2") == "DOOR-1"


def test_that_something_is_there_names_no_trailer() -> None:
    story = Story(PRESENT)
    story.tell(passage("TRL-1", "in", "YARD", 0))
    assert story.tell(contact(10, value=True)) == []
    assert story.place("TRL-1") == "YARD"


@pytest.mark.parametrize(("value", "expected"), [(True, False), (0.0, True), ("open", None)])
def test_a_contact_may_be_inverted_a_number_and_no_text(value: float | bool | str, expected: bool | None) -> None:
    story = Story(with_inputs({"name": "gpi_1", "place": "DOOR-1", "means": "door_open", "inverted": True}))
    story.tell(contact(0, value))
    dock = story.locator.docks.at("DOOR-1")
    assert (dock.door_open if dock else None) is expected
    assert [event.name for event in story.sensors()] == ["gpi_1"]


def test_what_a_contact_said_earlier_and_came_late_changes_nothing() -> None:
    story = Story(with_inputs({"name": "gpi_1", "place": "DOOR-1", "means": "door_open"}))
    story.tell(contact(100, value=True), contact(50, value=False))
    dock = story.killed().locator.docks.at("DOOR-1")
    assert dock is not None
    assert (dock.door_open, dock.door_us) == (True, T0 + 100_000_000)


@dataclass
class Heard:
    """Who decides directions, as far as it hears of beams."""

    beams: list[tuple[str, str, int, bool]] = field(default_factory=list)

    def barrier(self, door: str, side: Literal["outer", "inner"], at_us: int, *, on: bool) -> None:
        self.beams.append((door, side, at_us, on))


def test_beams_are_handed_on_with_their_side() -> None:
    config = with_inputs(
        {"name": "gpi_1", "place": "DOOR-1", "means": "barrier_outer"},
        {"name": "gpi_2", "place": "DOOR-1", "means": "barrier_inner", "inverted": True},
    )
    heard = Heard()
    docks = Docks(config.inputs, Whereabouts(PlaceIndex(config.places)), heard)
    docks.observe(contact(1, value=True))
    docks.observe(contact(2, value=False, name="gpi_2"))
    assert heard.beams == [("DOOR-1", "outer", T0 + 1_000_000, True), ("DOOR-1", "inner", T0 + 2_000_000, True)]


def test_docks_are_no_assets_of_the_board() -> None:
    story = docked()
    assert {where.asset for where in story.locator.board.everyone() if where.since_us} == {"TRL-1", "PAL-1"}
    assert sum(story.locator.board.counts().values()) == 2
