"""Estimates in the API: with their interval, never in the past, whose word they are, and why."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gateway.engine.trips import new_trip
from gateway.journal import shipments
from gateway.model import Estimate, Method, Promise, Trip
from tests.web import world
from tests.web.box import Box, open_box

MINUTE_US = 60_000_000


def estimated(*, method: Method = Method.SHRUNK, early_min: int = 0) -> Trip:
    plan = world.SHIPMENTS[0]
    last = len(plan.stops) - 1
    p50_us = world.NOW + 60 * MINUTE_US
    made = Estimate(
        stop=last,
        place=plan.stops[last].place,
        due_us=p50_us,
        p10_us=p50_us - early_min * MINUTE_US,
        p25_us=p50_us,
        p50_us=p50_us,
        p75_us=p50_us,
        p90_us=p50_us + 20 * MINUTE_US,
        method=method,
        made_us=world.NOW - 5 * MINUTE_US,
        seen_us=None,
        trips=12,
    )
    said = [
        Promise(party=party, stop=last, at_us=p50_us, said_us=world.NOW - ago, alert_id="al_1")
        for party, ago in (("ALPHA", 2), ("OPER", 1))
    ]
    return msgspec.structs.replace(new_trip(plan), estimates=(made,), promises=tuple(said))


async def shown(box: Box, trip: Trip) -> dict[str, object]:
    await box.plan(trip.shipment)
    await box.journal.write(lambda c: shipments.save_trips(c, [(trip, True)]))
    async with box.client("OPER") as client:
        answer = (await client.get(f"/api/v1/shipments/{trip.shipment.shipment_id}")).json()
    milestone: dict[str, object] = answer["stops"][-1]["arrival"]
    return milestone


async def test_an_estimate_is_told_with_its_interval_and_never_lies_in_the_past(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        milestone = await shown(box, estimated(early_min=90))
    assert milestone["estimated"] == "2026-01-01T13:00:00.000000Z"
    assert milestone["estimate"] == {
        "p10": "2026-01-01T12:00:00.000000Z",
        "p50": "2026-01-01T13:00:00.000000Z",
        "p90": "2026-01-01T13:20:00.000000Z",
        "method": "shrunk",
        "made": "2026-01-01T11:55:00.000000Z",
        "seen": None,
        "trips": 12,
        "promised_by": "",
    }


async def test_a_promise_is_told_with_the_party_whose_word_it_is(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        milestone = await shown(box, estimated(method=Method.PROMISED))
    estimate = milestone["estimate"]
    assert isinstance(estimate, dict)
    assert estimate["promised_by"] == "OPER"


async def test_why_it_says_so_is_for_those_whose_shipment_it_is(tmp_path: Path) -> None:
    trip = estimated()
    path = f"/api/v1/shipments/{trip.shipment.shipment_id}/estimates"
    async with open_box(tmp_path) as box:
        await shown(box, trip)
        async with box.client("OPER") as client:
            assert (await client.get(path)).json() == {"items": []}, "nobody estimates in this box"
            assert (await client.get("/api/v1/shipments/NO-SUCH/estimates")).status_code == 404
        strangers = {party.code for party in world.CONFIG.parties} - {"OPER", *trip.shipment.parties.values()}
        for party in strangers:
            async with box.client(party) as client:
                assert (await client.get(path)).status_code == 404
        assert strangers
