"""The Things Stack: what its documentation prints, and what its messages can do wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.the_things_stack import Decoder, Settings
from gateway.model import Fix, Measurement, Notice, Output, Rejected

IDS = {"device_id": "dev1", "dev_eui": "0004A30B001C0530"}


def feed(payload: Any, settings: Settings | None = None) -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Decoder(settings or Settings()).feed(data, 0, "v3/app@tenant/devices/dev1/up")


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("uplink_message", [Measurement, Measurement]),
        ("join_message", [Notice]),
        ("downlink_message", []),
        ("downlink_event_message", []),
    ],
)
def test_the_documented_messages_of_the_fixtures(shared_fixtures: Path, name: str, kinds: list[type]) -> None:
    payload = (shared_fixtures / f"devices/iot/tts_{name}_example.json").read_bytes()
    assert [type(one) for one in feed(payload)] == kinds


def test_a_position_from_the_payload_is_taken_and_one_from_the_registry_is_not() -> None:
    places = {
        "user": {"latitude": 1, "longitude": 2, "source": "SOURCE_REGISTRY"},
        "frm-payload": {"latitude": 3, "longitude": 4, "source": "SOURCE_GPS"},
    }
    uplink = {"end_device_ids": IDS, "uplink_message": {"locations": places}}
    assert [one.lat for one in feed(uplink) if isinstance(one, Fix)] == [3.0]
    both = feed(uplink, Settings(registry_location=True))
    assert [one.lat for one in both if isinstance(one, Fix)] == [1.0, 3.0]


def test_the_battery_level_has_its_own_time() -> None:
    level = {"f_cnt": 7, "value": 81.5, "received_at": "2026-01-01T00:00:00Z"}
    uplink = {"end_device_ids": IDS, "uplink_message": {"last_battery_percentage": level}}
    assert feed(uplink) == [
        Measurement(
            name="battery", value=81.5, unit="P1", seen_us=1_767_225_600_000_000, asset="deveui:0004A30B001C0530"
        )
    ]


def test_a_device_without_formatter_is_told_once() -> None:
    decoder = Decoder(Settings())
    payload = json.dumps({"end_device_ids": IDS, "uplink_message": {"frm_payload": "gkHe"}}).encode()
    assert [len(decoder.feed(payload, 0)) for _ in range(3)] == [1, 0, 0]


def test_a_failed_downlink_is_a_fault() -> None:
    (failed,) = feed({"end_device_ids": IDS, "downlink_failed": {}})
    assert isinstance(failed, Notice)
    assert failed.fault


@pytest.mark.parametrize(
    ("payload", "reason", "text"),
    [
        (b"{", "json", "expected JSON"),
        ([], "field", "expected an object"),
        ({"uplink_message": {}}, "field", "expected a text"),
        ({"end_device_ids": {"dev_eui": 5}, "uplink_message": {}}, "field", "16 hex digits"),
        ({"end_device_ids": IDS, "novelty": 1}, "field", "came end_device_ids, novelty"),
        ({"end_device_ids": IDS, "received_at": 5, "uplink_message": {}}, "field", "ISO 8601"),
    ],
)
def test_bad_messages_are_rejected_with_what_was_expected(payload: Any, reason: str, text: str) -> None:
    (out,) = feed(payload)
    assert isinstance(out, Rejected)
    assert out.reason == reason
    assert text in out.text
