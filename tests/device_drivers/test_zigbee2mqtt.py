"""Zigbee2MQTT: its documented examples, contacts turned round, names with slashes, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.zigbee2mqtt import Decoder, Settings
from gateway.model import Measurement, Notice, Output, Rejected


def feed(topic: str, payload: Any, settings: Settings | None = None) -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Decoder(settings or Settings()).feed(data, 0, topic)


def test_the_documented_examples_of_the_fixtures(shared_fixtures: Path) -> None:
    lines = (shared_fixtures / "devices/iot/zigbee2mqtt.jsonl").read_text().splitlines()
    out = []
    for row in map(json.loads, lines):
        payload = row["payload"]
        out.append(feed(row["topic"], payload.encode() if isinstance(payload, str) else payload))
    assert [[(one.name) for one in outputs] for outputs in out] == [  # type: ignore[union-attr]
        ["temperature", "humidity"],
        ["bridge_online"],
        ["device_announce"],
    ]


@pytest.mark.parametrize(("contact", "is_open"), [(True, False), (False, True)])
def test_a_shut_contact_is_a_door_that_is_not_open(contact: bool, is_open: bool) -> None:
    (out,) = feed("zigbee2mqtt/door", {"contact": contact})
    assert out == Measurement(name="door_open", value=is_open, asset="zigbee:door")
    (named,) = feed("zigbee2mqtt/door", {"contact": contact}, Settings(names={"contact": "lid_open"}))
    assert isinstance(named, Measurement)
    assert (named.name, named.value) == ("lid_open", is_open)


def test_another_base_topic_may_have_levels() -> None:
    settings = Settings(base_topic="site/zigbee/")
    assert len(feed("site/zigbee/hall/lamp", {"state": "ON"}, settings)) == 1
    (out,) = feed("zigbee2mqtt/lamp", {"state": "ON"}, settings)
    assert isinstance(out, Rejected)


def test_a_retained_state_that_is_taken_back_says_nothing() -> None:
    assert feed("zigbee2mqtt/lamp", b"") == []


def test_an_interview_is_told_where_it_fails() -> None:
    for status, told in (("started", []), ("failed", ["device_interview_failed"]), ("successful", [])):
        event = {"type": "device_interview", "data": {"friendly_name": "lamp", "status": status}}
        out = feed("zigbee2mqtt/bridge/event", event)
        assert [one.name for one in out if isinstance(one, Notice)] == told


@pytest.mark.parametrize(
    ("topic", "payload", "reason", "text"),
    [
        ("other/lamp", {}, "topic", "expected zigbee2mqtt/..."),
        ("zigbee2mqtt/lamp", b"{", "json", "expected JSON"),
        ("zigbee2mqtt/lamp", b"21.5", "field", "expected an object"),
        ("zigbee2mqtt/" + "x" * 300, {}, "field", "friendly name"),
        ("zigbee2mqtt/lamp", {"temperature": 1, "last_seen": "now"}, "field", "ISO 8601"),
        ("zigbee2mqtt/lamp/availability", b"perhaps", "json", "expected JSON"),
        ("zigbee2mqtt/lamp/availability", {"state": "perhaps"}, "field", "expected online or offline"),
        ("zigbee2mqtt/bridge/event", {"type": "device_joined"}, "field", "friendly name"),
    ],
)
def test_bad_messages_are_rejected_with_what_was_expected(topic: str, payload: Any, reason: str, text: str) -> None:
    (out,) = feed(topic, payload)
    assert isinstance(out, Rejected)
    assert out.reason == reason
    assert text in out.text
