"""That a party has taken note is told to the others with why, and with what they promise, by mail as in any body."""

from __future__ import annotations

import json

from msgspec.structs import replace

from gateway.config.model import Subscription
from gateway.deliver.channel import Message
from gateway.deliver.envelope import render
from gateway.deliver.mail import written
from gateway.model import Ack, Reason
from tests.deliver.desk import an_alert, hook
from tests.deliver.messages import message

DESK = Subscription(name="desk", party="OEM", channel="email", to=("a@oem.example",))
EARLIER = Ack(party="OEM", at_us=1_000_000, reason="we wait")
ANSWER = Ack(
    party="T2",
    at_us=2_000_000,
    by="Kim",
    code=Reason.NOT_READY,
    reason="press 4 stood still",
    promised_us=1_767_268_800_000_000,
)


def answered(subscription: Subscription, *acks: Ack) -> Message:
    made = message(subscription, [replace(an_alert(1, ["OEM", "T2"]), acks=acks)])
    return replace(made, deliveries=tuple(replace(one, notice="acknowledged") for one in made.deliveries))


def test_a_body_says_code_words_and_promise() -> None:
    ack = json.loads(render(answered(hook("OEM", "https://erp.example/in"), ANSWER)))["data"]["acks"][0]
    assert ack == {
        "party": "T2",
        "at": "1970-01-01T00:00:02.000000Z",
        "by": "Kim",
        "code": "not_ready",
        "reason": "press 4 stood still",
        "promised": "2026-01-01T12:00:00.000000Z",
    }


def test_a_mail_says_the_newest_answer_in_one_line() -> None:
    body = written(answered(DESK, ANSWER, EARLIER), "tierview@site.example", DESK.to).get_body(("plain",))
    assert body is not None
    assert (
        "T2 (Kim): not ready, press 4 stood still; promises 2026-01-01T12:00:00.000000Z"
        in body.get_content().splitlines()
    )


def test_a_mail_of_an_answer_without_words_says_who_gave_it() -> None:
    body = written(answered(DESK, Ack(party="T2", at_us=5)), "tierview@site.example", DESK.to).get_body(("plain",))
    assert body is not None
    assert "T2: acknowledged" in body.get_content().splitlines()
