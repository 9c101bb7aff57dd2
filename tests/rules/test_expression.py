"""Conditions in CEL over subjects: exact about time, deaf to order, and harmless whatever is written or comes."""

from __future__ import annotations

import string
from time import perf_counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engine.rule_faults import RuleFaults
from gateway.model import BadSettings, Cleared, Finding, Journey, Load, Micros, Severity, Trip
from rules.expression import Rule
from rules.expressions.abouts import ABOUTS
from rules.expressions.check import MOST_ITEMS, MOST_STEPS
from rules.expressions.fields import MINUTE_US, record
from rules.expressions.run import program
from rules.expressions.shipments import NOON_US
from rules.expressions.timeline import Timeline

JOURNEY, SHIPMENT, STAY, LOAD = (ABOUTS[name].sample for name in ("journey", "shipment", "stay", "load"))
HOUR_US = 60 * MINUTE_US

CONDITIONS = st.sampled_from(
    [
        "minutes_there > 45",
        "minutes_there >= 30 && minutes_there < 90",
        "minutes_there == 7 || minutes_away > 20",
        'minutes_idle > 10 && hour in [12, 14] && tier == "crossdock"',
        'weekday == 5 || (from_tier == "tier2" && minutes_there > 61)',
        "!there && minutes_away < 30",
        'visits.exists(v, v.tier == "tier2" && v.minutes > 100) && minutes_there > 5',
    ]
)


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """An asset that came and, perhaps, left, and was touched in between."""
    assert isinstance(JOURNEY, Journey)
    before, here = JOURNEY.visits
    stood = draw(st.none() | st.integers(1, 300))
    until_us = None if stood is None else here.since_us + stood * MINUTE_US + draw(st.integers(0, 59)) * 1_000_000
    touched = draw(st.lists(st.integers(0, 200), max_size=3))
    return msgspec.structs.replace(
        JOURNEY,
        visits=(before, msgspec.structs.replace(here, until_us=until_us)),
        touched_us=tuple(sorted((NOON_US + minute * MINUTE_US for minute in touched), reverse=True)),
    )


@settings(max_examples=60, deadline=None)
@given(subject=journeys(), text=CONDITIONS, zone=st.sampled_from(["UTC", "Asia/Kathmandu", "Europe/Berlin"]))
def test_it_is_true_just_when_asking_every_second_would_find_it_so(subject: Journey, text: str, zone: str) -> None:
    """Against the plainest way to know: evaluate every few seconds, and look where it changes."""
    about = ABOUTS["journey"]
    timeline = Timeline(about, program(text, about), None, zone)
    now_us = NOON_US + 14 * HOUR_US
    past = timeline.past(subject, now_us)
    step_us = 10_000_000
    for at_us in range(subject.visits[-1].since_us, now_us, step_us):
        is_so = program(text, about).evaluate(timeline.values(subject, at_us))
        held = any(span.since_us <= at_us and (span.until_us is None or at_us < span.until_us) for span in past.spans)
        assert is_so == held, f"{(at_us - NOON_US) / MINUTE_US} min after noon"


@settings(max_examples=40, deadline=None)
@given(subject=journeys(), text=CONDITIONS, steps=st.lists(st.integers(1, 400), max_size=6))
def test_what_it_says_does_not_depend_on_when_it_was_asked_before(
    subject: Journey, text: str, steps: list[int]
) -> None:
    rule = Rule(about="journey", when=text, text="x")
    for minute in steps:
        rule.judge(subject, NOON_US + minute * MINUTE_US)
    now_us = NOON_US + 500 * MINUTE_US
    assert rule.judge(subject, now_us) == Rule(about="journey", when=text, text="x").judge(subject, now_us)


@settings(max_examples=40, deadline=None)
@given(subject=journeys(), text=CONDITIONS)
def test_asked_only_when_it_says_so_it_misses_nothing(subject: Journey, text: str) -> None:
    rule = Rule(about="journey", when=text, text="x")
    due_us: Micros | None = NOON_US
    seen = {}
    while due_us is not None and due_us < NOON_US + 14 * HOUR_US:
        judgement = rule.judge(subject, due_us)
        seen[due_us] = type(judgement.verdict)
        assert judgement.again_us is None or judgement.again_us > due_us
        due_us = judgement.again_us
    for at_us in range(NOON_US, NOON_US + 14 * HOUR_US, 7 * MINUTE_US):
        last_us = max(when_us for when_us in seen if when_us <= at_us)
        assert type(rule.judge(subject, at_us).verdict) is seen[last_us]


def test_a_gateway_that_was_away_finds_at_its_own_time_what_became_true_meanwhile() -> None:
    rule = Rule(about="stay", when="minutes_there > 30", text="{asset} stands at {place}")
    due_us = rule.judge(STAY, 0).again_us
    assert due_us == NOON_US + 30 * MINUTE_US
    again_us = rule.judge(STAY, due_us).again_us
    assert again_us == NOON_US + 31 * MINUTE_US
    found = rule.judge(STAY, again_us).verdict
    assert found == Finding(
        since_us=NOON_US + 31 * MINUTE_US,
        reason="came_true",
        text="TRL-1 stands at CROSSDOCK-DOOR",
        severity=Severity.WARNING,
    )


