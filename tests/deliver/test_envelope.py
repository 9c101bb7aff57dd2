"""Bodies: one that readers of CloudEvents and of Standard Webhooks both know, and never more than they take."""

from __future__ import annotations

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
import pytest

from gateway.deliver.envelope import CLOUDEVENTS_TYPE, JSON_TYPE, content_type, render
from gateway.journal.outbox import DIGEST, MOST_TOGETHER
from gateway.model import AlertState
from tests.deliver.desk import an_alert, hook
from tests.deliver.messages import SOURCE, message

HOOK = hook("OEM", "https://erp.example/in")
PLAIN = HOOK.model_copy(update={"content": "plain"})
MOST_BYTES = 20_000  # Standard Webhooks
ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}")  # CloudEvents 1.0, naming conventions


def test_one_body_is_a_cloudevent_and_a_standard_webhook() -> None:
    told = message(HOOK, [an_alert(1, ["OEM"])])
    body = json.loads(render(told))
    assert content_type(told) == CLOUDEVENTS_TYPE
    assert (body["specversion"], body["id"], body["source"]) == ("1.0", told.message_id, SOURCE)
    assert (body["type"], body["subject"]) == ("tierview.alert.raised", "al_1")
    assert body["time"] == body["timestamp"]
    assert datetime.fromisoformat(body["time"]).utcoffset() is not None
    assert not urlsplit(body["source"]).query
    assert all(ATTRIBUTE.fullmatch(name) for name in body)
    assert body["data"]["text"] == "Shipment S1 was due at B"


def test_the_plain_body_has_the_same_words_without_the_attributes() -> None:
    alert = an_alert(1, ["OEM"])
    plain, event = (json.loads(render(message(one, [alert]))) for one in (PLAIN, HOOK))
    assert content_type(message(PLAIN, [alert])) == JSON_TYPE
    assert plain == {name: event[name] for name in ("type", "timestamp", "data")}


@pytest.mark.parametrize("text", ["S was due at B", "\u00fc" * 500, '"' * 500, "\x00" * 500])
def test_a_message_of_many_tells_all_ids_in_less_than_receivers_take(text: str) -> None:
    alerts = [
        msgspec.structs.replace(an_alert(number, ["OEM"]), alert_id=f"al_{number:024x}", text=text)
        for number in range(MOST_TOGETHER)
    ]
    body = render(message(HOOK, alerts))
    told = json.loads(body)
    data = told["data"]
    ids = [one["alert_id"] for one in data["alerts"]] + data["more"]
    assert told["type"] == "tierview.alerts.grouped"
    assert (data["reason"], data["count"], len(ids)) == ("grouped", MOST_TOGETHER, MOST_TOGETHER)
    assert ids == [alert.alert_id for alert in alerts]
    assert data["alerts"][0]["notice"] == "raised"
    assert len(body) < MOST_BYTES


def test_an_alert_that_was_raised_and_resolved_meanwhile_is_told_once_as_it_ended() -> None:
    over = msgspec.structs.replace(an_alert(1, ["OEM"]), state=AlertState.RESOLVED, ended_us=7)
    told = message(HOOK, [over, an_alert(2, ["OEM"])])
    first = msgspec.structs.replace(told.deliveries[0], group=DIGEST)
    ended = msgspec.structs.replace(first, delivery_id="dl_end", notice="resolved")
    digest = msgspec.structs.replace(
        told, deliveries=(first, told.deliveries[1], ended), alerts=(over, told.alerts[1], over), together="digest"
    )
    data = json.loads(render(digest))["data"]
    assert data["count"] == 2
    assert {(one["alert_id"], one["notice"], one["state"]) for one in data["alerts"]} == {
        ("al_1", "resolved", "resolved"),
        ("al_2", "raised", "open"),
    }
