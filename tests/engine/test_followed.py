"""Journeys, tracks and conditions: the same in any order of arrival, after any restart, and bounded."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue import make_rule
from gateway.config.model import RuleEntry, Subscription
from gateway.engine import followed
from gateway.engine.conditions import MOST_EXCURSIONS, MOST_SAMPLES
from gateway.engine.engine import Engine
from gateway.engine.journeys import MOST_SETTLED, MOST_SIGHTINGS, MOST_TOUCHED
from gateway.engine.tracks import MOST_SPOTS
from gateway.hearing import Hearing
from gateway.model import Condition, Finding, Followed, Journey, Track
from tests.engine.scenario import DAY_US, MINUTE_US, PLACES, at, happening, shipment

PARTIES = ("OWN-A", "OWN-B", "OWN-X", "OTHER")
ASTRAY = ("08:30 T1 arrived A", "09:50 T1 left A", "10:40 T1 arrived X", "11:30 T1 moved X to P", "12:20 T1 left P")
SHAKY = tuple(
    f"{9 + n // 6:02d}:{n % 6}0 T1 says temperature {value}" for n, value in enumerate((5, 9, 9, 7, 9, 5, 9, 10))
)
ON_THE_ROAD = (
    "09:50 T1 left A",
    "10:10 T1 at 52.2,10.3",
    "10:10 T1 at 52.21,10.3",
    "10:20 T1 at 52.3,10.5",
    "10:31 T1 at 52.3,10.6",
    "10:45 T1 at 52.3,10.6",
)


def engine(rule: str, **settings: object) -> Engine:
    entry = RuleEntry(name="rule", rule=rule, settings=settings)  # type: ignore[arg-type]
    made = Engine(
        rules={"rule": make_rule(entry)},
        subscriptions=[Subscription(name=f"{party}-mqtt", party=party, channel="mqtt") for party in PARTIES],
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=PLACES,
        hearing=Hearing([], {}),
        operator="OWN-B",
    )
    made.plan(shipment("S1: T1 from A 10:00 to B 12:00"), ())
    return made


def told(made: Engine, lines: Sequence[str], recorded: str = "") -> Followed:
    """What is followed after these events; with `recorded`, all of them learned of at that time, in this order."""
    for line in lines:
        happened = happening(line)
        if recorded:
            happened = msgspec.structs.replace(happened, recorded_us=at(recorded))
        made.advance(happened.recorded_us)
        made.take(happened)
    made.advance(at("20:00"))
    (subject,) = made._following.all()
    return subject


@pytest.mark.parametrize(
    ("rule", "settings", "lines"),
    [
        ("wrong_place", {}, ASTRAY),
        ("wrong_place", {}, ASTRAY[:3]),
        ("idle_container", {"limit_s": 3600}, ASTRAY[:3]),
        ("dwell_clock", {"free_s": 3600, "kinds": [], "tiers": ["crossdock"]}, ASTRAY[:3]),
        ("dwell_clock", {"free_s": 3600, "kinds": [], "tiers": ["port"], "runs": "outside"}, ASTRAY),
        ("tier_jump", {"kinds": [], "origins": ["tier1"], "destinations": ["crossdock"]}, ASTRAY[:3]),
        ("seen_twice", {"top_speed_kmh": 10}, ASTRAY),
        ("condition", {"measurement": "temperature", "high": 8, "hysteresis": 0.5, "for_s": 600}, SHAKY),
        ("condition", {"measurement": "temperature", "low": 6}, SHAKY[:-2]),
        ("silent_tracker", {}, ON_THE_ROAD),
        ("route_deviation", {"within_m": 5000, "share": 0.05}, ON_THE_ROAD),
    ],
)
@given(data=st.data())
def test_what_is_followed_is_the_same_in_any_order(
    rule: str, settings: dict[str, object], lines: tuple[str, ...], data: st.DataObject
) -> None:
    straight, mixed = engine(rule, **settings), engine(rule, **settings)
    order = data.draw(st.permutations(lines * 2))
    first = told(straight, lines, recorded="19:00")
    assert told(mixed, order, recorded="19:00") == first
    (asked,) = straight._rules[type(first)]
    found = isinstance(asked[1].judge(first, at("20:00")).verdict, Finding)
    for made in (straight, mixed):
        assert [alert.reason for alert in made.standing()] == [alert.reason for alert in straight.standing()]
        assert bool(list(made.standing())) == found


def test_nothing_is_followed_that_no_rule_asks_about() -> None:
    made = engine("late_arrival")
    for line in (*ASTRAY, *SHAKY, *ON_THE_ROAD):
        made.take(happening(line))
    assert list(made._following.all()) == []
    assert made.drain().followed == {}


def test_what_is_kept_of_each_is_bounded_and_its_past_is_not_lost() -> None:
    rack = engine("idle_container")
    lines = [f"{8 + n // 60:02d}:{n % 60:02d} R1 arrived A-DOOR" for n in range(120)]
    journey = told(rack, lines)
    assert isinstance(journey, Journey)
    assert (len(journey.sightings), len(journey.touched_us)) == (MOST_SIGHTINGS, MOST_TOUCHED)
    assert [(visit.site, visit.since_us) for visit in journey.visits] == [("A", at("08:00"))]
    journey = told(rack, [f"10:{n:02d} R1 moved {'AX'[n % 2]} to {'XA'[n % 2]}" for n in range(60)])
    assert isinstance(journey, Journey)
    assert len(journey.settled) == MOST_SETTLED
    assert len(journey.visits) <= MOST_SETTLED + MOST_SIGHTINGS
    assert journey.visits[-1].since_us == at("10:59")

    gauge = engine("condition", measurement="temperature", high=8)
    condition = told(gauge, [f"{8 + n // 60:02d}:{n % 60:02d} T1 says temperature 9" for n in range(300)])
    assert isinstance(condition, Condition)
    assert len(condition.samples) == MOST_SAMPLES
    assert [one.since_us for one in condition.excursions] == [at("08:00")]
    condition = told(gauge, [f"13:{n:02d} T1 says temperature {9 - n % 2 * 4}" for n in range(60)])
    assert isinstance(condition, Condition)
    assert len(condition.excursions) == MOST_EXCURSIONS

    tracker = engine("route_deviation")
    track = told(tracker, [f"{8 + n // 60:02d}:{n % 60:02d} T1 at 52.1,10.{n:03d}" for n in range(100)])
    assert isinstance(track, Track)
    assert len(track.spots) == MOST_SPOTS
    assert track.spots[-1].at_us == at("09:39")


def test_what_is_quiet_for_longest_is_forgotten_with_its_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followed, "MOST_FOLLOWED", 2)
    made = engine("idle_container", limit_s=60)
    for minute, rack in enumerate(("R1", "R2", "R3")):
        happened = happening(f"09:{minute * 10:02d} {rack} arrived A")
        made.advance(happened.recorded_us)
        made.take(happened)
    made.listen()
    step = made.drain()
    assert step.followed["journey:R1"] is None
    assert {key for key, subject in step.followed.items() if subject} == {"journey:R2", "journey:R3"}
    assert [(alert.subject, alert.ended_reason) for alert in step.alerts if alert.ended_us] == [
        ("journey:R1", "forgotten")
    ]


def test_a_band_that_no_rule_asks_about_any_more_is_forgotten_with_its_alert() -> None:
    before = engine("condition", measurement="temperature", high=8)
    told(before, ["09:00 T1 says temperature 9"])
    step = before.drain()
    after = engine("condition", measurement="temperature", high=10)
    kept = [subject for subject in step.followed.values() if subject is not None]
    after.restore(trips=(), stays=(), alerts=step.alerts, now_us=0, followed=kept)
    after.advance(at("21:00"))
    after.listen()
    done = after.drain()
    assert [alert.ended_reason for alert in done.alerts] == ["forgotten"]
    assert list(done.followed.values()) == [None]


def test_two_rules_of_one_band_share_what_is_followed_and_two_bands_do_not() -> None:
    entries = [
        RuleEntry(
            name=f"{high}-{severity}",
            rule="condition",
            settings={"measurement": "temperature", "high": high, "severity": severity},
        )
        for high, severity in ((8, "warning"), (8, "critical"), (12, "critical"))
    ]
    made = Engine(
        rules={entry.name: make_rule(entry) for entry in entries},
        subscriptions=(),
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=PLACES,
        hearing=Hearing([], {}),
        operator="OWN-B",
    )
    made.advance(at("09:00"))
    made.take(happening("09:00 T1 says temperature 9"))
    step = made.drain()
    assert set(step.followed) == {"condition:T1/temperature/..8", "condition:T1/temperature/..12"}
    assert {alert.rule for alert in step.alerts} == {"8-warning", "8-critical"}


def test_whose_site_it_is_has_no_part_in_a_shipment_that_strayed_there() -> None:
    made = engine("wrong_place", for_s=0)
    told(made, ASTRAY[:3])
    (alert,) = made.drain().alerts
    assert (alert.shipment, alert.asset, alert.place, alert.tier) == ("S1", "T1", "X", "crossdock")
    assert alert.parties == ("OWN-A", "OWN-B")
    assert alert.text == "T1 of shipment S1 has been at X since 2026-01-01 10:40 UTC, which is none of its stops"


def test_what_concerns_nobody_else_is_told_to_the_operator() -> None:
    made = engine("condition", measurement="temperature", high=8)
    made.advance(at("09:00"))
    made.take(happening("09:00 T9 says temperature 9"))
    (alert,) = made.drain().alerts
    assert alert.parties == ("OWN-B",)
    assert alert.text == "T9: temperature above 8 since 2026-01-01 09:00 UTC, at worst 9"


def test_a_time_that_was_guessed_says_nothing_of_how_long_the_way_took() -> None:
    made = engine("seen_twice")
    for line in ("09:00 G1 arrived A", "09:05 G1 arrived B"):
        made.take(msgspec.structs.replace(happening(line), time_fixed="clock_ahead"))
    made.advance(DAY_US + 10 * 60 * MINUTE_US)
    assert made.drain().alerts == []
