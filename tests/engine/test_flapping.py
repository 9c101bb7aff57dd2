"""F18: an asset at a gate that comes and goes every two seconds for an hour, through all that locates it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from gateway.config.model import RuleEntry, Subscription
from gateway.engine.alerting import Alerting
from gateway.locate import Locator
from gateway.model import Observation, Shipment, Stop, Window
from gateway.places import PlaceIndex
from tests.engine.watch import Watch, rule
from tests.locate.story import IN_PLANT, SECOND, T0, fix, network, packing, passage, read

HOUR_S = 3600
PARTY = "P"
OFF_DELAY_S = 900.0
TRAILER = ["trailer"]
RULES = (
    rule("late-departure", grace_s=0),
    rule("late-arrival"),
    rule("early-arrival", before_s=0),
    rule("missed-milestone", wait_s=0),
    rule("wrong-place", for_s=0),
    rule("dwell", limit_s=600, tiers=["oem"]),
    rule("tier-jump", origins=["crossdock"], planned=True, kinds=TRAILER),
    rule("demurrage", rule="dwell_clock", free_s=300, tiers=["oem"], kinds=TRAILER),
    rule("detention", rule="dwell_clock", free_s=1, runs="outside", tiers=["oem"], kinds=TRAILER),
    rule("idle-container", limit_s=600),
    rule("load-missing", rule="load_check", asks="missing", quiet_s=60, unread=True),
    rule("load-extra", rule="load_check", asks="extra"),
    rule("seen-twice", kinds=TRAILER),
    rule("silent-tracker", limit_s=600),
    rule("route-deviation", for_s=60),
)

Flap = Callable[[float, bool], Observation]  # at a time in seconds, inside or not


def by_passages(at_s: float, inside: bool) -> Observation:
    return passage("TRL-1", "in" if inside else "out", "GATE", at_s)


def by_readers_of_a_gate(at_s: float, inside: bool) -> Observation:
    return read("TRL-1", "gate-in" if inside else "gate-out", at_s)


def by_readers_of_two_places(at_s: float, inside: bool) -> Observation:
    return read("TRL-1", "door-1" if inside else "xd-hall", at_s, -50.0 if inside else -40.0)


def by_positions(at_s: float, inside: bool) -> Observation:
    return fix("TRL-1", IN_PLANT if inside else (IN_PLANT[0] - 0.01, IN_PLANT[1]), at_s)


FLAPS: tuple[Flap, ...] = (by_passages, by_readers_of_a_gate, by_readers_of_two_places, by_positions)


def trip(origin: str, destination: str, *, leaves_s: float, due_s: float) -> Shipment:
    leaves_us, due_us = T0 + int(leaves_s * SECOND), T0 + int(due_s * SECOND)
    return Shipment(
        shipment_id=f"{origin}-{destination}",
        stops=(
            Stop(place=origin, departure=Window(open_us=leaves_us - 60 * SECOND, close_us=leaves_us)),
            Stop(place=destination, arrival=Window(open_us=due_us - 60 * SECOND, close_us=due_us)),
        ),
        assets=("TRL-1", "PAL-1"),
        parties={"shipper": PARTY},
        created_us=T0,
    )


TRIPS = {
    "none": (),
    "late to leave": (trip("PLANT", "PORT", leaves_s=100, due_s=2 * HOUR_S),),
    "late to come": (trip("XD", "PLANT", leaves_s=-600, due_s=-300),),
    "early": (trip("XD", "PLANT", leaves_s=0, due_s=5 * HOUR_S),),
    "astray": (trip("XD", "PORT", leaves_s=0, due_s=5 * HOUR_S),),
}


def story(flap: Flap) -> Iterator[Observation]:
    yield passage("TRL-1", "in", "XD", -1000)
    yield packing("PAL-1", "ADD", "TRL-1", -990, place="XD")
    yield passage("TRL-1", "out", "XD", -400)
    for number in range(HOUR_S // 2):
        yield flap(2.0 * number, number % 2 == 0)


def told(flap: Flap, plans: tuple[Shipment, ...], off_delay_s: float, entries: tuple[RuleEntry, ...] = RULES) -> Watch:
    config = network()
    places, locator = PlaceIndex(config.places), Locator(config)
    watch = Watch(
        *entries,
        alerting=Alerting(off_delays_us={entry.name: int(off_delay_s * SECOND) for entry in entries}),
        subscriptions=[Subscription(name="p", party=PARTY, channel="mqtt")],
        places=places,
    )
    for plan in plans:
        watch.add(plan, T0 - 2 * HOUR_S * SECOND)
    for observation in story(flap):
        for event in locator.observe([observation], observation.at_us).events:
            watch.take(event)
    watch.wait(T0 + HOUR_S * SECOND)
    watch.wait(T0 + 2 * HOUR_S * SECOND)
    return watch


@pytest.mark.parametrize("plans", TRIPS.values(), ids=TRIPS)
@pytest.mark.parametrize("flap", FLAPS, ids=lambda flap: flap.__name__)
def test_each_rule_tells_at_most_of_one_alert_and_of_its_end(flap: Flap, plans: tuple[Shipment, ...]) -> None:
    watch = told(flap, plans, OFF_DELAY_S)
    alerts = Counter((alert.rule, alert.subject) for alert in watch.alerts.values())
    assert set(alerts.values()) <= {1}, alerts
    told_of = Counter((one.alert_id, one.notice, one.severity) for one in watch.deliveries)
    assert set(told_of.values()) <= {1}, "louder, each step once, and nothing else twice"


def test_without_an_off_delay_some_would_be_told_each_time() -> None:
    floods = {"by_passages": {"wrong-place", "detention"}, "by_readers_of_a_gate": set[str]()}
    for flap in (by_passages, by_readers_of_a_gate):  # presence and fences have a hysteresis of their own
        watch = told(flap, TRIPS["astray"], 0)
        alerts = Counter((alert.rule, alert.subject) for alert in watch.alerts.values())
        assert {name for (name, _), count in alerts.items() if count > 10} == floods[flap.__name__]
