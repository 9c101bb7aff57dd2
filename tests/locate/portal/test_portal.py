"""Doors of two zones: what passed, and what only seems to."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from gateway.locate.portal import Side, wall
from gateway.model import TagRead
from tests.locate.portal.dock_story import (
    SECOND,
    T0,
    Dock,
    bell,
    goes_by,
    passes,
    read,
    stands,
    turns_back,
)

WAIT: tuple[tuple[Side, float], ...] = (("outer", 0.0), ("inner", 0.2))
WAYS: tuple[Literal["in", "out"], ...] = ("in", "out")


@pytest.mark.parametrize("way", WAYS)
def test_a_tag_that_passes_is_told_once_with_its_door_and_direction(way: Literal["in", "out"]) -> None:
    assert Dock().hear(passes("PAL-1", "DOOR-1", way, 20, beside="DOOR-2")) == [f"PAL-1 {way} DOOR-1 @20"]


def test_it_is_told_within_five_seconds_of_the_last_read_at_its_door() -> None:
    dock, reads = Dock(), passes("PAL-1", "DOOR-1", "in", 20, beside="DOOR-2")
    dock.hear(reads)
    last_us = max(one.at_us for one in reads if one.place == "DOOR-1")
    assert wall.SILENT_US <= dock.crossings[0].decided_us - last_us <= 5 * SECOND


def test_reads_next_door_do_not_delay_what_is_told() -> None:
    dock = Dock()
    dock.hear([*passes("PAL-1", "DOOR-1", "in", 20), *stands("PAL-1", "DOOR-2", 20, 60, dbm=-70)])
    assert dock.crossings[0].decided_us < T0 + 30 * SECOND


@pytest.mark.parametrize("side", ["outer", "inner"])
def test_a_load_that_turns_back_is_not_told(side: Side) -> None:
    assert Dock().hear(turns_back("PAL-1", "DOOR-1", side, 20)) == []


def test_traffic_along_the_wall_is_not_told() -> None:
    assert Dock().hear(goes_by("PAL-1", ["DOOR-1", "DOOR-2", "DOOR-3"], 20)) == []


def test_a_pallet_parked_in_range_is_not_told_while_loads_pass() -> None:
    loads = [passes([f"A-{n}", f"B-{n}"], "DOOR-1", "in", 30 + 20 * n) for n in range(5)]
    told = Dock().hear([*stands("PAL-9", "DOOR-1", 0, 200), *(one for load in loads for one in load)])
    assert len(told) == 10
    assert not any("PAL-9" in text for text in told)


def test_a_parked_pallet_that_is_taken_out_is_told() -> None:
    dock = Dock()
    told = dock.hear([*stands("PAL-9", "DOOR-1", 0, 600), *passes("PAL-9", "DOOR-1", "out", 605)])
    assert [text.split(" @")[0] for text in told] == ["PAL-9 out DOOR-1"]
    assert abs(dock.crossings[0].at_us - T0 - 605 * SECOND) < 2 * SECOND


def test_a_tag_that_comes_in_and_is_put_down_in_range_is_told_though_it_is_never_silent() -> None:
    dock = Dock()
    assert dock.hear([*passes("PAL-1", "DOOR-1", "in", 20), *stands("PAL-1", "DOOR-1", 23, 90)]) == [
        "PAL-1 in DOOR-1 @20"
    ]
    assert dock.crossings[0].decided_us < T0 + 40 * SECOND


def test_what_came_in_may_go_out_again() -> None:
    dock = Dock()
    told = dock.hear([*passes("PAL-1", "DOOR-1", "in", 20), *passes("PAL-1", "DOOR-2", "out", 60)])
    assert told == ["PAL-1 in DOOR-1 @20", "PAL-1 out DOOR-2 @60"]


def test_the_same_door_is_used_again_at_once() -> None:
    told = Dock().hear([*passes(["A-1", "A-2"], "DOOR-1", "in", 20), *passes(["B-1", "B-2"], "DOOR-1", "out", 28)])
    assert sorted(told) == ["A-1 in DOOR-1 @20", "A-2 in DOOR-1 @20", "B-1 out DOOR-1 @28", "B-2 out DOOR-1 @28"]


def test_loads_in_opposite_directions_next_to_each_other_keep_apart() -> None:
    told = Dock().hear(
        [
            *passes(["A-1", "A-2"], "DOOR-1", "in", 20, beside="DOOR-2"),
            *passes("B-1", "DOOR-2", "out", 20.5, beside="DOOR-1"),
        ]
    )
    assert {text.rsplit(" @", 1)[0] for text in told} == {"A-1 in DOOR-1", "A-2 in DOOR-1", "B-1 out DOOR-2"}


def test_a_tag_read_once_goes_with_its_load() -> None:
    load = passes([f"A-{n}" for n in range(8)], "DOOR-1", "in", 20)
    assert "A-9 in DOOR-1 @20" in Dock().hear([*load, read("A-9", "DOOR-1", "outer", 19.5, -62.0)])


def test_a_tag_read_once_from_afar_does_not() -> None:
    load = passes([f"A-{n}" for n in range(8)], "DOOR-1", "in", 20)
    told = Dock().hear([*load, read("A-9", "DOOR-1", "inner", 25.0, -71.5)])
    assert not any("A-9" in text for text in told)


def test_without_signal_strength_order_and_count_decide() -> None:
    reads = [
        msgspec.structs.replace(one, reading=TagRead(epc=b"PAL-1")) for one in passes("PAL-1", "DOOR-1", "out", 20)
    ]
    assert Dock().hear(reads) == ["PAL-1 out DOOR-1 @20"]


def test_a_load_that_waits_in_the_door_is_told_when_it_has_gone_on() -> None:
    wait = [
        read("PAL-1", "DOOR-1", zone, 20 + step / 2 + off, -46.0 - step % 4) for step in range(50) for zone, off in WAIT
    ]
    before = [one for one in bell("PAL-1", "DOOR-1", "outer", 20, -43.0) if one.at_us < T0 + 20 * SECOND]
    after = [one for one in bell("PAL-1", "DOOR-1", "inner", 45, -43.0) if one.at_us > T0 + 45 * SECOND]
    dock = Dock()
    assert [text.split(" @")[0] for text in dock.hear([*before, *wait, *after])] == ["PAL-1 in DOOR-1"]
    assert dock.crossings[0].decided_us > T0 + 45 * SECOND


def test_who_stays_in_range_for_minutes_is_said_to_be_there_once() -> None:
    dock = Dock()
    dock.hear([*stands("PAL-9", "DOOR-1", 0, 900), *goes_by("PAL-8", ["DOOR-1"], 100)])
    assert [one.asset for one in dock.staying] == ["PAL-9"]


def test_reads_that_come_late_are_judged_by_their_own_times() -> None:
    """A reader that was cut off sends a whole load in one go, minutes later."""
    dock = Dock()
    for one in passes(["A-1", "A-2"], "DOOR-1", "out", 20):
        dock.portals.observe(one)
    for second in range(300, 306):
        dock.pass_time(T0 + second * SECOND)
    assert [(one.asset, one.direction, round((one.at_us - T0) / SECOND)) for one in dock.crossings] == [
        ("A-1", "out", 20),
        ("A-2", "out", 20),
    ]


def test_a_readers_clock_may_be_off() -> None:
    """Silence is measured by our clock, order by theirs."""
    dock = Dock()
    reads = passes("A-1", "DOOR-1", "in", 20)
    for one in reads:
        dock.portals.observe(one)
        dock.pass_time(one.at_us + 90 * SECOND)
    dock.pass_time(reads[-1].at_us + 95 * SECOND)
    assert [one.direction for one in dock.crossings] == ["in"]


def test_half_a_passage_is_none() -> None:
    """As after a restart of the gateway, when a load has just come inside."""
    reads = [one for one in passes("PAL-1", "DOOR-1", "in", 20) if one.zone == "inner" and one.at_us > T0 + 21 * SECOND]
    assert Dock().hear(reads) == []


def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    dock = Dock()
    for one in passes("A-1", "DOOR-1", "in", 20):
        dock.portals.observe(one)
        dock.pass_time(one.at_us)
    dock.pass_time(T0 - 3600 * SECOND)
    assert [one.direction for one in dock.crossings] == ["in"]
