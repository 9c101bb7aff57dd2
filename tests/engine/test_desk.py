"""What is told of alerts, and what is not: settling, quiet, escalation, shelves, corrections; with restarts, too."""

from __future__ import annotations

import pytest

from gateway.config.model import Escalation, Subscription
from gateway.engine.alerting import Alerting
from gateway.engine.alerts import is_untold, refreshed
from gateway.model import Finding, MaintenanceWindow, Severity, Tier
from tests.engine.scenario import at
from tests.engine.watch import A, B, Watch, device, rule

PLAN = "S1: T1 from A 10:00 to B 12:00"
restarts = pytest.mark.parametrize("restarts", [False, True], ids=["", "restarted before each line"])
MINUTE_US = 60_000_000


def both(when: str, notice: str, name: str) -> list[str]:
    return [f"{when} {who} {notice} {name}" for who in ("a", "b")]


def window(name: str, start: str, end: str, **what: tuple[str, ...]) -> MaintenanceWindow:
    return MaintenanceWindow(name=name, start_us=at(start), end_us=at(end), **what)


# --- settling ---------------------------------------------------------------------------------------


def flapping(*, restarts: bool) -> Watch:
    watch = Watch(
        rule("late-departure", grace_s=0),
        alerting=Alerting(off_delays_us={"late-departure": 10 * MINUTE_US}),
        restarts=restarts,
    )
    watch.plan(PLAN)
    for minute in range(10, 58, 4):
        watch.play(f"10:{minute} T1 left A", f"10:{minute + 2} T1 arrived A")
    return watch


@restarts
def test_what_comes_and_goes_is_told_once_and_its_end_when_it_has_lasted(restarts: bool) -> None:
    watch = flapping(restarts=restarts)
    watch.play("11:20 T1 left A", "11:29")
    assert watch.told == both("10:00", "raised", "late-departure")
    watch.play("11:31")
    assert watch.told == both("10:00", "raised", "late-departure") + both("11:30", "resolved", "late-departure")
    assert watch.only().ended_us == at("11:20"), "the end is when it truly was over"


@restarts
def test_what_was_never_so_does_not_wait_to_settle(restarts: bool) -> None:
    watch = Watch(
        rule("late-arrival"), alerting=Alerting(off_delays_us={"late-arrival": 10 * MINUTE_US}), restarts=restarts
    )
    watch.plan(PLAN)
    watch.play("12:30 T1 arrived B at 11:50")
    assert watch.told == both("12:00", "raised", "late-arrival") + both("12:30", "withdrawn", "late-arrival")


def test_an_hour_of_coming_and_going_that_is_handed_in_at_once_is_told_once() -> None:
    watch = Watch(
        rule("late-departure", grace_s=0), alerting=Alerting(off_delays_us={"late-departure": 10 * MINUTE_US})
    )
    watch.plan(PLAN)
    for minute in range(10, 50, 4):
        watch.play(f"11:00 T1 left A at 10:{minute}", f"11:00 T1 arrived A at 10:{minute + 2}")
    watch.play("11:00 T1 left A at 10:55", "12:00")
    assert watch.told == both("10:00", "raised", "late-departure") + both("11:10", "resolved", "late-departure")


# --- maintenance ------------------------------------------------------------------------------------


@restarts
@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"places": ("B",)}, both("13:00", "raised", "late-arrival")),
        ({"lanes": ("A>B",)}, both("13:00", "raised", "late-arrival")),
        ({"places": ("B",), "rules": ("other",)}, both("12:00", "raised", "late-arrival")),
        ({"places": ("A",)}, both("12:00", "raised", "late-arrival")),
        ({"devices": ("gps-1",)}, both("12:00", "raised", "late-arrival")),
    ],
)
def test_what_still_stands_when_the_work_is_done_is_told_then(
    what: dict[str, tuple[str, ...]], told: list[str], restarts: bool
) -> None:
    watch = Watch(
        rule("late-arrival"), alerting=Alerting(maintenance=(window("w", "11:00", "13:00", **what),)), restarts=restarts
    )
    watch.plan(PLAN)
    watch.play("09:55 T1 left A", "12:30", "13:30")
    assert watch.told == told
    assert not watch.only().suppressed
    watch.play("14:00 T1 arrived B")
    assert watch.told == told + both("14:00", "resolved", "late-arrival")


