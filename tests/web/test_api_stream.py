"""The event stream: nothing lost over a reconnect, ended with its token, bounded, and honest about delivery."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import Any

import pytest

from gateway.web.live import hub as hub_module
from gateway.web.live import tail as tail_module
from tests.web import world
from tests.web.box import Box, until
from tests.web.ear import Ear, Heard

LIVE = {"Last-Event-ID": "0-0-0"}


def ids(heard: list[Heard]) -> list[str]:
    return [json.loads(one.data)["event_id"] for one in heard if one.event == "position"]


async def test_events_come_with_their_numbers_as_they_happen(full: Box) -> None:
    async with full.client("ALPHA") as client, Ear(client) as ear:
        await ear.opened()
        await full.happen(world.position("e-a9", "TRL-A", "tracker-1", world.NOW))
        await ear.until(lambda heard: "e-a9" in ids(heard))
    (heard,) = [one for one in ear.heard if one.event == "position"]
    shape = json.loads(heard.data)
    assert heard.id.split("-")[0] == str(shape["seq"]) == str(len(world.EVENTS) + 1)
    assert (shape["type"], shape["label"], shape["lat"]) == ("position", "TRL-A", 51.5)


async def test_a_reconnect_resumes_without_loss_or_repetition(full: Box) -> None:
    total = 1300  # more than two pages
    made = [world.position(f"r-{n:04}", "TRL-A", "tracker-1", world.NOW - n) for n in range(total)]
    heard: list[str] = []
    last = "0-0-0"
    for start in range(0, total, 100):
        await full.happen(*made[start : start + 100])
        if start % 300 == 0:  # meanwhile nobody listens
            continue
        async with full.client("ALPHA") as client, Ear(client, {"Last-Event-ID": last}) as ear:
            want = start + 50
            await ear.until(lambda _: len(ids(ear.heard)) + len(heard) >= want)  # noqa: B023 - awaited at once
            positions = [one for one in ear.heard if one.event == "position"]
            heard += ids(positions)
            last = positions[-1].id
    async with full.client("ALPHA") as client, Ear(client, {"Last-Event-ID": last}) as ear:
        await ear.until(lambda _: len(ids(ear.heard)) + len(heard) >= total + 1)
        heard += ids(ear.heard)
    assert heard == ["e-a2", *(event.event_id for event in made)]


async def test_a_first_connection_may_say_from_where(full: Box) -> None:
    async with full.client("ALPHA") as client, Ear(client, path="/api/v1/stream?after=1") as ear:
        await ear.until(lambda heard: any(one.event == "board" for one in heard))
    assert [one.id.split("-")[0] for one in ear.heard if one.event != "board"] == ["3", "5", "7", "10"]


async def test_an_alert_comes_again_with_each_receipt_and_answer(box: Box) -> None:
    await box.plan(*world.SHIPMENTS)
    async with box.client("ALPHA") as client, Ear(client) as ear:
        await ear.opened()
        await box.tell(world.ALERTS[0])
        await ear.until(lambda heard: any(one.event == "alert" for one in heard))
        for made in world.DELIVERIES[:2]:
            await box.deliver(made)
        await ear.until(lambda _: alerts_of(ear)[-1]["skew_ms"] == 2.5)
        await client.post("/api/v1/alerts/alert-a/acknowledge", json={"by": "Anna"})
        await ear.until(lambda _: len(alerts_of(ear)[-1]["acks"]) == 2)
        listed = (await client.get("/api/v1/alerts/alert-a")).json()
    assert alerts_of(ear)[-1] == listed


async def test_alerts_missed_while_away_come_on_return(box: Box) -> None:
    await box.plan(*world.SHIPMENTS)
    async with box.client("ALPHA") as client:
        async with Ear(client) as ear:
            await ear.until(lambda heard: any(one.event == "board" for one in heard))
        await box.tell(*world.ALERTS)
        async with Ear(client, {"Last-Event-ID": ear.heard[-1].id}) as again:
            await again.until(lambda heard: any(one.event == "alert" for one in heard))
    assert [alert["alert_id"] for alert in alerts_of(again)] == ["alert-a"]


async def test_a_new_shipments_events_are_seen_at_once(box: Box) -> None:
    async with box.client("ALPHA") as client, Ear(client) as ear:
        await ear.opened()
        await box.happen(world.position("before", "TRL-A", "tracker-1"))
        await box.plan(world.SHIPMENTS[0])
        await box.happen(world.position("after", "TRL-A", "tracker-1"))
        await ear.until(lambda heard: "after" in ids(heard))


async def test_a_revoked_token_ends_its_stream_within_a_second(full: Box) -> None:
    async with full.client("ALPHA") as client, Ear(client) as ear, full.client("ZZB") as other, Ear(other) as stays:
        await ear.opened()
        await stays.opened()
        revoked = time.monotonic()
        await full.revoke("ALPHA")
        await ear.end()
        assert time.monotonic() - revoked <= 1.0
        assert not stays.ended
        await full.happen(world.position("e-a9", "TRL-A", "tracker-1", world.NOW))
        assert (await client.get("/api/v1/stream")).status_code == 401
    assert "e-a9" not in ids(ear.heard)


async def test_a_token_that_its_party_ends_ends_its_stream_within_a_second(full: Box) -> None:
    async with full.client("ALPHA") as client, full.client("OPER") as operator:
        made = (await client.post("/api/v1/tokens", json={"label": "stolen"})).json()
        headers = {"Authorization": f"Bearer {made['token']}"}
        async with Ear(operator, headers=headers) as ear, Ear(client) as stays:
            await ear.opened()
            await stays.opened()
            assert (await client.delete(f"/api/v1/tokens/{made['id']}")).status_code == 204
            ended = time.monotonic()
            await ear.end()
            assert time.monotonic() - ended <= 1.0
            assert not stays.ended


async def test_signing_out_ends_the_streams_of_that_session_and_no_others(full: Box) -> None:
    async with full.client() as page, full.client() as other, full.client("OPER") as program:
        for client, party in ((page, "OPER"), (other, "ALPHA")):
            assert (await client.post("/api/v1/session", json={"token": full.tokens[party]})).is_success
        async with (
            Ear(page) as ear,
            Ear(page, path="/api/v1/device-stream") as devices,
            Ear(other) as others,
            Ear(program) as programs,  # with the same token, but not by the cookie
        ):
            for one in (ear, devices, others, programs):
                await one.opened()
            assert (await page.delete("/api/v1/session")).status_code == 204
            await ear.end()
            await devices.end()
            await full.happen(world.position("e-a9", "TRL-A", "tracker-1", world.NOW))
            for one in (others, programs):
                await one.until(lambda heard: "e-a9" in ids(heard))
        assert (await page.get("/api/v1/stream")).status_code == 401


async def test_a_party_has_so_many_streams_and_no_more(full: Box) -> None:
    async with full.client("ALPHA") as client, full.client("ZZB") as other:
        ears = [Ear(client) for _ in range(hub_module.MOST_STREAMS)]
        for ear in ears:
            await ear.__aenter__()
            await ear.opened()
        refused = await client.get("/api/v1/stream")
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"] == "5"
        async with Ear(other) as free:
            await free.opened()
        for ear in ears:
            await ear.__aexit__(None, None, None)
        await until(lambda: len(full.hub) == 0)


async def test_a_notice_is_accepted_only_when_someone_was_there(full: Box) -> None:
    assert not await full.hub.deliver("ALPHA", b'{"n":1}')
    async with full.client("ALPHA") as client, Ear(client) as one, Ear(client) as two:
        await one.opened()
        await two.opened()
        assert await full.hub.deliver("ALPHA", b'{"n":2}')
        for ear in (one, two):
            await ear.until(lambda heard: [h.data for h in heard if h.event == "notice"] == ['{"n":2}'])
    await until(lambda: len(full.hub) == 0)
    assert not await full.hub.deliver("ALPHA", b'{"n":3}')


async def test_a_client_that_reads_nothing_is_cut_and_costs_little(full: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.web.live.sse.SLOW_S", 0.5)
    reader, writer = await _silent_client(full)
    await until(lambda: len(full.hub) == 1)
    payload = b'"' + b"x" * 1_000_000 + b'"'
    offers = [asyncio.create_task(full.hub.deliver("ALPHA", payload)) for _ in range(20)]
    written = await asyncio.wait_for(asyncio.gather(*offers), 10)
    assert not written[-1]
    await until(lambda: len(full.hub) == 0)
    writer.close()
    assert reader is not None


async def _silent_client(box: Box) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client with a small window that asks for the stream and then never reads."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, port = box.url.removeprefix("http://").split(":")
    sock.connect((host, int(port)))
    reader, writer = await asyncio.open_connection(sock=sock, limit=1024)
    token = box.tokens["ALPHA"]
    writer.write(f"GET /api/v1/stream HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await writer.drain()
    return reader, writer


async def test_a_line_of_notices_is_bounded() -> None:
    hub = hub_module.SseHub()
    with hub.seat("P") as seat:
        offers = [seat.offer(b"{}") for _ in range(hub_module.MOST_WAITING)]
        assert not any(offer.done() for offer in offers)
        assert not await seat.offer(b"{}")
        assert seat.closed
        assert [offer.result() for offer in offers] == [False] * len(offers)


async def test_the_tail_serves_from_memory_what_the_journal_holds(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail_module, "RING", 40)
    monkeypatch.setattr(tail_module, "PAGE", 15)
    tail = tail_module.Tail(box.journal)
    made = [world.position(f"t-{n}", "T", "d", world.NOW + n) for n in range(400)]
    for start, stop in ((0, 10), (10, 20), (20, 95), (95, 96), (96, 300), (300, 310), (310, 400)):
        commits = box.journal.commits
        await box.happen(*made[start:stop])
        await box.journal.beyond(commits)
        assert (await tail.marks()).event == stop
        for behind in (0, max(0, stop - 41), stop - 5, stop):
            seq, found = behind, []
            while rows := await tail.after(seq):
                found += [event for _, event in rows]
                seq = rows[-1][0]
            assert found == made[behind:stop]


@pytest.mark.parametrize("last", ["x", "1-2", "-1", "1.5", "9" * 30])
async def test_a_wrong_last_event_id_is_refused(full: Box, last: str) -> None:
    async with full.client("ALPHA") as client:
        answer = await client.get("/api/v1/stream", headers={"Last-Event-ID": last})
    assert answer.status_code == 422


async def test_an_id_of_another_journal_counts_as_its_end(full: Box) -> None:
    async with full.client("ALPHA") as client, Ear(client, {"Last-Event-ID": "999999-9-9"}) as ear:
        await ear.opened()
        await full.happen(world.position("e-a9", "TRL-A", "tracker-1", world.NOW))
        await ear.until(lambda heard: "e-a9" in ids(heard))
    assert ids(ear.heard) == ["e-a9"]


def alerts_of(ear: Ear) -> list[dict[str, Any]]:
    return [json.loads(one.data) for one in ear.heard if one.event == "alert"] or [{"skew_ms": None, "acks": []}]
