"""What is packed into what, stated through the API: by whom it may be, of what, and that it is stored when answered."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from gateway.assembly import decoder_makers
from gateway.clock import ManualClock
from gateway.model import AssetKind, Packing, Rejected, Tier
from gateway.sources import Inbound, Intake
from gateway.walk.statements import API, Statements
from gateway.web.ports import DockView, Whereabouts
from tests.web import world
from tests.web.box import Box

PATH = "/api/v1/containment"
BODY: dict[str, Any] = {"parent": "OWNED-ALPHA", "assets": ["PAL-NEW"], "action": "ADD", "at": "2026-01-01T00:00:00Z"}


def at_zzb(asset: str, **more: Any) -> Whereabouts:
    return Whereabouts(
        asset=asset, kind=AssetKind.PALLET, place="ZZB-PLANT", tier=Tier.TIER2, since_us=1, seen_us=1, **more
    )


async def test_a_party_packs_its_own_and_what_nobody_has_seen(box: Box) -> None:
    async with box.client("ALPHA") as client:
        answer = await client.post(PATH, json=BODY | {"place": "dealpha"})
    assert (answer.status_code, answer.json()) == (200, {"stored": 1})
    assert box.live.packed == [
        Packing(asset="PAL-NEW", parent="OWNED-ALPHA", action="ADD", place="ALPHA-PLANT", seen_us=1_767_225_600_000_000)
    ]


async def test_without_a_time_it_is_now(box: Box) -> None:
    async with box.client("OPER") as client:
        await client.post(PATH, json={key: BODY[key] for key in ("parent", "assets", "action")})
    assert [packing.seen_us for packing in box.live.packed] == [world.NOW]


@pytest.mark.parametrize(
    ("party", "change", "status", "field"),
    [
        ("ALPHA", {"parent": "OWNED-ZZB"}, 403, "parent"),
        ("ALPHA", {"assets": ["PAL-NEW", "OWNED-ZZB"]}, 403, "assets[1]"),
        ("ALPHA", {"assets": ["zzb-number-8"]}, 403, "assets[0]"),
        ("ALPHA", {"assets": ["PAL-THEIRS"]}, 403, "assets[0]"),
        ("ALPHA", {"place": "ZZB-PLANT"}, 403, "place"),
        ("ALPHA", {"place": "NOWHERE"}, 422, "place"),
        ("OPER", {"assets": ["OWNED-ALPHA"]}, 422, "assets[0]"),
        ("OPER", {"parent": "PAL-THEIRS", "assets": ["OWNED-ALPHA"]}, 422, "assets[0]"),
    ],
)
async def test_what_may_not_be_stated_is_refused_whole(
    box: Box, party: str, change: dict[str, Any], status: int, field: str
) -> None:
    box.live.where_all.append(at_zzb("PAL-THEIRS", parent="OWNED-ALPHA", via=("OWNED-ALPHA",)))
    async with box.client(party) as client:
        answer = await client.post(PATH, json=BODY | change)
    assert answer.status_code == status
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert box.live.packed == []


@pytest.mark.parametrize("change", [{"action": "MOVE"}, {"assets": []}, {"at": "yesterday"}, {"more": 1}])
async def test_a_wrong_body_is_told(box: Box, change: dict[str, Any]) -> None:
    async with box.client("OPER") as client:
        answer = await client.post(PATH, json=BODY | change)
    assert answer.status_code in (400, 422)


async def test_nobody_packs_without_a_token(box: Box) -> None:
    async with box.client() as client:
        assert (await client.post(PATH, json=BODY)).status_code == 401


async def test_it_is_answered_once_it_is_committed() -> None:
    intake, packing = Intake(), Packing(asset="PAL-1", parent="TRL-1", action="ADD", seen_us=5)
    stated = asyncio.create_task(Statements(intake, ManualClock(7)).pack([packing]))
    (inbound,) = await intake.take(10)
    assert isinstance(inbound, Inbound)
    assert not stated.done()
    assert inbound.settle is not None
    inbound.settle()
    await stated
    decoder = decoder_makers(world.CONFIG)[API]()
    assert decoder.feed(inbound.chunk.data, 7) == [packing]
    assert isinstance(decoder.feed(b"[{}]", 7)[0], Rejected)


async def test_doors_tell_their_contacts_to_their_owner_and_the_operator(full: Box) -> None:
    full.live.docks["ALPHA-DOOR"] = DockView(door_open=True, trailer_present=False)
    found = {}
    for party in ("ALPHA", "OPER", "ZZB"):
        async with full.client(party) as client:
            places = (await client.get("/api/v1/places")).json()["items"]
        found[party] = {p["code"]: (p["door_open"], p["trailer_present"]) for p in places}
    assert found["ALPHA"]["ALPHA-DOOR"] == found["OPER"]["ALPHA-DOOR"] == (True, False)
    assert found["OPER"]["ZZB-DOOR"] == (None, None)
    assert "ALPHA-DOOR" not in found["ZZB"]


async def test_an_asset_tells_whether_it_moves_and_what_it_is_in(box: Box) -> None:
    moved = at_zzb("PAL-1", parent="CONT-1", via=("CONT-1", "TRL-3"), moving=True, moving_since_us=world.NOW)
    box.live.where_all.append(msgspec.structs.replace(moved, place=""))
    async with box.client("OPER") as client:
        where = (await client.get("/api/v1/assets/PAL-1")).json()["where"]
    assert (where["moving"], where["via"]) == (True, ["CONT-1", "TRL-3"])
    assert where["moving_since"] is not None
