"""config.yaml is the documentation of itself: it loads, names every option, and its commented examples hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from device_drivers import json_mqtt
from gateway.config import Config, build_settings, load
from gateway.config import model as config_model
from gateway.config.model import Part
from gateway.geo import haversine_m
from gateway.model import Fix, Measurement, Passage
from gateway.places import PlaceIndex
from tests.config.samples import real_catalogue

FILE = Path(__file__).resolve().parent.parent.parent / "config.yaml"
TEXT = FILE.read_text(encoding="utf-8")
PARTS = [kind for kind in vars(config_model).values() if isinstance(kind, type) and issubclass(kind, Part)]


@pytest.fixture(scope="module")
def config() -> Config:
    return load(FILE, real_catalogue(), {})


@pytest.fixture(scope="module")
def uncommented(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The file with its commented examples switched on."""
    shown = re.sub(r"(?m)^  # (- name: .*|- after_s: .*|- \{name: .*|  \w+: .*)$", r"  \1", TEXT)
    for key in ("influx", "maintenance", "escalation"):
        shown = shown.replace(f"{key}: []", f"{key}:")
    shown = shown.replace('host: ""', "host: mail.example")
    assert shown.count("- name: oem-erp") == 1
    folder = tmp_path_factory.mktemp("uncommented")
    (folder / "config.yaml").write_text(shown, encoding="utf-8")
    (folder / "secrets").mkdir()
    (folder / "secrets" / "influx").write_text("token")
    secrets = {"TIERVIEW_OEM_SECRET": "whsec_eA==", "TIERVIEW_INFLUX_PASSWORD": "x", "TIERVIEW_R700": "x"}
    return load(folder / "config.yaml", real_catalogue(), secrets)


def test_it_holds_on_a_fresh_machine_without_any_secret(config: Config) -> None:
    assert config.site.operator == "OEM"


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_every_option_is_documented(kind: type[Part]) -> None:
    assert [name for name in kind.model_fields if not re.search(rf"(?<!\w){name}\b", TEXT)] == []


def test_every_driver_and_rule_is_shown(uncommented: Config) -> None:
    catalogue = real_catalogue()
    assert {device.driver for device in uncommented.devices} == set(catalogue.drivers)
    assert {entry.rule for entry in uncommented.rules} == set(catalogue.rules)


def test_its_commented_examples_hold(uncommented: Config) -> None:
    assert [(influx.name, influx.version) for influx in uncommented.influx] == [("plant", 1), ("cloud", 2)]
    assert uncommented.subscriptions[-1].lanes == ("T1-B-MAGDEBURG>OEM-PLANT",)


def test_the_examples_of_its_other_outputs_hold(tmp_path: Path) -> None:
    head, part, outputs = TEXT.partition("\noutputs:\n")
    shown = re.sub(r"(?m)^    # ", "    ", re.sub(r"(?m): \[\]$", ":", outputs))
    (tmp_path / "config.yaml").write_text(head + part + shown, encoding="utf-8")
    found = load(tmp_path / "config.yaml", real_catalogue(), {}).outputs
    assert [one.name for one in found.files] == ["archive"]
    assert [one.name for one in found.mqtt] == ["bus"]
    assert [one.name for one in found.sparkplug] == ["scada"]


def test_its_network_has_every_tier_and_roads_of_the_demos_length(config: Config) -> None:
    index = PlaceIndex(config.places)
    assert {place.tier for place in config.places} == {"tier2", "tier1", "crossdock", "port", "oem"}
    for origin, destination in (
        ("T2-A-KASSEL", "T1-A-HANNOVER"),
        ("T2-B-CHEMNITZ", "T1-B-MAGDEBURG"),
        ("T1-A-HANNOVER", "XD-HILDESHEIM"),
        ("XD-HILDESHEIM", "OEM-PLANT"),
        ("T1-B-MAGDEBURG", "OEM-PLANT"),
        ("PORT-HAMBURG", "OEM-PLANT"),
    ):
        one, other = index.point(origin), index.point(destination)
        assert one is not None
        assert other is not None
        assert 25_000 < haversine_m(*one, *other) < 250_000


def test_its_fences_hold_their_own_middle(config: Config) -> None:
    index = PlaceIndex(config.places)
    for place in config.places:
        point = index.point(place.code)
        assert point is not None
        if index.has_fence(place.code) and place.code != "OEM-PLANT":
            assert index.innermost_at(*point) == place.code


@pytest.mark.parametrize(
    ("device", "message", "expected"),
    [
        (
            "trk-1",
            b'{"pos":{"lat":52.1,"lon":9.8},"speed":72,"heading":354.5,"acc":8,"ts":1800000000123}',
            Fix(lat=52.1, lon=9.8, speed_mps=20.0, course_deg=354.5, accuracy_m=8.0, seen_us=1_800_000_000_123_000),
        ),
        (
            "cold-3",
            b'{"ts":1800000000000,"env":{"temp":-1850,"hum":41},"door":"open"}',
            Measurement(name="temperature", value=-18.5, unit="CEL", seen_us=1_800_000_000_000_000),
        ),
        (
            "port-gate",
            b'{"unit":"TVWU3010018","terminal":"DEHAM","move":"GATE-OUT","at":"2027-01-15T09:00:00+01:00","booking":"S-1"}',
            Passage(
                asset="TVWU3010018",
                place="DEHAM",
                direction="out",
                seen_us=1_800_000_000_000_000,
                shipment="S-1",
            ),
        ),
    ],
)
def test_its_json_devices_read_the_messages_they_are_meant_for(
    config: Config, device: str, message: bytes, expected: object
) -> None:
    entry = next(entry for entry in config.devices if entry.name == device)
    decoder = json_mqtt.Decoder(build_settings(json_mqtt.Settings, entry.settings))
    assert decoder.feed(message, 0, entry.connect.removeprefix("mqtt:"))[0] == expected
