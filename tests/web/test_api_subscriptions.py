"""Subscriptions by the API: made, tried, rotated, told again; each party its own, and no secret anywhere."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import standardwebhooks

from gateway.config.model import Subscription
from gateway.engine.audience import notices
from gateway.journal import alerts
from gateway.model import Alert, DeliveryState
from gateway.web.subscriptions.shapes import SubscriptionBody
from tests.deliver.receiver import answering, hanging, receiving
from tests.deliver.test_address import BLOCKED, SPELLINGS
from tests.partners.test_conformance import FORGED, GOOD, SECRET, verified
from tests.partners.test_conformance import receiving as listening
from tests.web import world
from tests.web.box import DEADLINE_S, Box, open_box

PATH = "/api/v1/subscriptions"
CANARY = "whsec_" + base64.b64encode(b"a canary that must not sing!").decode()
MQTT = {"name": "erp", "channel": "mqtt"}


def hook(url: str, name: str = "yard", **more: Any) -> dict[str, Any]:
    return {"name": name, "channel": "webhook", "url": url, **more}


async def made(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def faults(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, str]:
    answer = await client.post(PATH, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {fault["field"]: fault["text"] for fault in answer.json()["errors"]}


@asynccontextmanager
async def delivering(box: Box) -> AsyncIterator[None]:
    """The dispatcher at work."""
    running = asyncio.create_task(box.dispatcher.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def told(box: Box, alert: Alert) -> None:
    """Commit an alert with its deliveries, as the engine does."""
    made_for = notices(alert, "raised", box.channels.subscriptions.values(), box.clock.now_us())
    await box.tell(alert)
    await box.deliver(*made_for)


async def until_state(box: Box, alert_id: str, state: DeliveryState, *, reason: str = "") -> None:
    """Wait until all deliveries of an alert stand so."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            commits = box.journal.commits
            found = await box.journal.read(lambda c: alerts.deliveries_of(c, alert_id))
            if found and all(one.state is state and (not reason or one.reason == reason) for one in found):
                return
            await box.journal.beyond(commits)


def an_alert(alert_id: str, party: str = "ALPHA") -> Alert:
    return world.alert(alert_id, f"SHIP-{alert_id}", party)


async def test_a_party_subscribes_and_is_told_without_a_restart(box: Box) -> None:
    async with receiving(answering(204)) as receiver, box.client("OPER") as client, delivering(box):
        answer = await made(client, hook(receiver.url, party="ALPHA", allow_private=True))
        assert (answer["name"], answer["party"], answer["status"]["state"]) == ("ALPHA:yard", "ALPHA", "ok")
        await told(box, an_alert("al-1"))
        await until_state(box, "al-1", DeliveryState.ACCEPTED)
        request = receiver.requests[0]
        standardwebhooks.Webhook(answer["secret"]).verify(request.body, request.headers)


async def test_one_that_is_removed_is_told_nothing_more_and_its_secret_is_gone(box: Box, tmp_path: Path) -> None:
    async with receiving(answering(204)) as receiver, box.client("OPER") as client:
        await made(client, hook(receiver.url, allow_private=True))
        assert len(list((tmp_path / "secrets").iterdir())) == 1
        assert (await client.delete(f"{PATH}/OPER:yard")).status_code == 204
        assert (await client.get(f"{PATH}/OPER:yard")).status_code == 404
        assert (await client.get(PATH)).json()["items"] == []
        assert list(box.channels.subscriptions.values()) == []
    assert list((tmp_path / "secrets").iterdir()) == []


async def test_all_faults_are_told_at_once_in_the_configurations_words(full: Box) -> None:
    async with full.client("ALPHA") as client:
        found = await faults(
            client,
            {
                "name": "my hook",
                "channel": "webhook",
                "url": "ftp://files.example",
                "allow_private": True,
                "content": "xml",
                "places": ["ALPHA-DOOR", "ALPHA-DOR"],
                "lanes": ["ALPHA-PLANT"],
                "roles": ["Consignee"],
                "quiet": {"start": "6:00", "end": "07:00", "time_zone": "Berlin"},
                "digest": {"at": []},
                "rules": ["no-such-rule"],
                "least_severity": "loud",
                "secrets": "whsec_",
            },
        )
    assert set(found) == {
        "name",
        "url",
        "allow_private",
        "content",
        "places[1]",
        "lanes[0]",
        "roles[0]",
        "quiet.start",
        "quiet.time_zone",
        "digest.at",
        "rules[0]",
        "least_severity",
        "secrets",
    }
    assert found["places[1]"].endswith("came 'ALPHA-DOR' — write `ALPHA-DOOR`")


