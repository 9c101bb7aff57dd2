"""Whom the engine tells: those whose trip it is, and nobody else."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue import make_rule
from gateway.config.model import RuleEntry, Subscription
from gateway.engine.engine import Engine
from gateway.hearing import Hearing
from tests.engine.scenario import PLACES, at, event, shipment

PARTIES = ("OWN-A", "OWN-B", "OWN-P", "OTHER-A", "OTHER-B")


def engine(rule: str, **settings: object) -> Engine:
    entry = RuleEntry(name="rule", rule=rule, settings=settings)  # type: ignore[arg-type]
    return Engine(
        rules={"rule": make_rule(entry)},
        subscriptions=[Subscription(name=f"{party}-mqtt", party=party, channel="mqtt") for party in PARTIES],
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=PLACES,
        hearing=Hearing([], {}),
        operator="OWN-B",
    )


def test_a_stay_is_told_to_the_parties_of_the_trip_it_belongs_to_and_not_to_those_of_the_next() -> None:
    first = shipment("S1: T1 from A 10:00 via P 12:00 to B 18:00")
    others = {"shipper": "OTHER-A", "consignee": "OTHER-B"}
    second = msgspec.structs.replace(shipment("S2: T1 from B 20:00 to A 22:00"), parties=others)
    desk = engine("dwell", limit_s=3600)
    for plan in (first, second):
        desk.plan(plan, ())
    for line in ("10:00 T1 left A", "11:30 T1 arrived P"):
        happened = event(line)
        desk.advance(happened.recorded_us)
        desk.take(happened)
    desk.advance(at("13:00"))
    step = desk.drain()
    (alert,) = step.alerts
    assert alert.shipment == "S1"
    assert set(alert.parties) == {"OWN-A", "OWN-B", "OWN-P"}
    assert {delivery.party for delivery in step.deliveries} == set(alert.parties)


def test_a_finding_that_comes_back_is_an_alert_of_its_own_that_supersedes_the_one_whose_end_was_wrong() -> None:
    desk = engine("late_departure", grace_s=0)
    desk.plan(shipment("S1: T1 from A 10:00 to B 18:00"), ())
    told, kinds, before = list[tuple[str, str]](), list[str](), set[str]()
    for line in ("11:00 T1 left A", "11:05 T1 arrived A", "12:00 T1 left A"):  # it forgot its papers
        happened = event(line)
        desk.advance(happened.recorded_us)
        desk.take(happened)
        step = desk.drain()
        for alert in step.alerts:
            if (alert.alert_id, alert.state) not in told[-1:]:  # else its numbers are newer
                told.append((alert.alert_id, alert.state))
        kinds += [delivery.notice for delivery in step.deliveries if delivery.party == "OWN-A"]
        sent = [delivery.delivery_id for delivery in step.deliveries]
        assert len(set(sent)) == len(sent)
        assert not before & set(sent), "a receiver that knows the id would drop the notice"
        before |= set(sent)
    assert [state for _, state in told] == ["open", "resolved", "withdrawn", "open", "resolved"]
    assert [told[0][0], told[3][0]] == [told[2][0], told[4][0]]
    assert told[0][0] != told[4][0]
    assert kinds == ["raised", "resolved", "raised", "resolved"], "nobody is told of a correction twice"


def test_a_trip_that_never_arrives_is_let_go_a_month_after_all_that_was_heard_of_it() -> None:
    desk = engine("late_arrival", grace_s=0)
    desk.plan(shipment("S1: T1 from A 10:00 to B 18:00"), ())
    happened = event("10:00 T1 left A")
    desk.advance(happened.recorded_us)
    desk.take(happened)
    day_us = 24 * 3600 * 1_000_000
    desk.advance(at("18:00") + 29 * day_us)
    late = desk.drain()
    assert {alert.state for alert in late.alerts} == {"open"}
    desk.advance(at("18:00") + 31 * day_us)
    over = desk.drain()
    assert (over.alerts[-1].state, over.alerts[-1].ended_reason) == ("resolved", "given_up")
    assert [(trip.shipment.shipment_id, is_open) for trip, is_open in over.trips] == [("S1", False)]
    assert {delivery.notice for delivery in over.deliveries} == {"resolved"}
    assert list(desk.standing()) == []
    assert desk.next_due_us() is None


def test_a_trip_that_was_never_seen_is_let_go_and_leaves_those_of_its_trailer_alone() -> None:
    desk = engine("late_arrival", grace_s=0)
    for line in ("S1: T1 from A 10:00 to B 18:00", "S2: T1 from A 11:00 to B 19:00"):
        desk.plan(shipment(line), ())
    day_us = 24 * 3600 * 1_000_000
    desk.advance(at("18:30") + 30 * day_us)
    assert {trip.shipment.shipment_id: is_open for trip, is_open in desk.drain().trips} == {"S1": False, "S2": True}
    desk.advance(at("19:30") + 30 * day_us)
    over = desk.drain()
    assert [trip.shipment.shipment_id for trip, _ in over.trips] == ["S2"]
    assert [(alert.shipment, alert.ended_reason) for alert in over.alerts if alert.ended_reason] == [("S2", "given_up")]


@given(st.integers(min_value=1, max_value=9))
def test_deadlines_that_fire_a_few_at_a_time_conclude_the_same(most: int) -> None:
    at_once, in_parts = engine("late_arrival"), engine("late_arrival")
    for made in (at_once, in_parts):
        for number in range(5):
            made.plan(shipment(f"S{number}: T{number} from A 10:00 to B 12:0{number}"), ())
    assert at_once.advance(at("13:00"))
    while not in_parts.advance(at("13:00"), most):
        assert in_parts.next_due_us() is not None
    whole, parted = at_once.drain(), in_parts.drain()
    assert {alert.shipment for alert in whole.alerts} == {f"S{number}" for number in range(5)}
    assert (parted.alerts, parted.deliveries) == (whole.alerts, whole.deliveries)
    assert in_parts.next_due_us() == at_once.next_due_us()
