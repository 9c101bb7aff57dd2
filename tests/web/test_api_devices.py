"""Devices for the operator: nobody else reaches them, no secret stands in them, a search is bounded."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway.clock import SystemClock
from gateway.discovery.search import Searching
from gateway.model import Chunk
from gateway.sources.inbound import Connected, Inbound
from tests.web import world
from tests.web.box import DEADLINE_S, Box, open_box, until

ROUTES = (
    ("GET", "/api/v1/devices"),
    ("GET", "/api/v1/device-stream"),
    ("GET", "/api/v1/device-stream?device=alpha-dock"),
    ("GET", "/api/v1/devices/alpha-dock"),
    ("POST", "/api/v1/devices/alpha-dock/test"),
    ("GET", "/api/v1/discovery"),
    ("POST", "/api/v1/discovery"),
    ("DELETE", "/api/v1/discovery"),
)


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[Box]:
    """A box whose search of a subnet takes as long as it may."""
    with socket.create_server(("127.0.0.1", 0)) as mute:  # the kernel connects, nobody answers
        searching = Searching(SystemClock(), plain=mute.getsockname()[1], secure=1, ports=list)
        async with open_box(tmp_path, searching=searching) as opened:
            yield opened


@pytest.mark.parametrize("party", ["", "ALPHA", "ZZB"])
async def test_who_does_not_run_the_gateway_reaches_nothing_of_its_devices(full: Box, party: str) -> None:
    async with full.client(party) as client:
        for method, path in ROUTES:
            body = {"seconds": 1} if path.endswith("/test") else {"serial": False, "subnet": "127.0.0.1/32"}
            answer = await client.request(method, path, json=body if method == "POST" else None)
            assert answer.status_code == (404 if party else 401), (method, path)
    async with full.client("OPER") as client:
        assert (await client.get("/api/v1/discovery")).json()["state"] == "none", "nothing was begun"


async def test_devices_are_told_with_their_place_and_without_their_secrets(full: Box) -> None:
    await full.intake.put(Connected(device="tracker-1", at_us=world.NOW, write=None, drop=lambda why: None))
    await full.intake.put(Inbound(Chunk(device="tracker-1", received_us=world.NOW, data=b"$GPGGA,no,frame*00\r\n")))
    await until(lambda: full.watch.doing("tracker-1").rejected > 0)
    async with full.client("OPER") as client:
        answer = await client.get("/api/v1/devices")
        details = await client.get("/api/v1/devices/zzb-dock")
    assert "secret" not in answer.text + details.text
    by_name = {item["device"]: item for item in answer.json()["items"]}
    assert list(by_name) == ["alpha-dock", "zzb-dock", "tracker-1"]
    assert (by_name["alpha-dock"]["state"], by_name["alpha-dock"]["place"]) == ("silent", "ALPHA-DOOR")
    tracker = by_name["tracker-1"]
    assert (tracker["state"], tracker["links"], tracker["trouble"]["kind"]) == ("failing", 1, "data")
    assert (tracker["chunks"], tracker["bytes"], tracker["readings"]) == (1, 20, 0)


async def test_a_stream_of_devices_takes_no_notices_of_subscriptions(full: Box) -> None:
    async with full.client("OPER") as client, client.stream("GET", "/api/v1/device-stream") as answer:
        assert answer.status_code == 200
        await until(lambda: len(full.hub) == 1)
        assert await asyncio.wait_for(full.hub.deliver("OPER", b"{}"), DEADLINE_S) is False, "nobody hears notices"


async def test_a_stream_ends_with_its_token(full: Box) -> None:
    async with full.client("OPER") as client, client.stream("GET", "/api/v1/device-stream") as answer:
        lines = answer.aiter_lines()
        await anext(lines)
        await full.revoke("OPER")
        async with asyncio.timeout(DEADLINE_S):
            async for _ in lines:
                pass
    assert len(full.hub) == 0


async def test_one_search_runs_at_a_time_and_is_cancelled(slow: Box) -> None:
    wish = {"serial": False, "subnet": "127.0.0.1/32"}
    async with slow.client("OPER") as client:
        begun = await client.post("/api/v1/discovery", json=wish)
        assert (begun.status_code, begun.json()["state"]) == (202, "running")
        again = await client.post("/api/v1/discovery", json=wish)
        assert (again.status_code, again.headers["retry-after"]) == (409, "5")
        await _state(client, step="subnet")
        assert (await client.delete("/api/v1/discovery")).status_code == 200
        assert (await _state(client, state="cancelled"))["finds"] == []
        assert (await client.post("/api/v1/discovery", json=wish)).status_code == 202, "the next one may run"
        await client.delete("/api/v1/discovery")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"serial": False}, "expected where to search"),
        ({"subnet": "8.8.8.0/24"}, "expected a private subnet"),
        ({"subnet": "10.0.0.0/8"}, "at most 1024"),
        ({"subnets": ["10.0.0.0/24"]}, "unknown field"),
        ({"serial": "yes"}, "Expected `bool`"),
    ],
)
async def test_a_search_that_may_not_be_is_refused_in_words(box: Box, body: dict[str, object], why: str) -> None:
    async with box.client("OPER") as client:
        answer = await client.post("/api/v1/discovery", json=body)
        assert (answer.status_code, why in answer.json()["detail"]) == (422, True), answer.text
        assert (await client.get("/api/v1/discovery")).json()["state"] == "none"


async def _state(client: httpx.AsyncClient, **wanted: str) -> dict[str, object]:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            found: dict[str, object] = (await client.get("/api/v1/discovery")).json()
            if wanted.items() <= found.items():
                return found
