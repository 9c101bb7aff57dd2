"""Figures by hand: lead time, visits, detention, read rate, and what stands beside each."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.kpis import Kpis
from gateway.config.model import Place
from gateway.kpi.facts import Call, Facts, Sighting, Visit
from gateway.kpi.figures import Figure, Measure, figures
from gateway.kpi.spread import percentile, variation
from gateway.kpi.visits import units_of, visits_of
from gateway.model import Actual, AssetKind, EventKind, Tier, Window
from gateway.places import PlaceIndex
from tests.kpi.made import HOUR, MINUTE, MONDAY, facts

PLACES = PlaceIndex(
    [
        Place(code="A", name="A", party="X", tier=Tier.TIER1, at=(52.0, 10.0)),
        Place(code="B", name="B", party="OEM", tier=Tier.OEM, at=(52.0, 11.0)),
        Place(code="B-GATE", name="Gate", party="OEM", tier=Tier.OEM, kind="gate", inside="B"),
        Place(code="B-DOOR", name="Door", party="OEM", tier=Tier.OEM, kind="door", inside="B"),
    ]
)
WINDOW = Window(open_us=MONDAY + 10 * HOUR, close_us=MONDAY + 11 * HOUR)


def measured(found: list[Facts], **rules: Any) -> dict[str, Figure]:
    measure = Measure(
        now_us=MONDAY + 100 * HOUR,
        names=("slot", "day", "line", "unit"),
        rules=Kpis(**rules),
        places=PLACES,
        zones=lambda _: "UTC",
    )
    return {f"{one.kpi}{one.lane}{one.place}{one.tier}": one for one in figures(found, measure)}


def trip(name: str, hours: float, **more: Any) -> Facts:
    arrived_us = MONDAY + 10 * HOUR + 30 * MINUTE
    left_us = arrived_us - round(hours * HOUR)
    made = facts(window=WINDOW, arrived_us=arrived_us, departed_us=left_us, units={"P1": arrived_us}, name=name)
    return msgspec.structs.replace(made, **more)


def test_lead_time_is_spread_over_the_shipments_that_arrived() -> None:
    open_one = facts(window=WINDOW, arrived_us=None, departed_us=MONDAY, units={"P1": None}, name="S-9")
    found = measured([*(trip(f"S-{h}", h) for h in (2, 4, 6, 8, 10)), open_one])
    assert [found[f"lead_time_p{p}"].value for p in (50, 80, 95)] == [6.0, 8.4, 9.6]
    assert found["lead_time_variation"].value == pytest.approx(52.705, abs=1e-3)  # sqrt(10) / 6
    assert found["lead_time_p50"].counted == 5
    assert found["lead_time_p50"].shipments == 6


def test_every_figure_says_what_it_means_and_how_much_it_rests_on() -> None:
    for one in measured([trip("S-1", 4)]).values():
        assert one.definition.endswith(".")
        assert one.shipments == 1
        assert one.counted is not None


def test_lanes_stand_apart_and_a_hidden_lane_only_counts_in_the_whole() -> None:
    found = measured([trip("S-1", 4), trip("S-2", 6, lane="C>D"), trip("S-3", 8, lane="")])
    assert found["lead_time_p50"].shipments == 3
    assert found["lead_time_p50A>B"].value == 4.0
    assert found["lead_time_p50C>D"].value == 6.0
    assert {one.lane for one in found.values()} == {"", "A>B", "C>D"}


def test_a_trailer_with_two_shipments_waits_once_and_costs_once() -> None:
    begin = MONDAY + 10 * HOUR
    visit = Visit(
        vehicle="TRAILER",
        site="B",
        from_us=begin,
        until_us=begin + 5 * HOUR,
        gate_us=begin,
        door_us=begin + 45 * MINUTE,
    )
    both = [
        trip("S-1", 4, calls=(Call(place="B", visit=visit),)),
        trip("S-2", 4, calls=(Call(place="B", visit=visit),)),
    ]
    found = measured(both, rate_per_h=60.0)
    assert found["detention"].value == 3.0
    assert (found["detention_cost"].value, found["detention_cost"].unit) == (180.0, "EUR")
    assert "2 h free" in found["detention"].definition
    assert found["gate_wait_p50"].value == 0.75
    assert found["dwell_p50B"].value == found["dwell_p50oem"].value == 5.0
    assert measured(both)["detention_cost"].value is None, "without a rate there is no cost"


def test_read_rate_counts_planned_units_of_what_arrived() -> None:
    arrived = facts(window=WINDOW, arrived_us=MONDAY, units={"P1": MONDAY, "P2": None, "P3": MONDAY}, name="S-1")
    waiting = facts(window=WINDOW, arrived_us=None, units={"P4": None}, name="S-2")
    rate = measured([arrived, waiting])["read_rate"]
    assert (rate.good, rate.counted, rate.value) == (2, 3, 66.7)


def seen(kind: EventKind, place: str, minutes: float, *, previous: str = "", read_at: str = "") -> Sighting:
    at_us = MONDAY + round(minutes * MINUTE)
    return Sighting(asset="TRAILER", kind=kind, place=place, previous=previous, read_at=read_at, at_us=at_us)


def test_a_visit_runs_from_gate_to_door_and_out_whatever_it_does_in_between() -> None:
    (visit,) = visits_of(
        [
            seen(EventKind.ARRIVED, "B", 0, read_at="B-GATE"),
            seen(EventKind.MOVED, "B-DOOR", 40, previous="B"),
            seen(EventKind.LEFT, "B-DOOR", 100),
            seen(EventKind.ARRIVED, "B-DOOR", 110),  # ten minutes later: it had not gone
            seen(EventKind.LEFT, "B-GATE", 180),
        ],
        PLACES,
    )
    minutes = [((at or 0) - MONDAY) / MINUTE for at in (visit.from_us, visit.gate_us, visit.door_us, visit.until_us)]
    assert minutes == [0, 0, 40, 180]


def test_two_visits_stay_two_and_an_end_without_beginning_is_none() -> None:
    found = visits_of(
        [
            seen(EventKind.LEFT, "B", 0),
            seen(EventKind.ARRIVED, "A", 60),
            seen(EventKind.MOVED, "B", 120, previous="A"),
            seen(EventKind.LEFT, "B", 150),
            seen(EventKind.ARRIVED, "B", 600),
        ],
        PLACES,
    )
    spans = [(v.site, (v.from_us - MONDAY) / MINUTE, v.until_us and (v.until_us - MONDAY) / MINUTE) for v in found]
    assert spans == [("A", 60, 120), ("B", 120, 150), ("B", 600, None)]


def test_a_unit_is_read_at_the_last_stop_or_inside_of_it_and_not_on_its_way_out() -> None:
    shipment = facts(window=WINDOW, arrived_us=None, units={"P1": None, "P2": None}).shipment
    by_asset = {
        "P1": [seen(EventKind.ARRIVED, "A", 0), seen(EventKind.UNLOADED, "B-DOOR", 600)],
        "P2": [seen(EventKind.ARRIVED, "B", -24 * 60), seen(EventKind.LEFT, "B", 610)],
    }
    first, second = units_of(shipment, (Actual(stop=0), Actual(stop=1)), by_asset, PLACES)
    assert first.read_us == MONDAY + 600 * MINUTE
    assert second.read_us is None, "yesterday it came with another shipment"


def test_what_goes_to_and_fro_is_read_once_a_trip() -> None:
    shipment = facts(window=WINDOW, arrived_us=None, units={"C1": None}).shipment
    actuals = (Actual(stop=0, departed_us=MONDAY + 480 * MINUTE), Actual(stop=1))
    trips = [(EventKind.ARRIVED, "B", 300), (EventKind.ARRIVED, "A", 420), (EventKind.LEFT, "A", 480)]
    later = [(EventKind.ARRIVED, "A", 720), (EventKind.LEFT, "A", 760), (EventKind.ARRIVED, "B", 900)]

    def read_us(*told: tuple[EventKind, str, int]) -> int | None:
        sightings = [seen(*one) for one in told]
        mine = [msgspec.structs.replace(one, asset="C1", asset_kind=AssetKind.CONTAINER) for one in sightings]
        return units_of(shipment, actuals, {"C1": mine}, PLACES)[0].read_us

    assert read_us(*trips, (EventKind.ARRIVED, "B", 640), *later) == MONDAY + 640 * MINUTE
    assert read_us(*trips, *later) is None, "nobody read it, and the next trip's reading is the next trip's"


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_percentiles_keep_their_order_and_stay_among_the_values(values: list[float], chance: random.Random) -> None:
    p50, p80, p95 = (percentile(values, p) for p in (50, 80, 95))
    assert min(values) <= (p50 or 0) <= (p80 or 0) <= (p95 or 0) <= max(values) * (1 + 1e-12)
    chance.shuffle(values)
    assert percentile(values, 80) == p80


def test_nothing_has_no_percentile_and_one_value_no_variation() -> None:
    assert percentile([], 50) is None
    assert variation([4.0]) is None
    assert variation([0.0, 0.0]) is None
    assert variation([1.0, 3.0]) == pytest.approx(70.71, abs=0.01)
