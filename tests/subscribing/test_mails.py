"""Mail addresses of parties: told nothing before their code was said, and no more mails than anybody needs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from gateway.model import DeliveryState
from gateway.subscribing.desk import LETTERS_A_DAY
from tests.deliver.test_mail import Post, mail_server, settings
from tests.web import world
from tests.web.box import Box, open_box
from tests.web.test_api_subscriptions import PATH, an_alert, delivering, made, told, until_state

DESK = {"name": "desk", "channel": "email", "to": ["a@alpha.example", "b@alpha.example"]}


@asynccontextmanager
async def posting(folder: Path) -> AsyncIterator[tuple[Box, Post, httpx.AsyncClient]]:
    """A box with a mail server, and a client of ALPHA."""
    async with mail_server() as (post, port):
        config = world.CONFIG.model_copy(update={"mail": settings(port)})
        async with open_box(folder, config=config) as box, box.client("ALPHA") as client:
            yield box, post, client


def code_for(post: Post, address: str) -> str:
    """The newest code that came to an address."""
    mail = next(mail for to, mail in reversed(post.mails) if to == [address])
    body = mail.get_body()
    assert body is not None
    found = re.search(r"^ {4}(\d{8})\s*$", body.get_content(), re.MULTILINE)
    assert found is not None
    return found[1]


async def confirm(client: httpx.AsyncClient, address: str, code: str) -> httpx.Response:
    return await client.post(f"{PATH}/ALPHA:desk/confirm", json={"address": address, "code": code})


async def test_an_address_is_told_once_its_code_was_said_and_the_others_are_not(tmp_path: Path) -> None:
    async with posting(tmp_path) as (box, post, client), delivering(box):
        answer = await made(client, DESK)
        assert answer["status"]["state"] == "unconfirmed"
        assert answer["unconfirmed"] == DESK["to"]
        assert [to for to, _ in post.mails] == [["a@alpha.example"], ["b@alpha.example"]]
        assert (await client.post(f"{PATH}/ALPHA:desk/test")).json()["reason"] == "not_told"
        confirmed = await confirm(client, "a@alpha.example", code_for(post, "a@alpha.example"))
        assert confirmed.json()["unconfirmed"] == ["b@alpha.example"]
        assert confirmed.json()["status"]["state"] == "ok"
        post.mails.clear()
        await told(box, an_alert("al-1"))
        await until_state(box, "al-1", DeliveryState.ACCEPTED)
        assert [to for to, _ in post.mails] == [["a@alpha.example"]]
        assert (await client.post(f"{PATH}/ALPHA:desk/test")).json()["outcome"] == "accepted"
        assert post.mails[-1][1]["Subject"].startswith("[info] test: This is a sample")


async def test_five_wrong_codes_end_one_and_a_change_brings_another(tmp_path: Path) -> None:
    async with posting(tmp_path) as (_, post, client):
        await made(client, DESK)
        right = code_for(post, "a@alpha.example")
        for _ in range(5):
            wrong = f"{(int(right) + 1) % 10**8:08d}"
            assert (await confirm(client, "a@alpha.example", wrong)).status_code == 422
        assert (await confirm(client, "a@alpha.example", right)).status_code == 422
        assert (await confirm(client, "stranger@alpha.example", right)).status_code == 422
        await client.put(f"{PATH}/ALPHA:desk", json=DESK)
        assert (await confirm(client, "a@alpha.example", code_for(post, "a@alpha.example"))).status_code == 200


async def test_a_code_is_over_after_a_day_and_what_was_confirmed_stays_so(tmp_path: Path) -> None:
    async with posting(tmp_path) as (box, post, client):
        await made(client, DESK)
        await confirm(client, "a@alpha.example", code_for(post, "a@alpha.example"))
        code = code_for(post, "b@alpha.example")
        box.clock.advance_to(world.NOW + world.DAY)
        assert (await confirm(client, "b@alpha.example", code)).status_code == 422
        post.mails.clear()
        changed = await client.put(f"{PATH}/ALPHA:desk", json=DESK | {"least_severity": "critical"})
        assert changed.json()["unconfirmed"] == ["b@alpha.example"]
        assert [to for to, _ in post.mails] == [["b@alpha.example"]]


async def test_nobody_makes_the_gateway_send_mails_without_end(tmp_path: Path) -> None:
    async with posting(tmp_path) as (_, post, client):
        await made(client, DESK | {"to": ["a@alpha.example"]})
        answers = [await client.put(f"{PATH}/ALPHA:desk", json=DESK | {"to": [f"x{n}@b.example"]}) for n in range(25)]
        assert len(post.mails) == LETTERS_A_DAY
        assert [answer.status_code for answer in answers].count(429) == 25 + 1 - LETTERS_A_DAY


async def test_the_operator_answers_for_the_addresses_that_it_gives(tmp_path: Path) -> None:
    async with posting(tmp_path) as (box, post, _), box.client("OPER") as operator:
        answer = await made(operator, DESK | {"party": "ALPHA"})
        assert (answer["unconfirmed"], answer["status"]["state"], post.mails) == ([], "ok", [])


async def test_without_a_mail_server_there_are_no_mails(box_without_mail: Box) -> None:
    async with box_without_mail.client("ALPHA") as client:
        answer = await client.post(PATH, json=DESK)
        assert (answer.status_code, "no mail server" in answer.text) == (422, True)