async def test_a_filter_of_a_place_that_a_party_may_not_know_reads_like_one_that_is_not_there(full: Box) -> None:
    async with full.client("ALPHA") as client:
        foreign = await faults(client, {**MQTT, "places": ["ZZB-PLANT"]})
        nothing = await faults(client, {**MQTT, "places": ["ZZC-PLANT"]})
        assert foreign["places[0]"].replace("ZZB-PLANT", "ZZC-PLANT") == nothing["places[0]"]
        assert "ZZB" not in nothing["places[0]"]


async def test_each_party_sees_its_own_alone(box: Box) -> None:
    async with box.client("ALPHA") as alpha, box.client("ZZB") as beta, box.client("OPER") as operator:
        await made(alpha, MQTT)
        await made(beta, MQTT)  # the same name: nobody learns what others call theirs
        assert [one["name"] for one in (await alpha.get(PATH)).json()["items"]] == ["ALPHA:erp"]
        assert [one["name"] for one in (await operator.get(PATH)).json()["items"]] == ["ALPHA:erp", "ZZB:erp"]
        for ask, body in (
            ("", None),
            ("/deliveries", None),
            ("/test", {}),
            ("/check", {}),
            ("/rotate", {}),
            ("/enable", {}),
            ("/replay", {"since": "2026-01-01T00:00:00Z"}),
            ("/confirm", {"address": "a@b.example", "code": "1"}),
        ):
            method = "GET" if body is None else "POST"
            foreign = await alpha.request(method, f"{PATH}/ZZB:erp{ask}", json=body)
            nothing = await alpha.request(method, f"{PATH}/ALPHA:none{ask}", json=body)
            assert foreign.status_code == nothing.status_code == 404, ask
            assert foreign.content == nothing.content, ask
        assert (await alpha.delete(f"{PATH}/ZZB:erp")).status_code == 404
        assert (await alpha.put(f"{PATH}/ZZB:erp", json=MQTT)).status_code == 404
        assert (await beta.get(f"{PATH}/ZZB:erp")).status_code == 200


async def test_a_party_subscribes_for_itself_only(box: Box) -> None:
    async with box.client("ALPHA") as client:
        foreign = await faults(client, {**MQTT, "party": "ZZB"})
        nothing = await faults(client, {**MQTT, "party": "NOBODY"})
        assert foreign == nothing == {"party": "expected your own party, or none"}
        assert (await made(client, {**MQTT, "party": "ALPHA"}))["party"] == "ALPHA"


async def test_a_name_is_taken_once_and_a_party_has_at_most_fifty(box: Box) -> None:
    async with box.client("ALPHA") as client:
        await made(client, MQTT)
        again = await client.post(PATH, json={**MQTT, "name": "ERP"})
        assert again.status_code == 409
        for number in range(49):
            await made(client, {**MQTT, "name": f"erp-{number}"})
        full = await client.post(PATH, json={**MQTT, "name": "one-more"})
        assert (full.status_code, "at most 50" in full.text) == (409, True)


@pytest.mark.parametrize("host", [*BLOCKED, *SPELLINGS])
async def test_no_party_reaches_what_is_not_public(box: Box, host: str) -> None:
    host = f"[{host}]" if ":" in host else host
    async with box.client("ALPHA") as client:
        found = await faults(client, hook(f"https://{host}/hook"))
        assert set(found) == {"url"}
        assert (await client.get(PATH)).json()["items"] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "unix:///run/docker.sock",
        "https://user@127.0.0.1/",
        "https://127.0.0.1\\@receiver.example/",
        "https://127。0。0。1/",
        "https://nobody.invalid/",
        "https://localhost./",
        "https://x:0/",
    ],
)
async def test_no_party_gives_an_address_that_is_no_receivers(box: Box, url: str) -> None:
    async with box.client("ALPHA") as client:
        assert set(await faults(client, hook(url))) == {"url"}


