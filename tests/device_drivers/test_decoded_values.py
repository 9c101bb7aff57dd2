"""JSON trees of decoded values: names, units, positions, bounds."""

from __future__ import annotations

from typing import Any

import pytest

from device_drivers.decoded_values import MOST_TEXT, MOST_VALUES, Naming, read_values, word
from device_drivers.json_mqtt_values import Unfit
from gateway.model import Fix, Measurement, Notice, Output

PLAIN = Naming({}, {})


def read(tree: Any, naming: Naming = PLAIN) -> list[Output]:
    return read_values(tree, naming, "deveui:1", 5)


@pytest.mark.parametrize(
    ("said", "ours"),
    [("AmbientTemp 2", "ambient_temp_2"), ("CO2", "co2"), ("batV", "bat_v"), ("DS18B20-1", "ds18b20_1"), ("°C", "c")],
)
def test_words_are_made_plain(said: str, ours: str) -> None:
    assert word(said) == ours


def test_values_are_named_after_where_they_stand() -> None:
    out = read({"Probe": {"Temperature": 4, "ok": True}, "humidity": 40, "list": [1, {"a": "x"}], "gone": None})
    assert [(one.name, one.value, one.unit) for one in out if isinstance(one, Measurement)] == [
        ("probe_temperature", 4.0, "CEL"),
        ("probe_ok", True, ""),
        ("humidity", 40.0, "P1"),
        ("list_1", 1.0, ""),
        ("list_2_a", "x", ""),
    ]


def test_settings_name_values_give_units_and_pass_over() -> None:
    naming = Naming({"Probe.Temp": "temperature", "secret": ""}, {"temperature": "FAH"})
    assert read({"Probe": {"Temp": 4}, "secret": 1}, naming) == [
        Measurement(name="temperature", value=4.0, unit="FAH", seen_us=5, asset="deveui:1")
    ]


@pytest.mark.parametrize(("lat", "lon"), [("latitude", "longitude"), ("lat", "lon"), ("lat", "lng")])
def test_latitude_and_longitude_side_by_side_are_a_position(lat: str, lon: str) -> None:
    out = read({"gps": {lat: 52.5, lon: -13.4, "altitude": 34, "accuracy": 8, "speed": 3}})
    assert out == [
        Fix(lat=52.5, lon=-13.4, alt_m=34.0, accuracy_m=8.0, seen_us=5, asset="deveui:1"),
        Measurement(name="gps_speed", value=3.0, seen_us=5, asset="deveui:1"),
    ]


def test_zero_zero_is_no_position_and_words_are_none_either() -> None:
    (notice,) = read({"latitude": 0, "longitude": 0.0})
    assert isinstance(notice, Notice)
    assert notice.name == "no_fix"
    assert [type(one) for one in read({"latitude": "52", "longitude": "13"})] == [Measurement, Measurement]


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        ({"latitude": 91, "longitude": 1}, "within 90 and 180"),
        ({"a": 10**400}, "finite number"),
        ({"a": list(range(MOST_VALUES + 1))}, "at most 200 values"),
    ],
)
def test_what_is_refused(tree: Any, text: str) -> None:
    with pytest.raises(Unfit, match=text):
        read(tree)


def test_long_texts_are_cut() -> None:
    (out,) = read({"a": "x" * 5000})
    assert isinstance(out, Measurement)
    assert out.value == "x" * MOST_TEXT
