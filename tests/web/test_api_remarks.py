"""What parties say of alerts: both sides read it at once, a third learns not even that anything was said."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx
import pytest

from gateway.journal import remarks
from tests.web import world
from tests.web.box import Box
from tests.web.ear import Ear

ALERT = "/api/v1/alerts/alert-a"
TALK = f"{ALERT}/remarks"
LATER = "2026-01-01T15:00:00Z"


async def said(client: httpx.AsyncClient, **body: object) -> dict[str, Any]:
    answer = await client.post(TALK, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def conversation(client: httpx.AsyncClient) -> list[tuple[str, str, str]]:
    items = (await client.get(TALK)).json()["items"]
    return [(one["party"], one["kind"], one["text"]) for one in items]


async def test_both_sides_read_the_same_conversation(full: Box) -> None:
    async with full.client("ALPHA") as alpha, full.client("OPER") as oper:
        await said(alpha, text="The driver waits at the gate\nsince noon", by="Anna")
        await alpha.post(f"{ALERT}/acknowledge", json={"code": "congestion", "reason": "gate 4", "promised": LATER})
        await said(oper, kind="task", text="Send the papers", to="ALPHA", due=LATER)
        assert await conversation(alpha) == await conversation(oper)
        items = (await oper.get(TALK)).json()["items"]
        page = (await oper.get(TALK, params={"limit": 2})).json()
        rest = (await oper.get(TALK, params={"after": page["next_after"]})).json()
        count = (await oper.get(ALERT)).json()["remarks"]
    assert [one["kind"] for one in items] == ["comment", "acknowledged", "task"]
    assert items[0] == {
        "number": 1,
        "alert_id": "alert-a",
        "party": "ALPHA",
        "at": "2026-01-01T12:00:00.000000Z",
        "kind": "comment",
        "by": "Anna",
        "text": "The driver waits at the gate\nsince noon",
        "code": None,
        "promised": None,
        "to": "",
        "until": None,
        "answers": None,
    }
    assert (items[1]["code"], items[1]["promised"]) == ("congestion", "2026-01-01T15:00:00.000000Z")
    assert (page["items"] + rest["items"], rest["next_after"], count) == (items, None, 3)


async def test_a_task_is_listed_until_it_is_done(full: Box) -> None:
    async with full.client("ALPHA") as alpha, full.client("OPER") as oper:
        task = await said(oper, kind="task", text="Call the carrier", to="ALPHA")

        async def listed(client: httpx.AsyncClient, query: str = "") -> list[int]:
            return [one["number"] for one in (await client.get(f"/api/v1/tasks{query}")).json()["items"]]

        assert (await listed(alpha), await listed(oper), await listed(oper, "?given=true")) == (
            [task["number"]],
            [],
            [task["number"]],
        )
        await said(alpha, kind="done", answers=task["number"], text="He is on his way")
        again = await alpha.post(TALK, json={"kind": "done", "answers": task["number"]})
        assert (again.status_code, "which is done" in again.json()["detail"]) == (422, True)
        assert await listed(alpha) == await listed(oper, "?given=true") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "came none"),
        ({"text": " \n "}, "came none"),
        ({"text": "x" * 2001}, "length <= 2000"),
        ({"text": "a\x00b"}, "came U+0000"),
        ({"text": "a\x1b[31mb"}, "came U+001B"),
        ({"text": "a\r\nb"}, "came U+000D"),
        ({"text": "pay \u202eelif"}, "came U+202E"),
        ({"text": "x", "by": "An\nna"}, "came U+000A"),
        ({"text": "x", "kind": "acknowledged"}, "Invalid enum value"),
        ({"text": "x", "to": "ALPHA"}, "of a task only"),
        ({"text": "x", "answers": 1}, "with kind done only"),
        ({"text": "x", "kind": "task"}, "a party of the alert"),
        ({"text": "x", "kind": "task", "to": "ZZB"}, "a party of the alert"),
        ({"text": "x", "kind": "task", "to": "ALPHA", "due": "soon"}, "ISO 8601"),
        ({"kind": "done", "answers": 7}, "a task of this alert"),
        ({"texts": "x"}, "did you mean text"),
    ],
)
async def test_what_cannot_be_said_is_refused_in_words(full: Box, body: dict[str, object], expected: str) -> None:
    async with full.client("ALPHA") as client:
        answer = await client.post(TALK, json=body)
        assert (answer.status_code, (await client.get(TALK)).json()["items"]) == (422, [])
    assert expected in answer.json()["detail"]
    assert world.BETA not in answer.content.lower().replace(b"'zzb'", b""), "but for what came"


async def test_an_alert_is_shelved_for_a_while_and_by_a_party_for_itself(full: Box) -> None:
    async with full.client("ALPHA") as alpha:
        long = await alpha.post(f"{ALERT}/shelve", json={"until": "2026-01-02T12:00:00.000001Z"})
        shelved = await alpha.post(f"{ALERT}/shelve", json={"until": "2026-01-02T12:00:00Z", "reason": "known"})
        for _ in range(2):
            assert (await alpha.delete(f"{ALERT}/shelve")).status_code == 204
        found = await conversation(alpha)
    assert (long.status_code, "within 24 hours" in long.json()["detail"]) == (422, True)
    assert (shelved.status_code, shelved.json()["until"]) == (201, "2026-01-02T12:00:00.000000Z")
    assert found == [("ALPHA", "shelved", "known"), ("ALPHA", "unshelved", "")]


ASKED: tuple[tuple[str, str, object], ...] = (
    ("GET", "remarks", None),
    ("GET", "remarks?after=3&limit=1", None),
    ("POST", "remarks", {"text": "hello"}),
    ("POST", "remarks", {"text": "\x00"}),
    ("POST", "remarks", {"kind": "done", "answers": 1}),
    ("POST", "remarks", "no object"),
    ("POST", "acknowledge", {"code": "weather", "promised": LATER}),
    ("POST", "acknowledge", {"code": "nonsense"}),
    ("POST", "shelve", {"until": LATER}),
    ("POST", "shelve", {}),
    ("DELETE", "shelve", None),
)


@pytest.mark.parametrize(("method", "path", "body"), ASKED)
@pytest.mark.parametrize("party", ["ALPHA", "YARDS"])
async def test_a_foreign_alert_answers_like_one_that_is_not_there(
    full: Box, party: str, method: str, path: str, body: object
) -> None:
    async with full.client("ZZB") as beta:
        await beta.post("/api/v1/alerts/alert-zzb/remarks", json={"kind": "task", "text": "x", "to": "OPER"})
    async with full.client(party) as client:
        foreign, nothing = [
            await client.request(method, f"/api/v1/alerts/{alert}/{path}", json=body)
            for alert in ("alert-zzb", "never-heard-of")
        ]
    assert foreign.status_code == nothing.status_code == 404
    assert foreign.content == nothing.content
    assert foreign.headers.keys() == nothing.headers.keys()
    assert await full.journal.read(remarks.log_last) == 1, "nothing was said"


async def test_a_third_party_hears_nothing_of_it(full: Box) -> None:
    async with full.client("ALPHA") as alpha, Ear(alpha) as ear, full.client("ZZB") as beta:
        await ear.opened()
        await beta.post("/api/v1/alerts/alert-zzb/remarks", json={"kind": "task", "text": "zzb only", "to": "OPER"})
        await beta.post("/api/v1/alerts/alert-zzb/acknowledge", json={"reason": "zzb knows why"})
        await said(alpha, text="now we")
        await ear.until(lambda heard: any(one.event == "remark" for one in heard))
        assert world.BETA not in ear.bytes.lower()
        for path in ("/api/v1/tasks", "/api/v1/tasks?given=true", TALK, ALERT):
            assert world.BETA not in (await alpha.get(path)).content.lower(), path
        assert len((await alpha.get(TALK)).json()["items"]) == 1


async def test_the_operator_reads_what_is_not_its_own_and_says_nothing(full: Box) -> None:
    alert = world.alert("alert-own", "SHIP-A", "ALPHA")
    await full.tell(type(alert)(**{f: getattr(alert, f) for f in alert.__struct_fields__} | {"parties": ("ALPHA",)}))
    path = "/api/v1/alerts/alert-own"
    async with full.client("ALPHA") as alpha, full.client("OPER") as oper:
        await alpha.post(f"{path}/remarks", json={"text": "ours"})
        assert [one["text"] for one in (await oper.get(f"{path}/remarks")).json()["items"]] == ["ours"]
        assert (await oper.post(f"{path}/remarks", json={"text": "x"})).status_code == 403
        assert (await oper.post(f"{path}/shelve", json={"until": LATER})).status_code == 403
        assert (await oper.delete(f"{path}/shelve")).status_code == 403


async def test_a_remark_is_on_the_other_sides_page_within_a_second(full: Box) -> None:
    async with full.client("ALPHA") as alpha, full.client("OPER") as oper, Ear(oper) as ear, Ear(alpha) as own:
        await asyncio.gather(ear.opened(), own.opened())
        began = time.monotonic()
        made = await said(alpha, text="We reload at the next ramp")
        for one in (ear, own):
            await one.until(lambda heard: any(each.event == "remark" for each in heard))
        assert time.monotonic() - began < 1.0
    (heard,) = [one for one in ear.heard if one.event == "remark"]
    assert json.loads(heard.data) == made


async def test_remarks_missed_while_away_come_on_return_each_once(full: Box) -> None:
    async with full.client("ALPHA") as alpha, full.client("OPER") as oper:
        async with Ear(oper) as ear:
            await ear.opened()
            await said(alpha, text="first")
            await ear.until(lambda heard: any(one.event == "remark" for one in heard))
            last = ear.heard[-1].id
        for text in ("second", "third"):
            await said(alpha, text=text)
        async with Ear(oper, {"Last-Event-ID": last}) as again:
            await again.until(lambda heard: len([one for one in heard if one.event == "remark"]) == 2)
            texts = [json.loads(one.data)["text"] for one in again.heard if one.event == "remark"]
    assert texts == ["second", "third"]
