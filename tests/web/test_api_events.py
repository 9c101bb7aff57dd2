"""Events page by page, the board, positions, places and single assets."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from gateway.journal import shipments
from gateway.model import Actual, Trip
from tests.web import world
from tests.web.box import Box


async def test_pages_follow_each_other_without_gap_or_repetition(full: Box) -> None:
    async with full.client("OPER") as client:
        whole = (await client.get("/api/v1/events")).json()["items"]
        paged, after = [], 0
        while page := (await client.get(f"/api/v1/events?limit=3&after={after}")).json():
            paged += page["items"]
            after = page["next_after"]
            if not page["items"]:
                break
    assert paged == whole
    assert len(whole) == len(world.EVENTS)
    assert [event["seq"] for event in whole] == sorted(event["seq"] for event in whole)


async def test_a_party_that_sees_little_is_not_sent_over_the_rest_again(full: Box) -> None:
    async with full.client("YARDS") as client:
        page = (await client.get("/api/v1/events")).json()
    assert page == {"items": [], "next_after": len(world.EVENTS)}


async def test_an_event_carries_all_its_times(full: Box) -> None:
    async with full.client("ALPHA") as client:
        event = (await client.get("/api/v1/events?type=location&asset=TRL-A")).json()["items"][0]
    assert event["type"] == "location"
    assert (event["kind"], event["place"], event["tier"]) == ("arrived", "ALPHA-DOOR", "tier2")
    assert (event["at"], event["device_time"]) == ("2026-01-01T02:00:00.000000Z", None)
    assert event["received"] == event["recorded"] == "2026-01-01T12:00:00.000000Z"
    assert (event["read_point"], event["device"], event["shipment"]) == ("alpha-loading", "alpha-dock", "SHIP-A")


@pytest.mark.parametrize(
    "spelling",
    [
        world.SSCC,
        quote(world.SSCC, safe=""),
        "3136451FD400000001000000",
        "urn:epc:tag:sscc-96:1.9521141.0000000001",
    ],
)
async def test_an_asset_is_found_under_its_spellings(full: Box, spelling: str) -> None:
    async with full.client("ALPHA") as client:
        answer = await client.get(f"/api/v1/assets/{spelling}")
    asset = answer.json()
    assert (asset["asset"], asset["label"], asset["kind"]) == (world.SSCC, "SSCC 9521141.0000000001", "pallet")
    assert asset["identity"]["digital_link"] == "https://id.gs1.org/00/095211410000000014"
    assert asset["where"]["parent"] == "TRL-A"
    assert asset["where"]["via"] == ["TRL-A"]
    assert asset["shipments"] == ["SHIP-A"]
    assert [event["event_id"] for event in asset["history"]] == ["e-p1"]


async def test_the_board_counts_tiers_and_marks_what_is_late(full: Box) -> None:
    shipment = world.SHIPMENTS[0]
    trip = Trip(shipment=shipment, actuals=(Actual(stop=0), Actual(stop=1)))
    await full.journal.write(lambda c: shipments.save_trips(c, [(trip, True)]))
    async with full.client("OPER") as client:
        board = (await client.get("/api/v1/board")).json()
        spots = (await client.get("/api/v1/positions")).json()["items"]
    tiers = {tier["tier"]: tier for tier in board["tiers"]}
    assert {tier: found["count"] for tier, found in tiers.items()} == {
        "tier3": 0,
        "tier2": 2,
        "tier1": 0,
        "transit": 2,
        "crossdock": 0,
        "port": 0,
        "oem": 0,
    }
    assert {row["asset"]: row["late"] for row in tiers["transit"]["assets"]} == {"TRL-A": True, world.SSCC: True}
    assert {row["asset"]: row["late"] for row in tiers["tier2"]["assets"]} == {"TRL-ZZB": False, "PASSING-1": False}
    assert board["last_seq"] == len(world.EVENTS)
    assert {spot["asset"]: (spot["late"], spot["shipment"]) for spot in spots} == {
        "TRL-A": (True, "SHIP-A"),
        "TRL-ZZB": (False, ""),
    }


async def test_places_are_ones_own_and_those_on_ones_lanes(full: Box) -> None:
    seen = {}
    for party in ("ALPHA", "ZZB", "OPER", "YARDS"):
        async with full.client(party) as client:
            seen[party] = {place["code"]: place for place in (await client.get("/api/v1/places")).json()["items"]}
    assert set(seen["ALPHA"]) == {"ALPHA-PLANT", "ALPHA-DOOR", "OPER-PLANT"}
    assert set(seen["ZZB"]) == {"ZZB-PLANT", "ZZB-DOOR", "OPER-PLANT"}
    assert set(seen["OPER"]) == {place.code for place in world.CONFIG.places}
    assert seen["YARDS"] == {}
    door = seen["ALPHA"]["ALPHA-DOOR"]
    assert (door["inside"], door["lat"], door["lon"]) == ("ALPHA-PLANT", 51.0, 9.0)  # drawn where its plant is
