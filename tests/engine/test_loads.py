"""Loads and nestings in the engine: the same in any order of arrival, told to whom they concern, and no oftener."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue import make_rule
from gateway.config.model import RuleEntry, Subscription
from gateway.engine.engine import Engine
from gateway.engine.stays import walked
from gateway.engine.step import Step
from gateway.hearing import Hearing
from gateway.model import LocationEvent
from tests.engine.scenario import PLACES, at, event, shipment

LOADING = [
    "09:00 T1 arrived A-DOOR",
    "09:02 C1 loaded A-DOOR in T1",
    "09:05 G1 loaded A-DOOR in T1",
    "09:06 G2 loaded A-DOOR in T1",
    "09:07 G2 unloaded A-DOOR in T1",
    "09:08 G9 loaded A-DOOR in T1",
    "09:50 T1 left A-DOOR",
]


def engine(asks: str = "missing") -> Engine:
    settings = {"asks": asks, "quiet_s": 600}
    made = Engine(
        rules={"load": make_rule(RuleEntry(name="load", rule="load_check", settings=settings))},  # type: ignore[arg-type]
        subscriptions=[Subscription(name=f"{p}-mqtt", party=p, channel="mqtt") for p in ("OWN-A", "OWN-B", "OTHER")],
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=PLACES,
        hearing=Hearing([], {}),
        operator="OWN-B",
        carriers=("T2",),
    )
    made.advance(at("08:00"))
    return made


def happen(made: Engine, *lines: str, until: str = "") -> Step:
    for line in lines:
        made.advance(at(line[:5]))
        made.take(event(line))
    if until:
        made.advance(at(until))
    return made.drain()


def late(lines: Sequence[str]) -> list[LocationEvent]:
    """Told all at once, long after they happened."""
    return [msgspec.structs.replace(event(line), recorded_us=at("20:00")) for line in lines]


@given(st.permutations([line for line in LOADING if "C1" not in line]))
def test_a_load_told_in_any_order_is_the_same(lines: list[str]) -> None:
    straight, mixed = engine(), engine()
    for made, told in ((straight, LOADING[:1] + LOADING[2:]), (mixed, lines)):
        made.plan(shipment("S1: T1+G1+G2 from A 10:00 to B 12:00"), ())
        # What the trailer left before anybody heard that it had come is a late arrival, and no load.
        for one in sorted(late(told), key=lambda one: one.kind != "arrived"):
            made.take(one)
    loads = [made._expectations.of(load) for made in (straight, mixed) if (load := made._loads.get("T1"))]
    goods = [sorted(load.goods, key=lambda boarding: boarding.asset) for load in loads]
    assert goods[0] == goods[1]
    assert loads[0].missing == loads[1].missing == ("G2",)
    assert loads[0].extra == loads[1].extra == ("G9",)
    assert loads[0].departed_us == loads[1].departed_us == at("09:50")


def test_a_load_is_stored_with_what_was_expected_of_it() -> None:
    made = engine()
    made.plan(shipment("S1: T1+G1+G2 from A 10:00 to B 12:00"), ())
    (load,) = happen(made, *(line for line in LOADING if "C1" not in line)).loads
    assert (load.shipments, load.expected, load.missing, load.extra) == (("S1",), ("G1", "G2"), ("G2",), ("G9",))
    assert load.departed_us == at("09:50")


def test_newer_numbers_are_kept_and_told_to_nobody() -> None:
    made = engine()
    made.plan(shipment("S1: T1+G1+G2+G3 from A 10:00 to B 12:00"), ())
    raised = happen(made, "09:00 T1 arrived A-DOOR", "09:01 G1 loaded A-DOOR in T1", until="09:12")
    assert "without 2 of 3 expected" in raised.alerts[0].text
    assert {delivery.party for delivery in raised.deliveries} == {"OWN-A", "OWN-B"}
    newer = happen(made, "09:20 G2 loaded A-DOOR in T1", until="09:31")
    assert [(alert.alert_id, "without 1 of 3" in alert.text) for alert in newer.alerts] == [
        (raised.alerts[0].alert_id, True)
    ]
    assert newer.deliveries == []


def test_goods_of_others_are_named_only_to_those_who_have_part_in_both() -> None:
    made = engine("wrong_trailer")
    made.plan(shipment("S1: T1+G1 from A 10:00 to B 12:00"), ())
    theirs = msgspec.structs.replace(
        shipment("S2: T2+G2 from A 10:00 to P 12:00"), parties={"shipper": "OWN-A", "consignee": "OTHER"}
    )
    made.plan(theirs, ())
    (alert,) = happen(made, "09:00 T1 arrived A-DOOR", "09:06 G2 loaded A-DOOR in T1").alerts
    assert alert.parties == ("OWN-A",)
    assert alert.text == "T1 stands at A-DOOR with 1 aboard that belong in another trailer: G2 (for T2)"


def test_goods_that_nobody_planned_are_named_to_the_doors_owner_alone() -> None:
    made = engine("extra")
    made.plan(shipment("S1: T1+G1 from A 10:00 to B 12:00"), ())
    (alert,) = happen(made, "09:00 T1 arrived A-DOOR", "09:06 G9 loaded A-DOOR in T1").alerts
    assert (alert.parties, alert.subject, alert.place) == (("OWN-A",), "load:T1@A", "A-DOOR")


def test_missing_goods_that_went_into_another_trailer_are_said_to_be_there() -> None:
    made = engine()
    made.plan(shipment("S1: T1+G1+G2 from A 10:00 to B 12:00"), ())
    happen(made, "09:00 T1 arrived A-DOOR", "09:01 T2 arrived A-DOOR-2", "09:02 G2 loaded A-DOOR-2 in T2")
    (alert,) = happen(made, "09:05 G1 loaded A-DOOR in T1", until="09:16").alerts
    assert alert.text.endswith("the last went in at 2026-01-01 09:05 UTC: G2 (in T2)")


def test_a_shipment_that_names_only_its_goods_travels_in_whatever_carries_them() -> None:
    made = engine()
    made.plan(shipment("S1: G1 from A 10:00 to B 12:00"), ())
    step = happen(
        made,
        "08:30 G1 loaded A in C1",
        "09:00 T1 arrived A-DOOR",
        "09:02 C1 loaded A-DOOR in T1",
        "09:50 T1 left A-DOOR",
        "11:40 T1 arrived B-DOOR",
    )
    ((trip, _),) = step.trips
    assert (trip.actuals[0].departed_us, trip.actuals[-1].arrived_us) == (at("09:50"), at("11:40"))
    stays = {stay.asset: (stay.place, stay.since_us) for stay in (walked(one)[-1] for one in step.stays)}
    assert stays["G1"] == stays["C1"] == stays["T1"] == ("B-DOOR", at("11:40"))


def test_goods_that_came_out_travel_no_further() -> None:
    made = engine()
    step = happen(
        made,
        "09:00 T1 arrived A-DOOR",
        "09:02 G1 loaded A-DOOR in T1",
        "09:30 G1 unloaded A-DOOR in T1",
        "09:50 T1 left A-DOOR",
    )
    assert {stay.asset: stay.until_us for stay in (walked(one)[-1] for one in step.stays)} == {
        "T1": at("09:50"),
        "G1": None,
    }


def test_goods_that_went_in_later_were_not_there_before() -> None:
    made = engine()
    happen(made, "09:00 T1 arrived A-DOOR", "09:50 G1 loaded A-DOOR in T1")
    step = happen(made, "10:00 T1 left B at 08:30")
    assert [stay.asset for stay in step.stays] == ["T1"]