def test_lateness_that_rests_on_not_having_been_seen_says_where() -> None:
    rule = Rule(about="shipment", when="shipment.late_min > 20", text="{shipment.id}: {shipment.late_min} min")
    found = rule.judge(SHIPMENT, NOON_US + 300 * MINUTE_US).verdict
    assert isinstance(found, Finding)
    assert (found.text, found.unseen_at) == ("S-4711: 21 min", "OEM-PLANT")


def test_tolerance_is_no_lateness() -> None:
    assert isinstance(SHIPMENT, Trip)
    stops = SHIPMENT.shipment.stops
    assert stops[-1].arrival is not None
    tolerant = msgspec.structs.replace(stops[-1], arrival=msgspec.structs.replace(stops[-1].arrival, tolerance_s=1800))
    shipment = msgspec.structs.replace(SHIPMENT.shipment, stops=(*stops[:-1], tolerant))
    rule = Rule(about="shipment", when="shipment.late_min > 20", text="x")
    found = rule.judge(msgspec.structs.replace(SHIPMENT, shipment=shipment), NOON_US + 400 * MINUTE_US).verdict
    assert isinstance(found, Finding)
    assert found.since_us == NOON_US + 270 * MINUTE_US + 1


def test_what_fails_on_a_subject_is_no_verdict_and_is_counted() -> None:
    rule = Rule(about="load", when='size(expected) > 5 || aboard[0] == "PAL-9"', text="x")
    assert isinstance(LOAD, Load)
    assert isinstance(rule.judge(LOAD, NOON_US + HOUR_US).verdict, Cleared | None)
    judgement = rule.judge(msgspec.structs.replace(LOAD, goods=()), NOON_US + HOUR_US)
    assert judgement.verdict is None
    assert judgement.fault == "IndexError: index out of bounds: 0"
    faults = RuleFaults()
    for _ in range(3):
        faults.note("load", judgement.fault)
    assert [(told.rule, told.times) for told in faults.news(NOON_US)] == [("load", 3)]
    faults.note("load", judgement.fault)
    assert list(faults.news(NOON_US + 59 * 1_000_000)) == []
    assert [told.times for told in faults.news(NOON_US + 60 * 1_000_000)] == [4]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60) | st.text(alphabet="minutes_there()[]!&|<>=+-*/%.,?:'\"0123 ", max_size=60))
def test_whatever_is_written_is_taken_or_refused(text: str) -> None:
    try:
        rule = Rule(about="stay", when=text, text="x")
    except BadSettings:
        return
    assert rule.judge(STAY, NOON_US + HOUR_US) is not None


PIECES = st.recursive(
    st.sampled_from(
        ["minutes_there > 3", 'tier == "port"', "true", "size(asset) > 2", "hour < 3", "size(asset) / 0 > 1"]
    ),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||"]), inner)
        | st.builds("!({})".format, inner)
        | st.builds("({} ? {} : {})".format, inner, inner, inner)
        | st.builds("[1, 9223372036854775807].{}(x, x + x > 1 && {})".format, st.sampled_from(["all", "exists"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(text=PIECES)
def test_whatever_is_well_formed_is_judged_or_says_why_not(text: str) -> None:
    try:
        rule = Rule(about="stay", when=text, text="x")
    except BadSettings:
        return
    judgement = rule.judge(STAY, NOON_US + HOUR_US)
    assert not judgement.fault or judgement.verdict is None


def test_a_hostile_name_costs_no_more_than_ten_milliseconds() -> None:
    name = "a" * 10_000
    when = 'asset.contains("aaaaaaaaaab") || (asset.endsWith("ab") && place < asset) || minutes_there > 90'
    rule = Rule(about="stay", when=when, text="{asset} {place}")
    stay = msgspec.structs.replace(STAY, asset=name, place=name)
    rule.judge(stay, NOON_US)
    began = perf_counter()
    found = rule.judge(stay, NOON_US + 3 * HOUR_US).verdict
    assert perf_counter() - began < 0.010
    assert isinstance(found, Finding)
    assert len(found.text) < 300


def test_the_dearest_condition_that_is_taken_is_evaluated_within_five_milliseconds() -> None:
    body = " && ".join(f"(s.late_min + {n} >= 0 || s.left)" for n in range(10))
    dearest = program(f"stops.all(s, {body})", ABOUTS["shipment"])
    assert 4900 < dearest.steps <= MOST_STEPS
    took = []
    for number in range(20):
        stops = tuple(record(place=f"P{number}", reached=True, left=True, late_min=n) for n in range(MOST_ITEMS))
        began = perf_counter()
        assert dearest.evaluate({"stops": stops})
        took.append(perf_counter() - began)
    assert min(took) < 0.005


@pytest.mark.parametrize("name", sorted(ABOUTS))
def test_every_variable_has_a_value_of_its_type_on_its_sample(name: str) -> None:
    about = ABOUTS[name]
    kinds = {"bool": bool, "int": int, "double": float, "string": str, "list": tuple}
    begins_us: Micros | None = about.begins(about.sample)
    assert begins_us is not None
    for at_us in (begins_us, begins_us + HOUR_US, begins_us + 10_000 * HOUR_US):
        then = about.then(about.sample, at_us)
        for field in about.fields:
            value = field.value(then, at_us)
            assert isinstance(value, kinds[field.type.kind]), field.name
            assert not field.type.words or value in field.type.words, field.name
            assert set(field.name) <= set(string.ascii_lowercase + "._")
            assert not field.fixed or field.value(about.sample, 0) == value, field.name
