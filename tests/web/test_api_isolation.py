"""Alpha's bytes hold nothing of Beta's, on any route; and what is foreign answers like what is not there."""

from __future__ import annotations

import httpx
import pytest

from tests.web import world
from tests.web.box import Box
from tests.web.doubtful import doubt
from tests.web.ear import Ear

FOREIGN = {
    "assets": "TRL-ZZB",
    "shipments": "SHIP-ZZB",
    "alerts": "alert-zzb",
}
LISTS = (
    "/session",
    "/places",
    "/board",
    "/positions",
    "/events",
    "/events?limit=1",
    "/events?asset=TRL-ZZB",
    "/events?place=ZZB-DOOR",
    "/events?type=device",
    "/events?type=sensor",
    "/shipments",
    "/shipments?late=true",
    "/shipments?late=false",
    "/alerts",
    "/alerts?state=open",
    "/alerts?shipment=SHIP-ZZB",
    "/assets/TRL-A",
    "/assets/PASSING-1",
    "/shipments/SHIP-A",
    "/shipments/SHIP-A/versions",
    "/alerts/alert-a",
    "/alerts/alert-a/remarks",
    "/tasks",
    "/tasks?given=true",
    "/subscriptions",
    "/stock",
    "/stock.csv",
    "/quarantine",
    "/devices",
    "/names",
    "/quality/findings",
    "/quality/findings.csv",
    "/quality/scores",
    "/assets?name=zzb-number-7",
    "/demo/parties",
)


async def test_nothing_of_betas_stands_in_what_alpha_reads(full: Box) -> None:
    await doubt(full)
    async with full.client("ZZB") as client:
        task = {"kind": "task", "text": "zzb asks", "to": "OPER"}
        assert (await client.post("/api/v1/alerts/alert-zzb/remarks", json=task)).status_code == 201
    async with full.client("ALPHA") as client:
        for path in LISTS:
            answer = await client.get(f"/api/v1{path}")
            assert world.BETA not in answer.content.lower(), path
            assert world.BETA not in str(answer.headers).lower().encode(), path


async def test_the_operator_reads_both_lanes(full: Box) -> None:
    async with full.client("OPER") as client:
        for path in ("/places", "/board", "/positions", "/events", "/shipments", "/alerts"):
            body = (await client.get(f"/api/v1{path}")).content
            assert b"ZZB" in body, path
            assert b"ALPHA" in body or b"TRL-A" in body, path


@pytest.mark.parametrize("kind", FOREIGN)
async def test_a_foreign_id_answers_like_one_that_does_not_exist(full: Box, kind: str) -> None:
    async with full.client("ALPHA") as client:
        foreign = await client.get(f"/api/v1/{kind}/{FOREIGN[kind]}")
        nothing = await client.get(f"/api/v1/{kind}/never-heard-of")
    assert foreign.status_code == nothing.status_code == 404
    assert foreign.content == nothing.content
    assert _without_date(foreign) == _without_date(nothing)


async def test_a_foreign_alert_cannot_be_acknowledged(full: Box) -> None:
    async with full.client("ALPHA") as client:
        foreign = await client.post("/api/v1/alerts/alert-zzb/acknowledge", json={"by": "me"})
        nothing = await client.post("/api/v1/alerts/never-heard-of/acknowledge", json={"by": "me"})
    assert foreign.status_code == 404
    assert foreign.content == nothing.content


@pytest.mark.parametrize("path", ["/quarantine", "/devices"])
async def test_the_operators_lists_are_not_there_for_others(full: Box, path: str) -> None:
    async with full.client("ALPHA") as client:
        hidden = await client.get(f"/api/v1{path}")
        nothing = await client.get("/api/v1/never-heard-of")
    async with full.client("OPER") as client:
        assert (await client.get(f"/api/v1{path}")).status_code == 200
    assert hidden.status_code == 404
    assert hidden.content == nothing.content


async def test_alpha_sees_what_passes_its_door_but_not_whence_or_on_whose_shipment(full: Box) -> None:
    async with full.client("ALPHA") as client:
        asset = (await client.get("/api/v1/assets/PASSING-1")).json()
    (moved,) = asset["history"]
    assert (moved["place"], moved["device"]) == ("ALPHA-DOOR", "alpha-dock")
    assert (moved["previous_place"], moved["previous_tier"], moved["shipment"]) == ("", None, "")
    assert asset["where"]["place"] == "ALPHA-DOOR"
    assert asset["shipments"] == []


async def test_alpha_sees_its_asset_within_the_shipments_span_only(full: Box) -> None:
    async with full.client("ALPHA") as client:
        seen = {event["event_id"] for event in (await client.get("/api/v1/events")).json()["items"]}
    assert seen == {"e-a1", "e-a2", "e-x1", "e-d1", "e-p1"}


async def test_the_counts_of_the_board_are_alphas_own(full: Box) -> None:
    async with full.client("ALPHA") as client:
        tiers = {tier["tier"]: tier["count"] for tier in (await client.get("/api/v1/board")).json()["tiers"]}
    assert (tiers["transit"], tiers["tier2"], tiers["oem"]) == (2, 1, 0)


async def test_a_party_of_neither_lane_sees_nothing(full: Box) -> None:
    async with full.client("YARDS") as client:
        for path in ("events", "shipments", "alerts", "positions", "places"):
            assert (await client.get(f"/api/v1/{path}")).json()["items"] == [], path


async def test_the_stream_holds_only_alphas(full: Box) -> None:
    async with full.client("ALPHA") as client, Ear(client, {"Last-Event-ID": "0-0-0"}) as ear:
        await ear.until(lambda heard: any(one.event == "board" for one in heard))
        await full.happen(world.position("e-b9", "TRL-ZZB", "zzb-tracker", world.NOW))
        await full.tell(world.alert("alert-zzb-2", "SHIP-ZZB", "ZZB"))
        await full.deliver(world.delivery("alert-zzb-2", "ZZB", 3000))
        await full.happen(world.position("e-a9", "TRL-A", "tracker-1", world.NOW))
        await ear.until(lambda heard: any("e-a9" in one.data for one in heard))
        assert world.BETA not in ear.bytes.lower()
        kinds = [one.event for one in ear.heard]
    assert {"location", "position", "device", "alert", "board"} == set(kinds)


async def test_a_notice_reaches_its_own_party_alone(full: Box) -> None:
    async with full.client("ALPHA") as client, Ear(client) as ear:
        await ear.opened()
        assert not await full.hub.deliver("ZZB", b'{"alert":"zzb"}')
        assert await full.hub.deliver("ALPHA", b'{"alert":"alpha"}')
        await ear.until(lambda heard: any(one.event == "notice" for one in heard))
        assert world.BETA not in ear.bytes.lower()


def _without_date(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}
