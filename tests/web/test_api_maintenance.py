"""Maintenance windows: a party works on what is its own, the operator on all, and nobody learns of others' work."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.journal import maintenance
from tests.web import world
from tests.web.box import Box

ROUTE = "/api/v1/maintenance"


def said(name: str = "dock", **more: object) -> dict[str, Any]:
    times = {"start": "2026-01-01T06:00:00Z", "end": "2026-01-01T18:00:00+01:00"}
    return {"name": name, **times, "places": ["ALPHA-DOOR"], **more}


async def test_a_window_is_entered_changed_and_called_off(full: Box) -> None:
    async with full.client("ALPHA") as client:
        entered = await client.post(ROUTE, json=said())
        changed = await client.post(ROUTE, json=said(end="2026-01-02T06:00:00Z", devices=["alpha-dock"]))
        seen = (await client.get(ROUTE)).json()["items"]
        gone = await client.delete(f"{ROUTE}/dock")
        again = await client.delete(f"{ROUTE}/dock")
        assert (await client.get(ROUTE)).json() == {"items": []}
    assert (entered.status_code, changed.status_code, gone.status_code, again.status_code) == (201, 201, 200, 404)
    assert seen == [changed.json()]
    assert (seen[0]["party"], seen[0]["source"], seen[0]["end"]) == ("ALPHA", "api", "2026-01-02T06:00:00.000000Z")
    log = await full.journal.read(lambda c: maintenance.log_after(c, 0, 10))
    assert [one.window is not None for one in log] == [True, True, False]
    assert {one.recorded_us for one in log} == {world.NOW}


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (said(places=["ZZB-DOOR"]), "of yours"),
        (said(places=["NOWHERE"]), "of yours"),
        (said(devices=["zzb-dock"]), "of yours"),
        (said(places=[], lanes=["ALPHA-PLANT>OPER-PLANT"]), "operator"),
        (said(rules=["no-such-rule"]), "the name of a rule"),
        (said(places=[]), "what is worked on"),
        (said(name="two words"), "a short name"),
        (said(start="2026-01-01T06:00:00"), "start"),
        (said(end="2026-01-01T05:00:00Z"), "after the start"),
        (said(end="2026-01-01T11:00:00Z"), "still to come"),
        (said(end="2026-02-01T11:00:00Z"), "14 days"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(full: Box, body: dict[str, Any], word: str) -> None:
    async with full.client("ALPHA") as client:
        answer = await client.post(ROUTE, json=body)
        assert answer.status_code in (400, 422)
        assert word in answer.json()["detail"]
        assert (await client.get(ROUTE)).json() == {"items": []}


async def test_the_operator_may_silence_lanes_and_anything_for_long(full: Box) -> None:
    body = said(places=["ZZB-DOOR"], lanes=["ALPHA-PLANT>OPER-PLANT"], end="2026-06-01T00:00:00Z")
    async with full.client("OPER") as client:
        assert (await client.post(ROUTE, json=body)).status_code == 201
        wrong = await client.post(ROUTE, json=said(lanes=["ALPHA-PLANT"]))
    assert wrong.status_code == 422


async def test_of_others_windows_a_party_neither_hears_nor_changes_them(full: Box) -> None:
    async with full.client("ZZB") as client:
        assert (await client.post(ROUTE, json=said("zzb-works", places=["ZZB-PLANT"]))).status_code == 201
    async with full.client("ALPHA") as client:
        assert (await client.get(ROUTE)).json() == {"items": []}
        taken = await client.post(ROUTE, json=said("zzb-works"))
        gone = await client.delete(f"{ROUTE}/zzb-works")
    async with full.client("OPER") as client:
        (seen,) = (await client.get(ROUTE)).json()["items"]
        assert (await client.delete(f"{ROUTE}/zzb-works")).status_code == 200
    assert (taken.status_code, gone.status_code, seen["party"]) == (409, 404, "ZZB")
