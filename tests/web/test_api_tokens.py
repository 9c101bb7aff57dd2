"""Tokens by the API: made, shown once, listed without themselves, ended."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.web import world
from tests.web.box import Box

PATH = "/api/v1/tokens"


async def made(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def session(box: Box, token: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=box.url, headers={"Authorization": f"Bearer {token}"}) as bearer:
        return await bearer.get("/api/v1/session")


async def test_a_party_makes_a_token_of_its_own_and_ends_it(box: Box) -> None:
    async with box.client("ALPHA") as client:
        token = await made(client, label="ERP")
        assert (await session(box, token["token"])).json()["party"]["code"] == "ALPHA"
        said = await client.get(PATH)
        assert token["token"] not in said.text
        listed = {one["id"]: one for one in said.json()["items"]}
        assert (listed[token["id"]]["label"], listed[token["id"]]["yours"]) == ("ERP", False)
        assert listed[token["id"]]["used"] is not None
        assert [one["yours"] for one in listed.values()].count(True) == 1
        assert {one["party"] for one in listed.values()} == {"ALPHA"}
        assert (await client.delete(f"{PATH}/{token['id']}")).status_code == 204
        assert (await client.delete(f"{PATH}/{token['id']}")).status_code == 404
        assert token["id"] not in (await client.get(PATH)).text
    assert (await session(box, token["token"])).status_code == 401


async def test_a_token_that_nobody_used_says_so(box: Box) -> None:
    async with box.client("ALPHA") as client:
        token = await made(client)
        assert token["used"] is None
        listed = {one["id"]: one["used"] for one in (await client.get(PATH)).json()["items"]}
    assert listed[token["id"]] is None


async def test_the_operator_makes_and_ends_anybodys(box: Box) -> None:
    async with box.client("OPER") as client:
        token = await made(client, party="ALPHA", label="yard")
        assert (await session(box, token["token"])).json()["party"]["code"] == "ALPHA"
        assert {"OPER", "ALPHA"} <= {one["party"] for one in (await client.get(PATH)).json()["items"]}
        assert (await client.delete(f"{PATH}/{token['id']}")).status_code == 204
        assert (await client.post(PATH, json={"party": "NOBODY"})).status_code == 422
    assert (await session(box, token["token"])).status_code == 401


async def test_nobody_else_makes_or_ends_anothers(box: Box) -> None:
    async with box.client("OPER") as operator, box.client("ALPHA") as client:
        foreign = await made(operator, party="ZZB")
        assert (await client.delete(f"{PATH}/{foreign['id']}")).status_code == 404
        refused = [await client.post(PATH, json={"party": party}) for party in ("ZZB", "QQQ")]
        assert [one.status_code for one in refused] == [422, 422]
        assert refused[0].text.replace("ZZB", "") == refused[1].text.replace("QQQ", "")
        assert foreign["id"] not in (await client.get(PATH)).text
    assert (await session(box, foreign["token"])).status_code == 200


async def test_a_token_ends_by_itself(box: Box) -> None:
    async with box.client("ALPHA") as client:
        token = await made(client, expires="2026-01-01T13:00:00Z")
        assert token["expires"] == "2026-01-01T13:00:00.000000Z"
        assert (await session(box, token["token"])).status_code == 200
        box.clock.advance_to(world.NOW + 2 * 3_600_000_000)
        assert (await session(box, token["token"])).status_code == 401
        assert token["id"] not in (await client.get(PATH)).text


@pytest.mark.parametrize("expires", ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "tomorrow"])
async def test_an_end_that_is_none_is_refused(box: Box, expires: str) -> None:
    async with box.client("ALPHA") as client:
        answer = await client.post(PATH, json={"expires": expires})
    assert answer.status_code == 422, answer.text
    assert "expires: expected" in answer.json()["detail"]


async def test_a_party_reads_what_it_may_see_and_the_operator_what_all_may(box: Box) -> None:
    async with box.client("ALPHA") as client:
        (own,) = (await client.get("/api/v1/parties")).json()["items"]
    assert (own["code"], own["made"], own["since"]) == ("ALPHA", "configuration", None)
    assert "ALPHA-PLANT" in own["access"]["places"]
    assert own["access"]["hidden"] == ["parties", "stock"]
    async with box.client("OPER") as client:
        added = {"code": "T2-W", "name": "Werra Screws", "tier": "tier2"}
        assert (await client.post("/api/v1/partners", json=added)).status_code == 201
        found = {one["code"]: one for one in (await client.get("/api/v1/parties")).json()["items"]}
    assert found["OPER"]["access"]["everything"]
    assert (found["T2-W"]["made"], found["T2-W"]["since"]) == ("here", "2026-01-01T12:00:00.000000Z")
