"""Shared links: one shipment, until a date, for whoever has the link, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from gateway.journal import share_links
from gateway.web.door.share_sessions import MOST_A_MINUTE, SESSION_S, ShareSessions
from tests.web import world
from tests.web.box import DEADLINE_S, Box

PATH = "/api/v1/shipments/SHIP-A/share"
UNTIL = "2026-01-08T12:00:00Z"
OTHERS = ("session", "shipments", "alerts", "events", "places", "board", "shipments/SHIP-A", "shares", "stream")


async def made(box: Box, party: str = "ALPHA", **more: str) -> dict[str, str]:
    async with box.client(party) as client:
        answer = await client.post(PATH, json={"until": UNTIL, "label": "for the forwarder"} | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


@asynccontextmanager
async def guest(box: Box, link: str) -> AsyncIterator[httpx.AsyncClient]:
    """Someone who follows a link, as the page does."""
    async with httpx.AsyncClient(base_url=box.url, timeout=DEADLINE_S) as client:
        answer = await client.post("/api/v1/shared", json={"token": link.partition("#")[2]})
        assert answer.status_code in (204, 404), answer.text
        yield client


async def test_a_guest_sees_the_shipment_and_nothing_else(full: Box) -> None:
    link = (await made(full))["link"]
    assert link.startswith(f"{full.url}/share.html#")
    async with guest(full, link) as client:
        seen = (await client.get("/api/v1/shared")).json()
        statuses = {path: (await client.get(f"/api/v1/{path}")).status_code for path in OTHERS}
    assert (seen["by"], seen["label"], seen["shipment"]["shipment_id"]) == (
        "Alpha Castings",
        "for the forwarder",
        "SHIP-A",
    )
    assert seen["until"] == "2026-01-08T12:00:00.000000Z"
    assert set(statuses.values()) == {401}


async def test_the_cookie_is_not_the_link_and_the_link_is_no_token(full: Box) -> None:
    link = (await made(full))["link"]
    secret = link.partition("#")[2]
    async with guest(full, link) as client:
        (cookie,) = client.cookies.jar
        assert cookie.value not in (None, secret)
        assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == ("/api/v1/shared", True)
    async with httpx.AsyncClient(base_url=full.url, headers={"Authorization": f"Bearer tv_{secret}"}) as client:
        assert (await client.get("/api/v1/session")).status_code == 401


async def test_only_the_hash_is_kept(full: Box) -> None:
    secret = (await made(full))["link"].partition("#")[2]
    held = await full.journal.read(lambda c: share_links.standing(c, "", world.NOW))
    assert [one.party for one in held] == ["ALPHA"]
    assert secret not in str(held)
    async with full.client("ALPHA") as client:
        assert secret not in (await client.get("/api/v1/shares")).text


async def test_it_ends_at_its_end(full: Box) -> None:
    link = (await made(full, until="2026-01-01T13:00:00Z"))["link"]
    async with guest(full, link) as client:
        assert (await client.get("/api/v1/shared")).status_code == 200
        full.clock.advance_to(world.NOW + world.HOUR)
        assert (await client.get("/api/v1/shared")).status_code == 404
    async with guest(full, link) as client:
        assert (await client.get("/api/v1/shared")).status_code == 404


async def test_it_ends_when_it_is_revoked_by_its_party_alone(full: Box) -> None:
    one = await made(full)
    async with guest(full, one["link"]) as client:
        async with full.client("ZZB") as other:
            assert (await other.delete(f"/api/v1/shares/{one['id']}")).status_code == 404
            assert (await other.get("/api/v1/shares")).json() == {"items": []}
        assert (await client.get("/api/v1/shared")).status_code == 200
        async with full.client("ALPHA") as own:
            assert (await own.delete(f"/api/v1/shares/{one['id']}")).status_code == 204
        assert (await client.get("/api/v1/shared")).status_code == 404


async def test_it_ends_when_its_party_leaves_the_shipment(full: Box) -> None:
    async with guest(full, (await made(full))["link"]) as client:
        await full.plan(world.plan("SHIP-A", "ALPHA-PLANT", ("TRL-A",), "YARDS"))
        assert (await client.get("/api/v1/shared")).status_code == 404


@pytest.mark.parametrize("until", ["2026-01-01T11:59:59Z", "2026-01-31T12:00:01Z", "tomorrow", "2026-01-05"])
async def test_a_date_that_is_none_is_refused(full: Box, until: str) -> None:
    async with full.client("ALPHA") as client:
        answer = await client.post(PATH, json={"until": until})
    assert answer.status_code == 422
    assert "until" in answer.json()["detail"]


async def test_what_is_not_ones_own_cannot_be_shared(full: Box) -> None:
    async with full.client("ALPHA") as client:
        foreign = await client.post("/api/v1/shipments/SHIP-ZZB/share", json={"until": UNTIL})
        nothing = await client.post("/api/v1/shipments/never-heard-of/share", json={"until": UNTIL})
    assert (foreign.status_code, foreign.content) == (404, nothing.content)


async def test_guessing_is_slow(full: Box) -> None:
    async with httpx.AsyncClient(base_url=full.url) as client:
        statuses = [
            (await client.post("/api/v1/shared", json={"token": f"guess-{number}"})).status_code
            for number in range(MOST_A_MINUTE + 1)
        ]
    assert statuses == [404] * MOST_A_MINUTE + [429]


def test_a_session_lasts_an_hour() -> None:
    now_s = 0.0
    sessions = ShareSessions(lambda: now_s)
    one = sessions.open("hash")
    assert sessions.link(one) == "hash"
    now_s = SESSION_S
    assert sessions.link(one) is None
    assert sessions.link("another") is None