async def test_what_the_operator_allowed_ends_with_the_address_it_was_allowed_for(box: Box) -> None:
    async with receiving(answering(204)) as receiver, box.client("OPER") as operator, box.client("ALPHA") as alpha:
        await made(operator, hook(receiver.url, party="ALPHA", allow_private=True))
        held = (await alpha.get(f"{PATH}/ALPHA:yard")).json()["settings"]
        same = await alpha.put(f"{PATH}/ALPHA:yard", json=held | {"least_severity": "warning"})
        assert (same.status_code, same.json()["settings"]["allow_private"]) == (200, True)
        moved = await alpha.put(f"{PATH}/ALPHA:yard", json=held | {"url": "https://127.0.0.1:1/"})
        assert moved.status_code == 422
        without = {key: value for key, value in held.items() if key != "allow_private"}
        moved = await alpha.put(f"{PATH}/ALPHA:yard", json=without | {"url": "https://127.0.0.1:1/"})
        assert moved.status_code == 422


async def test_a_secret_is_rotated_and_for_a_day_both_sign(box: Box, tmp_path: Path) -> None:
    async with receiving(answering(204)) as receiver, box.client("OPER") as client, delivering(box):
        first = (await made(client, hook(receiver.url, party="ALPHA", allow_private=True)))["secret"]
        second = (await client.post(f"{PATH}/ALPHA:yard/rotate", json={})).json()
        assert second["secret"] not in (None, first)
        assert second["old_secret_until"] == "2026-01-02T12:00:00.000000Z"
        await told(box, an_alert("al-1"))
        await until_state(box, "al-1", DeliveryState.ACCEPTED)
        for secret in (first, second["secret"]):
            standardwebhooks.Webhook(secret).verify(receiver.requests[-1].body, receiver.requests[-1].headers)
        box.clock.advance_to(world.NOW + world.DAY)
        await box.subscriptions.expire()
        assert (await client.get(f"{PATH}/ALPHA:yard")).json()["old_secret_until"] is None
        await told(box, an_alert("al-2"))
        await until_state(box, "al-2", DeliveryState.ACCEPTED)
        request = receiver.requests[-1]
        standardwebhooks.Webhook(second["secret"]).verify(request.body, request.headers)
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(first).verify(request.body, request.headers)
    assert len(list((tmp_path / "secrets").iterdir())) == 1


async def test_a_sample_says_that_it_is_one_and_is_stored_nowhere(box: Box) -> None:
    async with receiving(answering(204), answering(503)) as receiver, box.client("OPER") as client:
        secret = (await made(client, hook(receiver.url, allow_private=True)))["secret"]
        tested = (await client.post(f"{PATH}/OPER:yard/test")).json()
        assert (tested["outcome"], tested["reason"]) == ("accepted", "accepted")
        assert 0 < tested["ms"] < 15_000
        body = json.loads(receiver.requests[0].body)
        assert body["type"] == "tierview.alert.test"
        assert "sample" in body["data"]["text"]
        standardwebhooks.Webhook(secret).verify(receiver.requests[0].body, receiver.requests[0].headers)
        failed = (await client.post(f"{PATH}/OPER:yard/test")).json()
        assert (failed["outcome"], failed["reason"]) == ("failed", "status_503")
        assert failed["text"] == "the receiver answered 503 Service Unavailable"
        assert (await client.get("/api/v1/alerts")).json()["items"] == []
        assert (await client.get(f"{PATH}/OPER:yard/deliveries")).json()["items"] == []
        assert (await client.get(f"{PATH}/OPER:yard")).json()["status"]["state"] == "ok"
        for _ in range(4):
            await client.post(f"{PATH}/OPER:yard/test")
        seventh = await client.post(f"{PATH}/OPER:yard/test")
        assert (seventh.status_code, seventh.headers["retry-after"]) == (429, "60")


