"""Versions of a plan: what each changed, who sent it, and only to those who might see it then."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.web.shipments import plan_versions
from tests.web.box import Box
from tests.web.test_api_shipments import BODY

PATH = "/api/v1/shipments/S-1/versions"


def due(close: str) -> dict[str, Any]:
    return {"stops": [BODY["stops"][0], {"place": "OPER-PLANT", "arrival": {"close": close}}]}


async def test_each_version_tells_what_it_changed_and_who_sent_it(box: Box) -> None:
    async with box.client("ALPHA") as client:
        await client.post("/api/v1/shipments", json=BODY)
    async with box.client("OPER") as client:
        await client.post("/api/v1/shipments", json=BODY | due("2026-01-02T15:00:00Z"))
        await client.post("/api/v1/shipments", json=BODY | due("2026-01-02T15:00:00Z"))
    async with box.client("ALPHA") as client:
        told = (await client.get(PATH)).json()
    assert told["next_before"] is None
    newest, first = told["items"]
    assert (newest["version"], newest["by"], first["version"], first["by"]) == (2, "OPER", 1, "ALPHA")
    assert first["changes"] == []
    assert newest["recorded"] == "2026-01-01T12:00:00.000000Z"
    assert newest["changes"] == [
        {
            "field": f"stops[1].arrival.{end}",
            "before": "2026-01-02T13:00:00.000000Z",
            "after": "2026-01-02T15:00:00.000000Z",
        }
        for end in ("open", "close")
    ]


async def test_versions_come_in_pages_each_beside_the_one_before(box: Box) -> None:
    async with box.client("ALPHA") as client:
        for number in range(5):
            await client.post("/api/v1/shipments", json=BODY | {"contents": f"{number} racks"})
        seen: list[tuple[int, list[Any]]] = []
        before: int | None = 10
        while before is not None:
            page = (await client.get(PATH, params={"before": before, "limit": 2})).json()
            seen += [(item["version"], [change["before"] for change in item["changes"]]) for item in page["items"]]
            before = page["next_before"]
    assert seen == [(5, ["3 racks"]), (4, ["2 racks"]), (3, ["1 racks"]), (2, ["0 racks"]), (1, [])]


async def test_who_joins_later_sees_nothing_of_before_and_who_left_sees_nothing(box: Box) -> None:
    alone, together = {"shipper": "ALPHA"}, {"shipper": "ALPHA", "next_tier": "ZZB"}
    async with box.client("ALPHA") as client:
        await client.post("/api/v1/shipments", json=BODY | {"parties": alone, "contents": "secret racks"})
        await client.post("/api/v1/shipments", json=BODY | {"parties": together, "contents": "racks"})
        await client.post("/api/v1/shipments", json=BODY | {"parties": together, "contents": "more racks"})
        own = (await client.get(PATH)).json()
    async with box.client("ZZB") as client:
        joined = await client.get(PATH)
        nothing = await client.get("/api/v1/shipments/never-heard-of/versions")
    async with box.client("ALPHA") as client:
        await client.post("/api/v1/shipments", json=BODY | {"parties": alone, "contents": "racks alone"})
    async with box.client("ZZB") as client:
        left = await client.get(f"{PATH}?before=2")
    assert [item["version"] for item in own["items"]] == [3, 2, 1]
    assert [(item["version"], len(item["changes"])) for item in joined.json()["items"]] == [(3, 1), (2, 0)]
    assert b"secret" not in joined.content
    assert (left.status_code, nothing.status_code) == (404, 404)
    assert left.content == nothing.content


async def test_an_id_with_a_slash_has_versions_too(box: Box) -> None:
    async with box.client("ALPHA") as client:
        await client.post("/api/v1/shipments", json=BODY | {"shipment_id": "2026/S-1"})
        told = await client.get("/api/v1/shipments/2026/S-1/versions")
    assert [item["version"] for item in told.json()["items"]] == [1]


async def test_changes_without_number_are_bounded(box: Box) -> None:
    parts = [{"number": f"P-{number}"} for number in range(plan_versions.MOST_CHANGES + 7)]
    async with box.client("ALPHA") as client:
        await client.post("/api/v1/shipments", json=BODY)
        await client.post("/api/v1/shipments", json=BODY | {"parts": parts})
        newest = (await client.get(PATH)).json()["items"][0]
    assert (len(newest["changes"]), newest["more"]) == (plan_versions.MOST_CHANGES, 7)


@pytest.mark.parametrize("query", ["before=0", "limit=0", "limit=101", "befor=1"])
async def test_wrong_parameters_are_refused(box: Box, query: str) -> None:
    async with box.client("ALPHA") as client:
        assert (await client.get(f"{PATH}?{query}")).status_code == 422
