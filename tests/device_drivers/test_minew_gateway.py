"""Minew gateways: the captured message, what is counted, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.minew_gateway import Decoder, Settings
from device_drivers.tally import HOUR_US
from gateway.model import Measurement, Notice, Output, Rejected


def feed(payload: Any) -> list[Output]:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Decoder(Settings(radio=True)).feed(data, 0, "/gw/x/status")


def test_the_captured_message_of_the_fixtures(shared_fixtures: Path) -> None:
    captured = json.loads((shared_fixtures / "devices/iot/minew_gateway.json").read_text())
    out = [one for one in feed(captured["payload"]) if isinstance(one, Measurement)]
    (reading,) = captured["expected"]["readings"]
    said = {one.name: one.value for one in out if one.asset == f"mac:{reading['mac']}"}
    assert said == {
        "temperature": reading["temperature_c"],
        "humidity": reading["humidity_pct"],
        "battery": reading["battery_pct"],
        "rssi": reading["rssi"],
    }
    assert f"mac:{captured['expected']['gateway']}" in {one.asset for one in out}


def test_what_no_format_is_known_for_is_counted_by_kind_and_told_once_an_hour() -> None:
    decoder = Decoder(Settings())
    ibeacon = {"type": "Unknown", "mac": "AC233FA03208", "rawData": "1aff4c000215" + "00" * 21}
    known = {"type": "iBeacon", "mac": "AC233FA03208"}
    payload = json.dumps([ibeacon, ibeacon, known]).encode()
    assert decoder.feed(payload, 0) == []
    (notice,) = decoder.tick(HOUR_US)
    assert isinstance(notice, Notice)
    assert notice.text.endswith("iBeacon 3")


@pytest.mark.parametrize(
    ("payload", "reason", "text"),
    [
        (b"[", "json", "expected JSON"),
        ({}, "field", "expected an array"),
        ([5], "field", "expected an object with type and mac"),
        ([{"mac": "AC233F"}], "field", "12 hex digits"),
        ([{"mac": "AC233FA03208", "temperature": "warm", "timestamp": "now"}], "field", "ISO 8601"),
        ([{"mac": "AC233FA03208", "rawData": "zz"}], "field", "hex"),
        ([{"mac": "AC233FA03208", "rawData": "05ff00"}], "field", "rawData: expected a structure"),
    ],
)
def test_bad_messages_are_rejected_with_what_was_expected(payload: Any, reason: str, text: str) -> None:
    (out,) = feed(payload)
    assert isinstance(out, Rejected)
    assert out.reason == reason
    assert text in out.text
