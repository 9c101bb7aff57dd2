"""Tolerance is part of what was agreed, and grace waits on: the window's own before the rule's."""

from __future__ import annotations

import msgspec
import pytest

from gateway.engine.trips import new_trip
from gateway.model import Finding, Window
from rules import early_arrival, late_arrival, late_departure
from rules.windows import early_before_us, late_after_us
from tests.engine.scenario import MINUTE_US, at, shipment

PLAIN = Window(open_us=at("11:30"), close_us=at("12:00"))
AGREED = msgspec.structs.replace(PLAIN, tolerance_s=600)
PATIENT = msgspec.structs.replace(AGREED, grace_s=1200)


@pytest.mark.parametrize(
    ("window", "grace_s", "late_after", "early_before"),
    [
        (PLAIN, 0, "12:00", "11:25"),
        (PLAIN, 900, "12:15", "11:25"),
        (AGREED, 900, "12:25", "11:20"),
        (PATIENT, 900, "12:30", "11:20"),
        (msgspec.structs.replace(PLAIN, grace_s=0), 900, "12:00", "11:25"),
    ],
)
def test_when_a_window_makes_something_late_or_early(
    window: Window, grace_s: float, late_after: str, early_before: str
) -> None:
    assert late_after_us(window, grace_s) == at(late_after)
    assert early_before_us(window, 300) == at(early_before)


@pytest.mark.parametrize("rule", [late_arrival.Rule(), late_departure.Rule(grace_s=0)])
def test_a_shipment_is_late_only_beyond_both(rule: late_arrival.Rule | late_departure.Rule) -> None:
    plan = shipment("S1: T1 from A 12:00 to B 12:00")
    first, last = plan.stops
    stops = (msgspec.structs.replace(first, departure=PATIENT), msgspec.structs.replace(last, arrival=PATIENT))
    trip = new_trip(msgspec.structs.replace(plan, stops=stops))
    waiting = rule.judge(trip, at("12:30"))
    assert (waiting.verdict, waiting.again_us) == (None, at("12:30") + 1)
    assert isinstance(rule.judge(trip, at("12:30") + 1).verdict, Finding)


def test_within_its_tolerance_nobody_is_early() -> None:
    plan = shipment("S1: T1 from A 10:00 to B 12:00")
    agreed = msgspec.structs.replace(PLAIN, tolerance_s=3600)
    stops = (plan.stops[0], msgspec.structs.replace(plan.stops[1], arrival=agreed))
    trip = new_trip(msgspec.structs.replace(plan, stops=stops))
    came_us = at("11:30") - 50 * MINUTE_US
    actuals = (trip.actuals[0], msgspec.structs.replace(trip.actuals[1], arrived_us=came_us))
    verdict = early_arrival.Rule(before_s=1800).judge(msgspec.structs.replace(trip, actuals=actuals), came_us).verdict
    assert not isinstance(verdict, Finding)
