"""Lateness is as loud as the hours that stock leaves: it rises while nothing is heard, and a new count calms it."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec.structs import replace

from gateway.catalogue import make_rule
from gateway.config.alerting import Demand
from gateway.config.model import RuleEntry
from gateway.engine.cover import HOUR_US, Stocks
from gateway.engine.subjects import Trips
from gateway.engine.weighing import Cover, Weighing
from gateway.model import Finding, Severity
from tests.engine.cover_stage import PART, CoverStage, carrying, counted
from tests.engine.scenario import PLACES, at, clock

PLAN = carrying("S1: T1 from A 10:00 to B 12:00")
LATE = ["11:00", "12:30", "14:00", "19:00", "21:00", "25:00", "27:00"]


def played(*, restarted: bool = False, rule: str = "late_arrival", quantity: float = 1080) -> CoverStage:
    """Nobody sees T1; at B 1080 pieces at 10:00, 60 an hour, last until 04:00 of the next day."""
    stage = CoverStage(rule, grace_s=0)
    stage.plan("08:00", PLAN)
    stage.count("10:00", counted(quantity, "10:00"))
    for when in LATE:
        if restarted:
            stage.start()
        stage.until(when)
    return stage


def test_it_grows_louder_as_the_hours_pass_in_which_nothing_is_heard() -> None:
    stage = played()
    whens, severities = zip(*(line.split() for line in stage.told), strict=True)
    assert severities == ("info", "warning", "critical")
    assert whens[0] == "12:00"
    # Eight and two hours before 28:00; sooner where the estimate says that nine in ten come later than that.
    assert at(whens[1]) <= at("20:00")
    assert at(whens[2]) <= at("26:00")
    assert [delivery.notice for delivery in stage.deliveries] == ["raised"] * 3
    assert [delivery.severity for delivery in stage.deliveries] == ["info", "warning", "critical"]


def test_each_threshold_is_asked_for_at_its_very_instant() -> None:
    trips = Trips(PLACES.lineage)
    (trip,) = trips.plan(PLAN, ())  # nobody has made estimates of it: it comes as planned, or now
    stocks = Stocks([Demand(place="B", part=PART, per_hour=60)], lambda _: None)
    stocks.count([counted(720, "10:00")])
    cover = Cover(stocks=stocks, rules=("late",), critical_us=2 * HOUR_US, warning_us=8 * HOUR_US)
    weighing = Weighing(cover, trips=trips, lineage=PLACES.lineage, tier_of=PLACES.tier)
    rule = make_rule(RuleEntry(name="late", rule="late_arrival", settings={"grace_s": 0}))

    asked, found = at("12:30"), list[tuple[str, str]]()
    while len(found) < 3:
        judgement = weighing.judge("late", rule, trip, asked)
        assert isinstance(judgement.verdict, Finding)
        found.append((clock(asked), judgement.verdict.severity))
        asked = judgement.again_us or asked
    assert found == [("12:30", "info"), ("14:00", "warning"), ("20:00", "critical")]


def test_restarts_change_nothing() -> None:
    for rule in ("late_arrival", "predicted_late", "late_departure"):
        assert played(restarted=True, rule=rule).told == played(rule=rule).told


def test_what_is_not_counted_leaves_the_severity_of_the_rule() -> None:
    for plan in (PLAN, carrying("S1: T1 from A 10:00 to B 12:00", "other")):
        stage = CoverStage(grace_s=0, severity="critical")
        stage.plan("08:00", plan)
        stage.count("10:00", counted(60, "10:00", place="X"), counted(60, "10:00", part="another"))
        stage.until("12:30")
        assert stage.alert.severity is Severity.CRITICAL
        assert stage.alert.impact is not None
        assert [part.runs_out_us for part in stage.alert.impact.parts] == [None]


def test_plenty_in_stock_makes_it_quieter_than_its_rule_and_little_makes_it_louder() -> None:
    for quantity, severity in ((60 * 48, Severity.INFO), (60 * 9, Severity.WARNING), (60, Severity.CRITICAL)):
        stage = CoverStage(grace_s=0, severity="warning")
        stage.plan("08:00", PLAN)
        stage.count("10:00", counted(quantity, "10:00"))
        stage.until("12:05")
        assert stage.alert.severity is severity


def test_a_new_count_calms_it_and_is_told_to_nobody() -> None:
    stage = played()
    before = len(stage.deliveries)
    stage.count("27:30", counted(60 * 100, "27:20"))
    assert stage.alert.severity is Severity.INFO
    assert stage.alert.impact is not None
    assert stage.alert.impact.runs_out_us == at("127:20")
    assert len(stage.deliveries) == before


def test_a_new_count_makes_it_louder_at_once() -> None:
    stage = played(quantity=60 * 100)
    assert stage.told == ["12:00 info"]
    stage.count("27:30", counted(30, "27:20"))
    assert stage.told == ["12:00 info", "27:30 critical"]
    assert [clock(delivery.next_us) for delivery in stage.deliveries] == ["12:00", "27:30"]


def test_counts_lead_to_the_same_in_any_order() -> None:
    counts = [counted(100 * n, f"1{n}:00") for n in (0, 1, 2)]
    found = set()
    for order in permutations(counts):
        stage = CoverStage(grace_s=0)
        stage.plan("08:00", PLAN)
        stage.until("12:30")
        stage.count("12:40", *order[:1])
        stage.count("12:50", *order[1:])
        assert stage.alert.impact is not None
        found.add((stage.alert.severity, stage.alert.impact.runs_out_us))
    assert found == {(Severity.CRITICAL, at("15:20"))}


@pytest.mark.parametrize("severity", ["info", "critical"])
def test_a_place_that_was_reached_waits_no_longer(severity: str) -> None:
    stage = CoverStage(places=("P",), grace_s=0, severity=severity)
    stage.plan("08:00", carrying("S1: T1 from A 10:00 via P 11:00 to B 14:00"))
    stage.count("10:00", counted(120, "10:00", place="P"))
    for line in ("10:00 T1 left A", "10:50 T1 arrived P", "11:00 T1 left P"):
        stage.happens(line)
    stage.until("14:30")
    assert stage.alert.severity == severity
    assert stage.alert.impact is not None
    assert stage.alert.impact.places == ("B",)
    assert [(part.place, part.runs_out_us) for part in stage.alert.impact.parts] == [("B", None)]


def test_an_alert_says_who_waits_for_what() -> None:
    stage = CoverStage(places=("B", "P"), grace_s=0)
    stage.plan("08:00", carrying("S1: T1 from A 10:00 via P 11:00 to B 14:00", "9999", PART))
    stage.count("10:00", counted(600, "10:00"), counted(300, "10:00", place="P"))
    stage.until("11:05")
    impact = next(iter(stage.alerts.values())).impact
    assert impact is not None
    assert (impact.shipment, impact.places, impact.tiers) == ("S1", ("P", "B"), ("port", "oem"))
    told = [(part.part, part.place, part.runs_out_us and clock(part.runs_out_us)) for part in impact.parts]
    assert told == [(PART, "P", "15:00"), (PART, "B", "20:00"), ("9999", "B", None)]
    assert {part.quantity for part in impact.parts} == {960}
    assert impact.expected_us is not None
    assert impact.expected_us >= at("14:00")


def test_of_many_parts_the_first_to_run_out_are_listed_and_the_others_counted() -> None:
    stage = CoverStage(grace_s=0)
    stage.plan("08:00", carrying("S1: T1 from A 10:00 to B 12:00", *(f"N{n:03d}" for n in range(80)), PART))
    stage.count("10:00", counted(600, "10:00"))
    stage.until("12:30")
    impact = stage.alert.impact
    assert impact is not None
    assert (len(impact.parts), impact.more_parts) == (50, 31)
    assert impact.parts[0].part == PART


def test_a_line_inside_a_stop_is_named_by_the_stop_and_a_place_around_it_by_itself() -> None:
    for demand, destination, named in (("B-DOOR", "B", "B"), ("B", "B-DOOR", "B")):
        stage = CoverStage(places=(demand,), grace_s=0)
        stage.plan("08:00", carrying(f"S1: T1 from A 10:00 to {destination} 12:00"))
        stage.count("10:00", counted(60, "10:00", place=demand))
        stage.until("12:30")
        assert stage.alert.impact is not None
        assert [(part.place, part.runs_out_us) for part in stage.alert.impact.parts] == [(named, at("11:00"))]
        assert stage.alert.severity is Severity.CRITICAL


def test_an_alert_says_which_shipments_of_its_assets_follow_from_there() -> None:
    stage = CoverStage(grace_s=0)
    others = {"shipper": "OWN-B", "consignee": "OWN-X"}
    following = replace(carrying("S2: T2+G1 from B 16:00 via P 17:00 to X 18:00"), parties=others)
    later, elsewhere = carrying("S3: T3+G1 from B 20:00 to X 22:00"), carrying("S4: T1 from P 16:00 to X 18:00")
    stage.plan("08:00", carrying("S1: T1+G1 from A 10:00 to B 12:00"), following, later, elsewhere)
    stage.until("12:30")
    assert stage.alert.impact is not None
    (onward,) = stage.alert.impact.onward
    assert (onward.shipment, onward.places, onward.parties) == ("S2", ("P", "X"), ("OWN-B", "OWN-X"))
