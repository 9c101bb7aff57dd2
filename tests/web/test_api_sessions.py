"""Signing in by token or cookie, and what keeps other sites' pages out."""

from __future__ import annotations

from gateway.access import new_token
from tests.web import world
from tests.web.box import Box


async def test_a_token_becomes_a_cookie_that_scripts_cannot_read(box: Box) -> None:
    async with box.client() as client:
        assert (await client.get("/api/v1/session")).status_code == 401
        made = await client.post("/api/v1/session", json={"token": box.tokens["ALPHA"]})
        assert made.status_code == 204
        cookie = made.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        session = (await client.get("/api/v1/session")).json()
        assert session == {
            "party": {"code": "ALPHA", "name": "Alpha Castings", "tier": "tier2"},
            "operator": False,
            "site": "test-box",
            "clock": {"now": "2026-01-01T12:00:00.000000Z", "speed": 1.0},
        }
        assert (await client.delete("/api/v1/session")).status_code == 204
        assert (await client.get("/api/v1/session")).status_code == 401


async def test_the_operator_is_told_so(box: Box) -> None:
    async with box.client("OPER") as client:
        assert (await client.get("/api/v1/session")).json()["operator"] is True


async def test_a_wrong_token_signs_nobody_in(box: Box) -> None:
    async with box.client() as client:
        for token in ("", "tv_", "nonsense", new_token(), "tv_" + "A" * 43, "tv_" + "A" * 43 + "\n"):
            answer = await client.post("/api/v1/session", json={"token": token})
            assert answer.status_code == 401, token
            assert "set-cookie" not in answer.headers


async def test_a_revoked_token_ends_at_once(box: Box) -> None:
    async with box.client("ALPHA") as client:
        assert (await client.get("/api/v1/events")).status_code == 200
        await box.revoke("ALPHA")
        refused = await client.get("/api/v1/events")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_no_route_answers_without_a_token(full: Box) -> None:
    paths = ("places", "board", "positions", "events", "assets/x", "shipments", "alerts", "stream", "devices")
    async with full.client() as client:
        for path in paths:
            answer = await client.get(f"/api/v1/{path}")
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_page_of_another_origin_changes_nothing(full: Box) -> None:
    async with full.client("ALPHA") as client:
        path, body = "/api/v1/alerts/alert-a/acknowledge", {"by": "someone"}
        refused = await client.post(path, json=body, headers={"Origin": "https://evil.example"})
        own = await client.post(path, json=body, headers={"Origin": full.url})
    assert refused.status_code == 403
    assert own.status_code == 200


async def test_the_demo_lets_anyone_look_as_any_party(demo: Box) -> None:
    async with demo.client() as client:
        parties = (await client.get("/api/v1/demo/parties")).json()
        assert [party["code"] for party in parties] == [party.code for party in world.CONFIG.parties]
        assert (await client.post("/api/v1/demo/session", json={"party": "ZZB"})).status_code == 204
        session = (await client.get("/api/v1/session")).json()
        assert session["party"]["code"] == "ZZB"
        assert session["clock"]["speed"] == 120.0
        wrong = await client.post("/api/v1/demo/session", json={"party": "NOBODY"})
        assert wrong.status_code == 422


async def test_without_the_demo_its_routes_are_not_there(box: Box) -> None:
    async with box.client() as client:
        assert (await client.get("/api/v1/demo/parties")).status_code == 404
        assert (await client.post("/api/v1/demo/session", json={"party": "ALPHA"})).status_code == 404
