"""Devices that post: answered once stored, let in by their own secret alone, and told to wait when we are full."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from gateway.clock import ManualClock
from gateway.config.model import Device, Mqtt
from gateway.sources import Connected, Inbound, Intake, Sources
from gateway.sources import webhook as webhook_module
from gateway.web.http.body import MOST_JSON
from tests.web.box import Box, open_box

SECRET = "portal-secret"
PATH = "/api/v1/devices/portal/messages"
BEARER = {"Authorization": f"Bearer {SECRET}"}


def basic(username: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{username}:{password}".encode()).decode()}


@dataclass
class Gate:
    """The gateway behind the web: what was taken in, stored or not as the test says."""

    box: Box
    intake: Intake
    sources: Sources
    stores: asyncio.Event = field(default_factory=asyncio.Event)
    bodies: list[bytes] = field(default_factory=list)
    links: int = 0

    async def work(self) -> None:
        while arrivals := await self.intake.take(100):
            self.links += sum(isinstance(one, Connected) for one in arrivals)
            posted = [one for one in arrivals if isinstance(one, Inbound)]
            await self.stores.wait()
            for one in posted:
                self.bodies.append(one.chunk.data)
                assert one.settle is not None
                one.settle()

    async def until_connected(self, count: int) -> None:
        async with asyncio.timeout(10):
            while self.links < count:  # noqa: ASYNC110 counted by another task
                await asyncio.sleep(0.005)


@asynccontextmanager
async def open_gate(tmp_path: Path, *, most_items: int = 1000) -> AsyncIterator[Gate]:
    (tmp_path / "portal").write_text(SECRET)
    (tmp_path / "named").write_text("named-secret")
    devices = [
        Device(name="portal", driver="x", connect="webhook", password="file:portal"),
        Device(name="named", driver="x", connect="webhook", username="nick", password="file:named"),
        Device(name="gps", driver="x", connect="tcp://127.0.0.1:9"),
    ]
    intake = Intake(most_items=most_items)
    sources = Sources(mqtt=Mqtt(), intake=intake, clock=ManualClock(7), base=tmp_path)
    await sources.apply(devices[:2])
    async with open_box(tmp_path, mailbox=sources.webhook) as box:
        gate = Gate(box=box, intake=intake, sources=sources)
        gate.stores.set()
        tasks = [asyncio.create_task(sources.run()), asyncio.create_task(gate.work())]
        await gate.until_connected(2)
        try:
            yield gate
        finally:
            tasks[0].cancel()
            with suppress(asyncio.CancelledError):
                await tasks[0]
            gate.stores.set()
            intake.close()
            await tasks[1]


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with open_gate(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, BEARER),
        (PATH, {"Authorization": f"bearer  {SECRET}"}),
        (PATH, basic("portal", SECRET)),
        ("/api/v1/devices/named/messages", basic("nick", "named-secret")),
        ("/api/v1/devices/named/messages", {"Authorization": "Bearer named-secret"}),
    ],
)
async def test_a_message_is_taken_with_the_devices_own_secret(gate: Gate, path: str, headers: dict[str, str]) -> None:
    async with gate.box.client() as client:
        answer = await client.post(path, content=b'[{"epc":"x"}]', headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert gate.bodies == [b'[{"epc":"x"}]']


async def test_it_is_answered_only_once_it_is_stored(gate: Gate) -> None:
    gate.stores.clear()
    async with gate.box.client() as client:
        posting = asyncio.create_task(client.post(PATH, content=b"1", headers=BEARER))
        done, _ = await asyncio.wait((posting,), timeout=0.3)
        assert done == set()
        gate.stores.set()
        assert (await posting).status_code == 204


WRONG: list[Mapping[str, str] | Mapping[bytes, bytes]] = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer portal-secre"},
    {"Authorization": "Basic ???"},
    {b"Authorization": b"Basic \xff"},
    {b"Authorization": b"Bearer \xff"},
    {"Authorization": "Basic " + b64encode(b"\xff\xfe:x").decode()},
    {"Authorization": "Basic " + b64encode(SECRET.encode()).decode()},
    {"Authorization": f"Digest {SECRET}"},
    basic("portal", "wrong"),
    basic("nick", SECRET),
    basic("", SECRET),
]


@pytest.mark.parametrize("headers", WRONG, ids=range(len(WRONG)))
async def test_a_wrong_secret_and_a_device_that_is_not_there_are_answered_alike(
    gate: Gate, headers: Mapping[str, str] | Mapping[bytes, bytes]
) -> None:
    async with gate.box.client() as client:
        answers = [
            await client.post(f"/api/v1/devices/{name}/messages", content=b"x", headers=headers)
            for name in ("portal", "gps", "never-heard-of")
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["www-authenticate"] == 'Basic realm="devices", charset="UTF-8", Bearer'
    assert gate.bodies == []


async def test_a_partys_token_and_a_cookie_open_no_mailbox_and_a_devices_secret_nothing_else(gate: Gate) -> None:
    async with gate.box.client("OPER") as client:
        assert (await client.post(PATH, content=b"x")).status_code == 401
        cookie = {"Authorization": "", "Cookie": f"tierview={gate.box.tokens['OPER']}"}
        assert (await client.post(PATH, content=b"x", headers=cookie)).status_code == 401
    async with gate.box.client() as client:
        assert (await client.get("/api/v1/devices", headers=BEARER)).status_code == 401
    assert gate.bodies == []


async def test_an_origin_does_not_hold_a_device_up(gate: Gate) -> None:
    async with gate.box.client() as client:
        answer = await client.post(PATH, content=b"x", headers=BEARER | {"Origin": "null"})
    assert answer.status_code == 204


async def test_other_bodies_and_methods_are_refused_in_words(gate: Gate) -> None:
    async with gate.box.client() as client:
        packed = await client.post(PATH, content=b"x", headers=BEARER | {"Content-Encoding": "gzip"})
        large = await client.post(PATH, content=bytes(MOST_JSON + 1), headers=BEARER)
        empty = await client.post(PATH, headers=BEARER)
        read = await client.get(PATH, headers=BEARER)
        asked = await client.post(f"{PATH}?x=1", content=b"x", headers=BEARER)
    assert (packed.status_code, packed.headers["accept-encoding"]) == (415, "identity")
    assert [one.status_code for one in (large, empty, read, asked)] == [413, 400, 404, 422]
    assert gate.bodies == []


async def test_a_stranger_is_refused_before_a_byte_of_the_body_is_read(gate: Gate) -> None:
    url = httpx.URL(gate.box.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode())
    assert (await asyncio.wait_for(reader.readline(), 10)).startswith(b"HTTP/1.1 401")
    writer.close()


async def test_a_full_gateway_lets_the_device_wait_and_then_asks_for_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_module, "ROOM_S", 0.1)
    async with open_gate(tmp_path, most_items=1) as gate, gate.box.client() as client:
        gate.stores.clear()
        posting = [asyncio.create_task(client.post(PATH, content=b"%d" % n, headers=BEARER)) for n in range(5)]
        refused = 0
        for answered in asyncio.as_completed(posting, timeout=20):
            answer = await answered
            if answer.status_code == 503:
                assert answer.headers["retry-after"] == "5"
                refused += 1
            if refused == 3:
                gate.stores.set()
        assert sorted(task.result().status_code for task in posting) == [204, 204, 503, 503, 503]
        assert len(gate.bodies) == 2
        source = gate.sources.webhook("portal")
        assert source is not None
        assert source.counts.refused == 3


async def test_too_many_posts_at_a_time_are_asked_for_a_pause(gate: Gate) -> None:
    gate.stores.clear()
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(base_url=gate.box.url, limits=limits, timeout=20, headers=BEARER) as client:
        posting = [
            asyncio.create_task(client.post(PATH, content=b"x")) for _ in range(webhook_module.MOST_WAITING + 10)
        ]
        done: set[asyncio.Task[httpx.Response]] = set()
        while len(done) < 10:
            done, _ = await asyncio.wait(posting, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        assert {task.result().status_code for task in done} == {503}
        gate.stores.set()
        answers = await asyncio.gather(*posting)
    assert sum(answer.status_code == 204 for answer in answers) == webhook_module.MOST_WAITING


async def test_a_driver_that_wants_to_begin_anew_is_connected_anew_while_posts_come(tmp_path: Path) -> None:
    (tmp_path / "portal").write_text(SECRET)
    intake = Intake()
    sources = Sources(mqtt=Mqtt(), intake=intake, clock=ManualClock(7), base=tmp_path)
    await sources.apply([Device(name="portal", driver="x", connect="webhook", password="file:portal")])
    running = asyncio.create_task(sources.run())
    (connected,) = await intake.take(1)
    assert isinstance(connected, Connected)
    connected.drop("confused")
    kinds: list[str] = []
    while len(kinds) < 2:
        kinds += [type(one).__name__ for one in await intake.take(1)]
    assert kinds == ["Disconnected", "Connected"]
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_the_document_says_how_a_device_proves_who_it_is(gate: Gate) -> None:
    async with gate.box.client() as client:
        document = (await client.get("/openapi.json")).json()
    post = document["paths"]["/api/v1/devices/{name}/messages"]["post"]
    assert post["security"] == [{"device": []}, {"token": []}]
    assert document["components"]["securitySchemes"]["device"] == {"type": "http", "scheme": "basic"}
