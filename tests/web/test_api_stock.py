"""Stock: told by whoever owns the place, read by nobody else, and refused with all its faults at once."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.journal import stock
from tests.web import world
from tests.web.box import Box

ROUTE = "/api/v1/stock"
CSV = {"Content-Type": "text/csv"}


def count(quantity: object = 480, **more: object) -> dict[str, Any]:
    said = {"place": "ALPHA-PLANT", "part": "4711-A", "quantity": quantity, "counted": "2026-01-01T11:00:00Z"}
    return {**said, **more}


async def test_a_count_is_told_and_read_with_how_long_it_lasts(full: Box) -> None:
    async with full.client("ALPHA") as client:
        told = await client.put(ROUTE, json=[count(per_hour=60), count(5, part="4711-B")])
        again = await client.put(ROUTE, json=[count(per_hour=60), count(6, part="4711-B")])
        found = (await client.get(ROUTE)).json()
    assert told.json() == {"accepted": 2, "unchanged": 0}
    assert again.json() == {"accepted": 1, "unchanged": 1}
    assert found == {
        "items": [
            {
                "place": "ALPHA-PLANT",
                "part": "4711-A",
                "quantity": 480,
                "counted": "2026-01-01T11:00:00.000000Z",
                "per_hour": 60,
                "left": 420,  # it is noon
                "runs_out": "2026-01-01T19:00:00.000000Z",
                "party": "ALPHA",
            },
            {
                "place": "ALPHA-PLANT",
                "part": "4711-B",
                "quantity": 6,
                "counted": "2026-01-01T11:00:00.000000Z",
                "per_hour": None,
                "left": None,
                "runs_out": None,
                "party": "ALPHA",
            },
        ],
        "next_after": None,
    }


async def test_a_count_without_a_rate_keeps_the_one_before(full: Box) -> None:
    async with full.client("ALPHA") as client:
        await client.put(ROUTE, json=[count(per_hour=60)])
        await client.put(ROUTE, json=[count(30, counted="2026-01-01T12:30:00+01:00")])
    (_, _, newest), *_ = reversed(await full.journal.read(lambda c: stock.log_after(c, 0, 10)))
    assert (newest.quantity, newest.per_hour) == (30, 60)
    assert await full.journal.read(stock.standing) == [newest]


async def test_all_faults_are_told_at_once_and_nothing_is_stored(full: Box) -> None:
    rows = [
        count(place="ZZB-PLANT"),
        count(place="NOWHERE", part=""),
        count(counted="tomorrow"),
        count(counted="2026-01-01T13:00:00Z"),
        count(counted="2025-11-01T13:00:00Z"),
        count(),
        count(7),
    ]
    async with full.client("ALPHA") as client:
        answer = await client.put(ROUTE, json=rows)
        assert (await client.get(ROUTE)).json()["items"] == []
    faults = [(fault["field"], fault["reason"]) for fault in answer.json()["errors"]]
    assert answer.status_code == 422
    assert faults == [
        ("[0].place", "not_yours"),
        ("[1].place", "not_yours"),
        ("[1].part", "bad_part_number"),
        ("[2].counted", "bad_time"),
        ("[3].counted", "not_of_now"),
        ("[4].counted", "not_of_now"),
        ("[6].part", "repeated"),
    ]


async def test_what_is_others_and_what_is_nowhere_answer_alike(full: Box) -> None:
    async with full.client("ALPHA") as client:
        foreign = await client.put(ROUTE, json=[count(place="ZZB-PLANT")])
        nothing = await client.put(ROUTE, json=[count(place="ABC-PLANT")])
    assert foreign.text.replace("ZZB-PLANT", "") == nothing.text.replace("ABC-PLANT", "")


@pytest.mark.parametrize(
    "row", [count(-1), count("many"), count(1, per_hour=0), count(1, rate=5), count(1e300), {"place": "ALPHA-PLANT"}]
)
async def test_what_is_no_count_is_refused(full: Box, row: dict[str, Any]) -> None:
    async with full.client("ALPHA") as client:
        assert (await client.put(ROUTE, json=[row])).status_code == 422
        assert (await client.put(ROUTE, json=row)).status_code == 422
        assert (await client.put(ROUTE, json=[])).status_code == 422
        assert (await client.put(ROUTE, content=b"[NaN]", headers={"Content-Type": "text/xml"})).status_code == 415


async def test_a_count_that_is_older_than_what_stands_is_refused(full: Box) -> None:
    async with full.client("ALPHA") as client:
        await client.put(ROUTE, json=[count()])
        answer = await client.put(ROUTE, json=[count(9, counted="2026-01-01T10:59:59Z"), count(3, part="new")])
        found = (await client.get(ROUTE)).json()["items"]
    assert answer.status_code == 422
    assert [fault["reason"] for fault in answer.json()["errors"]] == ["older"]
    assert [one["quantity"] for one in found] == [480]


async def test_a_spreadsheet_is_taken_and_given(full: Box) -> None:
    rows = ("4711-A;ALPHA-PLANT;2026-01-01T11:00Z;480;60", "=1+1;DEALPHA;2026-01-01T11:00Z;1;")
    sheet = "\r\n".join(("\ufeffPart;Place;Counted;Quantity;per_hour", *rows, ""))
    async with full.client("ALPHA") as client:
        told = await client.put(ROUTE, content=sheet.encode(), headers=CSV)
        given = await client.get(f"{ROUTE}.csv")
        back = await client.put(ROUTE, content=given.content, headers=CSV)
    assert told.json() == {"accepted": 2, "unchanged": 0}
    assert given.headers["content-type"].startswith("text/csv")
    lines = given.text.splitlines()
    assert lines[0] == "place,part,quantity,counted,per_hour,left,runs_out,party"
    assert "ALPHA-PLANT,'=1+1,1.0," in lines[2], "no spreadsheet runs it"
    assert back.status_code == 200


async def test_the_faults_of_a_spreadsheet_name_their_lines(full: Box) -> None:
    sheet = "place,part,quantity,counted\nALPHA-PLANT,1,few,2026-01-01T11:00Z\n\nZZB-PLANT,2,1,2026-01-01T11:00Z\n"
    async with full.client("ALPHA") as client:
        answer = await client.put(ROUTE, content=sheet.encode(), headers=CSV)
        other = await client.put(ROUTE, content=b"place;quantity\n", headers=CSV)
    assert [fault["field"] for fault in answer.json()["errors"]] == ["line 2", "line 4, place"]
    assert "expected the columns" in other.json()["detail"]


async def test_stock_is_nobody_elses_business(full: Box) -> None:
    async with full.client("ZZB") as client:
        await client.put(ROUTE, json=[count(place="ZZB-PLANT", part="ZZB-1")])
    async with full.client("ALPHA") as client:
        await client.put(ROUTE, json=[count()])
        for path in ("", ".csv", "?place=ZZB-PLANT", "?part=ZZB-1", "?after=A"):
            assert world.BETA not in (await client.get(f"{ROUTE}{path}")).content.lower()
    async with full.client("YARDS") as client:
        assert (await client.get(ROUTE)).json()["items"] == []
    async with full.client("OPER") as client:
        assert (await client.put(ROUTE, json=[count(1, place="ZZB-PLANT", part="ZZB-2")])).status_code == 200
        parts = [one["part"] for one in (await client.get(ROUTE)).json()["items"]]
    assert parts == ["4711-A", "ZZB-1", "ZZB-2"]


async def test_pages_go_on_where_they_ended(full: Box) -> None:
    async with full.client("ALPHA") as client:
        await client.put(
            ROUTE,
            json=[count(n, part=f"P/{n}", place=place) for n in range(3) for place in ("ALPHA-PLANT", "ALPHA-DOOR")],
        )
        found, ends, after = list[tuple[str, str]](), list[str | None](), ""
        for _ in range(3):
            answer = (await client.get(ROUTE, params={"limit": 2, "after": after})).json()
            found += [(one["place"], one["part"]) for one in answer["items"]]
            after = answer["next_after"]
            ends.append(after)
    assert ends[-1] is None
    assert found == sorted((place, f"P/{n}") for n in range(3) for place in ("ALPHA-PLANT", "ALPHA-DOOR"))
