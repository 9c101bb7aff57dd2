"""Bluetooth sensors: every advertisement of the fixtures, decoded as its source says or left alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from device_drivers.ble_advertisement import MOST_BYTES, parse_advertisement
from device_drivers.ble_sensors import sensor_values

OUR_NAMES = {
    "tempc": "temperature",
    "hum": "humidity",
    "batt": "battery",
    "pres": "pressure",
    "volt": "battery_voltage",
}
G_MPS2 = 9.80665
KNOWN = {
    "LYWSDCGQ": 3,
    "JQJCY01YM": 2,
    "HHCCPOT002": 1,  # its frame is read, conductivity is not
    "IBS-TH1/TH2/P01B/ITH-12S": 3,
    "H5072/75": 2,
    "H5074": 1,
    "RuuviTag_RAWv1": 2,
    "TP35X/393": 3,
}


def advertisement(given: dict[str, str]) -> bytes:
    """The structures that a gateway would pass on."""
    if "servicedata" in given:
        return structure(0x16, bytes.fromhex("95fe" + given["servicedata"]))
    return structure(0xFF, bytes.fromhex(given["manufacturerdata"]))


def structure(kind: int, data: bytes) -> bytes:
    return bytes([len(data) + 1, kind]) + data


def test_every_advertisement_of_the_fixtures(shared_fixtures: Path) -> None:
    lines = (shared_fixtures / "devices/iot/theengs_ble.jsonl").read_text().splitlines()
    read: Counter[str] = Counter()
    for row in map(json.loads, lines):
        given, expected = row["input"], row["expected"]
        values = sensor_values(parse_advertisement(advertisement(given), given.get("name", "")))
        if values is None:
            assert expected["model_id"] not in KNOWN, expected
            continue
        read[expected["model_id"]] += 1
        came = {one.name: one.value for one in values if not one.name.startswith("acceleration")}
        ours = {name: expected[theirs] for theirs, name in OUR_NAMES.items() if theirs in expected}
        assert came == pytest.approx(ours), expected
    assert read == KNOWN


def test_acceleration_of_ruuvi_is_that_of_its_document_where_another_decoder_gives_a_tenth() -> None:
    """docs.ruuvi.com, data format 3: -1.000, -1.726 and 0.714 g; the fixtures' source says -0.98, -1.69, 0.70 m/s²."""
    values = sensor_values(parse_advertisement(structure(0xFF, bytes.fromhex("990403291A1ECE1EFC18F94202CA0B53"))))
    assert values is not None
    assert [one.value for one in values if one.name.startswith("acceleration")] == [-1.0, -1.726, 0.714]


def test_the_light_sensor_of_the_captured_gateway_message(shared_fixtures: Path) -> None:
    items = json.loads((shared_fixtures / "devices/iot/minew_gateway.json").read_text())["payload"]
    raw = next(item["rawData"] for item in items if item.get("rawData"))
    values = sensor_values(parse_advertisement(bytes.fromhex(raw)))
    assert values is not None
    assert [(one.name, one.value, one.unit) for one in values] == [("battery", 100.0, "P1"), ("light", False, "")]


def test_acceleration_of_a_minew_beacon_is_in_g() -> None:
    frame = structure(0x16, bytes.fromhex("e1ffa103640100ff80fffe1a2b3c3f23ac"))
    values = sensor_values(parse_advertisement(frame))
    assert values is not None
    assert [one.value for one in values] == [100.0, 1.0, -0.5, -0.008]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("1aff4c000215426c7565436861726d426561636f6e730efe1355c5", "iBeacon"),
        ("05ffaabb0102", "company BBAA"),
        ("0416d2fc40", "service FCD2"),
        ("020106", "without data"),
        ("", "without data"),
    ],
)
def test_what_is_not_known_has_a_name_to_be_counted_under(data: str, kind: str) -> None:
    heard = parse_advertisement(bytes.fromhex(data))
    assert sensor_values(heard) is None
    assert heard.kind == kind


def test_a_name_inside_the_advertisement_helps_and_that_of_the_gateway_goes_first() -> None:
    inside = structure(0x09, b"sps") + structure(0xFF, bytes.fromhex("660a03150010805908"))
    assert sensor_values(parse_advertisement(inside)) is not None
    assert sensor_values(parse_advertisement(inside, "something else")) is None


@pytest.mark.parametrize("data", ["05ffaabb", "ff", "0201060a16", "00" * (MOST_BYTES + 1)])
def test_cut_and_long_advertisements_are_refused(data: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_advertisement(bytes.fromhex(data))


def test_frames_shorter_than_their_format_are_not_of_its_kind() -> None:
    for given in ("e1ffa101640011", "95fe5020aa0137dfaa33342d580410", "95fe5020aa01"):
        heard = parse_advertisement(structure(0x16, bytes.fromhex(given)))
        assert not sensor_values(heard)
    assert sensor_values(parse_advertisement(structure(0xFF, bytes.fromhex("99040512fc53")))) is None
