"""The receivers against the reference implementation of Standard Webhooks, and the bad ones bad as they should be."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime

import httpx
import pytest
from standardwebhooks import Webhook

from simulators.receivers import BadSignature, Behaviour, Received, Receiver, new_secret, verify

BODY = json.dumps({"type": "alert.raised", "data": {"shipment": "SEA-01"}}).encode()
NOW_S = 1_800_000_000


def signed(secret: str, body: bytes = BODY, webhook_id: str = "d-1", at_s: float | None = None) -> dict[str, str]:
    """Headers by the reference implementation."""
    at = datetime.fromtimestamp(at_s or time.time(), UTC)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, at, body.decode()),
    }


async def test_a_notice_that_the_reference_signed_is_accepted_and_kept() -> None:
    told: list[tuple[str, Received]] = []
    async with (
        Receiver("OEM", on_notice=lambda party, notice: told.append((party, notice))) as receiver,
        httpx.AsyncClient() as client,
    ):
        for _ in range(2):
            answer = await client.post(receiver.url, content=BODY, headers=signed(receiver.secret))
            assert answer.status_code == 204
        assert receiver.connections == 1
        assert [notice.webhook_id for notice in receiver.heard] == ["d-1", "d-1"]
        assert told == [("OEM", notice) for notice in receiver.heard]
        assert receiver.heard[0].data["type"] == "alert.raised"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"webhook-id": "d-2"}, "no signature fits"),
        ({"webhook-timestamp": str(NOW_S - 301)}, "301 s off"),
        ({"webhook-timestamp": str(NOW_S + 301)}, "-301 s off"),
        ({"webhook-timestamp": "soon"}, "expected webhook-id"),
        ({"webhook-signature": "v1,####"}, "no signature fits"),
        ({"webhook-signature": "v1a,AAAA"}, "no signature fits"),
    ],
)
def test_an_altered_or_replayed_notice_is_refused(change: dict[str, str], why: str) -> None:
    secret = new_secret()
    with pytest.raises(BadSignature, match=why):
        verify(secret, signed(secret, at_s=NOW_S) | change, BODY, NOW_S)


def test_a_changed_body_or_another_key_does_not_fit_and_one_of_two_keys_does() -> None:
    ours, theirs = new_secret(), new_secret()
    with pytest.raises(BadSignature):
        verify(ours, signed(ours), BODY + b" ", time.time())
    with pytest.raises(BadSignature):
        verify(ours, signed(theirs), BODY, time.time())
    both = signed(theirs)["webhook-signature"] + " " + signed(ours)["webhook-signature"]
    assert verify(ours, signed(ours) | {"webhook-signature": both}, BODY, time.time())[0] == "d-1"


async def test_a_forged_notice_is_answered_with_401_and_not_kept() -> None:
    async with Receiver("T1-B") as receiver, httpx.AsyncClient() as client:
        answer = await client.post(receiver.url, content=BODY, headers=signed(new_secret()))
        assert answer.status_code == 401
        assert receiver.heard == []
        assert receiver.refused == ["no signature fits"]


@pytest.mark.parametrize(("behaviour", "status"), [("refuses", 500), ("redirects", 302)])
async def test_a_bad_receiver_answers_badly(behaviour: Behaviour, status: int) -> None:
    async with Receiver("OEM", behaviour=behaviour) as receiver, httpx.AsyncClient() as client:
        answer = await client.post(receiver.url, content=BODY, headers=signed(receiver.secret))
        assert answer.status_code == status
        assert receiver.heard == []


@pytest.mark.parametrize("behaviour", ["hangs", "slow"])
async def test_a_receiver_without_an_answer_exhausts_patience(behaviour: Behaviour) -> None:
    async with Receiver("OEM", behaviour=behaviour) as receiver, httpx.AsyncClient() as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await client.post(receiver.url, content=BODY, headers=signed(receiver.secret), timeout=None)
        assert receiver.heard == []


async def test_what_is_no_post_ends_the_connection() -> None:
    async with Receiver("OEM") as receiver, httpx.AsyncClient() as client:
        answer = await client.get(receiver.url)
        assert answer.status_code == 400
