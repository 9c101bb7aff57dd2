"""Plans in, one by one and by CSV; plans out, with how late they are."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from gateway.journal import quarantine, shipments
from gateway.model import Actual, Trip
from tests.web import world
from tests.web.box import Box

CSV = {"Content-Type": "text/csv"}
HEADER = "shipment,origin,destination,planned_departure,planned_arrival,assets,shipper,consignee"
BODY: dict[str, Any] = {
    "shipment_id": "S-1",
    "stops": [
        {"place": "dealpha", "departure": {"open": "2026-01-02T06:00:00Z", "close": "2026-01-02T07:00:00Z"}},
        {"place": "OPER-PLANT", "arrival": {"close": "2026-01-02T14:00:00+01:00"}},
    ],
    "assets": ["TRL-A", "zzb-number-7", "TRL-ZZB"],
    "parties": {"shipper": "ALPHA", "consignee": "OPER"},
    "contents": "castings",
}

SOFT = {"hard_open": None, "hard_close": None, "tolerance_s": 0, "grace_s": None}


async def test_a_plan_is_stored_once_and_read_back(box: Box) -> None:
    async with box.client("ALPHA") as client:
        made = await client.post("/api/v1/shipments", json=BODY)
        again = await client.post("/api/v1/shipments", json=BODY)
        changed = await client.post("/api/v1/shipments", json=BODY | {"contents": "more castings"})
        read = await client.get("/api/v1/shipments/S-1")
    assert (made.status_code, again.status_code, changed.status_code) == (201, 200, 201)
    assert read.json() == changed.json()
    assert made.json() == {
        "shipment_id": "S-1",
        "lane": "ALPHA-PLANT>OPER-PLANT",
        "status": "planned",
        "late": False,
        "late_s": 0,
        "parties": {"shipper": "ALPHA", "consignee": "OPER"},
        "assets": ["TRL-A", "TRL-ZZB"],
        "contents": "castings",
        "parts": [],
        "legs": [],
        "stops": [
            {
                "place": "ALPHA-PLANT",
                "arrival": {"planned": None, "estimated": None, "actual": None, "estimate": None},
                "departure": {
                    "planned": SOFT | {"open": "2026-01-02T06:00:00.000000Z", "close": "2026-01-02T07:00:00.000000Z"},
                    "estimated": None,
                    "actual": None,
                    "estimate": None,
                },
            },
            {
                "place": "OPER-PLANT",
                "arrival": {
                    "planned": SOFT | {"open": "2026-01-02T13:00:00.000000Z", "close": "2026-01-02T13:00:00.000000Z"},
                    "estimated": None,
                    "actual": None,
                    "estimate": None,
                },
                "departure": {"planned": None, "estimated": None, "actual": None, "estimate": None},
            },
        ],
        "created": "2026-01-01T12:00:00.000000Z",
        "findings": [],
    }


async def test_what_happened_stands_beside_the_plan(full: Box) -> None:
    shipment = world.SHIPMENTS[0]
    actuals = (Actual(stop=0, departed_us=world.NOW - 5 * world.HOUR), Actual(stop=1, arrived_us=world.NOW))
    trip = Trip(shipment=shipment, actuals=actuals)
    await full.journal.write(lambda c: shipments.save_trips(c, [(trip, False)]))
    async with full.client("ALPHA") as client:
        read = (await client.get("/api/v1/shipments/SHIP-A")).json()
    assert (read["status"], read["late"], read["late_s"]) == ("arrived", True, 3600)
    assert read["stops"][0]["departure"]["actual"] == "2026-01-01T07:00:00.000000Z"
    assert read["stops"][1]["arrival"]["actual"] == "2026-01-01T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"stops": [{"place": "DEALPHO"}, BODY["stops"][1]]}, "stops[0].place", "write ALPHA-PLANT"),
        ({"stops": [BODY["stops"][1]]}, "", "length >= 2"),
        ({"parties": {"shipper": "ALFA"}}, "parties.shipper", "write ALPHA"),
        ({"parties": {}}, "", "length >= 1"),
        ({"parties": {"Shipper!": "ALPHA"}}, "", "$.parties"),
        ({"assets": ["TRL-A", "(00)123"]}, "assets[1]", "element string"),
        ({"shipment_id": ""}, "shipment_id", "came nothing"),
        ({"contentz": ""}, "", "did you mean contents"),
        ({"shipment_id": 7}, "", "Expected `str`, got `int`"),
    ],
)
async def test_a_wrong_plan_is_told_where_and_how(box: Box, change: dict[str, Any], field: str, said: str) -> None:
    async with box.client("ALPHA") as client:
        answer = await client.post("/api/v1/shipments", json=BODY | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert said in problem["detail"]
    assert field in [fault["field"] for fault in problem.get("errors", [{"field": ""}])]


async def test_a_window_that_ends_before_it_begins_is_refused(box: Box) -> None:
    window = {"open": "2026-01-02T14:00:00Z", "close": "2026-01-02T13:00:00Z"}
    stops = [BODY["stops"][0], {"place": "OPER-PLANT", "arrival": window}]
    async with box.client("ALPHA") as client:
        problem = (await client.post("/api/v1/shipments", json=BODY | {"stops": stops})).json()
    assert problem["errors"][0]["reason"] == "window_ends_before_it_begins"


async def test_a_party_stores_only_its_own_and_never_over_others(full: Box) -> None:
    async with full.client("ALPHA") as client:
        foreign = await client.post("/api/v1/shipments", json=BODY | {"parties": {"shipper": "ZZB"}})
        taken = await client.post("/api/v1/shipments", json=BODY | {"shipment_id": "SHIP-ZZB"})
    async with full.client("OPER") as client:
        any_party = await client.post("/api/v1/shipments", json=BODY | {"parties": {"shipper": "ZZB"}})
        kept = await client.get("/api/v1/shipments/SHIP-ZZB")
    assert (foreign.status_code, taken.status_code, any_party.status_code) == (403, 403, 201)
    assert foreign.content == taken.content
    assert kept.json()["parties"]["shipper"] == "ZZB"


async def test_nobody_plans_with_an_asset_whose_owner_takes_no_part(box: Box) -> None:
    with_owner = {"shipper": "ALPHA", "consignee": "OPER", "carrier": "ZZB"}
    async with box.client("ALPHA") as client:
        own = await client.post("/api/v1/shipments", json=BODY | {"assets": ["OWNED-ALPHA"]})
        lent = await client.post("/api/v1/shipments", json=BODY | {"assets": ["OWNED-ZZB"], "parties": with_owner})
        taken = await client.post("/api/v1/shipments", json=BODY | {"assets": ["TRL-A", "zzb-number-8"]})
        row = "S-9,ALPHA-PLANT,OPER-PLANT,2026-01-02T06:00Z,2026-01-02T14:00Z,OWNED-ZZB,ALPHA,OPER"
        told = (await client.post("/api/v1/shipments/import", content=f"{HEADER}\n{row}", headers=CSV)).json()
    async with box.client("OPER") as client:
        operator = await client.post("/api/v1/shipments", json=BODY | {"shipment_id": "S-8", "assets": ["OWNED-ZZB"]})
    assert (own.status_code, lent.status_code, taken.status_code, operator.status_code) == (201, 201, 403, 201)
    assert taken.json()["detail"] == (
        "expected assets that belong to a party of the shipment, or to nobody, came OWNED-ZZB of another party"
        " — name its owner among the parties"
    )
    assert [(fault["line"], fault["column"], fault["reason"]) for fault in told["rejected"]] == [
        (2, "assets", "not_its_asset")
    ]
    assert told["accepted"] == 0


async def test_of_two_parties_that_take_one_id_at_once_one_has_it(box: Box) -> None:
    """Thirty times two strangers send a plan under the same new id in the same moment."""
    async with box.client("ALPHA") as alpha, box.client("ZZB") as beta:
        for number in range(30):
            plan = BODY | {"shipment_id": f"S-{number}", "assets": []}
            answers = await asyncio.gather(
                alpha.post("/api/v1/shipments", json=plan | {"parties": {"shipper": "ALPHA"}}),
                beta.post("/api/v1/shipments", json=plan | {"parties": {"shipper": "ZZB"}}),
            )
            assert sorted(answer.status_code for answer in answers) == [201, 403]


async def test_csv_rows_are_judged_each_for_itself(box: Box) -> None:
    rows = [
        HEADER,
        "S-1,ALPHA-PLANT,OPER-PLANT,2026-01-02T06:00Z,2026-01-02T14:00Z,TRL-A,ALPHA,OPER",
        "S-2,ALPHA-PLNT,OPER-PLANT,2026-01-02T06:00Z,2026-01-02T14:00Z,TRL-A,ALPHA,OPER",
        "S-3,ALPHA-PLANT,OPER-PLANT,2026-01-02T06:00Z,yesterday,TRL-A,ALPHA,OPER",
        "S-4,ALPHA-PLANT,OPER-PLANT,2026-01-02T06:00Z,2026-01-02T14:00Z,TRL-A,ZZB,OPER",
        "S-5,ALPHA-PLANT,OPER-PLANT,2026-01-02T06:00Z,2026-01-02T14:00Z,(00)1,ALPHA,OPER",
        "S-6,ALPHA-PLANT,OPER-PLANT,2026-01-02T06:00Z,2026-01-02T14:00Z,zzb-number-7,ALPHA,OPER",
    ]
    async with box.client("ALPHA") as client:
        answer = await client.post("/api/v1/shipments/import", content="\n".join(rows), headers=CSV)
        again = await client.post("/api/v1/shipments/import", content="\n".join(rows), headers=CSV)
        items = (await client.get("/api/v1/shipments")).json()["items"]
    told = answer.json()
    assert (told["accepted"], told["unchanged"]) == (2, 0)
    assert (again.json()["accepted"], again.json()["unchanged"]) == (0, 2)
    assert [(fault["line"], fault["column"], fault["reason"]) for fault in told["rejected"]] == [
        (3, "origin", "unknown_place"),
        (4, "planned_arrival", "bad_time"),
        (5, "shipment", "not_a_party"),
        (6, "assets", "bad_asset"),
    ]
    assert [(item["shipment_id"], item["assets"]) for item in items] == [("S-1", ["TRL-A"]), ("S-6", ["TRL-ZZB"])]
    kept = await box.journal.read(lambda c: quarantine.newest(c, 10))
    assert [row.data.decode() for _, row in reversed(kept)][:4] == [rows[2], rows[3], rows[4], rows[5]]
    assert {(row.stage, row.source) for _, row in kept} == {("import", "api:ALPHA")}


async def test_a_csv_file_that_cannot_be_read_is_told_as_one(box: Box) -> None:
    async with box.client("ALPHA") as client:
        path = "/api/v1/shipments/import"
        not_csv = await client.post(path, content=HEADER)
        latin = await client.post(path, content="shipment\nBörde".encode("latin-1"), headers=CSV)
        empty = await client.post(path, content="", headers=CSV)
    assert not_csv.status_code == 415
    assert latin.status_code == 422
    assert "save the file as CSV UTF-8" in latin.json()["detail"]
    assert {fault["reason"] for fault in empty.json()["rejected"]} == {"missing_column"}


async def test_late_ones_are_found_page_by_page(box: Box) -> None:
    due = [world.NOW + (-1 if number % 3 == 0 else 1) * world.HOUR for number in range(20)]
    plans = [world.plan(f"S-{n:02}", "ALPHA-PLANT", (f"T-{n}",), "ALPHA", due_us=at) for n, at in enumerate(due)]
    await box.plan(*plans)
    async with box.client("ALPHA") as client:
        everyone = await _all(client, "/api/v1/shipments?limit=3")
        late = await _all(client, "/api/v1/shipments?limit=3&late=true")
        on_time = await _all(client, "/api/v1/shipments?limit=3&late=false")
    assert everyone == [plan.shipment_id for plan in plans]
    assert late == everyone[::3]
    assert sorted(late + on_time) == everyone


async def _all(client: httpx.AsyncClient, path: str) -> list[str]:
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await client.get(f"{path}&after={after}")).json()
        found += [item["shipment_id"] for item in page["items"]]
        after = page["next_after"]
    return found


async def test_legs_hard_ends_and_packing_come_back_as_they_were_said(box: Box) -> None:
    arrival = {"close": "2026-01-02T14:00:00+01:00", "hard_close": "2026-01-02T15:00:00+01:00"}
    body = BODY | {
        "stops": [BODY["stops"][0], {"place": "OPER-PLANT", "arrival": arrival | {"tolerance_s": 60, "grace_s": 0}}],
        "parts": [{"number": "P-1", "quantity": 5, "unit": "C62", "within": "zzb-number-7"}],
        "legs": [{"mode": "rail", "carrier": "ALPHA", "trip": "4711"}],
    }
    async with box.client("ALPHA") as client:
        made = await client.post("/api/v1/shipments", json=body)
    assert made.status_code == 201, made.text
    read = made.json()
    assert read["stops"][1]["arrival"]["planned"] == {
        "open": "2026-01-02T13:00:00.000000Z",
        "close": "2026-01-02T13:00:00.000000Z",
        "hard_open": None,
        "hard_close": "2026-01-02T14:00:00.000000Z",
        "tolerance_s": 60,
        "grace_s": 0,
    }
    assert read["legs"] == [{"mode": "rail", "carrier": "ALPHA", "trip": "4711"}]
    assert read["parts"] == [{"number": "P-1", "quantity": 5.0, "unit": "C62", "within": "TRL-ZZB"}]


@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        ({"legs": [{}, {}]}, "legs[0].mode", "wrong_number_of_legs"),
        ({"legs": [{"carrier": "ZZB"}]}, "legs[0].carrier", "not_its_party"),
        ({"legs": [{"trip": "4" * 65}]}, "legs[0].trip", "too_long"),
        ({"parts": [{"number": "P", "within": "TRL-ELSE"}]}, "parts[0].within", "not_its_asset"),
    ],
)
async def test_what_a_leg_or_a_part_may_not_say_is_told(box: Box, more: Any, field: str, reason: str) -> None:
    async with box.client("ALPHA") as client:
        answer = await client.post("/api/v1/shipments", json=BODY | more)
    assert answer.status_code == 422
    assert [(fault["field"], fault["reason"]) for fault in answer.json()["errors"]] == [(field, reason)]
