"""Estimates of trips as the engine keeps them: the same for any order of arrival and after a restart, and few."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import msgspec
import pytest

from gateway.catalogue import make_rule
from gateway.config.model import RuleEntry
from gateway.engine.engine import Engine
from gateway.eta.ladder import NEW_LADDER, Ladder
from gateway.eta.learn import learn
from gateway.eta.learned import Learned
from gateway.eta.legs import Ground
from gateway.eta.stale import POSITION_COUNTS_US
from gateway.hearing import Hearing
from gateway.model import Actual, Alert, Estimate, Method, Micros, Remark, Shipment, Stop, Trip, Window
from tests.engine.scenario import MINUTE_US, PLACES, POINTS, at, happening, shipment

PLAN = shipment("S1: T1 from A 10:00 via P 12:00 to B 14:00")
HAPPENED = ("10:25 T1 left A", "12:20 T1 arrived P", "12:28 T1 left P")
GROUND = Ground(points=POINTS)


def engine(ladder: Ladder = NEW_LADDER, *rules: str) -> Engine:
    made = Engine(
        rules={rule: make_rule(RuleEntry(name=rule, rule=rule)) for rule in rules},
        subscriptions=[],
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=PLACES,
        hearing=Hearing([], {}),
        operator="OWN-B",
        ladder=ladder,
    )
    made.advance(at("08:00"))
    return made


def play(made: Engine, lines: Sequence[str], recorded: str = "") -> None:
    for line in lines:
        event = happening(line)
        if recorded:
            event = msgspec.structs.replace(event, recorded_us=at(recorded))
        made.advance(event.recorded_us)
        made.take(event)


def trip(made: Engine) -> Trip:
    found = made._trips.get("S1")
    assert found is not None
    return found


def finished(number: int, start_us: Micros) -> Trip:
    """A trip from A to B by way of P, which runs an hour for each half degree of latitude and is ten minutes late."""
    minutes = (10 + number % 5, 70 + number % 7, 130 + number % 9)
    windows = [Window(open_us=start_us, close_us=start_us + n * 60 * MINUTE_US) for n in range(3)]
    stops = (
        Stop(place="A", departure=windows[0]),
        Stop(place="P", arrival=windows[1]),
        Stop(place="B", arrival=windows[2]),
    )
    plan = Shipment(shipment_id=f"old {number}", stops=stops, assets=("T9",), parties={}, created_us=start_us)
    left, came, there = (start_us + minute * MINUTE_US for minute in minutes)
    actuals = (
        Actual(stop=0, departed_us=left),
        Actual(stop=1, arrived_us=came),
        Actual(stop=2, arrived_us=there),
    )
    return Trip(shipment=plan, actuals=actuals)


def taught(count: int = 60) -> Ladder:
    learned = Learned()
    learn(learned, [finished(n, at("00:00") - n * 60 * MINUTE_US) for n in range(count)], GROUND)
    return Ladder(learned, GROUND)


def test_a_new_gateway_says_the_plan_and_a_wide_interval() -> None:
    made = engine()
    made.plan(PLAN, ())
    to_p, to_b = trip(made).estimates
    assert abs(to_p.p50_us - at("12:00")) < 2 * MINUTE_US
    assert abs(to_b.p50_us - at("14:00")) < 2 * MINUTE_US
    assert to_b.p90_us - to_b.p10_us > 60 * MINUTE_US
    assert to_b.trips == 0


def test_events_in_any_order_give_the_same_estimates_at_the_same_time() -> None:
    told = set()
    for order in itertools.permutations(HAPPENED):
        made = engine(taught())
        made.plan(PLAN, ())
        play(made, order, recorded="12:40")
        play(made, order, recorded="12:40")
        told.add(trip(made).estimates)
    (estimates,) = told
    assert [estimate.place for estimate in estimates] == ["B"]
    assert estimates[0].made_us == at("12:40")


@pytest.mark.parametrize("restarted_at", ["09:00", "10:30", "11:59", "12:50", "13:59", "14:30"])
def test_a_restart_gives_the_same(restarted_at: str) -> None:
    def run(*, restart: bool) -> tuple[tuple[Estimate, ...], list[tuple[str, Micros]]]:
        ladder, alerts = taught(), dict[str, Alert]()
        made = engine(ladder, "predicted_late")
        made.plan(PLAN, ())
        stored: Trip | None = None
        times = sorted([*(happening(line).recorded_us for line in HAPPENED), at(restarted_at), at("15:00")])
        by_time = {happening(line).recorded_us: line for line in HAPPENED}
        for time_us in times:
            made.advance(time_us)
            if time_us in by_time:
                made.take(happening(by_time[time_us]))
            step = made.drain()
            stored = next((held for held, _ in reversed(step.trips)), stored)
            alerts |= {alert.alert_id: alert for alert in step.alerts}
            if restart and time_us == at(restarted_at):
                assert stored is not None
                made = engine(ladder, "predicted_late")
                made.restore(trips=[stored], stays=(), alerts=list(alerts.values()), now_us=0)
        return trip(made).estimates, [(alert.reason, alert.raised_us) for alert in alerts.values()]

    assert run(restart=True) == run(restart=False)


def test_a_position_between_stops_moves_the_estimate_and_counts_for_half_an_hour() -> None:
    made = engine(taught())
    made.plan(PLAN, ())
    play(made, ["10:10 T1 left A"])
    before = trip(made).estimates
    (south, _), (north, _) = POINTS["A"], POINTS["P"]
    stuck = south + (north - south) * 0.1
    play(made, [f"11:10 T1 at {stuck},10.0"])
    after = trip(made).estimates
    says = {rung.method: rung.arrives_us for rung in made.explain("S1", at("11:10"))[0].rungs}
    assert says[Method.DISTANCE] > before[0].p50_us + 20 * MINUTE_US
    assert trip(made).spot is not None
    assert after[0].made_us in (at("11:10"), before[0].made_us)
    late = at("11:10") + POSITION_COUNTS_US + MINUTE_US
    made.advance(late)
    old = {rung.method: rung.arrives_us for rung in made.explain("S1", late)[0].rungs}
    assert old[Method.DISTANCE] != says[Method.DISTANCE], "a position that has grown old is not used"


def test_what_says_nothing_new_is_no_new_version() -> None:
    made = engine(taught())
    made.plan(PLAN, ())
    play(made, ["10:10 T1 left A"])
    made.drain()
    spots = [f"10:{20 + n // 2:02d} T1 at {52.0 + 0.5 * (10 + n / 2) / 60:.4f},10.0" for n in range(40)]
    versions = 0
    for line in spots:
        play(made, [line])
        versions += len(made.drain().trips)
    assert versions <= 4, f"{versions} versions of 40 positions on the expected pace"


def test_a_silent_trip_is_looked_at_ever_less() -> None:
    made = engine(taught())
    made.plan(PLAN, ())
    play(made, ["10:10 T1 left A"])
    versions = 0
    for hour in range(11, 72):
        made.advance(at("00:00") + hour * 60 * MINUTE_US)
        versions += len(made.drain().trips)
        overdue_us = max(0, made._now_us - at("12:00"))
        assert made._now_us - trip(made).estimates[0].made_us <= max(60 * MINUTE_US, overdue_us / 2)
    assert versions < 40


def test_a_promise_becomes_the_estimate_until_something_is_seen_or_it_has_passed() -> None:
    made = engine()
    made.plan(PLAN, ())
    play(made, ["10:25 T1 left A"])
    plain = trip(made).estimates
    remark = Remark(
        alert_id="al_1", party="OWN-A", at_us=at("11:00"), kind="acknowledged", shipment="S1", promised_us=at("13:00")
    )
    made.advance(at("11:00"))
    made.remark(remark)
    to_p, to_b = trip(made).estimates
    assert (to_p.method, to_p.p50_us) == (Method.PROMISED, at("13:00"))
    assert to_p.p10_us <= plain[0].p10_us + MINUTE_US
    assert to_p.p90_us > at("13:00")
    assert to_b.p50_us > plain[1].p50_us + 20 * MINUTE_US, "what follows is late by it, too"
    made.advance(at("13:05"))
    assert trip(made).estimates[0].method is not Method.PROMISED
    play(made, ["13:10 T1 arrived P"])
    assert [estimate.place for estimate in trip(made).estimates] == ["B"]
    play(made, ["15:10 T1 arrived B"])
    assert trip(made).estimates == ()


def test_what_is_predicted_is_told_before_it_is_late() -> None:
    made = engine(taught(), "predicted_late", "late_arrival")
    made.plan(PLAN, ())
    play(made, ["10:50 T1 left A"])
    made.advance(at("13:00"))
    recorded = {alert.rule: alert.recorded_us for alert in reversed(made.drain().alerts)}
    assert recorded["predicted_late"] < recorded["late_arrival"]
