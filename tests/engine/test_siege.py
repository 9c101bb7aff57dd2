"""All rules at once under whatever may come, in whatever order: nothing raises, and nothing is told without ground."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engine.engine import Engine
from gateway.hearing import Hearing
from gateway.model import Alert, AlertState, Delivery, Judgement, MaintenanceWindow, Micros, Remark, Subject, Trip
from tests.engine.scenario import MINUTE_US, PLACES, at, shipment
from tests.engine.watch import Watch, device, rule

EVERY_RULE = (
    rule("at-risk"),
    rule("cold", rule="condition", measurement="temperature", high=8.0, hysteresis=1.0, for_s=300),
    rule("dwell", limit_s=1800),
    rule("detention", rule="dwell_clock", free_s=1800),
    rule("early-arrival"),
    rule("behind", rule="expression", about="shipment", when="shipment.late_min > 20", text="{shipment.id} is late"),
    rule("idle-container", limit_s=1800),
    rule("late-arrival", off_delay_s=300),
    rule("late-departure"),
    rule("missing", rule="load_check", unread=True),
    rule("extra", rule="load_check", asks="extra"),
    rule("wrong-trailer", rule="load_check", asks="wrong_trailer"),
    rule("missed-milestone"),
    rule("predicted-late"),
    rule("route-deviation", for_s=300),
    rule("seen-twice"),
    rule("silent-device", limit_s=1200),
    rule("silent-tracker", limit_s=1200),
    rule("tier-jump", origins=["tier1"], destinations=["oem"], kinds=["trailer"]),
    rule("wrong-place", for_s=300),
)
ENDED = {"resolved", "withdrawn"}

Line = Callable[[Watch, str], None]  # what is done to the engine at a time of day


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


clocks = st.integers(7 * 60, 26 * 60).map(_time)  # of plans and of what is told late: also what is still to come
things = st.sampled_from(["T1", "T2", "C1", "G1", "G2", "U1"])
places = st.sampled_from(["A", "P", "B", "X", "Z", "A-DOOR", "A-DOOR-2", "B-DOOR"])
sites = st.sampled_from(["A", "P", "B", "X", "Z"])


@st.composite
def plans(draw: st.DrawFn) -> Line:
    times = sorted(draw(st.lists(clocks, min_size=3, max_size=3, unique=True)))
    first, middle, last = draw(st.lists(sites, min_size=3, max_size=3, unique=True))
    goods = "".join(f"+{one}" for one in sorted(draw(st.sets(things, max_size=3)) - {"T1"}))
    via = f" via {middle} {times[1]}" if draw(st.booleans()) else ""
    line = f"S{draw(st.integers(1, 3))}: T1{goods} from {first} {times[0]}{via} to {last} {times[2]}"
    return lambda watch, when: watch.add(shipment(line), at(when))


@st.composite
def happenings(draw: st.DrawFn) -> Line:
    thing, place, other = draw(things), draw(places), draw(places)
    late_by = draw(st.one_of(st.just(0), st.integers(1, 8 * 60)))
    said = draw(
        st.sampled_from(
            [
                f"{thing} arrived {place}",
                f"{thing} left {place}",
                f"{thing} moved {place} to {other}",
                f"{thing} loaded {place} in T1",
                f"{thing} unloaded {place} in T1",
                f"{thing} at {draw(st.integers(51, 54))},{draw(st.integers(9, 12))}",
                f"T1 says temperature {draw(st.integers(0, 20))}",
                "gps-1 heard",
            ]
        )
    )
    return lambda watch, when: watch.play(f"{when} {said}{_earlier(when, late_by) if said != 'gps-1 heard' else ''}")


def _earlier(when: str, minutes: int) -> str:
    return f" at {_time((at(when) - at('00:00')) // MINUTE_US - minutes)}" if minutes else ""


@st.composite
def sayings(draw: st.DrawFn) -> Line:
    """What a party says of one of the alerts that are there, whether it still stands or not."""
    which, party = draw(st.integers(0, 9)), draw(st.sampled_from(["OWN-A", "OWN-B"]))
    kind = draw(st.sampled_from(["acknowledged", "comment", "shelved", "unshelved"]))
    until_us = at(draw(clocks)) if kind == "shelved" else None
    promised_us = at(draw(clocks)) if kind == "acknowledged" and draw(st.booleans()) else None

    def say(watch: Watch, when: str) -> None:
        watch.wait(at(when))
        if not watch.alerts:
            return
        alert = sorted(watch.alerts.values(), key=lambda one: one.alert_id)[which % len(watch.alerts)]
        remark = Remark(
            alert_id=alert.alert_id,
            party=party,
            at_us=at(when),
            kind=kind,  # type: ignore[arg-type]
            until_us=until_us,
            promised_us=promised_us,
            shipment=alert.shipment if promised_us else "",
        )
        watch.remark(remark)

    return say


@st.composite
def maintenances(draw: st.DrawFn) -> Line:
    begin = at(draw(clocks))
    window = MaintenanceWindow(
        name="w", start_us=begin, end_us=begin + draw(st.integers(1, 180)) * MINUTE_US, places=(draw(sites),)
    )
    told = window if draw(st.booleans()) else None
    return lambda watch, when: watch.maintain(when, "w", told)


lines = st.lists(
    st.tuples(
        st.integers(0, 45), st.one_of(plans(), happenings(), happenings(), happenings(), sayings(), maintenances())
    ),
    max_size=30,
)


def played(story: list[tuple[int, Line]]) -> Watch:
    watch = Watch(*EVERY_RULE, devices=[device("gps-1", asset="T1")])
    minute = 8 * 60
    for waits, line in story:
        minute += waits
        line(watch, _time(minute))
    watch.wait(at(_time(minute)) + 3000 * MINUTE_US)
    return watch


@settings(max_examples=60, deadline=None)
@given(story=lines)
def test_whatever_comes_each_notice_has_its_ground(story: list[tuple[int, Line]]) -> None:
    watch = played(story)
    notices: dict[tuple[str, str], list[Delivery]] = defaultdict(list)
    for one in watch.deliveries:
        notices[one.alert_id, one.subscription].append(one)
    for (alert_id, _), told in notices.items():
        alert, kinds = watch.alerts[alert_id], [one.notice for one in told]
        assert kinds[0] == "raised", kinds
        ends = [kind for kind in kinds if kind in ENDED]
        assert ends in ([], ["resolved"], ["withdrawn"], ["resolved", "withdrawn"]), kinds  # withdrawn: by late data
        assert not ends or kinds[-len(ends) :] == ends, kinds  # nothing is told of what has ended
        assert bool(ends) <= (alert.state is not AlertState.OPEN)
        louder = {one.severity for one in told if one.notice == "raised"}
        shelved = sum(one.kind == "shelved" and one.alert_id == alert_id for one in watch.remarks)
        assert kinds.count("raised") <= len(louder) + shelved, kinds  # never the same twice
    assert all(_is_whole(alert) for alert in watch.alerts.values())
    assert not watch.engine.faults.counts


def _is_whole(alert: Alert) -> bool:
    is_open = alert.state is AlertState.OPEN
    return is_open == (alert.ended_us is None) and alert.text != "" and (alert.ended_us or alert.raised_us) >= 0


class Insists:
    """A rule of one's own that asks for the same instant again, whatever it is asked."""

    judges: ClassVar = Trip

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        return Judgement(again_us=at("12:00"))


def test_a_rule_that_asks_for_an_instant_that_has_passed_is_not_asked_for_ever() -> None:
    engine = Engine(
        rules={"insists": Insists()},
        subscriptions=(),
        lineage=lambda code: (code,),
        owners=PLACES,
        hearing=Hearing([], {}),
        operator="OWN-B",
    )
    engine.advance(at("08:00"))
    engine.plan(shipment("S1: T1 from A 10:00 to B 12:00"), ())
    engine.advance(at("12:00"))
    due_us = engine.next_due_us()
    assert due_us is None or due_us > at("12:00")
