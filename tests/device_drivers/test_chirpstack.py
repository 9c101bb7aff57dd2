"""ChirpStack: what its documentation prints, and what its messages can do wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.chirpstack import Decoder, Settings
from gateway.model import Fix, Notice, Output, Rejected

TOPIC = "application/1/device/0101010101010101/event/"
DEVICE = {"devEui": "0101010101010101"}


def feed(kind: str, payload: Any, settings: Settings | None = None) -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Decoder(settings or Settings()).feed(data, 0, TOPIC + kind)


@pytest.mark.parametrize(("kind", "outputs"), [("up", 1), ("join", 1), ("location", 1), ("txack", 0)])
def test_the_documented_events_of_the_fixtures(shared_fixtures: Path, kind: str, outputs: int) -> None:
    payload = (shared_fixtures / f"devices/iot/chirpstack_{kind}.json").read_bytes()
    out = feed(kind, payload)
    assert len(out) == outputs
    assert not [one for one in out if isinstance(one, Rejected)]


def test_a_device_without_codec_is_told_once() -> None:
    decoder = Decoder(Settings())
    payload = json.dumps({"deviceInfo": DEVICE, "data": "qg=="}).encode()
    told = [decoder.feed(payload, 0, TOPIC + "up") for _ in range(3)]
    assert [len(one) for one in told] == [1, 0, 0]


def test_the_best_gateway_says_how_a_device_was_heard_and_zero_is_left_out() -> None:
    gateways = [{"rssi": -110, "snr": 7.5}, {"rssi": -80}, {"rssi": -95, "snr": 9}]
    out = feed("up", {"deviceInfo": DEVICE, "object": {}, "rxInfo": gateways, "fCnt": 4}, Settings(radio=True))
    assert [(one.name, one.value) for one in out] == [  # type: ignore[union-attr]
        ("frame_count", 4.0),
        ("rssi", -80.0),
        ("snr", 0.0),
    ]


def test_a_device_on_external_power_has_no_battery_level() -> None:
    out = feed("status", {"deviceInfo": DEVICE, "externalPowerSource": True, "batteryLevel": 0})
    assert [one.name for one in out] == ["external_power"]  # type: ignore[union-attr]
    assert len(feed("status", {"deviceInfo": DEVICE, "batteryLevelUnavailable": True})) == 1


def test_a_position_on_the_equator_leaves_latitude_out() -> None:
    (fix,) = feed("location", {"deviceInfo": DEVICE, "location": {"longitude": 9.5}})
    assert isinstance(fix, Fix)
    assert (fix.lat, fix.lon) == (0.0, 9.5)
    (nowhere,) = feed("location", {"deviceInfo": DEVICE, "location": {}})
    assert isinstance(nowhere, Notice)


def test_log_events_keep_their_code_where_it_is_a_word() -> None:
    (known,) = feed("log", {"deviceInfo": DEVICE, "code": "F_CNT_RESET", "level": "WARNING"})
    (odd,) = feed("log", {"deviceInfo": DEVICE, "code": "no word: <b>"})
    assert [one.name for one in (known, odd)] == ["f_cnt_reset", "log"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "payload", "reason", "text"),
    [
        ("uplink", {}, "topic", "expected a topic that ends in one of up, join"),
        ("up", b"\x0a\x24binary", "json", "is `json` true in the integration's settings?"),
        ("up", [], "field", "expected an object"),
        ("up", {"deviceInfo": {"devEui": "01"}}, "field", "16 hex digits"),
        ("up", {"deviceInfo": DEVICE, "time": "yesterday"}, "field", "ISO 8601"),
        ("up", {"deviceInfo": DEVICE, "rxInfo": [{"rssi": "loud"}]}, "field", "expected a number"),
    ],
)
def test_bad_messages_are_rejected_with_what_was_expected(kind: str, payload: Any, reason: str, text: str) -> None:
    (out,) = feed(kind, payload, Settings(radio=True))
    assert isinstance(out, Rejected)
    assert out.reason == reason
    assert text in out.text
