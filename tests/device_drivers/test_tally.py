"""Counts told once an hour."""

from __future__ import annotations

from device_drivers.tally import HOUR_US, MOST_WORDS, Tally
from gateway.model import Notice


def test_counts_are_told_an_hour_after_the_first_and_then_begin_anew() -> None:
    tally = Tally("ignored", "passed over")
    assert tally.tell(0) == []
    for at_us in (5, 6, 7):
        tally.add("iBeacon", at_us)
    tally.add("Eddystone", 8)
    assert tally.tell(4 + HOUR_US) == []
    assert tally.tell(5 + HOUR_US) == [Notice(name="ignored", text="passed over: iBeacon 3, Eddystone 1")]
    assert tally.tell(9 * HOUR_US) == []


def test_the_number_of_names_is_bounded() -> None:
    tally = Tally("ignored", "passed over")
    for number in range(MOST_WORDS + 5):
        tally.add(f"word {number}", 0)
    (notice,) = tally.tell(HOUR_US)
    assert isinstance(notice, Notice)
    assert "others 5" in notice.text
