"""The list of shipments: late and at risk first, by filters, page by page, and only what its reader may see."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from gateway.config.sharing import Access, FieldRule
from gateway.journal import shipments
from gateway.model import Actual, Micros, Shipment, Trip
from gateway.web.shipments.listing import STATES
from tests.web import world
from tests.web.box import Box, open_box

PATH = "/api/v1/shipment-list"
MANY = 1000
HIDDEN = Access(fields=(FieldRule(hide=("route", "parts"), roles=("shipper",)),))


def numbered(number: int, due_us: Micros) -> Shipment:
    return world.plan(f"S-{number:04}", "ALPHA-PLANT", (f"TRL-{number}",), "ALPHA", due_us=due_us)


def went(plan: Shipment, *, arrived_us: Micros | None = None) -> tuple[Trip, bool]:
    """It left when it should, and arrived if said."""
    actuals = (Actual(stop=0, departed_us=world.NOW - 6 * world.HOUR), Actual(stop=1, arrived_us=arrived_us))
    return Trip(shipment=plan, actuals=actuals), arrived_us is None


async def fill_states(box: Box) -> None:
    """Two late, one at risk, one under way, one planned, two arrived."""
    hours = {1: -1, 2: -3, 3: 5, 4: 4, 5: 3, 6: -9, 7: -8}
    plans = {number: numbered(number, world.NOW + hour * world.HOUR) for number, hour in hours.items()}
    await box.plan(*plans.values())
    trips = [went(plans[1]), went(plans[2]), went(plans[3]), went(plans[4])]
    trips += [went(plans[6], arrived_us=world.NOW), went(plans[7], arrived_us=world.NOW - 8 * world.HOUR)]
    await box.journal.write(lambda c: shipments.save_trips(c, trips))
    stands = replace(world.alert("al-4", "S-0004", "ALPHA"), reason="dwell_over", lane="ALPHA-PLANT>OPER-PLANT")
    await box.tell(replace(world.alert("al-3", "S-0003", "ALPHA"), reason="predicted_late"), stands)


async def read(client: httpx.AsyncClient, **asked: object) -> dict[str, object]:
    answer = await client.get(PATH, params={name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def ids(page: dict[str, object]) -> list[str]:
    items = page["items"]
    assert isinstance(items, list)
    return [item["shipment_id"] for item in items]


async def test_late_stand_first_then_at_risk_and_what_arrived_last(box: Box) -> None:
    await fill_states(box)
    async with box.client("ALPHA") as client:
        page = await read(client)
    assert ids(page) == ["S-0002", "S-0001", "S-0003", "S-0004", "S-0005", "S-0007", "S-0006"]
    assert page["states"] == {"late": 2, "at_risk": 1, "under_way": 1, "planned": 1, "arrived": 2}
    items = page["items"]
    assert isinstance(items, list)
    first, _, risky, *_, last = items
    assert (first["state"], first["late_s"]) == ("late", 3 * 3600)
    assert (risky["state"], risky["risk"]) == ("at_risk", "predicted_late")
    assert (last["state"], last["status"], last["late_s"]) == ("arrived", "arrived", 9 * 3600)
    assert last["arrival"]["actual"] == "2026-01-01T12:00:00.000000Z"


@pytest.mark.parametrize("state", STATES)
async def test_one_state_holds_as_many_as_are_counted(box: Box, state: str) -> None:
    await fill_states(box)
    async with box.client("OPER") as client:
        page = await read(client, state=state)
    states = page["states"]
    assert isinstance(states, dict)
    assert page["count"] == len(ids(page)) == states[state] > 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"lane": "ZZB-PLANT>OPER-PLANT"}, ["SHIP-ZZB"]),
        ({"party": "ALPHA"}, ["SHIP-A"]),
        ({"text": "castings of alpha"}, ["SHIP-A"]),
        ({"text": "trl-zzb"}, ["SHIP-ZZB"]),
        ({"text": "nothing of the kind"}, []),
        ({"party": "ALPHA", "state": "arrived"}, []),
    ],
)
async def test_filters_keep_what_they_name(full: Box, asked: dict[str, str], found: list[str]) -> None:
    async with full.client("OPER") as client:
        page = await read(client, **asked)
    assert (ids(page), page["count"]) == (found, len(found))
    assert page["lanes"] == ["ALPHA-PLANT>OPER-PLANT", "ZZB-PLANT>OPER-PLANT"], "what may be chosen stays"
    assert page["parties"] == ["ALPHA", "OPER", "ZZB"]


async def test_a_thousand_are_read_page_by_page_none_twice_and_none_left_out(box: Box) -> None:
    await box.plan(*(numbered(number, world.NOW + (number % 7 - 3) * world.HOUR) for number in range(MANY)))
    seen: list[str] = []
    async with box.client("ALPHA") as client:
        after: object = ""
        while after is not None:
            page = await read(client, after=after, limit=300)
            assert page["count"] == MANY
            seen += ids(page)
            after = page["next_after"]
    assert len(seen) == len(set(seen)) == MANY
    due = [int(one[2:]) % 7 - 3 for one in seen]
    assert due == sorted(due)


async def test_the_file_holds_all_of_it_and_no_formula(box: Box) -> None:
    await box.plan(*(numbered(number, world.NOW) for number in range(120)))
    await box.plan(replace(numbered(120, world.NOW), contents="=1+1"))
    async with box.client("ALPHA") as client:
        answer = await client.get(f"{PATH}.csv")
        one = await client.get(f"{PATH}.csv", params={"text": "S-0007"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="shipments.csv"'
    assert len(rows) == 121
    assert rows[-1]["contents"] == "'=1+1"
    assert rows[0]["arrival_close"] == "2026-01-01T12:00:00.000000Z"
    assert [row["shipment_id"] for row in csv.DictReader(io.StringIO(one.text))] == ["S-0007"]


async def test_what_is_hidden_is_neither_told_nor_found(tmp_path: Path) -> None:
    async with open_box(tmp_path, config=world.CONFIG.model_copy(update={"access": HIDDEN})) as box:
        await box.fill()
        async with box.client("ALPHA") as client:
            told = await client.get(PATH)
            by_text = [await read(client, text=text) for text in ("OPER-PLANT", "castings")]
            by_lane = await read(client, lane="ALPHA-PLANT>OPER-PLANT")
            own = await read(client, text="ALPHA-PLANT")
    (item,) = told.json()["items"]
    assert (item["lane"], item["stops"], item["contents"]) == ("", ["ALPHA-PLANT", ""], "")
    assert (item["state"], item["late_s"]) == ("late", 3600), "how late its own shipment is it knows"
    assert b"OPER-PLANT" not in told.content
    assert [page["count"] for page in (*by_text, by_lane)] == [0, 0, 0]
    assert ids(own) == ["SHIP-A"]


CURSORS = ("x", "late", "late,1", "late,-1,S", "lost,1,S", f"late,{'9' * 30},S")
WRONG = ("limit=0", "limit=1001", "state=lost", "colour=red", *(f"after={cursor}" for cursor in CURSORS))


@pytest.mark.parametrize("query", WRONG)
async def test_wrong_parameters_are_refused(box: Box, query: str) -> None:
    async with box.client("ALPHA") as client:
        answer = await client.get(f"{PATH}?{query}")
    assert answer.status_code in (400, 422), answer.text
