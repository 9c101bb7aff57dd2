"""Windows: agreed and hard ends, tolerance and grace; and days that summer time makes longer or shorter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Expected, PartLine, Shipment, Stop, Window
from gateway.plans import Cell, DraftLimits, PlanFault
from gateway.plans.instant import BadTime, read_day
from gateway.plans.window import read_window

SECOND = 1_000_000
HOUR = 3600 * SECOND
NOON_US = 1_795_345_200 * SECOND  # 2026-11-22T12:00 in Berlin
TEN = Cell(name="open", text="2026-11-22T10:00")
NOON = Cell(name="close", text="2026-11-22T12:00")
NOTHING = Cell(name="open")


def cell(name: str, text: str) -> Cell:
    return Cell(name=name, text=text)


def window(opens: Cell, closes: Cell, limits: DraftLimits) -> tuple[Window | None, list[PlanFault]]:
    faults: list[PlanFault] = []
    return read_window(opens, closes, limits, "Europe/Berlin", faults), faults


def test_a_window_keeps_its_hard_ends_and_its_tolerance_apart_from_its_grace() -> None:
    limits = DraftLimits(
        hard_open=cell("hard_open", "2026-11-22T08:00"),
        hard_close=cell("hard_close", "2026-11-22T12:00"),
        tolerance_s=cell("tolerance_s", "600"),
        grace_s=cell("grace_s", "0"),
    )
    read, faults = window(TEN, NOON, limits)
    assert faults == []
    assert read == Window(
        open_us=NOON_US - 2 * HOUR,
        close_us=NOON_US,
        hard_open_us=NOON_US - 4 * HOUR,
        hard_close_us=NOON_US,
        tolerance_s=600,
        grace_s=0,
    )


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (DraftLimits(hard_open=cell("a", "2026-11-22T10:01")), "hard_end_within_window"),
        (DraftLimits(hard_close=cell("a", "2026-11-22T11:59")), "hard_end_within_window"),
        (DraftLimits(hard_close=cell("a", "tomorrow")), "bad_time"),
        (DraftLimits(tolerance_s=cell("a", "10 min")), "bad_duration"),
        (DraftLimits(grace_s=cell("a", "-1")), "bad_duration"),
        (DraftLimits(grace_s=cell("a", "99999999999")), "bad_duration"),
        (DraftLimits(grace_s=cell("a", "000000000" + "9" * 25)), "bad_duration"),
        (DraftLimits(tolerance_s=cell("a", "9" * 5000)), "bad_duration"),
        (DraftLimits(tolerance_s=cell("a", "000000000" + "9" * 5000)), "bad_duration"),
    ],
)
def test_what_contradicts_the_window_is_told(limits: DraftLimits, reason: str) -> None:
    _, faults = window(TEN, NOON, limits)
    assert [(fault.field, fault.reason) for fault in faults] == [("a", reason)]


def test_limits_without_a_window_are_told() -> None:
    read, faults = window(NOTHING, Cell(name="close"), DraftLimits(grace_s=cell("grace_s", "60")))
    assert read is None
    assert [(fault.field, fault.reason) for fault in faults] == [("close", "missing_value")]


def test_within_tolerance_nothing_is_late_and_beyond_it_all_of_it_is() -> None:
    it = Window(open_us=NOON_US, close_us=NOON_US, tolerance_s=60)
    assert (it.late_us(NOON_US + 60 * SECOND), it.late_us(NOON_US + 61 * SECOND)) == (0, 61 * SECOND)
    assert (it.early_us(NOON_US - 60 * SECOND), it.early_us(NOON_US - 61 * SECOND)) == (0, 61 * SECOND)


def test_outside_of_a_hard_end_nothing_can_be_done() -> None:
    it = Window(open_us=NOON_US, close_us=NOON_US + HOUR, hard_open_us=NOON_US - HOUR, hard_close_us=NOON_US + 2 * HOUR)
    assert [it.is_refused(NOON_US + hours * HOUR) for hours in (-2, -1, 0, 2, 3)] == [True, False, False, False, True]
    assert not Window(open_us=NOON_US, close_us=NOON_US).is_refused(NOON_US + 99 * HOUR)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-11-22", "Europe/Berlin", 24),
        ("2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2026-04-24", "Africa/Cairo", 23),  # midnight itself is skipped
        ("2026-10-29", "Africa/Cairo", 25),  # the hour before midnight comes twice
    ],
)
def test_a_day_lasts_from_its_first_to_its_last_second(day: str, zone: str, hours: int) -> None:
    first, last = read_day(day, zone)
    assert last - first == hours * HOUR - SECOND


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_told(text: str) -> None:
    try:
        first, last = read_day(text, "Europe/Berlin")
    except BadTime as error:
        assert error.reason in ("bad_time", "impossible_date")  # noqa: PT017 - either way is right
    else:
        assert first < last


def test_a_day_is_a_window_of_its_own() -> None:
    day = Cell(name="close", text="2026-11-22", is_day=True)
    read, faults = window(day, day, DraftLimits())
    assert faults == []
    assert read == Window(open_us=NOON_US - 12 * HOUR, close_us=NOON_US + 12 * HOUR - SECOND)


def test_what_is_expected_is_summed_over_what_it_is_packed_in() -> None:
    lines = (
        PartLine(number="A", quantity=4, unit="C62", within="P1"),
        PartLine(number="B", quantity=1, unit="KGM", within="P1"),
        PartLine(number="A", quantity=6, unit="C62", within="P2"),
        PartLine(number="A", quantity=2, unit="KGM"),
        PartLine(number="B", unit="KGM", within="P2"),
    )
    plan = Shipment(
        shipment_id="S", stops=(Stop(place="X"), Stop(place="Y")), assets=(), parties={}, created_us=0, parts=lines
    )
    assert plan.expected == (
        Expected(part="A", quantity=10, unit="C62"),
        Expected(part="B", quantity=None, unit="KGM"),
        Expected(part="A", quantity=2, unit="KGM"),
    )
