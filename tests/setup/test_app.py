"""The first start's API: only who reads the terminal comes in, nothing is written unasked, and then it runs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from gateway.access import hash_token
from gateway.errors import BadInput
from gateway.setup.app import Setting, build
from gateway.setup.serve import local
from tests.setup.test_writing import DOCK, LISTEN

ANSWERS: dict[str, Any] = msgspec.to_builtins(DOCK)


@asynccontextmanager
async def opened(folder: Path, *, inside: bool = True) -> AsyncIterator[tuple[httpx.AsyncClient, Setting]]:
    setting = Setting(file=folder / "config.yaml", listen=LISTEN)
    transport = httpx.ASGITransport(build(setting))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{LISTEN}") as http:
        if inside:
            assert (await http.post("/api/setup/session", json={"code": setting.door.code})).status_code == 204
        yield http, setting


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "start"), ("POST", "find"), ("POST", "check"), ("POST", "try"), ("POST", "write")]
)
async def test_without_the_terminals_code_nothing_is_done_or_told(method: str, path: str, tmp_path: Path) -> None:
    async with opened(tmp_path, inside=False) as (http, _):
        wrong = await http.post("/api/setup/session", json={"code": "guess"})
        answer = await http.request(method, f"/api/setup/{path}", json=ANSWERS)
        http.cookies.set("tierview-setup", "", domain="127.0.0.1")
        empty = await http.request(method, f"/api/setup/{path}", json=ANSWERS)
    assert [wrong.status_code, answer.status_code, empty.status_code] == [401, 401, 401]
    assert list(tmp_path.iterdir()) == []


async def test_the_code_is_good_once_and_another_sites_page_may_not_ask(tmp_path: Path) -> None:
    async with opened(tmp_path) as (http, setting):
        again = await http.post("/api/setup/session", json={"code": setting.door.code})
        foreign = await http.post("/api/setup/write", json=ANSWERS, headers={"origin": "http://evil.example"})
    assert [again.status_code, foreign.status_code] == [401, 403]
    assert list(tmp_path.iterdir()) == []


async def test_every_answer_keeps_the_pages_promises(tmp_path: Path) -> None:
    async with opened(tmp_path) as (http, _):
        for path in ("/setup.html", "/js/setup.js", "/api/setup/start", "/"):
            answer = await http.get(path)
            assert answer.headers["content-security-policy"].startswith("default-src 'self'"), path


async def test_faults_come_with_the_path_of_their_answer_and_the_line_of_the_file(tmp_path: Path) -> None:
    wrong = ANSWERS | {"places": [ANSWERS["places"][0] | {"time_zone": "Europe/Berlyn"}]}
    async with opened(tmp_path) as (http, _):
        checked = (await http.post("/api/setup/check", json=wrong)).json()
        refused = await http.post("/api/setup/write", json=wrong)
    faults = {fault["path"]: fault for fault in checked["faults"]}
    fault = faults["places[0].time_zone"]
    assert "Europe/Berlyn" in checked["text"].splitlines()[fault["line"] - 1]
    assert refused.status_code == 409
    assert list(tmp_path.iterdir()) == []


async def test_what_is_written_holds_a_token_that_works_and_stands_nowhere_in_clear(tmp_path: Path) -> None:
    async with opened(tmp_path) as (http, setting):
        written = (await http.post("/api/setup/write", json=ANSWERS)).json()
        assert setting.done.is_set()
        twice = await http.post("/api/setup/write", json=ANSWERS)
    assert twice.status_code == 422
    assert "is there already" in twice.json()["detail"]
    with closing(sqlite3.connect(tmp_path / "data" / "journal.sqlite")) as journal:
        assert journal.execute("SELECT hash, party FROM tokens").fetchall() == [(hash_token(written["token"]), "PLANT")]
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or written["token"].encode() not in file.read_bytes(), file


async def test_a_device_that_refuses_is_said_in_words(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    device = ANSWERS["devices"][0] | {"connect": f"tcp://127.0.0.1:{port}"}
    async with opened(tmp_path) as (http, _):
        body = {"answers": ANSWERS | {"devices": [device]}, "device": 0}
        tried = (await http.post("/api/setup/try", json=body, timeout=30)).json()
        none = await http.post("/api/setup/try", json=body | {"device": 1})
    assert any(said["grade"] == "fault" and "refuses connections" in said["text"] for said in tried["says"])
    assert none.status_code == 422


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "192.0.2.1:8080", "example.com:80", "127.0.0.1", "[::]:8080"])
def test_only_this_machine_is_served(listen: str) -> None:
    with pytest.raises(BadInput, match="ssh -L"):
        local(listen)


@pytest.mark.parametrize("listen", ["127.0.0.1:8080", "localhost:1", "[::1]:8080"])
def test_this_machine_is_served(listen: str) -> None:
    assert local(listen) == listen