async def test_a_receiver_is_checked_as_by_the_command_line_and_with_both_secrets_while_they_change(box: Box) -> None:
    async with box.client("OPER") as client, box.client("ALPHA") as alpha:
        with listening(verified) as url:
            await made(client, hook(url, party="ALPHA", allow_private=True, secret=SECRET))
            checked = (await alpha.post(f"{PATH}/ALPHA:yard/check")).json()
            await client.post(f"{PATH}/ALPHA:yard/rotate", json={})
            changing = (await client.post(f"{PATH}/ALPHA:yard/check")).json()
        assert (checked["passed"], changing["passed"]) == (True, True)
        assert {one["name"]: one["wanted"] for one in checked["items"]} == dict.fromkeys(GOOD, "taken") | dict.fromkeys(
            FORGED, "refused"
        )
        with listening(lambda _headers, _body: 200) as url:
            await made(client, hook(url, "lax", party="ALPHA", allow_private=True))
            lax = (await alpha.post(f"{PATH}/ALPHA:lax/check")).json()
        wrong = {one["name"]: one for one in lax["items"] if not one["passed"]}
        assert (lax["passed"], set(wrong)) == (False, FORGED)
        assert (wrong["not signed"]["reason"], wrong["not signed"]["hint"]) == (
            "accepted",
            "refuse what has no signature",
        )
        third = await alpha.post(f"{PATH}/ALPHA:lax/check")
        assert (third.status_code, third.headers["retry-after"]) == (429, "60")
        await made(alpha, MQTT)
        signs_nothing = await alpha.post(f"{PATH}/ALPHA:erp/check")
        assert (signs_nothing.status_code, signs_nothing.json()["reason"]) == (409, "signs_nothing")


