"""What the page of a shipment is told: how its estimates moved, and what of its goods was seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.config.sharing import Access, FieldRule
from gateway.journal import loads, shipments, stop_log
from gateway.model import Actual, AssetKind, EventKind, Load, PartLine, Promise, Shipment, Tier, Trip
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.test_api_estimates import MINUTE_US, estimated

HISTORY = "/api/v1/shipments/SHIP-A/estimates/history"
GOODS = "/api/v1/shipments/SHIP-A/goods"
LINES = (
    PartLine(number="P-1", quantity=10.0, unit="C62", within="PAL-1"),
    PartLine(number="P-1", quantity=5.0, unit="C62", within="PAL-2"),
    PartLine(number="P-2", quantity=3.0, unit="KGM"),
    PartLine(number="P-3"),
)
LOADED: Shipment = replace(world.SHIPMENTS[0], assets=("TRL-A", "PAL-1", "PAL-2"), parts=LINES)


async def moved(box: Box, *trips: Trip) -> None:
    """One state after the other, each a quarter of an hour after the one before."""
    await box.plan(trips[0].shipment)
    for number, trip in enumerate(trips):
        at_us = world.NOW + number * 15 * MINUTE_US
        await box.journal.write(lambda c, trip=trip, at_us=at_us: stop_log.enter(c, [trip], at_us))  # type: ignore[misc]
    await box.journal.write(lambda c: shipments.save_trips(c, [(trips[-1], True)]))


def later(trip: Trip, minutes: int) -> Trip:
    """The same with all of its estimates that much later."""
    by_us = minutes * MINUTE_US
    names = ("p10_us", "p25_us", "p50_us", "p75_us", "p90_us")
    made = (replace(one, **{name: getattr(one, name) + by_us for name in names}) for one in trip.estimates)
    return replace(trip, estimates=tuple(made))


def arrived(trip: Trip) -> Trip:
    actuals = (Actual(stop=0, departed_us=world.NOW - 6 * world.HOUR), Actual(stop=1, arrived_us=world.NOW))
    return replace(trip, actuals=actuals, estimates=())


async def ask(box: Box, path: str, party: str = "ALPHA") -> dict[str, Any]:
    async with box.client(party) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_move_of_an_estimate_is_told_until_it_happened(box: Box) -> None:
    trip = estimated()
    await moved(box, trip, later(trip, 2), later(trip, 30), arrived(trip))
    told = await ask(box, HISTORY)
    _, last = told["stops"]
    assert (last["stop"], last["place"], last["planned"]["close"]) == (1, "OPER-PLANT", "2026-01-01T11:00:00.000000Z")
    assert [(point["at"][11:16], point["p50"] and point["p50"][11:16]) for point in last["points"]] == [
        ("12:00", "13:00"),
        ("12:30", "13:30"),  # what moved by two minutes is no news
        ("12:45", None),
    ]
    assert [point["method"] for point in last["points"]] == ["shrunk", "shrunk", ""]
    assert last["points"][-1]["actual"] == "2026-01-01T12:00:00.000000Z"
    assert {point["due"] for point in last["points"]} == {"2026-01-01T11:00:00.000000Z"}
    assert told["more"] is False


async def test_promises_stand_beside_it_and_none_of_a_party_that_one_does_not_know(box: Box) -> None:
    trip = estimated()
    foreign = Promise(party="YARDS", stop=1, at_us=world.NOW, said_us=world.NOW, alert_id="al_2")
    await moved(box, replace(trip, promises=(*trip.promises, foreign)))
    own, operators = await ask(box, HISTORY), await ask(box, HISTORY, "OPER")
    assert [(one["party"], one["at"][11:16]) for one in own["promises"]] == [("ALPHA", "13:00"), ("OPER", "13:00")]
    assert [one["party"] for one in operators["promises"]] == ["ALPHA", "OPER", "YARDS"]


async def test_who_joins_later_learns_nothing_of_how_it_stood_before(box: Box) -> None:
    trip = estimated()
    alone = replace(trip.shipment, parties={"shipper": "ALPHA"})
    await moved(box, replace(trip, shipment=alone))
    joined = replace(alone, parties={"shipper": "ALPHA", "carrier": "YARDS"})
    at_us = world.NOW + 20 * MINUTE_US
    await box.journal.write(lambda c: shipments.save(c, joined, at_us))
    fresh = replace(later(trip, 60), shipment=joined)
    await box.journal.write(lambda c: stop_log.enter(c, [fresh], at_us + MINUTE_US))
    points = {party: (await ask(box, HISTORY, party))["stops"][1]["points"] for party in ("ALPHA", "YARDS")}
    assert [len(found) for found in points.values()] == [2, 1]
    assert points["YARDS"][0]["p50"] == "2026-01-01T14:00:00.000000Z"


async def test_a_hidden_stop_has_no_history_and_tells_no_arrival(tmp_path: Path) -> None:
    access = Access(fields=(FieldRule(hide=("route",), roles=("shipper",)),))
    async with open_box(tmp_path, config=world.CONFIG.model_copy(update={"access": access})) as box:
        trip = replace(estimated(), shipment=LOADED)
        await moved(box, trip)
        await box.happen(unloaded("PAL-1"))
        history, goods = await ask(box, HISTORY), await ask(box, GOODS)
    assert [stop["place"] for stop in history["stops"]] == ["ALPHA-PLANT"]
    assert history["promises"] == []
    assert {unit["read"] for unit in goods["units"]} == {None}
    assert {part["seen"] for part in goods["parts"]} == {None}
    assert "OPER-PLANT" not in str(history) + str(goods)


def unloaded(asset: str) -> Any:
    return world.arrival(
        f"e-{asset}",
        asset,
        "OPER-PLANT",
        kind=EventKind.ARRIVED,
        asset_kind=AssetKind.PALLET,
        tier=Tier.OEM,
        at_us=world.NOW - MINUTE_US,
    )


async def test_parts_are_counted_by_what_they_are_packed_in_and_short_once_it_has_arrived(box: Box) -> None:
    under_way = Trip(shipment=LOADED, actuals=(Actual(stop=0, departed_us=world.NOW - world.HOUR), Actual(stop=1)))
    await moved(box, under_way)
    before = await ask(box, GOODS)
    await box.journal.write(lambda c: shipments.save_trips(c, [(arrived(under_way), False)]))
    unread = await ask(box, GOODS)
    await box.happen(unloaded("PAL-1"))
    after = await ask(box, GOODS)
    counted = [(part["part"], part["unit"], part["planned"], part["seen"], part["short"]) for part in after["parts"]]
    assert [part["short"] for part in before["parts"]] == [None, None, None], "nothing is short before it has come"
    assert [part["short"] for part in unread["parts"]] == [None, None, None], "nor where no reader may stand"
    assert counted == [("P-1", "C62", 15.0, 10.0, 5.0), ("P-2", "KGM", 3.0, 0.0, 3.0), ("P-3", "", None, None, None)]
    assert [(unit["asset"], unit["read"] is not None, unit["leads"]) for unit in after["units"]] == [
        ("TRL-A", False, True),
        ("PAL-1", True, False),
        ("PAL-2", False, False),
    ]


async def test_units_are_told_where_they_are_only_to_who_may_see_them_there(full: Box) -> None:
    path = "/api/v1/shipments/SHIP-ZZB/goods"
    seen = {unit["asset"]: unit for unit in (await ask(full, path, "OPER"))["units"]}
    assert (seen["TRL-ZZB"]["place"], seen["TRL-ZZB"]["kind"], seen["TRL-ZZB"]["leads"]) == (
        "ZZB-PLANT",
        "trailer",
        True,
    )
    assert seen["PASSING-1"]["place"] == "ALPHA-DOOR"
    own = {unit["asset"]: unit for unit in (await ask(full, GOODS))["units"]}
    assert (own["TRL-A"]["tier"], own["TRL-A"]["lat"]) == ("transit", 51.5)
    assert own[world.SSCC]["parent"] == "TRL-A"


async def test_what_lacks_in_the_trailer_and_what_is_over_in_it_is_told(box: Box) -> None:
    await box.plan(LOADED)
    load = Load(
        trailer="TRL-A",
        site="ALPHA-PLANT",
        door="ALPHA-DOOR",
        tier=Tier.TIER2,
        since_us=world.NOW,
        shipments=("SHIP-A",),
        expected=("PAL-1", "PAL-2"),
        extra=("PAL-9",),
    )
    await box.journal.write(lambda c: loads.save(c, [load]))
    own, consignees = await ask(box, GOODS), await ask(box, GOODS, "OPER")
    assert [unit["missing"] for unit in own["units"]] == [False, True, True]
    assert [one["asset"] for one in own["over"]] == ["PAL-9"], "it stands at its own door"
    assert [one["asset"] for one in consignees["over"]] == ["PAL-9"]
    await box.journal.write(lambda c: loads.save(c, [replace(load, shipments=("SHIP-Z",))]))
    assert (await ask(box, GOODS))["over"] == [], "the load of another shipment"


async def test_a_carrier_drives_parts_that_it_is_not_told(box: Box) -> None:
    await box.plan(replace(LOADED, parties=LOADED.parties | {"carrier": "YARDS"}))
    assert (await ask(box, GOODS, "YARDS"))["parts"] == []
    assert len((await ask(box, GOODS, "YARDS"))["units"]) == 3


@pytest.mark.parametrize("path", [HISTORY, GOODS])
async def test_an_id_with_a_slash_and_one_that_is_unknown(box: Box, path: str) -> None:
    await box.plan(replace(world.SHIPMENTS[0], shipment_id="2026/S-1"))
    await ask(box, path.replace("SHIP-A", "2026/S-1"))
    await ask(box, path.replace("SHIP-A", "2026%2FS-1"))
    async with box.client("ALPHA") as client:
        assert (await client.get(path.replace("SHIP-A", "never"))).status_code == 404
