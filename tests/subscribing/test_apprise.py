"""Apprise through its own library to a receiver that stands there: the operator's alone, and its address a secret."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from gateway.config.model import Subscription
from gateway.deliver.apprise_out import AppriseOut
from gateway.deliver.lookup import Lookup
from gateway.model import DeliveryState
from tests.deliver.desk import an_alert as desk_alert
from tests.deliver.messages import message
from tests.deliver.receiver import answering, hanging, receiving
from tests.web.box import Box
from tests.web.test_api_subscriptions import PATH, an_alert, delivering, faults, made, told, until_state

with warnings.catch_warnings():  # of the library's own imports, which all happen at its first address
    warnings.simplefilter("ignore", DeprecationWarning)
    import apprise

    apprise.Apprise.instantiate("json://127.0.0.1")

CHAT = Subscription(name="chat", party="OPER", channel="apprise", secret="${CHAT}", allow_private=True)
CANARY = "a-canary-that-must-not-sing"


def chat(url: str, **more: Any) -> dict[str, Any]:
    """A subscription to an http receiver, by the scheme of the library that posts JSON."""
    return {"name": "chat", "channel": "apprise", "url": url.replace("http://", "json://"), **more}


async def test_an_alert_reaches_the_service_and_the_address_stays_a_secret(
    box_without_mail: Box, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    box = box_without_mail
    caplog.set_level(logging.DEBUG)
    async with receiving(answering(200)) as receiver, box.client("OPER") as client, delivering(box):
        made_ = await made(client, chat(f"{receiver.url}/{CANARY}", allow_private=True))
        assert made_["secret"] is None
        assert "url" not in made_["settings"]
        await told(box, an_alert("al-1"))
        await until_state(box, "al-1", DeliveryState.ACCEPTED)
        body = json.loads(receiver.requests[0].body)
        assert body["title"] == "[critical] raised: SHIP-al-1 is late"
        assert (await client.post(f"{PATH}/OPER:chat/test")).json()["outcome"] == "accepted"
        kept = await client.put(f"{PATH}/OPER:chat", json=made_["settings"] | {"least_severity": "critical"})
        assert kept.json()["settings"]["least_severity"] == "critical"
        assert (await client.post(f"{PATH}/OPER:chat/test")).json()["outcome"] == "accepted"
        assert CANARY not in (await client.get(PATH)).text + made_.__str__() + kept.text
    assert CANARY not in caplog.text
    holding = [file for file in tmp_path.rglob("*") if file.is_file() and CANARY.encode() in file.read_bytes()]
    assert [file.parent.name for file in holding] == ["secrets"]


async def test_no_partner_may_have_it_and_nobody_a_service_that_reads_files(box_without_mail: Box) -> None:
    async with box_without_mail.client("ALPHA") as partner, box_without_mail.client("OPER") as operator:
        assert "only the operator may" in (await faults(partner, chat("jsons://receiver.example")))["channel"]
        for url in (
            "file:///etc/passwd",
            "json://127.0.0.1/",
            "syslog://",
            "mqtt://127.0.0.1",
            "exec://ls",
            "nothing",
            "",
        ):
            assert set(await faults(operator, {"name": "chat", "channel": "apprise", "url": url})) == {"url"}, url


async def test_a_private_address_is_refused_at_each_delivery() -> None:
    careful = CHAT.model_copy(update={"allow_private": False})
    out = AppriseOut(careful, "jsons://127.0.0.1:1/", Lookup())
    outcome = await (await out.prepare(message(careful, [desk_alert(1, ["OPER"])]))).send()
    assert (outcome.reason, outcome.again) == ("address_blocked", False)


async def test_a_service_that_hangs_has_a_deadline_and_no_second_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.deliver.apprise_out.DEADLINE_S", 0.2)
    async with receiving(hanging) as receiver:
        out = AppriseOut(CHAT, chat(receiver.url)["url"], Lookup())
        prepared = await out.prepare(message(CHAT, [desk_alert(1, ["OPER"])]))
        assert [(await prepared.send()).reason for _ in range(3)] == ["timeout"] * 3
        assert len(receiver.requests) == 1


async def test_a_redirect_is_not_followed() -> None:
    async with receiving(answering(200)) as other, receiving(answering(307, f"location: {other.url}")) as receiver:
        out = AppriseOut(CHAT, chat(f"{receiver.url}?redirect=yes")["url"], Lookup())
        outcome = await (await out.prepare(message(CHAT, [desk_alert(1, ["OPER"])]))).send()
        assert (outcome.accepted, outcome.reason, other.requests) == (False, "refused", [])


async def test_without_the_extra_it_says_how_to_get_it(box_without_mail: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    async with box_without_mail.client("OPER") as client:
        found = await faults(client, chat("jsons://receiver.example"))
        assert "pip install 'tierview[apprise]'" in found["url"]