@restarts
def test_what_ends_while_it_is_worked_on_is_recorded_and_told_to_nobody(restarts: bool) -> None:
    watch = Watch(
        rule("late-arrival"),
        alerting=Alerting(maintenance=(window("gate", "11:00", "13:00", places=("B",)),)),
        restarts=restarts,
    )
    watch.plan(PLAN)
    watch.play("12:10", "12:30 T1 arrived B", "14:00")
    assert watch.told == []
    assert (watch.only().state, watch.only().suppressed) == ("resolved", "maintenance:gate")


@restarts
def test_windows_that_overlap_hold_back_until_the_last_is_over(restarts: bool) -> None:
    windows = (window("one", "11:00", "12:30", places=("B",)), window("two", "12:15", "13:30", places=("B",)))
    watch = Watch(rule("late-arrival"), alerting=Alerting(maintenance=windows), restarts=restarts)
    watch.plan(PLAN)
    watch.play("12:10", "13:00", "14:00")
    assert watch.told == both("13:30", "raised", "late-arrival")


@restarts
def test_a_window_may_be_entered_lengthened_and_called_off_while_it_runs(restarts: bool) -> None:
    watch = Watch(rule("late-arrival"), restarts=restarts)
    watch.plan(PLAN)
    watch.maintain("11:00", "w", window("w", "11:00", "12:30", places=("B",)))
    watch.play("12:10")
    watch.maintain("12:20", "w", window("w", "11:00", "15:00", places=("B",)))
    watch.play("12:40")
    assert watch.told == []
    watch.maintain("13:00", "w", None)
    watch.play("16:00")
    assert watch.told == both("13:00", "raised", "late-arrival")


def test_what_gets_worse_while_it_is_worked_on_is_told_so_afterwards() -> None:
    clock = rule("clock", rule="dwell_clock", free_s=7200, tiers=["oem"], kinds=["trailer"], info_at=0.25)
    watch = Watch(clock, alerting=Alerting(maintenance=(window("w", "10:45", "12:30", places=("B",)),)))
    watch.play("10:00 T1 arrived B", "12:10")
    assert watch.told == ["10:30 b raised clock"]
    watch.play("12:40")
    assert watch.told == ["10:30 b raised clock", "12:30 b raised clock"]
    assert watch.deliveries[-1].severity is Severity.CRITICAL


# --- nobody could see -------------------------------------------------------------------------------

READERS = (device("dock-1", place="B-DOOR"), device("dock-2", sees=("B",)))
SILENCE = rule("silent-device", limit_s=3600)


@restarts
def test_not_seen_is_not_told_while_every_reader_there_is_silent(restarts: bool) -> None:
    watch = Watch(rule("late-arrival"), SILENCE, devices=READERS, restarts=restarts)
    watch.plan(PLAN)
    watch.play("09:55 T1 left A", "12:30")
    assert watch.told == both("09:00", "raised", "silent-device") * 2, "that nobody could see is told to all concerned"
    (late,) = (alert for alert in watch.alerts.values() if alert.rule == "late-arrival")
    assert late.suppressed == "unseeable:B"
    watch.play("13:00 dock-1 heard", "13:30")
    assert watch.told[4:] == both("13:00", "resolved", "silent-device") + both("13:00", "raised", "late-arrival")


@restarts
def test_one_reader_that_is_heard_could_have_seen_it(restarts: bool) -> None:
    watch = Watch(rule("late-arrival"), SILENCE, devices=READERS, restarts=restarts)
    watch.plan(PLAN)
    watch.play("11:30 dock-2 heard", "12:20")
    assert watch.told[-2:] == both("12:00", "raised", "late-arrival")


def test_where_no_reader_stands_not_seen_is_told() -> None:
    watch = Watch(rule("late-arrival"), SILENCE, devices=[device("dock-9", place="X")])
    watch.plan(PLAN)
    watch.play("12:20")
    assert watch.told[-2:] == both("12:00", "raised", "late-arrival")


def test_what_has_a_tracker_that_is_heard_could_have_been_seen() -> None:
    watch = Watch(rule("late-arrival"), SILENCE, devices=[*READERS, device("gps", asset="T1")])
    watch.plan(PLAN)
    watch.play("11:50 gps heard", "12:20")
    assert watch.told[-2:] == both("12:00", "raised", "late-arrival")