async def test_a_check_reaches_no_address_that_an_alert_would_not(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    async with receiving(answering(204)) as receiver:
        inside = Subscription(name="inside", party="OPER", channel="webhook", url=receiver.url, secret="file:secret")
        config = world.CONFIG.model_copy(update={"subscriptions": (inside,)})
        async with open_box(tmp_path, config=config) as box, box.client("OPER") as client:
            checked = (await client.post(f"{PATH}/inside/check")).json()
    assert {one["reason"] for one in checked["items"]} == {"address_blocked"}
    assert (checked["passed"], receiver.requests) == (False, [])


async def test_a_receiver_that_lets_the_deadline_pass_is_sent_nothing_more(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.deliver.webhook.DEADLINE_S", 0.2)
    async with receiving(hanging) as receiver, box.client("OPER") as client:
        await made(client, hook(receiver.url, allow_private=True))
        checked = (await client.post(f"{PATH}/OPER:yard/check")).json()
    assert [one["reason"] for one in checked["items"]] == ["timeout", *["not_tried"] * 8]
    assert len(receiver.requests) == 1


async def test_what_a_receiver_missed_in_an_outage_is_told_again_under_the_same_ids(box: Box) -> None:
    async with receiving(answering(503), answering(204)) as receiver, box.client("OPER") as client, delivering(box):
        await made(client, hook(receiver.url, party="ALPHA", allow_private=True))
        await told(box, an_alert("al-1"))
        await until_state(box, "al-1", DeliveryState.PENDING, reason="status_503")
        status = (await client.get(f"{PATH}/ALPHA:yard")).json()["status"]
        assert (status["state"], status["reason"]) == ("troubled", "status_503")
        replayed = await client.post(f"{PATH}/ALPHA:yard/replay", json={"since": "2026-01-01T00:00:00Z"})
        assert replayed.json() == {"count": 1}
        await until_state(box, "al-1", DeliveryState.ACCEPTED)
        assert receiver.requests[0].headers["webhook-id"] == receiver.requests[1].headers["webhook-id"]
        log = (await client.get(f"{PATH}/ALPHA:yard/deliveries")).json()["items"]
        assert [(one["state"], one["reason"]) for one in log] == [
            ("accepted", "accepted"),
            ("pending", "status_503"),  # asked for again
            ("pending", "status_503"),  # the attempt
            ("pending", ""),
        ]
        first = (await client.get(f"{PATH}/ALPHA:yard/deliveries?limit=3")).json()
        rest = (await client.get(f"{PATH}/ALPHA:yard/deliveries?before={first['next_before']}")).json()
        assert [*first["items"], *rest["items"]] == log
        assert rest["next_before"] is None


async def test_one_that_was_given_up_is_shown_so_and_told_again_when_it_is_enabled(box: Box) -> None:
    async with receiving(answering(410), answering(204)) as receiver, box.client("OPER") as client, delivering(box):
        await made(client, hook(receiver.url, party="ALPHA", allow_private=True))
        await told(box, an_alert("al-1"))
        await until_state(box, "al-1", DeliveryState.FAILED)
        status = (await client.get(f"{PATH}/ALPHA:yard")).json()["status"]
        assert (status["state"], status["reason"]) == ("disabled", "status_410")
        assert status["since"] == "2026-01-01T12:00:00.000000Z"
        assert (await client.post(f"{PATH}/ALPHA:yard/enable")).json() == {"count": 1}
        await until_state(box, "al-1", DeliveryState.ACCEPTED)
        assert (await client.get(f"{PATH}/ALPHA:yard")).json()["status"]["state"] == "ok"


async def test_those_of_the_configuration_are_shown_tried_and_left_alone(tmp_path: Path) -> None:
    page = Subscription(name="oper-page", party="OPER", channel="sse")
    config = world.CONFIG.model_copy(update={"subscriptions": (page,)})
    async with open_box(tmp_path, config=config) as box, box.client("OPER") as client:
        (one,) = (await client.get(PATH)).json()["items"]
        assert (one["name"], one["made"]) == ("oper-page", "configuration")
        assert (await client.delete(f"{PATH}/oper-page")).status_code == 409
        assert (await client.put(f"{PATH}/oper-page", json={"channel": "sse"})).status_code == 409
        tested = (await client.post(f"{PATH}/oper-page/test")).json()
        assert tested["reason"] == "nobody_connected"


async def test_a_secret_stands_in_one_file_and_nowhere_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[bytes] = []
    async with open_box(tmp_path) as box, receiving(answering(503)) as receiver, box.client("OPER") as client:
        client.event_hooks["response"] = [_keep(answers)]
        async with delivering(box):
            await made(client, hook(receiver.url, party="ALPHA", allow_private=True, secret=CANARY))
            await told(box, an_alert("al-1"))
            await until_state(box, "al-1", DeliveryState.PENDING, reason="status_503")
        wrong = hook(receiver.url, "wrong", allow_private=True, secret=CANARY + "!", channel="webhok")
        await client.post(PATH, json=wrong)
        await client.post(PATH, json=hook(receiver.url, "wrong", allow_private=True, secret=CANARY + "!"))
        await client.post(PATH, json=MQTT | {"secret": CANARY})
        for path in ("", "/ALPHA:yard", "/ALPHA:yard/deliveries"):
            await client.get(PATH + path)
        await client.post(f"{PATH}/ALPHA:yard/test")
        await client.put(f"{PATH}/ALPHA:yard", json=hook(receiver.url, allow_private=True))
    needle = CANARY.removeprefix("whsec_").encode()
    assert all(needle not in answer for answer in answers)
    assert len(answers) == 9
    assert needle.decode() not in caplog.text + "".join(capfd.readouterr())
    holding = [file for file in tmp_path.rglob("*") if file.is_file() and needle in file.read_bytes()]
    assert [file.parent.name for file in holding] == ["secrets"]
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(holding[0].parent.stat().st_mode) == 0o700
    assert receiver.requests[0].headers.keys() & {"authorization"} == set()


def _keep(answers: list[bytes]) -> Any:
    async def hear(answer: httpx.Response) -> None:
        answers.append(await answer.aread())

    return hear


async def test_a_restart_keeps_what_was_subscribed(tmp_path: Path) -> None:
    async with receiving(answering(204)) as receiver:
        async with open_box(tmp_path) as box, box.client("OPER") as client:
            secret = (await made(client, hook(receiver.url, party="ALPHA", allow_private=True)))["secret"]
            await made(client, MQTT)
            await client.delete(f"{PATH}/OPER:erp")
            (tmp_path / "secrets" / "ALPHA:yard.0000").write_text("a crash left it")
        async with open_box(tmp_path) as box, box.client("OPER") as client, delivering(box):
            assert [one["name"] for one in (await client.get(PATH)).json()["items"]] == ["ALPHA:yard"]
            await told(box, an_alert("al-1"))
            await until_state(box, "al-1", DeliveryState.ACCEPTED)
            standardwebhooks.Webhook(secret).verify(receiver.requests[0].body, receiver.requests[0].headers)
    assert len(list((tmp_path / "secrets").iterdir())) == 1


async def test_one_whose_secret_is_lost_keeps_nobody_from_starting_and_is_mended_by_rotating(tmp_path: Path) -> None:
    async with receiving(answering(204)) as receiver:
        async with open_box(tmp_path) as box, box.client("OPER") as client:
            await made(client, hook(receiver.url, allow_private=True))
        for file in (tmp_path / "secrets").iterdir():
            file.unlink()
        async with open_box(tmp_path) as box, box.client("OPER") as client:
            status = (await client.get(f"{PATH}/OPER:yard")).json()["status"]
            assert status["state"] == "broken"
            assert str(tmp_path) not in str(status)
            assert (await client.post(f"{PATH}/OPER:yard/test")).json()["reason"] == "not_told"
            assert (await client.post(f"{PATH}/OPER:yard/rotate", json={})).json()["status"]["state"] == "ok"
            assert (await client.post(f"{PATH}/OPER:yard/test")).json()["outcome"] == "accepted"


async def test_another_style_of_signature_brings_another_secret(box: Box) -> None:
    async with receiving(answering(204)) as receiver, box.client("OPER") as client:
        await made(client, hook(receiver.url, allow_private=True))
        body = hook(receiver.url, allow_private=True, signature="dcsa")
        changed = (await client.put(f"{PATH}/OPER:yard", json=body)).json()
        assert len(base64.b64decode(changed["secret"])) == 32
        assert (await client.post(f"{PATH}/OPER:yard/test")).json()["outcome"] == "accepted"
        assert "notification-signature" in receiver.requests[0].headers
        unchanged = (await client.put(f"{PATH}/OPER:yard", json=body)).json()
        assert unchanged["secret"] is None


async def test_one_of_the_configuration_keeps_its_name_and_the_stored_one_does_not_count(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box, box.client("ALPHA") as client:
        await made(client, MQTT)
        await made(client, MQTT | {"name": "other"})
    config = world.CONFIG.model_copy(
        update={"subscriptions": (Subscription(name="alpha:ERP", party="ZZB", channel="sse"),)}
    )
    async with open_box(tmp_path, config=config) as box, box.client("ALPHA") as client:
        assert [one["name"] for one in (await client.get(PATH)).json()["items"]] == ["ALPHA:other"]
        assert (await client.get(f"{PATH}/alpha:ERP")).status_code == 404
        assert set(box.channels.subscriptions) == {"alpha:ERP", "ALPHA:other"}


async def test_of_two_that_come_at_once_under_one_name_one_counts(box: Box) -> None:
    async with box.client("ALPHA") as client:
        answers = await asyncio.gather(*(client.post(PATH, json=MQTT) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
        assert len((await client.get(PATH)).json()["items"]) == 1


async def test_replays_are_counted_since_each_may_be_thousands_of_notices(box: Box) -> None:
    async with box.client("ALPHA") as client:
        await made(client, MQTT)
        since = {"since": "2026-01-01T00:00:00Z"}
        answers = [await client.post(f"{PATH}/ALPHA:erp/replay", json=since) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 6 + [429]
        wrong = await client.post(f"{PATH}/ALPHA:erp/replay", json={"since": "yesterday"})
        assert wrong.status_code == 422


def test_the_api_tells_the_keys_of_the_configuration_with_its_defaults() -> None:
    told = {field.name: field.default for field in msgspec.structs.fields(SubscriptionBody)}
    assert told.keys() == Subscription.model_fields.keys() - {"old_secret"}
    for name, default in told.items():
        if default is not msgspec.NODEFAULT and name != "party":
            assert default == Subscription.model_fields[name].default, name
