"""Trips: any order of the same events ends in the same actuals, also where one trailer has many trips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.subjects import Trips
from gateway.model import LocationEvent, Micros, Shipment
from tests.engine.scenario import PLACES, at, clock, event, shipment

SHUTTLE = (
    "S1: T1 from A 09:30 to B 11:00",
    "S2: T1 from B 12:30 to A 14:00",
    "S3: T1 from A 15:30 to B 17:00",
    "S4: T1 from B 18:30 to A 20:00",
)
DAY = (
    "09:20 T1 left A",
    "10:50 T1 arrived B",
    "12:20 T1 left B",
    "13:50 T1 arrived A",
    "15:20 T1 left A",
    "16:50 T1 arrived B",
    "18:20 T1 left B",
    "19:50 T1 arrived A",
)
TOLD = {"S1": "09:20 10:50", "S2": "12:20 13:50", "S3": "15:20 16:50", "S4": "18:20 19:50"}


def trips(plans: Iterable[Shipment], past: Sequence[LocationEvent] = ()) -> Trips:
    desk = Trips(lambda code: (code, *PLACES.ancestors(code)))
    for plan in plans:
        desk.plan(plan, [happened for happened in past if happened.asset in plan.assets])
    return desk


def actuals(desk: Trips, *names: str) -> dict[str, str]:
    """By shipment: when it left its first stop, and when it reached its last."""
    found = {}
    for name in names:
        trip = desk.get(name)
        assert trip is not None
        found[name] = f"{_clock(trip.actuals[0].departed_us)} {_clock(trip.actuals[-1].arrived_us)}"
        assert trip.findings == ()
    return found


def _clock(when_us: Micros | None) -> str:
    return "-" if when_us is None else clock(when_us)


@given(st.permutations([event(line) for line in DAY]))
def test_a_shuttle_ends_the_same_in_whatever_order_its_day_is_told(day: list[LocationEvent]) -> None:
    desk = trips(map(shipment, SHUTTLE))
    for happened in day:
        desk.take(happened)
    assert actuals(desk, *TOLD) == TOLD


@given(st.permutations([event(line) for line in DAY]), st.integers(0, len(DAY)), st.permutations(SHUTTLE))
def test_plans_that_come_between_their_events_change_nothing(
    day: list[LocationEvent], before: int, plans: list[str]
) -> None:
    desk = trips(map(shipment, plans), past=day[:before])
    for happened in day[before:]:
        desk.take(happened)
    assert actuals(desk, *TOLD) == TOLD


LOADED = "S1: T1 from A 10:00 via P 12:00 to B 15:00"
WAY = ("09:50 T1 left A", "11:40 T1 arrived P", "11:55 T1 left P", "14:30 T1 arrived B", "14:31 P1 arrived B-DOOR")


@given(st.permutations([event(line) for line in (*WAY, *WAY)]))
def test_one_trip_over_several_stops_is_the_same_in_any_order_and_told_twice(way: list[LocationEvent]) -> None:
    plan = msgspec.structs.replace(shipment(LOADED), assets=("T1", "P1"))
    desk = trips([plan])
    for happened in way:
        desk.take(happened)
    trip = desk.get("S1")
    assert trip is not None
    times = [(_clock(actual.arrived_us), _clock(actual.departed_us)) for actual in trip.actuals]
    assert times == [("-", "09:50"), ("11:40", "11:55"), ("14:30", "-")]


def test_a_trip_whose_arrival_nobody_saw_does_not_take_the_events_of_the_next() -> None:
    desk = trips([shipment(line) for line in SHUTTLE])
    for line in ("09:20 T1 left A", "15:20 T1 left A", "16:50 T1 arrived B"):
        desk.take(event(line))
    assert actuals(desk, "S1", "S3") == {"S1": "09:20 -", "S3": "15:20 16:50"}


def test_a_trip_elsewhere_that_never_arrived_does_not_either() -> None:
    desk = trips([shipment("S1: T1 from A 09:30 to P 11:00"), shipment("S2: T1 from B 15:00 to A 17:00")])
    for line in ("09:20 T1 left A", "14:50 T1 left B", "16:50 T1 arrived A"):
        desk.take(event(line))
    assert actuals(desk, "S1", "S2") == {"S1": "09:20 -", "S2": "14:50 16:50"}


def test_shipments_that_go_together_on_one_trailer_leave_together() -> None:
    desk = trips([shipment("S1: T1 from A 10:00 to P 12:00"), shipment("S2: T1 from A 10:00 to B 15:00")])
    for line in ("09:50 T1 left A", "11:40 T1 arrived P", "14:30 T1 arrived B"):
        desk.take(event(line))
    assert actuals(desk, "S1", "S2") == {"S1": "09:50 11:40", "S2": "09:50 14:30"}


def test_a_truck_that_comes_back_at_once_has_not_left() -> None:
    desk = trips([shipment(line) for line in SHUTTLE])
    for line in ("09:20 T1 left A", "09:25 T1 arrived A"):
        desk.take(event(line))
    assert actuals(desk, *TOLD) == dict.fromkeys(TOLD, "- -")


def test_an_event_that_names_its_shipment_counts_whatever_asset_it_is_of() -> None:
    desk = trips([msgspec.structs.replace(shipment(SHUTTLE[0]), assets=())])
    for line in ("09:20 T7 left A of S1", "10:50 T7 arrived B of S1"):
        desk.take(event(line))
    assert actuals(desk, "S1") == {"S1": "09:20 10:50"}


def test_a_changed_plan_keeps_what_was_seen_at_its_stops() -> None:
    desk = trips([shipment("S1: T1 from A 10:00 via P 12:00 to B 15:00")])
    for line in ("09:50 T1 left A", "11:40 T1 arrived P"):
        desk.take(event(line))
    desk.plan(shipment("S1: T1 from A 10:00 to B 16:00"), ())
    assert actuals(desk, "S1") == {"S1": "09:50 -"}
    desk.take(event("15:30 T1 arrived B"))
    assert actuals(desk, "S1") == {"S1": "09:50 15:30"}


@pytest.mark.parametrize("line", ["09:30 T1 arrived B", "21:59 T1 left B"])
def test_a_trip_that_arrived_is_not_changed_by_what_comes_after_or_could_not_be(line: str) -> None:
    desk = trips([shipment("S1: T1 from A 12:00 to B 14:00")])
    for seen in ("11:50 T1 left A", "13:50 T1 arrived B", line):
        desk.take(event(seen))
    assert actuals(desk, "S1") == {"S1": "11:50 13:50"}


def test_the_trip_an_asset_is_on_comes_first() -> None:
    desk = trips([shipment(line) for line in SHUTTLE])
    assert [trip.shipment.shipment_id for trip in desk.carrying("T1", at("09:00"))] == ["S1", "S2", "S3", "S4"]
    for line in DAY[:5]:
        desk.take(event(line))
    assert [trip.shipment.shipment_id for trip in desk.carrying("T1", at("15:30"))] == ["S3", "S4"]


def test_what_a_trip_had_does_not_become_anothers_when_it_is_let_go() -> None:
    desk = trips([shipment(line) for line in SHUTTLE])
    for line in DAY[:6]:
        desk.take(event(line))
    first = desk.get("S1")
    assert first is not None
    desk.drop(first)
    desk.take(event("16:55 T1 left B"))
    desk.take(event("16:57 T1 arrived B"))
    assert actuals(desk, "S2", "S3") == {"S2": TOLD["S2"], "S3": TOLD["S3"]}
    assert desk.get("S1") is None


def test_what_two_trips_had_together_stays_with_the_other_when_one_is_let_go() -> None:
    desk = trips([shipment("S1: T1 from A 10:00 to P 12:00"), shipment("S2: T1 from A 10:00 to B 15:00")])
    for line in ("09:50 T1 left A", "11:40 T1 arrived P"):
        desk.take(event(line))
    first = desk.get("S1")
    assert first is not None
    desk.drop(first)
    desk.take(event("14:30 T1 arrived B"))
    assert actuals(desk, "S2") == {"S2": "09:50 14:30"}


def test_dates_that_contradict_each_other_are_found_where_the_sender_names_the_shipment() -> None:
    desk = trips([shipment("S1: T1 from A 10:00 to B 12:00")])
    for line in ("09:50 T1 arrived B of S1", "11:50 T1 left A of S1"):
        desk.take(event(line))
    trip = desk.get("S1")
    assert trip is not None
    assert trip.findings == ("arrived_before_it_departed",)