def test_who_hears_of_the_silence_are_also_those_whose_trip_came_later() -> None:
    watch = Watch(rule("late-arrival"), SILENCE, devices=READERS[:1])
    watch.play("09:30")
    assert watch.told == ["09:00 b raised silent-device"]
    watch.plan(PLAN)
    watch.play("12:30")
    assert watch.told == ["09:00 b raised silent-device", "12:00 a raised silent-device"]


# --- escalation -------------------------------------------------------------------------------------

BOSS = Subscription(name="boss", party="OWN-B", channel="email", to=("boss@b.example",), notices=("escalated",))
OTHER = Subscription(name="other", party="OTHER", channel="mqtt")
STEPS = (
    Escalation(after_s=900, tell=("boss", "other"), least_severity=Severity.INFO),
    Escalation(after_s=1800, tell=("boss", "a"), least_severity=Severity.CRITICAL),
)


def escalating(*, restarts: bool, alerting: Alerting = Alerting(escalation=STEPS)) -> Watch:  # noqa: B008
    watch = Watch(rule("late-arrival"), alerting=alerting, subscriptions=(A, B, BOSS, OTHER), restarts=restarts)
    watch.plan(PLAN)
    return watch


@restarts
def test_what_nobody_acknowledges_is_told_to_the_next_once_and_so_is_its_end(restarts: bool) -> None:
    watch = escalating(restarts=restarts)
    watch.play("12:10", "12:20", "12:40", "13:00", "13:30 T1 arrived B")
    assert watch.told == [
        *both("12:00", "raised", "late-arrival"),
        "12:15 boss escalated late-arrival",
        "12:30 a escalated late-arrival",
        *both("13:30", "resolved", "late-arrival"),
        "13:30 boss resolved late-arrival",
    ]


@restarts
def test_any_acknowledgement_ends_the_escalation(restarts: bool) -> None:
    watch = escalating(restarts=restarts)
    watch.play("12:05")
    watch.say("12:10", "acknowledged")
    watch.play("14:00")
    assert watch.told == both("12:00", "raised", "late-arrival")


@restarts
def test_the_end_of_an_alert_ends_its_escalation(restarts: bool) -> None:
    watch = escalating(restarts=restarts)
    watch.play("12:05 T1 arrived B", "14:00")
    assert not any("escalated" in line for line in watch.told)


@restarts
def test_escalation_counts_from_when_it_was_told(restarts: bool) -> None:
    quiet = (window("w", "11:00", "13:00", places=("B",)),)
    watch = escalating(restarts=restarts, alerting=Alerting(escalation=STEPS[:1], maintenance=quiet))
    watch.play("12:30", "13:10", "14:00")
    assert watch.told == [*both("13:00", "raised", "late-arrival"), "13:15 boss escalated late-arrival"]


# --- shelves ----------------------------------------------------------------------------------------


@restarts
def test_a_party_that_shelves_an_alert_hears_of_it_again_if_it_still_stands(restarts: bool) -> None:
    watch = Watch(rule("late-arrival"), restarts=restarts)
    watch.plan(PLAN)
    watch.play("12:05")
    watch.say("12:10", "shelved", "13:00")
    watch.play("12:30", "13:30", "14:00 T1 arrived B")
    assert watch.told == [
        *both("12:00", "raised", "late-arrival"),
        "13:00 a raised late-arrival",
        *both("14:00", "resolved", "late-arrival"),
    ]


@restarts
def test_of_what_ends_on_the_shelf_the_others_hear(restarts: bool) -> None:
    watch = Watch(rule("late-arrival"), restarts=restarts)
    watch.plan(PLAN)
    watch.play("12:05")
    watch.say("12:10", "shelved", "13:00")
    watch.play("12:30 T1 arrived B", "14:00")
    assert watch.told == [*both("12:00", "raised", "late-arrival"), "12:30 b resolved late-arrival"]


def test_a_shelf_may_be_taken_away_before_its_time() -> None:
    watch = Watch(rule("late-arrival"))
    watch.plan(PLAN)
    watch.play("12:05")
    watch.say("12:10", "shelved", "13:00")
    watch.say("12:20", "unshelved")
    watch.play("14:00")
    assert watch.told == [*both("12:00", "raised", "late-arrival"), "12:20 a raised late-arrival"]
    assert watch.only().shelves == ()


