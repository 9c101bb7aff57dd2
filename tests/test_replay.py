"""The tape read again: the same events and alerts, any number of times, and nothing told twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from gateway.assembly import expected_devices, ground_of, make_engine
from gateway.config.model import Clocks, Config, Device, Locating, Party, Place, RuleEntry, Site
from gateway.eta.learn import learn
from gateway.eta.learned import Learned
from gateway.eta.memory import Memory
from gateway.hearing import Hearing
from gateway.model import (
    Actual,
    Alert,
    AlertState,
    AssetKind,
    Chunk,
    DeviceEvent,
    EventKind,
    LocationEvent,
    PositionEvent,
    Quarantined,
    Shipment,
    Stop,
    Tier,
    Trip,
    Window,
)
from gateway.places import PlaceIndex
from gateway.replay.tape import Link, Outcome, Planned, replay
from gateway.sources.inbound import Connected, Disconnected

SECOND = 1_000_000
HOUR = 3600 * SECOND
T0 = 1_760_000_000 * SECOND
UNTIL = T0 + 6 * HOUR
SENTENCE = b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n"

CONFIG = Config(
    site=Site(operator="OEM"),
    parties=(Party(code="OEM", name="Elbe Motors", tier=Tier.OEM), Party(code="T1", name="Leine", tier=Tier.TIER1)),
    places=(
        Place(code="SUPPLIER", name="Supplier", party="T1", tier=Tier.TIER1),
        Place(code="PLANT", name="Plant", party="OEM", tier=Tier.OEM),
    ),
    devices=(
        Device(
            name="gate",
            driver="json_mqtt",
            connect="mqtt:gates",
            settings={"yields": "passage", "fields": {"asset": "unit", "place": "at", "direction": "move"}},
        ),
        Device(name="gps", driver="nmea0183", connect="tcp://127.0.0.1:1", asset="TRL-1"),
    ),
    locating=Locating(clocks=Clocks(most_behind_s=1e9)),
    rules=(RuleEntry(name="late", rule="late_arrival", settings={"grace_s": 0}),),
)
PLAN = Planned(
    recorded_us=T0,
    shipment=Shipment(
        shipment_id="S1",
        stops=(
            Stop(place="SUPPLIER", departure=Window(open_us=T0, close_us=T0 + HOUR)),
            Stop(place="PLANT", arrival=Window(open_us=T0 + HOUR, close_us=T0 + 2 * HOUR)),
        ),
        assets=("TRL-1",),
        parties={"shipper": "T1", "consignee": "OEM"},
        created_us=T0,
    ),
)


def passage(hours: float, place: str, move: str) -> Chunk:
    said = json.dumps({"unit": "TRL-1", "at": place, "move": move}).encode()
    return Chunk(device="gate", received_us=T0 + round(hours * HOUR), data=said, topic="gates")


def heard(seconds: float, data: bytes) -> Chunk:
    return Chunk(device="gps", received_us=T0 + round(seconds * SECOND), data=data)


TRIP = (passage(0.5, "SUPPLIER", "in"), passage(0.75, "SUPPLIER", "out"), passage(3, "PLANT", "in"))


def played(
    chunks: Iterable[Chunk],
    *,
    config: Config = CONFIG,
    from_us: int = T0,
    links: Sequence[Link] = (),
    plans: Sequence[Planned] = (PLAN,),
    history: Sequence[LocationEvent] = (),
    rules: bool = True,
) -> list[Outcome]:
    return list(
        replay(
            chunks,
            config,
            from_us=from_us,
            until_us=UNTIL,
            links=links,
            plans=plans,
            history=history,
            rules=rules,
        )
    )


def told(outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        if isinstance(outcome, LocationEvent):
            yield f"{outcome.kind} {outcome.place}"
        elif isinstance(outcome, Alert):
            yield f"{outcome.rule} {outcome.state}"


def test_a_late_shipment_is_found_again_at_its_own_time() -> None:
    outcomes = played(TRIP)
    assert list(told(outcomes)) == ["arrived SUPPLIER", "left SUPPLIER", "late open", "arrived PLANT", "late resolved"]
    raised, resolved = (outcome for outcome in outcomes if isinstance(outcome, Alert))
    assert T0 + 2 * HOUR <= raised.recorded_us <= T0 + 2 * HOUR + SECOND
    assert (resolved.alert_id, resolved.state, resolved.ended_us) == (
        raised.alert_id,
        AlertState.RESOLVED,
        T0 + 3 * HOUR,
    )


def test_the_same_tape_gives_the_same_to_the_last_field() -> None:
    assert played(TRIP) == played(iter(TRIP))


PREDICTED = RuleEntry(name="predicted", rule="predicted_late", settings={"grace_s": 600})
PREDICTING = CONFIG.model_copy(update={"rules": (*CONFIG.rules, PREDICTED)})
LEFT_LATE = (passage(0.5, "SUPPLIER", "in"), passage(1.4, "SUPPLIER", "out"), passage(3, "PLANT", "in"))


def test_what_is_predicted_is_the_same_in_the_gateway_that_ran_and_on_the_tape() -> None:
    """Without what was learned. The engine that ran was waked by events and by its own deadlines only."""
    places = PlaceIndex(PREDICTING.places)
    engine = make_engine(PREDICTING, places, Hearing(expected_devices(PREDICTING, T0), {}), subscriptions=())
    engine.restore(trips=(), stays=(), alerts=(), now_us=0)
    outcomes, ran = played(LEFT_LATE, config=PREDICTING), []
    engine.advance(T0)
    engine.plan(PLAN.shipment, ())
    for event in outcomes:
        if isinstance(event, LocationEvent):
            while (due_us := engine.next_due_us()) is not None and due_us <= event.recorded_us:
                engine.advance(due_us)
                ran += engine.drain().alerts
            engine.advance(event.recorded_us)
            engine.take(event)
            ran += engine.drain().alerts
    newest = {(alert.alert_id, alert.state): alert for alert in ran}
    found = [outcome for outcome in outcomes if isinstance(outcome, Alert)]
    assert [(one.alert_id, one.state, one.raised_us, one.ended_us) for one in found] == [
        (one.alert_id, one.state, one.raised_us, one.ended_us) for one in newest.values()
    ]
    rules = [alert.rule for alert in found]
    assert rules.index("predicted") < rules.index("late"), "it was told before it was late"


def test_what_lanes_taught_counts_on_the_tape() -> None:
    """The lane loses two hours: with that learned its first look says so, before anything has happened."""
    trips = [_two_hours_late(number) for number in range(60)]
    learned = Learned()
    learn(learned, trips, ground_of(PREDICTING, PlaceIndex(PREDICTING.places)))

    def first_predicted(memories: Mapping[str, Memory]) -> int:
        outcomes = replay(TRIP, PREDICTING, from_us=T0, until_us=UNTIL, plans=[PLAN], memories=memories)
        found = (one.recorded_us for one in outcomes if isinstance(one, Alert) and one.rule == "predicted")
        return next(found, UNTIL)

    assert first_predicted(learned.memories) < T0 + HOUR < first_predicted({})


def _two_hours_late(number: int) -> Trip:
    plan = msgspec.structs.replace(PLAN.shipment, shipment_id=f"S-{number}")
    minutes = 60 * SECOND
    actuals = (
        Actual(stop=0, departed_us=T0 + HOUR - number % 7 * minutes),
        Actual(stop=1, arrived_us=T0 + 4 * HOUR + number % 11 * minutes),
    )
    return Trip(shipment=plan, actuals=actuals)


def test_without_rules_the_events_are_the_same() -> None:
    with_rules = [outcome for outcome in played(TRIP) if not isinstance(outcome, Alert)]
    assert played(TRIP, rules=False) == with_rules


def test_a_message_that_came_twice_is_one_event() -> None:
    assert played([TRIP[0], TRIP[0], *TRIP[1:]]) == played(TRIP)


def test_what_was_before_is_known_and_not_told_again() -> None:
    left = LocationEvent(
        event_id="before",
        kind=EventKind.LEFT,
        asset="TRL-1",
        asset_kind=AssetKind.TRAILER,
        place="SUPPLIER",
        tier=Tier.TRANSIT,
        at_us=T0 + HOUR // 2,
        received_us=T0 + HOUR // 2,
        recorded_us=T0 + HOUR // 2,
    )
    outcomes = played(TRIP[2:], from_us=T0 + 5 * HOUR // 2, history=[left])
    assert list(told(outcomes)) == ["arrived PLANT", "late resolved"]


def test_a_device_that_falls_silent_is_found_by_the_tapes_time() -> None:
    silent = RuleEntry(name="silent", rule="silent_device", settings={"limit_s": 600, "devices": ["gps"]})
    config = CONFIG.model_copy(update={"rules": (silent,)})
    alerts = [o for o in played([heard(1, SENTENCE), heard(2000, SENTENCE)], config=config) if isinstance(o, Alert)]
    assert [alert.state for alert in alerts] == [AlertState.OPEN, AlertState.RESOLVED, AlertState.OPEN]
    assert 0 <= alerts[0].recorded_us - (T0 + 601 * SECOND) <= 1
    assert alerts[1].ended_us == T0 + 2000 * SECOND


def test_what_waits_for_silence_comes_out_by_the_tapes_ticks() -> None:
    (position,) = (outcome for outcome in played([heard(0.5, SENTENCE)]) if isinstance(outcome, PositionEvent))
    assert position.asset == "TRL-1"
    assert T0 + SECOND <= position.recorded_us <= T0 + 5 * SECOND


def test_a_connection_that_broke_takes_its_unfinished_sentence_along() -> None:
    halves = [heard(10, SENTENCE[:30]), heard(20, SENTENCE[30:] + b"\r\n")]
    broken: list[Link] = [
        Connected(device="gps", at_us=T0 + 5 * SECOND, write=None, drop=print),
        Disconnected(device="gps", at_us=T0 + 12 * SECOND, reason="lost", text="unplugged"),
        Connected(device="gps", at_us=T0 + 15 * SECOND, write=None, drop=print),
    ]
    outcomes = played(halves, links=broken)
    assert [o.name for o in outcomes if isinstance(o, DeviceEvent)] == ["connected", "disconnected", "connected"]
    assert not [o for o in outcomes if isinstance(o, PositionEvent)]
    assert [o for o in played(halves) if isinstance(o, PositionEvent)]


def test_a_device_that_the_configuration_no_longer_knows_is_told_once() -> None:
    stranger = [Chunk(device="gone", received_us=T0 + n, data=b"x") for n in range(3)]
    (refused,) = played(stranger, plans=())
    assert isinstance(refused, Quarantined)
    assert (refused.source, refused.reason) == ("gone", "unknown_device")
