"""An asset's history: page by page back in time, with what it was in and the alerts of that time; and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gateway.model import EventKind, Tier
from gateway.web.assets.carriers import Carriage, carriages
from tests.web import world
from tests.web.box import Box

MINUTE = 60 * world.SECOND
PALLET = world.SSCC


def happened(event_id: str, asset: str, kind: EventKind, place: str, minutes: int, **more: object) -> Any:
    """So many minutes after eight hours ago."""
    at_us = world.NOW - 8 * world.HOUR + minutes * MINUTE
    return world.arrival(event_id, asset, place, kind=kind, at_us=at_us, **more)


TOUR = (
    happened("h-1", PALLET, EventKind.LOADED, "ALPHA-DOOR", 0, parent="TRL-A"),
    happened("h-2", "TRL-A", EventKind.LEFT, "ALPHA-PLANT", 10, tier=Tier.TRANSIT, previous_place="ALPHA-PLANT"),
    happened("h-3", "TRL-A", EventKind.ARRIVED, "OPER-PLANT", 200, tier=Tier.OEM),
    happened("h-4", PALLET, EventKind.UNLOADED, "OPER-PLANT", 220, parent="TRL-A", tier=Tier.OEM),
    happened("h-5", "TRL-A", EventKind.LEFT, "OPER-PLANT", 300, tier=Tier.TRANSIT),
)


async def _asked(box: Box, party: str = "OPER", **query: Any) -> dict[str, Any]:
    async with box.client(party) as client:
        answer = await client.get("/api/v1/history", params=query)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def _ids(shapes: list[dict[str, Any]]) -> list[str]:
    return [one["event_id"] for one in shapes]


async def test_what_it_was_in_tells_where_it_went(full: Box) -> None:
    await full.happen(*TOUR)
    said = await _asked(full, "ALPHA", asset=PALLET)
    assert _ids(said["items"]) == ["h-4", "h-1", "e-p1"]
    assert _ids(said["carried"]) == ["h-2", "h-3"]  # not what the trailer did before and after
    assert said["next_before"] is None


async def test_what_a_carrier_is_in_counts_as_well(full: Box) -> None:
    boxed = happened("b-1", "BOX-1", EventKind.LOADED, "ALPHA-DOOR", -5, parent=PALLET)
    await full.happen(boxed, *TOUR)
    said = await _asked(full, asset="BOX-1")
    assert _ids(said["items"]) == ["b-1"]
    assert _ids(said["carried"]) == ["h-1", "h-2", "h-3", "h-4"]


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_go_back_in_time_without_gap_or_repetition(full: Box, limit: int) -> None:
    again = [replace(TOUR[2], event_id=f"again-{n}") for n in range(3)]  # of one instant
    await full.happen(*TOUR, *again)
    whole = await _asked(full, asset="TRL-A", limit=500)
    said = await _asked(full, asset="TRL-A", limit=limit)
    paged = said["items"]
    while said["next_before"]:
        said = await _asked(full, asset="TRL-A", limit=limit, before=said["next_before"])
        paged += said["items"]
    assert paged == whole["items"]
    assert len(paged) == 8


async def test_alerts_stand_in_the_page_of_their_time(full: Box) -> None:
    hot = replace(
        world.alert("alert-hot", "SHIP-A", "ALPHA", raised_us=world.NOW - 7 * world.HOUR),
        rule="cold_chain",
        subject="condition:TRL-A/temperature",
        asset="TRL-A",
        reason="out_of_band",
    )
    strange = replace(world.alert("alert-strange", "", "ZZB"), subject="journey:TRL-A", asset="TRL-A")
    await full.happen(*TOUR)
    await full.tell(hot, strange)
    newest = await _asked(full, "ALPHA", asset="TRL-A", limit=2)  # back to its arrival
    older = await _asked(full, "ALPHA", asset="TRL-A", limit=50, before=newest["next_before"])
    assert [one["alert_id"] for one in newest["alerts"]] == ["alert-a"]
    assert [(one["alert_id"], one["reason"]) for one in older["alerts"]] == [("alert-hot", "out_of_band")]
    everything = await _asked(full, asset="TRL-A")
    assert {one["alert_id"] for one in everything["alerts"]} == {"alert-a", "alert-hot", "alert-strange"}


async def test_a_party_gets_what_it_sees_of_the_way(full: Box) -> None:
    await full.happen(*TOUR)
    assert _ids((await _asked(full, "ALPHA", asset="TRL-A"))["items"])[-1] == "e-a1"  # e-a0 was long before its plan
    (passing,) = (await _asked(full, "ALPHA", asset="PASSING-1"))["items"]
    assert (passing["previous_place"], passing["shipment"]) == ("", "")
    for foreign in ("TRL-ZZB", "zzb-number-7", "nobody-has-this", "urn:epc:id:sscc:broken"):
        said = await _asked(full, "ALPHA", asset=foreign)
        assert said == {"items": [], "carried": [], "alerts": [], "next_before": None}


@pytest.mark.parametrize("before", ["now", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z,x", "x,1"])
async def test_a_cursor_of_another_form_is_refused(box: Box, before: str) -> None:
    async with box.client("OPER") as client:
        answer = await client.get("/api/v1/history", params={"asset": "TRL-A", "before": before})
    assert answer.status_code == 422


def test_who_is_moved_over_is_in_one_thing_at_a_time() -> None:
    first = happened("c-1", PALLET, EventKind.UNLOADED, "ALPHA-DOOR", 10, parent="OLD")
    second = happened("c-2", PALLET, EventKind.LOADED, "ALPHA-DOOR", 20, parent="A")
    third = happened("c-3", PALLET, EventKind.LOADED, "ALPHA-DOOR", 30, parent="B")
    found = list(carriages([first, second, third], 5, world.NOW))
    assert found == [
        Carriage(carrier="OLD", from_us=5, until_us=first.at_us),
        Carriage(carrier="A", from_us=second.at_us, until_us=third.at_us),
        Carriage(carrier="B", from_us=third.at_us, until_us=world.NOW),
    ]
