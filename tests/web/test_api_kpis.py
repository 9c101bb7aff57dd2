"""Figures through the API: the same for everyone who sees the shipment, anew when late data comes, and of no other."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from gateway.config.sharing import Access, FieldRule
from gateway.journal import events, quality_days, shipments
from gateway.model import Actual, AssetKind, LocationEvent, PartLine, Shipment, Trip
from gateway.quality.scores import DayCount
from tests.web import world
from tests.web.box import Box, open_box

DUE = world.NOW - 2 * world.HOUR
STEEL = PartLine(number="4711", quantity=2.0, unit="TNE", within="PAL-1")
MANY = 10_000


def shipment(name: str = "K-1", assets: Sequence[str] = ("TRL-A", "PAL-1", "PAL-2"), **more: Any) -> Shipment:
    made = world.plan(name, "ALPHA-PLANT", tuple(assets), "ALPHA", due_us=DUE)
    return msgspec.structs.replace(made, parts=(STEEL,), **more)


def arrived(planned: Shipment, at_us: int = DUE - world.HOUR // 2) -> Trip:
    actuals = (Actual(stop=0, departed_us=at_us - 4 * world.HOUR), Actual(stop=1, arrived_us=at_us))
    return Trip(shipment=planned, actuals=actuals)


def read(asset: str, at_us: int = DUE - world.HOUR // 4) -> LocationEvent:
    return world.arrival(f"read-{asset}", asset, "OPER-PLANT", asset_kind=AssetKind.PALLET, at_us=at_us)


async def happen(box: Box, *trips: Trip) -> None:
    await box.plan(*(trip.shipment for trip in trips))
    await box.journal.write(lambda c: shipments.save_trips(c, [(trip, False) for trip in trips]))


async def figures(client: httpx.AsyncClient, **query: str) -> dict[str, dict[str, Any]]:
    answer = await client.get("/api/v1/kpis", params=query)
    assert answer.status_code == 200, answer.text
    return {one["kpi"]: one for one in answer.json()["items"] if not (one["lane"] or one["place"] or one["tier"])}


async def test_late_data_counts_as_soon_as_it_came(box: Box) -> None:
    await happen(box, arrived(shipment()))
    await box.happen(read("PAL-1"))
    async with box.client("OPER") as client:
        before = await figures(client)
        await box.happen(read("PAL-2"))
        after = await figures(client)
    assert (before["otif_slot"]["good"], before["otif_slot"]["counted"]) == (0, 1)
    assert before["read_rate"]["value"] == 50.0
    assert (after["otif_slot"]["good"], after["otif_slot"]["counted"]) == (1, 1)
    assert after["read_rate"]["value"] == 100.0
    assert after["lead_time_p50"]["value"] == 4.0
    assert "booked window" in after["otif_slot"]["definition"]


async def test_a_shipment_gives_every_party_that_sees_it_the_same(box: Box) -> None:
    await happen(box, arrived(shipment()))
    await box.happen(read("PAL-1"), read("PAL-2"))
    async with box.client("OPER") as operator, box.client("ALPHA") as shipper:
        whole, own = await figures(operator, definition="all"), await figures(shipper, definition="all")
    for one in (whole, own):
        one.pop("data_quality")  # of one's own data
    assert whole == own
    assert {"otif_slot", "otif_day", "otif_line", "otif_unit"} <= set(own)


async def test_nothing_of_betas_stands_in_alphas_figures(full: Box) -> None:
    counts = [DayCount(day="2026-01-01", party="ZZB", kind="plan", total=4, flawed=1)]
    await full.journal.write(lambda c: quality_days.add(c, counts))
    async with full.client("ALPHA") as client:
        for path in ("/kpis", "/kpis.csv", "/kpis?party=ZZB", "/kpis?lane=ZZB-PLANT>OPER-PLANT"):
            answer = await client.get(f"/api/v1{path}")
            assert answer.status_code == 200, path
            assert world.BETA not in answer.content.lower(), path
        assert (await figures(client))["data_quality"]["value"] is None
        hidden = await client.get("/api/v1/kpis/carbon/SHIP-ZZB")
        nothing = await client.get("/api/v1/kpis/carbon/never-heard-of")
    assert (hidden.status_code, hidden.content) == (nothing.status_code, nothing.content) == (404, nothing.content)


async def test_who_does_not_see_a_route_finds_no_time_of_it_in_figures(tmp_path: Path) -> None:
    access = Access(fields=(FieldRule(hide=("route",), parties=("ALPHA", "YARDS")),))
    plans = arrived(shipment()), arrived(shipment("K-2", parties={"carrier": "YARDS", "consignee": "OPER"}))
    yards = world.CONFIG.places[0].model_copy(update={"party": "YARDS"})
    config = world.CONFIG.model_copy(update={"access": access, "places": (yards, *world.CONFIG.places[1:])})
    async with open_box(tmp_path, config=config) as box:
        await happen(box, *plans)
        async with box.client("OPER") as operator, box.client("ALPHA") as shipper, box.client("YARDS") as receiver:
            whole, own, there = await figures(operator), await figures(shipper), await figures(receiver)
    assert whole["lead_time_p50"]["counted"] == 2
    assert own["otif_slot"]["shipments"] == 0  # it comes to a place of others: not even when it is due is told
    assert there["otif_slot"]["counted"] == 1
    assert there["lead_time_p50"]["value"] is None  # it left from a place of others


async def test_windows_lanes_and_places_choose_shipments(full: Box) -> None:
    async with full.client("OPER") as client:
        both = await client.get("/api/v1/kpis")
        one = await client.get("/api/v1/kpis", params={"lane": "ALPHA-PLANT>OPER-PLANT"})
        at_beta = await client.get("/api/v1/kpis", params={"place": "ZZB-PLANT"})
        of_alpha = await client.get("/api/v1/kpis", params={"party": "ALPHA"})
        sooner = await client.get("/api/v1/kpis", params={"until": "2025-12-31T00:00:00Z"})
    assert [answer.json()["shipments"] for answer in (both, one, at_beta, of_alpha, sooner)] == [2, 1, 1, 1, 0]
    assert both.json()["lanes"] == ["ALPHA-PLANT>OPER-PLANT", "ZZB-PLANT>OPER-PLANT"]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"},
        {"until": "2026-01-01T00:00:00"},
        {"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"from": "2020-01-01T00:00:00Z"},
        {"definition": "mine"},
        {"lan": "A>B"},
        {"until": "0001-01-01T00:00:00Z"},
        {"from": "9999-12-31T00:00:00Z", "until": "9999-12-31T23:59:59.999999-23:59"},
    ],
)
async def test_what_cannot_be_meant_is_refused(box: Box, query: dict[str, str]) -> None:
    async with box.client("OPER") as client:
        answer = await client.get("/api/v1/kpis", params=query)
    assert answer.status_code == 422, answer.text


async def test_the_csv_holds_the_same_and_no_formula(box: Box) -> None:
    await happen(box, arrived(shipment()))
    async with box.client("OPER") as client:
        answer = await client.get("/api/v1/kpis.csv")
        items = (await client.get("/api/v1/kpis")).json()["items"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["kpi"] for row in rows] == [item["kpi"] for item in items]
    assert {cell[0] for row in rows for cell in row.values() if cell} & set("=+-@\t") == set()


async def test_carbon_of_a_shipment_by_leg_and_part(box: Box) -> None:
    await happen(box, arrived(shipment()))
    async with box.client("ALPHA") as client:
        found = (await client.get("/api/v1/kpis/carbon/K-1")).json()
        figure = (await figures(client))["co2e"]
    (leg,), (part,) = found["legs"], found["parts"]
    assert (leg["mode"], leg["assumed"], found["missing"]) == ("road", True, [])
    assert found["kg_co2e"] == pytest.approx(2 * leg["km"] * leg["g_per_tkm"] / 1000)
    assert part["kg_co2e"] == pytest.approx(found["kg_co2e"])
    assert figure["value"] == pytest.approx(found["kg_co2e"], abs=1e-3)
    assert "GLEC" in leg["source"]


async def test_ten_thousand_trips_are_counted_while_the_loop_runs_on(box: Box) -> None:
    await happen(box, *(arrived(shipment(f"K-{n}", (f"T-{n}", f"A-{n}", f"B-{n}"))) for n in range(MANY)))
    reads = [read(f"{letter}-{n}") for n in range(MANY) for letter in "AB"]
    await box.journal.write(lambda c: events.insert(c, reads))
    longest_s, beats = 0.0, 0

    async def beat() -> None:
        nonlocal longest_s, beats
        while True:
            began_s = time.perf_counter()
            await asyncio.sleep(0.01)
            longest_s, beats = max(longest_s, time.perf_counter() - began_s), beats + 1

    beating = asyncio.create_task(beat())
    async with box.client("OPER") as client:
        began_s = time.perf_counter()
        found = await figures(client, definition="all")
        took_s = time.perf_counter() - began_s
    beating.cancel()
    print(f"{MANY} trips with {len(reads)} reads in {took_s:.2f} s; the loop waited {longest_s * 1000:.0f} ms at most")
    assert (found["otif_unit"]["good"], found["otif_unit"]["counted"]) == (2 * MANY, 2 * MANY)
    assert beats > 10  # blocked, it would have been one
