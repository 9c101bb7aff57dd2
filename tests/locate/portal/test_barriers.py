"""Light barriers: two beams broken in order say which way it went."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from gateway.locate.portal import Side
from gateway.model import Observation
from tests.locate.portal.dock_story import SECOND, T0, Dock, bell, passes, stands, turns_back

Beam: TypeAlias = tuple[Side, float, bool]


def dock(*beams: Beam, door: str = "DOOR-1") -> Dock:
    """A dock whose beams were broken and freed at these times."""
    told = Dock()
    for side, at_s, on in beams:
        told.portals.barrier(door, side, T0 + round(at_s * SECOND), on=on)
    return told


OUT: tuple[Beam, ...] = (("inner", 19.5, True), ("inner", 20.2, False), ("outer", 20.4, True), ("outer", 21.0, False))
IN: tuple[Beam, ...] = (("outer", 19.5, True), ("outer", 20.2, False), ("inner", 20.4, True), ("inner", 21.0, False))


def both(asset: str) -> list[Observation]:
    """Reads that tell no direction: both zones at once."""
    return [*bell(asset, "DOOR-1", "outer", 20.0, -42.0), *bell(asset, "DOOR-1", "inner", 20.1, -42.0)]


@pytest.mark.parametrize(("beams", "way"), [(OUT, "out"), (IN, "in")])
def test_beams_tell_the_direction_where_reads_do_not(beams: tuple[Beam, ...], way: str) -> None:
    told = dock(*beams)
    assert told.hear(both("PAL-1")) == [f"PAL-1 {way} DOOR-1 @20"]
    assert told.crossings[0].barrier


def test_beams_overrule_the_order_of_reads() -> None:
    told = dock(*OUT)
    assert told.hear(passes("PAL-1", "DOOR-1", "in", 20)) == ["PAL-1 out DOOR-1 @20"]


def test_one_beam_alone_tells_nothing() -> None:
    told = dock(("outer", 19.5, True), ("outer", 21.0, False))
    assert told.hear(turns_back("PAL-1", "DOOR-1", "outer", 20)) == []
    assert not told.crossings


def test_beams_of_another_door_or_time_tell_nothing() -> None:
    assert dock(*OUT, door="DOOR-2").hear(passes("PAL-1", "DOOR-1", "in", 20)) == ["PAL-1 in DOOR-1 @20"]
    assert dock(*OUT).hear(passes("PAL-1", "DOOR-1", "in", 60)) == ["PAL-1 in DOOR-1 @60"]


def test_someone_walking_through_does_not_take_parked_goods_along() -> None:
    assert dock(*OUT).hear(stands("PAL-9", "DOOR-1", 0, 40)) == []


def test_beams_too_far_apart_are_no_passage() -> None:
    told = dock(("inner", 19.5, True), ("outer", 19.5 + 60, True))
    assert told.hear(passes("PAL-1", "DOOR-1", "in", 20)) == ["PAL-1 in DOOR-1 @20"]
    assert not told.crossings[0].barrier


def test_late_and_repeated_news_of_beams_change_nothing() -> None:
    told = dock(*IN, *IN, ("outer", 5.0, True))
    assert told.hear(both("PAL-1")) == ["PAL-1 in DOOR-1 @20"]
