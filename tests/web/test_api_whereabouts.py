"""Who is in a tier: all of them page by page, in an order that stays, for a spreadsheet, and nobody else's."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from typing import Any

import pytest

from gateway.journal import shipments
from gateway.model import AssetKind, Tier
from gateway.web.ports import Whereabouts
from tests.web import world
from tests.web.box import DEADLINE_S, Box

PATH = "/api/v1/whereabouts"


def pallet(number: int, place: str = "ALPHA-DOOR") -> Whereabouts:
    """One that has stood there for as many minutes as its number says."""
    since_us = world.NOW - number * 60 * world.SECOND
    return Whereabouts(
        asset=f"PAL-{number:03}",
        kind=AssetKind.PALLET,
        place=place,
        tier=Tier.TIER2,
        since_us=since_us,
        seen_us=since_us,
    )


async def _asked(box: Box, party: str = "OPER", **query: Any) -> dict[str, Any]:
    async with box.client(party) as client:
        answer = await client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def _names(said: dict[str, Any]) -> list[str]:
    return [one["asset"] for one in said["items"]]


async def test_a_tiers_assets_are_as_many_as_the_board_counts(full: Box) -> None:
    for party in ("OPER", "ALPHA", "ZZB", "YARDS"):
        async with full.client(party) as client:
            board = (await client.get("/api/v1/board")).json()
        counted = {column["tier"]: column["count"] for column in board["tiers"]}
        listed = {tier: (await _asked(full, party, tier=tier))["count"] for tier in counted}
        assert listed == counted, party


async def test_what_is_most_behind_its_plan_comes_first(full: Box) -> None:
    await full.plan(world.plan("SHIP-L", "ALPHA-PLANT", ("PAL-002",), "ALPHA", due_us=world.NOW - 3 * world.HOUR))
    await full.plan(world.plan("SHIP-M", "ALPHA-PLANT", ("PAL-001",), "ALPHA", due_us=world.NOW - 5 * world.HOUR))
    full.live.where_all.extend(pallet(number) for number in (1, 2, 3, 4))
    await full.journal.write(lambda c: _engine_met(c, "SHIP-L", "SHIP-M"))
    said = await _asked(full, tier="tier2", kind="pallet")
    assert _names(said) == ["PAL-001", "PAL-002", "PASSING-1", "PAL-004", "PAL-003"]
    late = [(one["shipment"], one["late"], one["late_s"]) for one in said["items"][:3]]
    assert late == [("SHIP-M", True, 18000), ("SHIP-L", True, 10800), ("", False, 0)]


def _engine_met(connection: sqlite3.Connection, *ids: str) -> None:
    """What the engine does of plans that it meets."""
    trips = [trip for one in ids if (trip := shipments.planned_one(connection, one)) is not None]
    shipments.save_trips(connection, [(trip, True) for trip in trips])


@pytest.mark.parametrize(
    ("sort", "first"),
    [("longest", "PAL-250"), ("newest", "PAL-000"), ("name", "PAL-000"), ("late", "PAL-250")],
)
async def test_every_page_goes_on_where_the_last_one_ended(box: Box, sort: str, first: str) -> None:
    box.live.where_all.extend(pallet(number) for number in range(251))
    said = await _asked(box, tier="tier2", sort=sort, limit=100)
    seen = _names(said)
    while said["next_after"] is not None:
        said = await _asked(box, tier="tier2", sort=sort, limit=100, after=said["next_after"])
        assert said["count"] == 251
        seen += _names(said)
    assert seen[0] == first
    assert sorted(seen) == [f"PAL-{number:03}" for number in range(251)]


async def test_who_comes_and_goes_between_pages_moves_nobody_else(box: Box) -> None:
    box.live.where_all.extend(pallet(number) for number in range(10, 20))
    first = await _asked(box, sort="longest", limit=5)
    box.live.where_all.append(pallet(100))  # before the cursor
    box.live.where_all.pop(9)  # PAL-019, which was read
    await _later(box)
    second = await _asked(box, sort="longest", limit=5, after=first["next_after"])
    assert _names(second) == [f"PAL-{number:03}" for number in range(14, 9, -1)]
    assert second["next_after"] is None


async def _later(box: Box) -> None:
    """Until the board is looked at anew."""
    async with asyncio.timeout(DEADLINE_S), box.client("OPER") as client:
        while (await client.get(PATH)).json()["items"][0]["asset"] != "PAL-100":
            pass


async def test_a_list_is_narrowed_by_place_kind_and_text(full: Box) -> None:
    full.live.where_all.extend([pallet(1), pallet(2, "ALPHA-PLANT"), pallet(3, "OPER-PLANT")])
    assert set(_names(await _asked(full, place="ALPHA-PLANT"))) == {"PAL-001", "PAL-002", "PASSING-1"}  # and its door
    assert _names(await _asked(full, place="ALPHA-DOOR", kind="pallet", text="pal-")) == ["PAL-001"]
    assert _names(await _asked(full, text="trl-a", sort="name")) == [world.SSCC, "TRL-A"]  # the one is in the other
    said = await _asked(full, tier="tier2", text="nothing has this name")
    assert (said["count"], said["items"], said["next_after"]) == (0, [], None)
    assert {"name": "pallet", "count": 4} in said["kinds"]  # what may be chosen stays
    assert [one["name"] for one in said["places"]] == ["ALPHA-DOOR", "ALPHA-PLANT", "OPER-PLANT", "ZZB-PLANT"]


async def test_a_party_reads_what_it_sees_and_no_parent_beyond(full: Box) -> None:
    said = await _asked(full, "ALPHA", sort="name")
    assert _names(said) == ["PASSING-1", world.SSCC, "TRL-A"]
    assert [one["parent"] for one in said["items"]] == ["", "TRL-A", ""]
    assert [one["name"] for one in said["places"]] == ["ALPHA-DOOR"]
    async with full.client() as nobody:
        assert (await nobody.get(PATH)).status_code == 401


async def test_a_spreadsheet_gets_all_of_it_and_no_formula(box: Box) -> None:
    box.live.where_all.extend([*(pallet(number) for number in range(1, 151)), _formula()])
    async with box.client("OPER") as client:
        answer = await client.get(f"{PATH}.csv", params={"tier": "tier2", "sort": "name"})
    assert answer.headers["content-disposition"] == 'attachment; filename="assets-tier2.csv"'
    header, *rows = csv.reader(io.StringIO(answer.text))
    assert header[0] == "asset"
    assert header[-1] == "late_s"
    assert len(rows) == 151
    assert rows[0][0] == "'=cmd()"


def _formula() -> Whereabouts:
    return Whereabouts(
        asset="=cmd()", kind=AssetKind.OTHER, place="", tier=Tier.TIER2, since_us=world.NOW, seen_us=world.NOW
    )


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": "12"}, {"after": "1e3,A"}, {"after": "9" * 30 + ",A"}])
async def test_a_cursor_of_another_form_is_refused(box: Box, query: dict[str, str]) -> None:
    async with box.client("OPER") as client:
        assert (await client.get(PATH, params=query)).status_code == 422
        assert (await client.get(PATH, params={"tier": "tier9"})).status_code == 422
