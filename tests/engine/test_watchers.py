"""A control tower that is granted a lane is told of its shipments as if it took part, and of no other lane's."""

from __future__ import annotations

import pytest

from gateway.catalogue import make_rule
from gateway.config.model import RuleEntry, Subscription
from gateway.engine.engine import Engine
from gateway.hearing import Hearing
from gateway.places import PlaceIndex
from tests.engine.scenario import PLACES, at, event, shipment


def tower(lane: str) -> Engine:
    watched = PlaceIndex(PLACES, lambda asked: ["TOWER"] if asked == lane else [])
    return Engine(
        rules={"late": make_rule(RuleEntry(name="late", rule="late_arrival", settings={"grace_s": 0.0}))},
        subscriptions=[Subscription(name="tower", party="TOWER", channel="mqtt")],
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=watched,
        hearing=Hearing([], {}),
        operator="OWN-B",
    )


@pytest.mark.parametrize(("lane", "told"), [("A>B", ["TOWER"]), ("A>P", [])])
def test_who_watches_a_lane_is_told(lane: str, told: list[str]) -> None:
    engine = tower(lane)
    engine.plan(shipment("S1: T1 from A 10:00 to B 12:00"), ())
    left = event("10:00 T1 left A")
    engine.advance(left.recorded_us)
    engine.take(left)
    engine.advance(at("13:00"))
    step = engine.drain()
    assert [delivery.party for delivery in step.deliveries] == told
    assert ("TOWER" in step.alerts[0].parties) == bool(told)
    assert set(step.alerts[0].roles.values()) == {"OWN-A", "OWN-B"}
