"""Presets of the generic JSON driver: each is complete and shown by a vector; what stands beside one goes before it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from device_drivers.json_mqtt import Decoder, Settings
from device_drivers.json_mqtt_presets import PRESETS
from gateway.model import Measurement, Output
from tests.driver_vectors import VECTORS


def feed(payload: Any, **settings: Any) -> list[Output]:
    return Decoder(Settings(**settings)).feed(json.dumps(payload).encode(), 0, "t")


def test_every_preset_is_shown_by_a_vector() -> None:
    rows = [json.loads(line) for line in (VECTORS / "json_mqtt.jsonl").read_text().splitlines()]
    shown = {row["settings"]["preset"] for row in rows if "preset" in row.get("settings", {}) and row["expect"]}
    assert shown == set(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_complete_and_says_how_to_connect_and_where_it_is_from(name: str) -> None:
    Settings(preset=name)
    assert PRESETS[name].connect.startswith("mqtt:")
    assert PRESETS[name].document


def test_what_stands_beside_a_preset_goes_before_it() -> None:
    beside: dict[str, Any] = {
        "fields": {"temperature": "t | fahrenheit", "humidity": "", "asset": "=ROOM-1"},
        "units": {"temperature": "KEL"},
    }
    (out,) = feed({"t": 212, "humidity": 50}, preset="generic_thermometer", **beside)
    assert out == Measurement(name="temperature", value=100.0, unit="KEL", asset="ROOM-1")


def test_words_beside_a_preset_add_to_its_own() -> None:
    for word, is_open in (("AUF", True), ("off", False)):
        (out,) = feed({"open": word}, preset="generic_door_contact", values={"AUF": True})
        assert out == Measurement(name="door_open", value=is_open)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"preset": "shelly_ht"}, "preset: unknown name 'shelly_ht'; did you mean 'shelly_plus_ht'"),
        ({"preset": "generic_gate", "yields": "fix"}, "the preset generic_gate yields passage, came fix"),
        ({"preset": "generic_gate", "fields": {"place": ""}}, "fields.place: missing"),
        ({"preset": "generic_tracker", "fields": {"speed": "v"}}, "fields.speed: not a field of fix"),
    ],
)
def test_wrong_settings_are_refused_in_words(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Settings(**settings)
