"""Whatever comes to the API, it answers: with no fault of its own, with nothing of a stranger's, and soon."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from tests.web import world
from tests.web.box import Box
from tests.web.test_isolation_matrix import MATRIX
from tests.web.wild import Ask, Sample, Wild

ASKERS = ("", "ALPHA", "YARDS", "OPER")
OWN_FAULT = 500
SOON_S = 5.0
# What the isolation matrix asks for of Beta's, asked for of Alpha's.
OWN = (("alert-zzb", "alert-a"), ("SHIP-ZZB", "SHIP-A"), ("TRL-ZZB", "TRL-A"), ("ZZB", "ALPHA"), ("zzb", "alpha"))
# They speak to the network and to devices when the operator asks: their own tests do so on loopback.
REACHING = {"/api/v1/discovery", "/api/v1/devices/{name}/test"}


@pytest.mark.parametrize("asker", ASKERS, ids=lambda party: party or "nobody")
async def test_no_request_breaks_the_api_or_tells_of_strangers(full: Box, asker: str) -> None:
    await _besiege(full, asker, rounds=3, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 5))
@pytest.mark.parametrize("asker", ASKERS, ids=lambda party: party or "nobody")
async def test_no_request_breaks_the_api_in_the_long_run(full: Box, asker: str, seed: int) -> None:
    await _besiege(full, asker, rounds=60, seed=seed)


async def _besiege(box: Box, asker: str, *, rounds: int, seed: int) -> None:
    """Every route this many times; every fault is told at the end, so that one does not hide the next."""
    faults: dict[str, str] = {}
    async with box.client() as client:
        wild = Wild((await client.get("/openapi.json")).json(), seed, _samples())
    async with box.client(asker) as client:
        for _ in range(rounds):
            for method, path, operation in wild.routes:
                if asker == "OPER" and path in REACHING:
                    continue
                if fault := await _fault(client, wild.ask(method, path, operation), asker):
                    faults.setdefault(f"{method} {path}", fault)
    assert faults == {}


def _samples() -> dict[str, Sample]:
    found = {}
    for route, case in MATRIX.items():
        said = json.dumps([case.path, case.body])
        for foreign, own in OWN:
            said = said.replace(foreign, own)
        path, body = json.loads(said)
        found[route] = Sample(path=path, body=body)
    return found


async def _fault(client: httpx.AsyncClient, ask: Ask, asker: str) -> str:
    """What is wrong with the answer; empty where nothing is."""
    began = time.monotonic()
    async with client.stream(ask.method, ask.url, content=ask.body, headers=ask.headers) as answer:
        endless = answer.headers.get("content-type", "").startswith("text/event-stream")
        said = b"" if endless else await answer.aread()
    took_s = time.monotonic() - began
    at = f"{ask.url[:200]} {(ask.body or b'')[:300]!r} {ask.headers}: {answer.status_code} {said[:300]!r}"
    if answer.status_code >= OWN_FAULT or b"Traceback" in said:
        return f"failed: {at}"
    foreign = asker != "OPER" and world.BETA in (said + str(answer.headers).encode()).lower()
    if foreign:
        return f"told of a stranger: {at}"
    return f"took {took_s:.1f} s: {at}" if took_s > SOON_S else ""
