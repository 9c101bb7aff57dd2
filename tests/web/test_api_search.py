"""Search: any number in any spelling, a part of one, a name; what matched; and nothing that is not one's own."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gateway.model import Leg, PartLine
from tests.web import world
from tests.web.box import Box

CONTAINER = "urn:epc:id:bic:CSQU3054383"


async def _asked(box: Box, text: str, party: str = "OPER", **more: Any) -> dict[str, Any]:
    async with box.client(party) as client:
        answer = await client.get("/api/v1/search", params={"text": text, **more})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def _found(box: Box, text: str, party: str = "OPER") -> list[tuple[str, str, str]]:
    """Kind, id and what matched."""
    return [(one["kind"], one["id"], one["by"]) for one in (await _asked(box, text, party))["items"]]


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        (world.SSCC, "epc_uri"),
        ("3136451FD400000001000000", "epc_hex"),
        ("31 36 45 1F D4 00 00 00 01 00 00 00", "epc_hex"),
        ("urn:epc:tag:sscc-96:1.9521141.0000000001", "tag_uri"),
        ("(00)095211410000000014", "element_string"),
        ("00095211410000000014", "element_string"),
        ("095211410000000014", "element_string"),
        ("0 9521141 000000001 4", "element_string"),
        ("https://id.gs1.org/00/095211410000000014", "element_string"),
        ("https://dock.example/00/095211410000000014?x=1", "element_string"),
        ("sscc 9521141.0000000001", "epc_uri"),
        ("]C100095211410000000014", "element_string"),
    ],
)
@pytest.mark.parametrize("party", ["OPER", "ALPHA"])
async def test_a_pallet_is_found_in_every_spelling(full: Box, typed: str, by: str, party: str) -> None:
    said = await _asked(full, typed, party)
    (hit,) = (one for one in said["items"] if one["kind"] == "asset")
    assert (hit["id"], hit["text"], hit["exact"]) == (world.SSCC, "SSCC 9521141.0000000001", True)
    assert (hit["by"], hit["place"], hit["tier"]) == (by, "", "transit")


@pytest.mark.parametrize("typed", ["trl-a", "TRL", "rl a", "952114", "00000014", "(00)0952", "0952 1141"])
async def test_a_part_of_a_number_is_enough(full: Box, typed: str) -> None:
    wanted = "TRL-A" if "rl" in typed.lower() else world.SSCC
    assert wanted in [one[1] for one in await _found(full, typed, "ALPHA")]


async def test_a_container_is_found_before_it_was_ever_seen(full: Box) -> None:
    await full.plan(world.plan("SHIP-C", "ALPHA-PLANT", (CONTAINER,), "ALPHA"))
    for typed in ("CSQU3054383", "csqu 305438 3", "305438", CONTAINER):
        for party in ("OPER", "ALPHA"):
            assert CONTAINER in [one[1] for one in await _found(full, typed, party)], (typed, party)
        assert await _found(full, typed, "ZZB") == []


async def test_shipments_and_parts_are_found_with_what_matched(full: Box) -> None:
    plan = replace(
        world.SHIPMENTS[0],
        shipment_id="ASN-2026/77",
        contents="Brake discs, painted",
        parts=(PartLine(number="4F0-898.121 A", quantity=40.0, unit="C62"),),
        legs=(Leg(mode="sea", trip="VOY 512W"),),
    )
    await full.plan(plan)
    assert await _found(full, "asn 2026 77", "ALPHA") == [("shipment", "ASN-2026/77", "id")]
    assert await _found(full, "brake disc", "ALPHA") == [("shipment", "ASN-2026/77", "contents")]
    assert await _found(full, "voy512w", "ALPHA") == [("shipment", "ASN-2026/77", "trip")]
    for typed in ("4F0-898.121 A", "4f0898121a", "898 121", "4F0"):
        said = await _asked(full, typed, "ALPHA")
        (hit,) = said["items"]
        assert (hit["kind"], hit["id"], hit["text"]) == ("part", "ASN-2026/77", "4F0-898.121 A")
        assert (await _asked(full, typed, "ZZB"))["items"] == []


async def test_names_that_people_linked_are_found(full: Box) -> None:
    await full.plan(replace(world.SHIPMENTS[0], shipment_id="SHIP-P", parts=(PartLine(number="P-4711"),)))
    links = [
        {"kind": "asset", "name": "HH TV 1234", "target": "TRL-A"},
        {"kind": "place", "name": "Werk Nord", "target": "ALPHA-PLANT"},
        {"kind": "part", "name": "OLD-99", "target": "P-4711"},
    ]
    async with full.client("OPER") as client:
        made = [(await client.post("/api/v1/names", json=link)).status_code for link in links]
    assert made == [201, 201, 201]
    assert ("asset", "TRL-A", "name") in await _found(full, "HH TV 1234")
    assert ("asset", "TRL-A", "name") in await _found(full, "tv123")
    assert ("place", "ALPHA-PLANT", "code") in await _found(full, "werk nord")
    assert ("part", "SHIP-P", "name") in await _found(full, "old-99")
    assert ("asset", "TRL-A", "name") in await _found(full, "HH TV 1234", "ALPHA")  # whole: as its own page says
    assert await _found(full, "tv123", "ALPHA") == []  # a part of what is the operator's to know


async def test_devices_are_the_operators(full: Box) -> None:
    assert ("device", "alpha-dock", "id") in await _found(full, "alpha-dock")
    assert "device" not in [kind for kind, _, _ in await _found(full, "alpha-dock", "ALPHA")]


async def test_the_kind_that_matches_best_comes_first_and_more_is_said(full: Box) -> None:
    await full.plan(*(world.plan(f"TRL-A-{n}", "ALPHA-PLANT", ("TRL-A",), "ALPHA") for n in range(9)))
    said = await _asked(full, "TRL-A", limit=3)
    kinds = [one["kind"] for one in said["items"]]
    assert kinds[0] == "asset"
    assert kinds.count("shipment") == 3
    assert said["more"] == ["shipment"]
    assert (await _asked(full, "Plant"))["items"][0]["kind"] == "place"


@pytest.mark.parametrize(
    "typed", ["TRL-ZZB", "zzb", "zzb-number-7", "zzb-dock", "castings of zzb", "SHIP-Z", "OWNED-Z"]
)
async def test_nothing_of_another_lane_is_found(full: Box, typed: str) -> None:
    await full.plan(replace(world.SHIPMENTS[1], shipment_id="SHIP-ZZB-9", parts=(PartLine(number="zzb-part"),)))
    for party in ("ALPHA", "YARDS"):
        assert (await _asked(full, typed, party)) == {"items": [], "more": []}
    assert await _found(full, typed, "OPER") != []


@pytest.mark.parametrize("typed", ["()", "%", "_", '"', "\\", "';--", "\x1d", "٣", "🚚"])
async def test_signs_find_nothing_and_break_nothing(full: Box, typed: str) -> None:
    assert (await _asked(full, typed))["items"] == []
