"""Ruptela over MQTT: what DIMO's converter reads from the same messages, and how odd fields are taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from device_drivers.ruptela_mqtt import Decoder, Settings
from gateway.model import Fix, Measurement, Notice, Output, Rejected

TOPIC = "ruptela/864636060329170"
POSITION = {"alt": 1048, "dir": 7370, "hdop": 6, "lat": 522721466, "lon": -9014316, "sat": 20, "spd": 36}


def decode(data: Any, topic: str = TOPIC, time: str = "2024-09-27T08:33:26Z", **settings: Any) -> list[Output]:
    return Decoder(Settings(**settings)).feed(json.dumps({"time": time, "data": data}).encode(), 0, topic)


def test_a_position_in_the_wires_units() -> None:
    assert decode({"pos": POSITION}, range_error_m=4.0) == [
        Fix(
            lat=52.2721466,
            lon=-0.9014316,
            seen_us=1_727_426_006_000_000,
            speed_mps=10.0,
            course_deg=73.7,
            alt_m=104.8,
            accuracy_m=2.4,
            satellites=20,
            asset="imei:864636060329170",
        )
    ]


@pytest.mark.parametrize(
    "change", [{"lat": -(2**31)}, {"lon": -(2**31)}, {"lat": None}, {"sat": 0}], ids=lambda change: str(change)
)
def test_a_position_that_is_not_known_is_none(change: dict[str, Any]) -> None:
    (notice,) = decode({"pos": {**POSITION, **change}})
    assert isinstance(notice, Notice)
    assert notice.name == "no_fix"


def test_locations_have_times_of_their_own() -> None:
    later = {**POSITION, "ts": 1_727_360_341}
    as_text = {**POSITION, "ts": "2024-09-26T14:19:02Z"}
    out = decode({"location": [later, as_text]})
    assert [one.seen_us for one in out if isinstance(one, Fix)] == [1_727_360_341_000_000, 1_727_360_342_000_000]


def test_signals_are_hex_and_all_ones_are_not_known() -> None:
    known = decode({"signals": {"409": "1", "29": "37FF", "30": "1080", "95": "5A"}})
    assert [(one.name, one.value, one.unit) for one in known if isinstance(one, Measurement)] == [
        ("ignition", True, ""),
        ("external_voltage", 14.335, "VLT"),
        ("battery_voltage", 4.224, "VLT"),
    ]
    assert decode({"signals": {"409": "FF", "29": "FFFF", "30": "no"}}) == []


def test_a_topic_without_an_imei_leaves_the_asset_to_the_configuration() -> None:
    (fix,) = decode({"pos": POSITION}, topic="fleet/van")
    assert isinstance(fix, Fix)
    assert fix.asset == ""


@pytest.mark.parametrize(
    "message",
    [
        *([], {}, {"data": []}, {"data": {"pos": {"lat": "1"}}}, {"data": {"pos": {"lon": 1_800_000_001}}}),
        *({"data": {}, "time": "yesterday"}, {"data": {"location": {}}}, {"data": {"signals": {"29": 1}}}),
    ],
)
def test_bad_messages_are_rejected(message: Any) -> None:
    (rejected,) = Decoder(Settings()).feed(json.dumps(message).encode(), 0, TOPIC)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "field"


def test_settings_out_of_range_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="range_error_m: expected metres above 0"):
        Settings(range_error_m=0)
