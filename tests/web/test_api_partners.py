"""Partners by the API: one call, and they take part; one more, and they do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.access import Estate, hash_token, new_token
from gateway.config.model import Access, Config, Grant
from gateway.journal import subscriptions, tokens
from gateway.model import Tier
from gateway.partners import PartnerDesk
from tests.web import world
from tests.web.box import Box, open_box

PATH = "/api/v1/partners"
WERRA = {"code": "T2-W", "name": "Werra Screws", "tier": "tier2", "gln": "9521141000014", "label": "ERP"}
PLAN = {
    "shipment_id": "SHIP-W",
    "stops": [
        {"place": "ALPHA-PLANT", "departure": {"open": "2026-01-02T08:00:00Z", "close": "2026-01-02T09:00:00Z"}},
        {"place": "OPER-PLANT", "arrival": {"open": "2026-01-02T12:00:00Z", "close": "2026-01-02T13:00:00Z"}},
    ],
    "assets": ["TRL-W"],
    "parties": {"shipper": "T2-W", "consignee": "OPER"},
}


async def added(client: httpx.AsyncClient, **more: str) -> dict[str, Any]:
    answer = await client.post(PATH, json=WERRA | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_one_call_and_a_partner_takes_part(box: Box) -> None:
    async with box.client("OPER") as client:
        made = await added(client)
        assert (await client.post("/api/v1/shipments", json=PLAN)).status_code == 201
        assert [one["code"] for one in (await client.get(PATH)).json()["items"]] == ["T2-W"]
        assert made["token"] not in (await client.get(PATH)).text
    async with httpx.AsyncClient(base_url=box.url, headers={"Authorization": f"Bearer {made['token']}"}) as partner:
        session = (await partner.get("/api/v1/session")).json()
        assert (session["party"]["name"], session["operator"]) == ("Werra Screws", False)
        assert [one["shipment_id"] for one in (await partner.get("/api/v1/shipments")).json()["items"]] == ["SHIP-W"]
        assert (await partner.get(PATH)).status_code == 404


async def test_a_plan_names_it_by_its_gln(box: Box) -> None:
    async with box.client("OPER") as client:
        await added(client)
        plan = PLAN | {"parties": {"shipper": "9521141000014", "consignee": "OPER"}}
        assert (await client.post("/api/v1/shipments", json=plan)).json()["parties"]["shipper"] == "T2-W"


async def test_what_it_is_handed_works_as_it_stands(box: Box) -> None:
    async with box.client("OPER") as client:
        made = await added(client)
    welcome = made["welcome"]
    assert welcome["topics"] == ["tierview/v1/T2-W/alert/+"]
    assert welcome["acl"] == ["user T2-W", "topic read tierview/v1/T2-W/alert/+"]
    assert welcome["yaml"].startswith("- {party: T2-W, name: t2-w-alerts, channel: webhook, url: https://")
    body = json.loads(welcome["curl"].partition("-d '")[2].rstrip("'"))
    assert body.pop("url") == "https://YOUR-HOST/tierview"  # nobody is there in a test
    body["channel"] = "mqtt"
    async with httpx.AsyncClient(base_url=box.url, headers={"Authorization": f"Bearer {made['token']}"}) as partner:
        answer = await partner.post("/api/v1/subscriptions", json=body)
    assert answer.status_code == 201, answer.text
    assert "stock" in welcome["sees"][-1]


async def test_a_removed_partner_is_out_at_once(box: Box) -> None:
    async with box.client("OPER") as client:
        made = await added(client)
        assert (await client.delete(f"{PATH}/T2-W")).status_code == 204
        assert (await client.delete(f"{PATH}/T2-W")).status_code == 404
        assert (await client.post("/api/v1/shipments", json=PLAN)).status_code == 422
        again = await added(client)
    for token, status in ((made["token"], 401), (again["token"], 200)):
        async with httpx.AsyncClient(base_url=box.url, headers={"Authorization": f"Bearer {token}"}) as partner:
            assert (await partner.get("/api/v1/session")).status_code == status


async def test_who_comes_under_the_code_of_a_removed_partner_tells_its_secrets_to_nobody_from_before(box: Box) -> None:
    """Neither by a subscription nor by a link that the one before had made, nor after a restart."""
    async with box.client("OPER") as client:
        made = await added(client)
        await client.post("/api/v1/shipments", json=PLAN)
        async with httpx.AsyncClient(base_url=box.url, headers={"Authorization": f"Bearer {made['token']}"}) as before:
            hook = await before.post("/api/v1/subscriptions", json={"name": "erp", "channel": "sse"})
            link = await before.post("/api/v1/shipments/SHIP-W/share", json={"until": "2026-01-03T00:00:00Z"})
        assert (hook.status_code, link.status_code) == (201, 201)
        await client.delete(f"{PATH}/T2-W")
        assert "T2-W:erp" not in box.channels
        await added(client)
        assert (await client.get("/api/v1/shares")).json()["items"] == []
        assert (await client.get("/api/v1/subscriptions")).json()["items"] == []
    async with box.client() as stranger:
        secret = link.json()["link"].partition("#")[2]
        assert (await stranger.post("/api/v1/shared", json={"token": secret})).status_code == 404
    assert await box.journal.read(subscriptions.standing) == []


async def test_what_stood_under_a_code_before_it_is_added_ends(box: Box) -> None:
    """A party that config.yaml no longer names leaves tokens, too."""
    old = new_token()
    await box.journal.write(
        lambda c: tokens.save(c, hash=hash_token(old), party="T2-W", label="old", created_us=world.NOW)
    )
    async with box.client("OPER") as client:
        made = await added(client)
    for token, status in ((old, 401), (made["token"], 200)):
        async with httpx.AsyncClient(base_url=box.url, headers={"Authorization": f"Bearer {token}"}) as partner:
            assert (await partner.get("/api/v1/session")).status_code == status


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"code": "alpha"}, "which is Alpha Castings's"),
        ({"code": "a/+"}, "code: expected another"),
        ({"code": "#"}, "code: expected another"),
        ({"code": "W\nuser root"}, "code: expected another"),
        ({"tier": "tier9"}, "tier: expected another"),
        ({"gln": "9521141000015"}, "gln: expected 13 digits with their check digit"),
        ({"duns": "12"}, "duns: expected another"),
        ({"name": " "}, "name: expected one"),
        ({"surname": "x"}, "surname"),
    ],
)
async def test_what_is_wrong_is_told(box: Box, more: dict[str, str], said: str) -> None:
    async with box.client("OPER") as client:
        answer = await client.post(PATH, json=WERRA | more)
        assert answer.status_code == 422
        assert said in answer.json()["detail"]
        assert (await client.get(PATH)).json()["items"] == []


async def test_for_others_there_is_nothing_here(box: Box) -> None:
    async with box.client("ALPHA") as client:
        refused = [await client.get(PATH), await client.post(PATH, json=WERRA), await client.delete(f"{PATH}/ZZB")]
    assert [answer.status_code for answer in refused] == [404, 404, 404]


async def test_a_restart_keeps_them_and_the_configuration_wins(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        async with box.client("OPER") as client:
            await added(client)
            await added(client, code="T2-X", name="Old Name", gln="9521141000021")
        taken_in = world.CONFIG.parties[1].model_copy(update={"code": "T2-X", "name": "New Name"})
        config = world.CONFIG.model_copy(update={"parties": (*world.CONFIG.parties, taken_in)})
        estate = Estate(config)
        desk = PartnerDesk(box.journal, box.clock, config, estate)
        await desk.restore()
        assert [party.code for party in desk.added()] == ["T2-W"]
        assert (estate.names["T2-W"], estate.names["T2-X"]) == ("Werra Screws", "New Name")
        assert desk.index.find("9521141000014") == "T2-W"


async def test_a_partner_of_a_granted_tier_sees_its_lanes_at_once(tmp_path: Path) -> None:
    lane = Grant(tier=Tier.TIER3, lanes=("ALPHA-PLANT>OPER-PLANT",))
    config: Config = world.CONFIG.model_copy(update={"access": Access(grants=(lane,))})
    async with open_box(tmp_path, config=config) as box:
        await box.fill()
        async with box.client("OPER") as client:
            made = await added(client, tier="tier3")
        async with httpx.AsyncClient(base_url=box.url, headers={"Authorization": f"Bearer {made['token']}"}) as tower:
            found = (await tower.get("/api/v1/shipments")).json()["items"]
            events = (await tower.get("/api/v1/events")).json()["items"]
            stored = await tower.post("/api/v1/shipments", json=PLAN | {"shipment_id": "SHIP-A"})
            assert (await tower.get("/api/v1/shipments/SHIP-ZZB")).status_code == 404
        assert [one["shipment_id"] for one in found] == ["SHIP-A"]
        assert {event["asset"] for event in events} >= {"TRL-A"}
        assert stored.status_code == 403