# --- corrections ------------------------------------------------------------------------------------

NO_RAISED = Subscription(name="b", party="OWN-B", channel="mqtt", notices=("withdrawn", "resolved"))


@restarts
def test_late_data_that_moves_a_finding_is_told_once_by_the_alert_that_says_it_right(restarts: bool) -> None:
    watch = Watch(rule("wrong-place", for_s=0), subscriptions=(A, NO_RAISED), restarts=restarts)
    watch.plan(PLAN)
    watch.play("09:55 T1 left A", "10:40 T1 arrived X", "11:00 T1 arrived X at 10:20")
    old, new = sorted(watch.alerts.values(), key=lambda alert: alert.recorded_us)
    assert (old.state, old.superseded_by, new.supersedes) == ("withdrawn", new.alert_id, old.alert_id)
    assert (old.raised_us, new.raised_us) == (at("10:40"), at("10:20"))
    assert watch.told == ["10:40 a raised wrong-place", "11:00 a raised wrong-place", "11:00 b withdrawn wrong-place"]


@restarts
def test_an_alert_that_ended_and_never_was_is_withdrawn_after_all(restarts: bool) -> None:
    watch = Watch(rule("late-arrival"), restarts=restarts)
    watch.plan(PLAN)
    watch.play("12:30 T1 arrived B", "14:00 T1 arrived B at 11:50")
    assert watch.states == ["12:00 late-arrival withdrawn"]
    assert watch.told[-2:] == both("14:00", "withdrawn", "late-arrival")


@restarts
def test_the_stop_that_was_late_stays_so_when_the_next_is_reached_in_time(restarts: bool) -> None:
    watch = Watch(rule("late-arrival"), restarts=restarts)
    watch.plan("S1: T1 from A 10:00 via P 11:00 to B 14:00")
    watch.play("11:20 T1 arrived P", "11:30 T1 left P", "13:50 T1 arrived B")
    assert watch.states == ["11:00 late-arrival resolved"]


@restarts
def test_at_the_next_stop_it_is_another_alert(restarts: bool) -> None:
    watch = Watch(rule("late-arrival"), restarts=restarts)
    watch.plan("S1: T1 from A 10:00 via P 11:00 to B 12:00")
    watch.play("12:30 T1 arrived P", "13:00 T1 arrived B")
    assert watch.states == ["11:00 late-arrival resolved", "12:00 late-arrival resolved"]
    assert watch.told == [
        *both("11:00", "raised", "late-arrival"),
        *both("12:30", "resolved", "late-arrival"),
        *both("12:30", "raised", "late-arrival"),
        *both("13:00", "resolved", "late-arrival"),
    ]


# --- who hears --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "heard"),
    [
        ({"places": ("B",)}, True),
        ({"places": ("B-DOOR",)}, False),
        ({"places": ("A",)}, False),
        ({"tiers": (Tier.TRANSIT,)}, True),
        ({"tiers": (Tier.OEM,)}, False),
        ({"roles": ("consignee", "carrier")}, True),
        ({"roles": ("shipper",)}, False),
    ],
)
def test_a_subscription_hears_of_its_places_tiers_and_roles(filters: dict[str, object], heard: bool) -> None:
    one = Subscription(name="one", party="OWN-B", channel="mqtt", **filters)  # type: ignore[arg-type]
    watch = Watch(rule("late-arrival"), subscriptions=[one])
    watch.plan(PLAN)
    watch.play("09:55 T1 left A", "12:10")
    assert bool(watch.told) is heard


def test_worse_is_told_once_and_better_never() -> None:
    watch = Watch(rule("clock", rule="dwell_clock", free_s=3600, tiers=["oem"], kinds=["trailer"], info_at=0.5))
    watch.play("10:00 T1 arrived B", "11:10")
    assert [delivery.severity for delivery in watch.deliveries] == ["info", "warning", "critical"]
    told = watch.only()
    for minute, severity in enumerate([Severity.INFO, Severity.CRITICAL, Severity.WARNING, Severity.CRITICAL]):
        finding = Finding(since_us=told.found_us, reason=told.reason, text="other", severity=severity)
        told = refreshed(told, finding, at(f"11:2{minute}"))
        assert told.severity is severity
        assert not is_untold(told)
