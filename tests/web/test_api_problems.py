"""Whatever is sent, the answer is a problem that says what was expected, never a fault of ours."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest

from gateway.web.http.body import MOST_CSV, MOST_DEPTH, MOST_JSON, depth
from tests.web.box import Box

POSTS = ("/api/v1/session", "/api/v1/shipments", "/api/v1/alerts/alert-a/acknowledge")
JSON = {"Content-Type": "application/json"}
CSV = {"Content-Type": "text/csv"}
GOOD = b'{"shipment_id":"S","stops":[{"place":"ALPHA-PLANT"},{"place":"OPER-PLANT","arrival":{"close":"2026-01-02T14:00Z"}}],"assets":["T"],"parties":{"shipper":"ALPHA"}}'  # noqa: E501
LISTS = ("events", "alerts", "shipments", "board", "places", "positions")
SINGLES = ("assets/", "shipments/", "alerts/")
NAMES = ("after", "limit", "asset", "place", "type", "state", "shipment", "before", "late", "x", "")
VALUES = (
    *("", "-1", "0", "1", "9" * 40, "NaN", "\x00", "\U0001f600", "%00", "%ff", "'; --", "a" * 300, "../x", "?", "#"),
    *("2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00Z,x"),
    *("(00)1", "urn:epc:id:sscc:x", "urn:epc:id:sgtin:1.2", "0xGG", "https://id.gs1.org/00/1"),
)
TRAPS = {
    "nan": b'{"by":NaN}',
    "infinity": b'{"by":-Infinity}',
    "huge number": b'{"by":1e999}',
    "long number": b'{"by":' + b"9" * 100_000 + b"}",
    "same key twice": b'{"by":"a","by":"b"}',
    "lone surrogate": b'{"by":"\\ud800"}',
    "not utf-8": b'{"by":"\xff"}',
    "utf-16": '{"by":"a"}'.encode("utf-16"),
    "empty": b"",
    "half": b'{"by":',
    "more than one": b"{}{}",
    "deep array": b"[" * 100_000,
    "deep object": b'{"a":' * 50_000,
    "deep and closed": b"[" * 33 + b"]" * 33,
    "deep in a known field": b'{"by":' + b"[" * 40 + b"]" * 40 + b"}",
    "null": b"null",
    "number": b"7",
    "nul": b'{"by":"a"}\x00',
}


@pytest.mark.parametrize("path", POSTS)
async def test_traps_in_json_are_refused(full: Box, path: str) -> None:
    async with full.client("ALPHA") as client:
        for name, trap in TRAPS.items():
            answer = await client.post(path, content=trap, headers=JSON)
            assert answer.status_code in (400, 422), name
            _is_problem(answer)


async def test_a_body_beyond_its_bound_is_refused_unread(box: Box) -> None:
    async with box.client("ALPHA") as client:
        declared = await client.post("/api/v1/shipments", content=b" " * (MOST_JSON + 1), headers=JSON)
        counted = await client.post("/api/v1/shipments", content=_blanks(MOST_JSON + 65536), headers=JSON)
        csv = await client.post("/api/v1/shipments/import", content=_blanks(MOST_CSV + 65536), headers=CSV)
    for answer, bound in ((declared, "1024 KiB"), (counted, "1024 KiB"), (csv, "16384 KiB")):
        assert answer.status_code == 413
        assert bound in _is_problem(answer)["detail"]


async def _blanks(size: int) -> AsyncIterator[bytes]:
    """A body that does not say its length beforehand."""
    for _ in range(size // 65536):
        yield b" " * 65536


async def test_random_bodies_never_break_it(full: Box) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    async with full.client("ALPHA") as client:
        for number in range(300):
            body = _spoilt(chance)
            kind = chance.choice([JSON, JSON, {"Content-Type": "text/csv"}, {}])
            path = chance.choice([*POSTS, "/api/v1/shipments/import"])
            answer = await client.post(path, content=body, headers=kind)
            assert answer.status_code < 500, (seed, number, path, body)
            if answer.status_code >= 400:
                _is_problem(answer)


async def test_random_queries_and_paths_never_break_it(full: Box) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    async with full.client("ALPHA") as client:
        for number in range(400):
            path = chance.choice(LISTS) if chance.random() < 0.5 else chance.choice(SINGLES) + _word(chance)
            answer = await client.get(f"/api/v1/{path}?{quote(chance.choice(NAMES))}={_word(chance)}")
            assert answer.status_code < 500, (seed, number, str(answer.url))
            if answer.status_code >= 400:
                _is_problem(answer)


def _word(chance: random.Random) -> str:
    return quote(chance.choice(VALUES), safe="%")


WRONG_QUERIES = (
    ("events?limit=0", "limit"),
    ("events?limit=1001", "limit"),
    ("events?limit=many", "got 'many'"),
    ("events?after=-1", "after"),
    ("events?type=alert", "location"),
    ("events?afer=1", "did you mean after"),
    ("events?asset=(00)1", "element string"),
    ("board?limit=1", "expected no parameters"),
    ("alerts?state=closed", "state"),
    ("alerts?before=yesterday", "ISO 8601"),
    ("shipments?late=perhaps", "late"),
)


async def test_a_wrong_query_says_what_was_expected(full: Box) -> None:
    async with full.client("ALPHA") as client:
        for query, said in WRONG_QUERIES:
            answer = await client.get(f"/api/v1/{query}")
            assert answer.status_code == 422, query
            assert said in _is_problem(answer)["detail"], query


async def test_unknown_paths_and_methods_are_problems_too(full: Box) -> None:
    async with full.client("ALPHA") as client:
        for method, path, status in (
            ("GET", "/api/v1/nothing", 404),
            ("GET", "/nothing.html", 404),
            ("DELETE", "/api/v1/events", 405),
            ("PUT", "/api/v1/alerts/alert-a/acknowledge", 405),
            ("GET", "/docs", 404),
            ("GET", "/redoc", 404),
        ):
            answer = await client.request(method, path)
            assert answer.status_code == status, path
            _is_problem(answer)


@pytest.mark.parametrize(
    ("data", "levels"),
    [(b"", 0), (b"7", 0), (b"[]", 1), (b'[{"a":[]}]', 3), (b'"[[["', 0), (rb'["\"[["]', 1), (b"[" * 99, 99)],
)
def test_depth_counts_brackets_outside_of_strings(data: bytes, levels: int) -> None:
    assert depth(data) == levels


def test_depth_is_found_in_linear_time_on_hostile_bytes() -> None:
    assert depth(b'"' + b"\\" * MOST_JSON) == 0
    assert depth(b'"a' * (MOST_JSON // 2)) == 0
    assert depth(b"[" * MOST_JSON) > MOST_DEPTH


def _spoilt(chance: random.Random) -> bytes:
    body = bytearray(GOOD)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(body))
        kind = chance.randrange(3)
        if kind == 0:
            body[at] = chance.randrange(256)
        elif kind == 1:
            del body[at : at + chance.randrange(1, 20)]
        else:
            body[at:at] = bytes(chance.choice(b'{}[]",:0e9nut\\\x00\xff') for _ in range(chance.randrange(1, 5)))
        body = body or bytearray(b"{")
    return bytes(body)


def _is_problem(answer: httpx.Response) -> dict[str, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    found: dict[str, str] = problem
    return found
