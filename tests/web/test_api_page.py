"""The page, health, metrics, the OpenAPI document, and the headers around every answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.config.model import Http
from gateway.journal import states
from gateway.model import DeviceState
from gateway.web.ports import Phase
from tests.web import world
from tests.web.box import DEADLINE_S, Box, open_box


async def test_every_answer_is_locked_down(full: Box) -> None:
    async with full.client("ALPHA") as client:
        paths = [
            "/",
            "/share.html",
            "/setup.html",
            "/js/main.js",
            "/css/tokens.css",
            "/icon.svg",
            "/nothing",
            "/static/index.html",
        ]
        for path in (*paths, "/api/v1/board", "/api/v1/nothing", "/api/v1/shared", "/health", "/openapi.json"):
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"].startswith("default-src 'self'"), path
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-frame-options"] == "DENY"
        assert (await client.get("/api/v1/board")).headers["cache-control"] == "no-store"


async def test_the_page_is_served_and_asked_for_again(box: Box) -> None:
    async with box.client() as client:
        page = await client.get("/")
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["cache-control"] == "no-cache"
        assert (await client.get("/", headers={"If-None-Match": page.headers["etag"]})).status_code == 304
        assert (await client.get("/js/main.js")).headers["content-type"].startswith("text/javascript")
        assert (await client.get("/static/js/main.js")).status_code == 200


WAYS_OUT = (
    "/../build.py",
    "/static/../build.py",
    "/%2e%2e/build.py",
    "/static/%2e%2e/build.py",
    "/static/..%2fbuild.py",
    "/static/%252e%252e/build.py",
    "/static/..%5cbuild.py",
    "/static/js/../../build.py",
    "/static//etc/passwd",
    "/%2fetc/passwd",
    "//etc/passwd",
    "/static/index.html%00.js",
    "/%00",
    "/static/" + "a" * 5000,
)


async def test_no_path_leads_out_of_the_pages_folder(box: Box) -> None:
    for path in WAYS_OUT:
        answer = await _raw(box, path)
        assert b" 404 " in answer.split(b"\r\n")[0], path
        assert b"root:" not in answer, path
        assert b"FastAPI" not in answer, path


async def _raw(box: Box, path: str) -> bytes:
    """The answer to a path as it stands, which no client library has tidied up."""
    host, port = box.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), DEADLINE_S)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_large_answers_are_compressed(full: Box) -> None:
    async with full.client("OPER") as client:
        answer = await client.get("/api/v1/events")
    assert answer.headers["content-encoding"] == "gzip"


async def test_health_says_a_word_to_anyone_and_more_to_the_operator(full: Box) -> None:
    heard = DeviceState(device="alpha-dock", place="", asset="", heard_us=world.NOW, known_us=0, connected=True)
    await full.journal.write(lambda c: states.save_devices(c, [heard]))
    await full.journal.write(lambda c: states.save_cursor(c, "rules", 3))
    brief = {"status": "ok", "version": "0.0.test", "ready": True}
    for party in ("", "ALPHA"):
        async with full.client(party) as client:
            assert (await client.get("/health")).json() == brief
    async with full.client("OPER") as client:
        details = (await client.get("/health")).json()
    devices = details["devices"]
    assert [device["device"] for device in devices] == ["alpha-dock", "zzb-dock", "tracker-1"]
    assert devices[0]["heard"] == "2026-01-01T12:00:00.000000Z"
    assert "secret" not in str(devices)
    assert details["cursors"] == [{"name": "rules", "seq": 3}]
    assert (details["last_seq"], details["pending_deliveries"], details["quarantined"]) == (len(world.EVENTS), 0, 0)


@pytest.mark.parametrize("phase", ["starting", "stopping"])
async def test_health_says_when_the_gateway_is_not_ready(box: Box, phase: Phase) -> None:
    box.live.phase = phase
    for party in ("", "OPER"):
        async with box.client(party) as client:
            told = (await client.get("/health")).json()
        assert (told["status"], told["ready"]) == (phase, False)


async def test_metrics_are_for_this_machine(box: Box) -> None:
    async with box.client() as client:
        answer = await client.get("/metrics")
    assert "tierview_test_total 1.0" in answer.text


async def test_behind_a_proxy_metrics_need_the_operators_token(tmp_path: Path) -> None:
    config = world.CONFIG.model_copy(update={"http": Http(behind_tls_proxy=True)})
    async with open_box(tmp_path, config=config) as box:
        for party, status in (("", 404), ("ALPHA", 404), ("OPER", 200)):
            async with box.client(party) as client:
                assert (await client.get("/metrics")).status_code == status
        async with box.client() as client:
            made = await client.post("/api/v1/session", json={"token": box.tokens["ALPHA"]})
            assert "Secure" in made.headers["set-cookie"]


async def test_the_openapi_document_knows_every_shape_it_refers_to(box: Box) -> None:
    async with box.client() as client:
        document = (await client.get("/openapi.json")).json()
    schemas = document["components"]["schemas"]
    refs = set(_refs(document))
    assert refs
    assert {ref.rpartition("/")[2] for ref in refs} <= set(schemas)
    assert {"/api/v1/shipments", "/api/v1/alerts/{alert_id}/acknowledge", "/api/v1/stream", "/health"} <= set(
        document["paths"]
    )
    body = document["paths"]["/api/v1/shipments"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/ShipmentBody"}
    assert set(schemas["AlertShape"]["required"]) >= {"alert_id", "receipts", "skew_ms"}


def _refs(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for child in node.values() for ref in _refs(child)]
    if isinstance(node, list):
        return [ref for child in node for ref in _refs(child)]
    return []
